"""Schools as their logs have them: type, study, delegations, clean-ups; there is no table beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from audit import school_records as s
from audit.leaf import Leaf
from audit.school_statements import ArchivesDelegation
from broker.domain.school import CleanUp, Delegated, Row, School
from broker.store import log
from broker.store.database import Work
from broker.store.tables import statements

_KINDS = (
    s.CustomerTyped.KIND, s.StudyAnswered.KIND, s.SchoolInService.KIND, s.ArchivesDelegated.KIND,
    s.ArchivesDelegationEnded.KIND, s.CleanUpDue.KIND, s.CleanUpInstructed.KIND, s.CleanUpCounted.KIND,
    s.CleanUpClosed.KIND, s.CleanUpDeclined.KIND,
)  # fmt: skip


async def school(work: Work, tenant: str) -> School:
    """Of a customer, whichever it is."""
    found = School()
    leaves = await log.select_leaves(work, tenant, kinds=_KINDS, limit=log.ALL)
    if not leaves:
        return found
    for leaf in leaves:
        found = _after(found, leaf)
    return replace(found, delegations=await _delegations(work, tenant, leaves))


def _after(found: School, leaf: Leaf) -> School:
    match leaf.record:
        case s.CustomerTyped(type="school", clean_up=day):
            if found.is_school:
                return replace(found, clean_up=day or "")
            return School(day or "", leaf.time, clean_ups=found.clean_ups)
        case s.CustomerTyped():
            return School(clean_ups=found.clean_ups)
        case s.StudyAnswered() as one:
            answer = Row(leaf.n, leaf.time, one.file, one.octets)
            return replace(found, rows={**found.rows, one.row: answer})
        case s.SchoolInService():
            return replace(found, in_service=leaf.time)
        case s.CleanUpDue(clean_up=name, due=due):
            return replace(found, clean_ups=(*found.clean_ups, CleanUp(name, date.fromisoformat(due))))
        case s.CleanUpInstructed() | s.CleanUpCounted() | s.CleanUpClosed() | s.CleanUpDeclined() as one:
            ups = [_moved(up, leaf) if up.id == one.clean_up else up for up in found.clean_ups]
            return replace(found, clean_ups=tuple(ups))
        case _:
            return found


def _moved(one: CleanUp, leaf: Leaf) -> CleanUp:
    match leaf.record:
        case s.CleanUpInstructed(archives=archives, statement=digest):
            return replace(
                one, state="instructed", archives=archives, statement=digest, instructed=leaf.time, counts={}
            )
        case s.CleanUpCounted(archive=archive, phase=phase, rows=rows):
            counts = {**one.counts, archive: {**one.counts.get(archive, {}), phase: rows}}
            return replace(one, counts=counts, state="cleaning" if phase == "after" else one.state)
        case s.CleanUpClosed():
            return replace(one, state="closed", ended=leaf.time, minute=leaf.refs[0] if leaf.refs else None)
        case _:
            return replace(one, state="declined", ended=leaf.time)


async def _delegations(work: Work, tenant: str, leaves: list[Leaf]) -> tuple[Delegated, ...]:
    """Oldest first."""
    ended = {leaf.record.statement for leaf in leaves if isinstance(leaf.record, s.ArchivesDelegationEnded)}
    rows = await work.run(
        select(statements)
        .where(statements.c.tenant == tenant, statements.c.type == ArchivesDelegation.TYPE)
        .order_by(statements.c.signed, statements.c.digest)
    )
    return tuple(
        Delegated(row.digest, ArchivesDelegation.parse(bytes(row.statement)), row.digest in ended)
        for row in rows
    )
