"""A statement of charges as a file: a table, a workbook, or on paper (C-27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broker.cases.see_tally import TallyView, see_tally
from broker.domain import tally_files
from broker.domain.instants import day_of
from broker.domain.people import Who
from broker.domain.workbook import MEDIA
from broker.parts import Parts
from broker.store import estate

Form = Literal["csv", "xlsx", "pdf"]


@dataclass(frozen=True, slots=True)
class TallyFile:
    name: str
    media: str
    data: bytes


async def export_tally(
    parts: Parts, who: Who, tenant: str, form: Form, first: str = "", last: str = "",
    contract: int | None = None, *, bom: bool = True,
) -> TallyFile:  # fmt: skip
    """As a file. `bom`: the table begins with a byte order mark."""
    view = await see_tally(parts, who, tenant, first, last, contract)
    tally = view.tally
    begin, end = tally.months[0].period, tally.months[-1].period
    name = f"rendiconto-{tenant}-{begin if begin == end else f'{begin}-{end}'}.{form}"
    if form == "csv":
        return TallyFile(name, "text/csv; charset=utf-8; header=present", tally_files.table(tally, bom=bom))
    if form == "xlsx":
        return TallyFile(name, MEDIA, tally_files.book(tally))
    async with parts.store.read() as reading:
        house = await estate.house(reading)
        customer = await estate.tenant(reading, tenant)
    assert house is not None
    assert customer is not None  # neither is ever taken away
    today = day_of(parts.clock.now(), customer.zone)
    sheet = tally_files.paper(tally, house.name, today, _steps(view))
    return TallyFile(name, "application/pdf", await parts.reporter.sheet(sheet))


def _steps(view: TallyView) -> tuple[str, ...]:
    """How the minutes of each contract are counted (D-08)."""
    wanted = view.tally.contract
    found = []
    for one in view.contracts:
        if wanted in (None, one.number) and any(line.contract == one.number for line in view.tally.lines):
            step, least = one.step or 1, one.least or 0
            rule = "al minuto" if step == 1 else f"a scatti di {step} minuti"
            least_said = f", almeno {least} minuti" if least else ""
            found.append(f"contratto n. {one.number}: {rule}{least_said}")
    return tuple(found) or ("al minuto",)
