"""Contested items in words: the list, one thread, and how often reports come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broker.cases.see_contests import Listed, Thread
from broker.domain.cadence import FAMILY, Cadence
from broker.domain.contest import OUTCOMES, Contest
from broker.domain.people import Who
from web import views as v
from web import views_contest as c
from web import views_estate as e
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import date_of, moment
from web.views import Mark

_STATES: dict[str, tuple[Mark, Pair]] = {
    "open": ("wait", ("aperta, senza risposta", "open, no answer yet")),
    "answered": ("ok", ("con risposta", "answered")),
    "closed": ("off", ("chiusa", "closed")),
}
_ENDS: dict[str, Pair] = {
    "explained": ("La spiegazione mi basta", "The explanation is enough"),
    "corrected": ("È stata corretta", "It was put right"),
    "withdrawn": ("La ritiro", "I withdraw it"),
}
CADENCES: dict[Cadence, Pair] = {
    "monthly": ("Ogni mese", "Every month"),
    "weekly": ("Ogni settimana", "Every week"),
    "quarterly": ("Ogni trimestre", "Every quarter"),
    "intervention": ("Dopo ogni intervento", "After each session"),
}


def page(
    found: Sequence[Listed],
    reports: Sequence[str],
    session: str,
    who: Who,
    reader: Reader,
    slip: v.Slip | None = None,
    *,
    item: tuple[str, str] = ("", ""),
) -> c.Contests:
    """`item`: the report and its row that he came from, both empty where he came from none."""
    report, row = item
    return c.Contests(
        rows=tuple(_row(one, who, reader) for one in found),
        reports=tuple(v.Option(one, one, chosen=one == report) for one in reports),
        session=session,
        row=row if report in reports else "",
        may=who.role in ("titolare", "ads"),
        slip=slip,
    )


def state(contest: Contest, reader: Reader) -> v.State:
    mark, said = _STATES[contest.state]
    return v.State(mark, reader.say(*said))


def _row(one: Listed, who: Who, reader: Reader) -> e.Person:
    contest, place = one.contest, words.clean(one.customer.name)
    where = f"{place}: {about(contest, reader)}" if who.house else about(contest, reader)
    opened = date_of(contest.opened, reader)
    line = reader.say(f"{where}, aperta il {opened}", f"{where}, opened on {opened}")
    read = v.Act(reader.say("Apri", "Open"), href=f"/contestazioni/{one.customer.id}/{contest.id}")
    return e.Person(contest.id, line, state(contest, reader).word, (read,))


def about(contest: Contest, reader: Reader) -> str:
    what, say = contest.about, reader.say
    if what.report is None:
        return say(f"la sessione della richiesta {what.request}", f"the session of request {what.request}")
    if what.row is None:
        return say(f"il rapporto {what.report}", f"the report {what.report}")
    return say(
        f"la voce {what.row} del rapporto {what.report}", f"item {what.row} of the report {what.report}"
    )


def thread(
    found: Thread, names: Mapping[str, str], who: Who, reader: Reader, slip: v.Slip | None = None
) -> c.Thread:
    contest, say = found.contest, reader.say
    base = f"/contestazioni/{found.customer.id}/{contest.id}"
    may_close = contest.closed is None and (
        who.role == "titolare" or (who.role == "ads" and contest.turns[0].by == who.person)
    )
    gone = say("Testo cancellato.", "Text erased.")
    said = tuple(
        c.Said(
            words.clean(names.get(turn.by, turn.by)),
            moment(turn.at, reader),
            words.clean(found.words[turn.n]) if turn.n in found.words else gone,
        )
        for turn in contest.turns
    )
    ending = "" if contest.outcome is None else f": {words.lower(say(*_ENDS[contest.outcome]))}"
    state_now = state(contest, reader)
    return c.Thread(
        title=say(f"Contestazione {contest.id}", f"Contest {contest.id}"),
        about=words.capital(about(contest, reader)),
        state=v.State(state_now.mark, state_now.word + ending),
        said=said,
        answer="" if contest.closed is not None or who.role == "auditor" else f"{base}/risposte",
        ends=tuple(v.Option(one, say(*_ENDS[one])) for one in OUTCOMES) if may_close else (),
        close=f"{base}/fine",
        kept=_kept(contest, reader),
        back=v.Act(say("Tutte le contestazioni", "All contests"), href="/contestazioni"),
        slip=slip,
    )


def _kept(contest: Contest, reader: Reader) -> str:
    if contest.closed is not None:
        return reader.say("Ciò che teneva torna ai suoi termini.", "What it kept goes back to its terms.")
    if contest.about.request is None:
        return reader.say(
            "Finché è aperta, di questo cliente non si cancella nulla.",
            "While it is open, nothing of this customer is erased.",
        )
    return reader.say(
        "Finché è aperta, di quella richiesta non si cancella nulla, e nemmeno il rapporto che la riporta.",
        "While it is open, nothing of that request is erased, nor the report that prints it.",
    )


def cadences(now: Cadence, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(one, reader.say(*CADENCES[one]), chosen=one == now) for one in FAMILY)
