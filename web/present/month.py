"""A signed report in words, as its page shows it."""

from __future__ import annotations

from broker.cases.see_month import MonthView
from broker.domain.month_english import english
from broker.domain.month_told import SessionTold, Watched
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web import views_month as vm
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import date_of, day_of, length, local, period_name, worked
from web.views import Mark

_WATCHED: dict[Watched, tuple[Mark, Pair]] = {
    "present": ("ok", ("guardata", "watched")),
    "waived": ("wait", ("senza, per scelta di chi ha firmato", "without, by the signer’s choice")),
    "absent": ("stop", ("nessuno è entrato", "nobody came in")),
}


def page(view: MonthView, who: Who, vendor: str, reader: Reader) -> vm.Month:
    told, say = view.told, reader.say
    mine = who.role in ("titolare", "ads")
    when = date_of(told.issued, reader)
    name = words.capital(period_name(view.issued.period, reader))
    return vm.Month(
        title=name + (say(", parziale", ", partial") if view.issued.partial else ""),
        vendor=words.clean(vendor),
        number=told.number,
        signed=v.State(
            "off" if view.issued.partial else "ok", say(f"Firmato il {when}", f"Signed on {when}")
        ),
        figures=_figures(view, reader),
        deviations=tuple(
            vm.DeviationRow(
                one.id,
                day_of(one.time, reader),
                _sentence(one.what, reader),
                _sentence(one.why, reader),
                f"/sessioni/{one.session}" if one.session else "",
                _contest(told.number, one.id, reader) if mine else None,
            )
            for one in told.deviations
        ),
        sessions=tuple(_session(one, told.number, reader, mine=mine) for one in told.sessions),
        files=files(told.number, name),
        others=tuple(_others(view, reader)),
        size=told.size,
        root=told.root,
        log="" if who.house else "/".join(told.origin.rsplit("/", 2)[1:]),
    )


def _sentence(text: str, reader: Reader) -> vm.Sentence:
    found = reader.say(text, english(text))
    return vm.Sentence(words.clean(found), italian=reader.lang == "en" and found == text != "")


def files(number: str, name: str) -> e.ReportRow:
    """What of a report can be carried away."""
    base = f"/rapporti/{number}"
    return e.ReportRow(
        month=name,
        verdict=v.State("ok", ""),
        pdf=f"{base}.pdf",
        english=f"{base}.en.pdf",
        bundle=f"{base}.zip",
        json=f"{base}.json",
        csv=f"{base}.csv",
        twin=f"{base}.pdf.p7m",
        preserved=f"{base}.versamento.zip",
    )


def _figures(view: MonthView, reader: Reader) -> tuple[e.Figure, ...]:
    told, say = view.told, reader.say
    count, machines = len(told.sessions), len({one.host for one in told.sessions})
    some = say(f"{machines} macchine", f"{machines} hosts") if machines != 1 else say("1 macchina", "1 host")
    said = say("tutti", "all"), say("no", "not"), say("nessuno", "none")
    return (
        e.Figure(say("Interventi", "Sessions"), words.thousands(count, reader), some if count else ""),
        e.Figure(say("Ore totali", "Total hours"), worked(60 * told.minutes), ""),
        share(say("Autorizzati", "Authorised"), told.authorised, count, said, reader),
        share(say("Supervisionati", "Supervised"), told.supervised, count, said, reader),
        e.Figure(
            say("Voci del registro", "Records of the log"),
            words.thousands(told.size, reader),
            say("alla chiusura", "when it was closed"),
        ),
    )


def share(name: str, yes: int, all_: int, said: tuple[str, str, str], reader: Reader) -> e.Figure:
    """So many of so many; in order where none is missing. `said`: of all, of those that lack, and where there are none."""
    whole, lacking, none = said
    number = reader.say(f"{yes} su {all_}", f"{yes} of {all_}")
    if not all_:
        return e.Figure(name, number, none)
    missing = all_ - yes
    if not missing:
        return e.Figure(name, number, whole, "ok")
    return e.Figure(name, number, f"{missing} {lacking}", "wait")


def _session(one: SessionTold, report: str, reader: Reader, *, mine: bool) -> vm.SessionRow:
    mark, said = _WATCHED[one.watched]
    by = words.clean(one.by)
    return vm.SessionRow(
        one.n,
        f"{day_of(one.start, reader)} {local(one.start):%H:%M}",
        f"/sessioni/{one.session}",
        words.clean(one.technician),
        words.clean(one.host),
        words.clean(one.incident),
        length(60 * one.minutes),
        by or reader.say("nessuno", "nobody"),
        v.State(mark, reader.say(*said)),
        _contest(report, str(one.n), reader) if mine else None,
    )


def _contest(report: str, row: str, reader: Reader) -> v.Act:
    return v.Act(
        reader.say("Contesto questa voce", "I contest this item"),
        href=f"/contestazioni?rapporto={report}&voce={row}",
    )


def _others(view: MonthView, reader: Reader) -> list[v.Act]:
    found = [_other(one.number, one.period, reader) for one in (view.before, view.after) if one is not None]
    return [*found, v.Act(reader.say("Mese in corso", "This month"), href="/titolare")]


def _other(number: str, period: str, reader: Reader) -> v.Act:
    return v.Act(words.capital(period_name(period, reader)), href=f"/mesi/{number}")
