"""Who was system administrator in a month, with appointment and what changed in it. Pure (requirements L-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from audit.approvers import Approvers
from audit.canonical import Value
from broker.domain.appointments import Appointment

InForce = tuple[datetime, Approvers]  # a signed set, and since when it is the one in force


@dataclass(frozen=True, slots=True)
class _Tenure:
    """One person's time on the lists without a break. `renewed` is when a later list set another end."""

    person: str
    since: datetime
    until: datetime
    renewed: datetime | None = None
    removed: datetime | None = None

    @property
    def end(self) -> datetime:
        return self.until if self.removed is None else min(self.until, self.removed)


def in_month(
    sets: Sequence[InForce],
    period: Mapping[str, Any],
    zone: ZoneInfo,
    appointed: Sequence[Appointment] = (),
) -> list[Value]:
    """Lines of the report; `period` has its first and last local day as ``from`` and ``to``.

    `sets` in the order they were signed. What came after the month is not told, though it is known. Whoever has an
    appointment in the register stands there by it, with its number; the others by the sets.
    """
    named = [_appointment(one, period, zone) for one in appointed]
    register = [line for line in named if _touches(line, period)]
    people = {line["person"] for line in register}
    lines = [_line(tenure, period, zone) for tenure in _tenures(sets) if tenure.person not in people]
    return [*register, *(line for line in lines if _touches(line, period))]


def _touches(line: Mapping[str, Any], period: Mapping[str, Any]) -> bool:
    return bool(line["appointed"] <= period["to"] and line["valid_to"] >= period["from"])


def _appointment(one: Appointment, period: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Value]:
    ended = None if one.ended is None else day(one.ended, zone)
    if ended is not None and ended > period["to"]:
        ended = None
    line: dict[str, Value] = {
        "person": one.person,
        "areas": list(one.areas),
        "appointed": one.first.isoformat(),
        "valid_to": min(one.last.isoformat(), ended or one.last.isoformat()),
        "note": f"nomina {one.id}, registrazione {one.n}",
    }
    for change, at in (("removed", ended), ("added", line["appointed"])):
        if at is not None and period["from"] <= at <= period["to"]:
            return {**line, "change": change, "changed": at}
    return {**line, "change": "none"}


def _tenures(sets: Sequence[InForce]) -> list[_Tenure]:
    """Somebody with two passkeys is one person."""
    ended: list[_Tenure] = []
    standing: dict[str, _Tenure] = {}
    for at, approvers in sets:
        listed = _spans(approvers)
        left = [person for person in standing if person not in listed]
        ended += [replace(standing.pop(person), removed=at) for person in left]
        for person, (since, until) in listed.items():
            before = standing.get(person)
            if before is None:
                standing[person] = _Tenure(person, since, until)
            elif before.until != until:
                standing[person] = replace(before, until=until, renewed=at)
    return [*ended, *standing.values()]


def _spans(approvers: Approvers) -> dict[str, tuple[datetime, datetime]]:
    found: dict[str, tuple[datetime, datetime]] = {}
    for line in approvers.approvers:
        if line.role == "ads":
            since, until = found.get(line.person, (line.valid_from, line.valid_until))
            found[line.person] = (min(since, line.valid_from), max(until, line.valid_until))
    return found


def _line(tenure: _Tenure, period: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Value]:
    line: dict[str, Value] = {
        "person": tenure.person,
        "areas": [],
        "appointed": day(tenure.since, zone),
        "valid_to": day(tenure.end - timedelta(milliseconds=1), zone),  # the last day, not the one it ends at
    }
    for change, at in (("removed", tenure.removed), ("updated", tenure.renewed), ("added", tenure.since)):
        if at is not None and period["from"] <= day(at, zone) <= period["to"]:
            return {**line, "change": change, "changed": day(at, zone)}
    return {**line, "change": "none"}


def day(at: datetime, zone: ZoneInfo) -> str:
    """The local day of an instant, YYYY-MM-DD."""
    return at.astimezone(zone).date().isoformat()
