"""The notice on administrators for the people at work (L-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broker.cases.see_administrators import see_administrators
from broker.domain.appointments import Shows
from broker.domain.people import Who
from broker.parts import Parts


@dataclass(frozen=True, slots=True)
class Notice:
    """What the people at work are told, today: nothing, functions alone, or names with functions (L-04)."""

    tenant: str
    day: date
    shows: Shows
    lines: list[tuple[str, str]]  # name (or nothing), function


async def see_notice(parts: Parts, who: Who, tenant: str) -> Notice:
    """For whoever puts it up where people work."""
    view = await see_administrators(parts, who, tenant)
    named = view.shows == "names"
    lines = sorted({(one.name if named else "", one.function) for one in view.lines})
    return Notice(tenant, view.day, view.shows, [] if view.shows == "nothing" else lines)
