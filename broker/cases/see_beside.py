"""What was written beside a request later: corrections of its texts, and the vendor's word that it is unlawful."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.located import request_tenant
from broker.cases.note_reading import note_reading
from broker.cases.rectify import Beside, beside
from broker.domain.people import MAY, Action, Who
from broker.parts import Parts
from broker.store import log, reading


@dataclass(frozen=True, slots=True)
class BesideView:
    """`titles`: what each record that was put right is, by its index, in Italian and English; `names` by pseudonym."""

    request: str
    lines: list[Beside]
    titles: dict[int, tuple[str, str]]
    names: dict[str, str]
    may_rectify: bool
    may_question: bool


async def see_beside(parts: Parts, who: Who, request: str) -> BesideView:
    """That somebody read it is a record, as of any text."""
    tenant = await request_tenant(parts, who, Action.SEE_REQUESTS, request)
    async with parts.store.read() as work:
        lines = await beside(work, tenant, request, parts.keys.wrapping_key())
        titles = {}
        for n in {one.corrects for one in lines if one.corrects is not None}:
            record = (await log.leaf(work, tenant, n)).record
            titles[n] = (record.IT, record.EN)
        known = await reading.names(work, {one.by for one in lines}, tenant)
        names = {one.by: known[one.by] for one in lines}
    await note_reading(parts, who, tenant, "request", request)
    return BesideView(
        request,
        lines,
        titles,
        names,
        who.role in MAY[Action.RECTIFY],
        who.role in MAY[Action.QUESTION],
    )
