"""The owner's hours and amounts in words: months as bars, this one by customer, the drafts of the one before."""

from __future__ import annotations

from collections.abc import Sequence

from broker.domain.house_hours import MonthSum, Share
from web import views as v
from web import views_owner as o
from web.present import owner_chart, words
from web.present.reader import Reader
from web.present.times import clock_time, month_name
from web.present.work import amount, hours_of


def hours(found: Sequence[MonthSum], reader: Reader) -> o.Hours:
    """`found`: oldest first, this month last."""
    say, now = reader.say, found[-1]
    name = month_name(now.period, reader)
    before = found[-2] if len(found) > 1 else None
    said, state = _drafts(before, reader)
    return o.Hours(
        until=say(f"alle {clock_time(reader.now)}", f"at {clock_time(reader.now)}"),
        title=say(f"{words.capital(name)}, provvisorio", f"{name}, provisional"),
        rows=tuple(_row(one, reader) for one in now.shares),
        total=(hours_of(now.included), hours_of(now.beyond), amount(now.cents, reader)),
        drafts=said,
        drafts_state=state,
        drafts_href="/gestione/fatture" if before is None else f"/gestione/fatture?mese={before.period}",
        chart=owner_chart.hours(found, reader),
        back=v.Act(say("Torna alla gestione", "Back to management"), href="/gestione"),
    )


def _row(one: Share, reader: Reader) -> o.HoursRow:
    return o.HoursRow(
        customer=words.clean(one.customer),
        href=f"/clienti/{one.tenant}/rendiconto?dal={one.period}&al={one.period}",
        included=hours_of(one.included),
        beyond=hours_of(one.beyond),
        amount=amount(one.cents, reader),
    )


def _drafts(before: MonthSum | None, reader: Reader) -> tuple[str, v.State]:
    """Of the month that is over; provisional is a draft whose month's report was not issued."""
    say = reader.say
    if before is None or not before.asked:
        none = say("Nessuna per il mese chiuso.", "None for the month that is over.")
        return none, v.State("off", say("nessuna", "none"))
    asked, name = before.asked, month_name(before.period, reader)
    many = words.counted(len(asked), ("bozza", "bozze"), ("draft", "drafts"), reader)
    net = amount(sum(one.cents for one in asked), reader)
    open_ = sum(not one.final for one in asked)
    said = say(f"{words.capital(name)}: {many}, {net} senza IVA", f"{name}: {many}, {net} without VAT")
    if open_:
        return said, v.State("wait", say(f"provvisorie: {open_}", f"provisional: {open_}"))
    return said, v.State("ok", say("dai rapporti", "from the reports"))
