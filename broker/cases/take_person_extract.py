"""What somebody who asked is told of himself: an extract (art. 15), or why not all of it may be erased (art. 17(3))."""

from __future__ import annotations

import json
from typing import Any, cast

from audit import bundle
from audit.erasure_records import ErasureExecuted
from audit.instant import whole_ms
from audit.leaf import Leaf
from audit.person_records import RecordRead
from audit.retention import ends
from audit.terms import months
from broker.cases.answer_right import customer_of, right_of
from broker.cases.deny import allow
from broker.domain import right as rights
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.person_extract import ACCESSES, README, SHEET, lines, printed, readme
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, openings, statements
from broker.store.database import Work

_AT_ONCE = 2000


async def refusal_text(parts: Parts, who: Who, tenant: str, name: str) -> str:
    """What to answer to who asked for erasure while his accesses must be kept: the duty, and what went since."""
    await allow(parts, who, Action.ANSWER_RIGHT, tenant, "records")
    async with parts.store.read() as work:
        place, found = await customer_of(work, tenant), await right_of(work, tenant, name)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        opening = await openings.get(work, tenant, found.n, parts.keys.wrapping_key())
        subject = "" if opening is None else str(opening.data["subject"])
        leaves = [one for one in await _about(work, tenant, subject) if one["retain"] == "access"]
        executed = await log.select_leaves(work, tenant, kinds=(ErasureExecuted.KIND,), limit=log.ALL)
        gone = sum(
            len(one.refs)
            for one in executed
            if one.n > found.n and cast(ErasureExecuted, one.record).reason == "decision"
        )
        policy = await statements.policy(work, tenant)
        chosen = {} if policy is None else dict(policy.retention)
        last = max((one["at"] for one in leaves), default=parts.clock.now())
        until = day_of(ends(last, months("access", chosen), place.zone), place.zone)
    return rights.refusal(until, len(leaves), gone)


async def take_person_extract(parts: Parts, who: Who, tenant: str, name: str) -> tuple[str, bytes]:
    """Name and bytes of a ZIP with every record that names whom it is about; that it was taken is a record."""
    await allow(parts, who, Action.ANSWER_RIGHT, tenant, "records")
    async with parts.store.read() as work:
        place, found = await customer_of(work, tenant), await right_of(work, tenant, name)
        opening = (
            None if found is None else await openings.get(work, tenant, found.n, parts.keys.wrapping_key())
        )
        subject = "" if opening is None else str(opening.data["subject"])
        if found is None or opening is None or not subject:
            raise Refused(Why.NOT_FOUND)
        about = await _about(work, tenant, subject)
        n = await openings.admission(work, tenant, subject)
        admitted = None if n is None else await openings.get(work, tenant, n, parts.keys.wrapping_key())
        house = await estate.house(work)
    own = {} if admitted is None else {key: str(value) for key, value in admitted.data.items()}
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        record = RecordRead(who.person, "person", who.terminal, subject=name)
        await tx.append(record, actor=who.actor)
    rows = lines(about, subject)
    vendor = "" if house is None else house.name
    sheet = printed(
        name, found.received, place.name, vendor, rows, day_of(parts.clock.now(), place.zone), place.zone
    )
    files = {
        README: readme(name, found.received).encode(),
        ACCESSES: json.dumps({"person": own, "records": rows}, ensure_ascii=False, indent=1).encode() + b"\n",
        SHEET: await parts.reporter.sealed_sheet(sheet, parts.clock.now()),
    }
    return f"estratto-{name}.zip", bundle.pack(files)


async def _about(work: Work, tenant: str, subject: str) -> list[dict[str, Any]]:
    """Every record whose bytes name him, in order."""
    if not subject:
        return []
    head = await log.head(work, tenant)
    found: list[dict[str, Any]] = []
    for first in range(0, 0 if head is None else head.size, _AT_ONCE):
        for data in await log.leaves(work, tenant, first, first + _AT_ONCE):
            if b'"%s"' % subject.encode() in data:
                leaf = Leaf.parse(data)
                found.append({"leaf": leaf, "retain": leaf.record.RETAIN, "at": leaf.time})
    return found
