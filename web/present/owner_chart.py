"""First answers by week, as bars with their figures and as a table (screens §3: zero baseline, every bar labelled)."""

from __future__ import annotations

from collections.abc import Sequence

from broker.domain.answer_weeks import Week
from web import views_owner as o
from web.present.reader import Reader

BASE, TALL, WIDE, FIRST, STEP, GAP = 110, 92, 34, 24, 48, 2


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
        bars=tuple(_bar(n, one, most) for n, one in enumerate(found)),
        rows=tuple((f"{one.first:%d/%m/%Y}", str(one.kept), str(one.late)) for one in found),
    )


def _bar(place: int, week: Week, most: int) -> o.Bar:
    kept, late = (round(TALL * part / most) for part in (week.kept, week.late))
    return o.Bar(
        x=FIRST + STEP * place,
        middle=FIRST + STEP * place + WIDE // 2,
        kept_y=BASE - kept,
        kept=kept,
        late_y=BASE - kept - (GAP if kept and late else 0) - late,
        late=late,
        label=str(week.number),
        total=str(week.whole),
        total_y=BASE - kept - late - (GAP if kept and late else 0) - 5,
    )
