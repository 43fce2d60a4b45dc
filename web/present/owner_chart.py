"""First answers by week and hours by month, as bars with their figures and as a table (screens §3: zero baseline,
every bar labelled)."""

from __future__ import annotations

from collections.abc import Sequence

from broker.domain.answer_weeks import Week
from broker.domain.house_hours import MonthSum
from web import views_owner as o
from web.present.reader import Reader
from web.present.times import MONTHS, month_name
from web.present.work import amount, hours_of

BASE, TALL, WIDE, FIRST, GAP = 110, 92, 34, 24, 2
WEEK, MONTH = 48, 62  # from one bar to the next


def answers(found: Sequence[Week], reader: Reader) -> o.Chart | None:
    """None where there was nothing to answer in all that time."""
    most = max((one.whole for one in found), default=0)
    if not most:
        return None
    say, kept, late = reader.say, sum(one.kept for one in found), sum(one.late for one in found)
    first, last = found[0].number, found[-1].number
    return o.Chart(
        title=say(
            f"Risposte per settimana, dalla {first} alla {last}: {kept} in tempo, {late} in ritardo",
            f"Answers by week, from {first} to {last}: {kept} in time, {late} late",
        ),
        aside=say(f"{kept} in tempo, {late} in ritardo", f"{kept} in time, {late} late"),
        note=say(
            f"settimane {first}–{last}; la {last} è in corso; esclusi i clienti senza piano",
            f"weeks {first}–{last}; {last} is not over; customers without a plan are left out",
        ),
        bars=tuple(
            _bar(FIRST + WEEK * n, (one.kept, one.late), most, str(one.number), str(one.whole))
            for n, one in enumerate(found)
        ),
        rows=tuple((f"{one.first:%d/%m/%Y}", str(one.kept), str(one.late)) for one in found),
    )


def hours(found: Sequence[MonthSum], reader: Reader) -> o.Chart | None:
    """None where nobody worked in all that time. The last of them is not over."""
    most = max((one.included + one.beyond for one in found), default=0)
    if not most:
        return None
    say, first, last = reader.say, month_name(found[0].period, reader), month_name(found[-1].period, reader)
    included = hours_of(sum(one.included for one in found))
    beyond = hours_of(sum(one.beyond for one in found))
    return o.Chart(
        title=say(
            f"Ore per mese, da {first} a {last}: {included} in contratto, {beyond} fuori contratto; {last} è parziale",
            f"Hours by month, from {first} to {last}: {included} in the contract, {beyond} outside it; {last} is not over",
        )
        if len(found) > 1
        else say(
            f"Ore di {last}: {included} in contratto, {beyond} fuori contratto; il mese è parziale",
            f"Hours of {last}: {included} in the contract, {beyond} outside it; the month is not over",
        ),
        aside=say(f"{last} fino a oggi", f"{last} up to today"),
        note=say(
            f"{last} è in corso; formazione e rivenditori contano fuori contratto",
            f"{last} is not over; training and resellers count as outside the contract",
        ),
        bars=tuple(_month(FIRST + MONTH * n, one, most, reader) for n, one in enumerate(found)),
        rows=tuple(
            (
                month_name(one.period, reader),
                hours_of(one.included),
                hours_of(one.beyond),
                amount(one.cents, reader),
            )
            for one in found
        ),
    )


def _month(x: int, one: MonthSum, most: int, reader: Reader) -> o.Bar:
    label = reader.say(*MONTHS[int(one.period[5:]) - 1])[:3]
    return _bar(x, (one.included, one.beyond), most, label, hours_of(one.included + one.beyond))


def _bar(x: int, parts: tuple[int, int], most: int, label: str, total: str) -> o.Bar:
    lower, upper = (max(1, round(TALL * part / most)) if part else 0 for part in parts)
    gap = GAP if lower and upper else 0
    return o.Bar(
        x=x,
        middle=x + WIDE // 2,
        lower_y=BASE - lower,
        lower=lower,
        upper_y=BASE - lower - gap - upper,
        upper=upper,
        label=label,
        total=total,
        total_y=BASE - lower - gap - upper - 5,
    )
