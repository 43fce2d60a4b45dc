"""Letters about versions, defects and windows: put into the outbox with what happened, written when due."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from audit.program_records import DefectTold
from audit.record import BROKER
from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import program_letter
from broker.domain.instants import day_of
from broker.domain.program_letter import ProgramFacts, ProgramLetter
from broker.domain.programs import Programs, Release
from broker.parts import Parts
from broker.store import estate, programs
from broker.store.outbox import Due
from broker.store.tx import Tx


async def write_program_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or there is nothing to remind of any more."""
    letter = cast(ProgramLetter, due.payload["letter"])
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        house = await estate.house(work)
        known = await programs.of(work, due.tenant)
    release = _release(due, known)
    if to is None or house is None or release is None:
        return None
    window = release.window
    if letter == "testing" and (window is None or not window.open(at)):
        return None
    facts = ProgramFacts(
        to.customer.name,
        house.name,
        f"{release.told.name} {release.told.version}",
        str(due.payload.get("defect", due.payload.get("incident", ""))),
        None if window is None else day_of(window.until, to.customer.zone),
    )
    page = f"incidenti/{due.tenant}/{due.payload['incident']}" if letter == "malfunction" else "programmi"
    link = f"{parts.settings.origin}/{page}"
    return Letter(to.mailbox, program_letter.compose(letter, facts, to.envelope, link))


def _release(due: Due, known: Programs) -> Release | None:
    defect = known.defects.get(str(due.payload.get("defect", "")))
    name = str(due.payload.get("release", "")) if defect is None else defect.release or ""
    return known.releases.get(name)


async def record_told(tx: Tx, due: Due) -> None:
    """A mail server took the letter about a solution: the defect was told to that person."""
    if due.payload["letter"] == "solved":
        await tx.append(DefectTold(str(due.payload["defect"]), str(due.payload["to"])), actor=BROKER)
