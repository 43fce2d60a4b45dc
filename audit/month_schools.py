"""A report's part of a school: the clean-ups of its archives, with the counts and where the minute is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from audit import instant
from audit import school_records as s
from audit.canonical import Value
from audit.duty_records import DocumentIssued
from audit.leaf import Leaf


@dataclass(slots=True)
class _CleanUp:
    due: str
    opened: datetime
    instructed: datetime | None = None
    statement: str = ""
    archives: tuple[str, ...] = ()
    counts: dict[int, dict[str, int]] = field(default_factory=dict)
    minute: tuple[int, str] | None = None  # its record, and what that commits to
    ended: datetime | None = None
    state: str = "open"


@dataclass(slots=True)
class MonthSchools:
    """Feed every leaf in order, those up to the period's end; it goes on from one period to the next."""

    clean_ups: dict[str, _CleanUp] = field(default_factory=dict)

    def feed(self, leaf: Leaf) -> None:
        told, at = leaf.record, leaf.time
        match told:
            case s.CleanUpDue(clean_up=one, due=due):
                self.clean_ups.setdefault(one, _CleanUp(due, at))
            case s.CleanUpInstructed(clean_up=one) if known := self.clean_ups.get(one):
                known.instructed, known.statement = at, told.statement
                known.archives, known.counts = told.archives, {}
            case s.CleanUpCounted(clean_up=one) if known := self.clean_ups.get(one):
                known.counts.setdefault(told.archive, {})[told.phase] = told.rows
            case DocumentIssued(document="clean_up_minute", about=one) if known := self.clean_ups.get(
                one or ""
            ):
                known.minute = leaf.n, leaf.sealed or ""
            case s.CleanUpClosed(clean_up=one) if known := self.clean_ups.get(one):
                known.state, known.ended = "closed", at
            case s.CleanUpDeclined(clean_up=one) if known := self.clean_ups.get(one):
                known.state, known.ended = "declined", at
            case _:
                pass

    def part(self, start: datetime, end: datetime) -> dict[str, Value]:
        """`clean_ups` of that time; empty where none was open or ended in it."""
        found = [
            _value(name, one, end)
            for name, one in self.clean_ups.items()
            if one.opened < end and (one.ended is None or one.ended >= start)
        ]
        return {"clean_ups": found} if found else {}


def _value(name: str, one: _CleanUp, end: datetime) -> Value:
    found: dict[str, Value] = {"id": name, "due": one.due, "state": "open"}
    ended = one.ended is not None and one.ended < end
    counts = one.counts if ended and one.state == "closed" else {}
    if one.instructed is not None and one.instructed < end:
        found |= {"instructed": instant.to_text(one.instructed), "statement": one.statement}
        found["archives"] = [
            {"name": archive, **counts.get(n, {})} for n, archive in enumerate(one.archives, 1)
        ]
    if one.ended is not None and ended:
        found |= {"state": one.state, "ended": instant.to_text(one.ended)}
        if one.minute is not None and one.state == "closed":
            found["minute"] = {"leaf": one.minute[0], "commitment": one.minute[1]}
    return found
