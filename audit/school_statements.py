"""What the titolare of a school signs: the delegation for its archives, the instruction to clean them (FORMAT.md §4).

No agent reads them: they let nobody in. The broker and whoever verifies do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DAY, ID, LINE
from audit.statement import Statement

MAX_TERM = timedelta(days=366)
MAX_PERSONS = 16
MAX_ARCHIVES = 40  # what somebody can read before he signs that it is erased
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class ArchivesDelegation(Statement):
    """To people of the vendor, as administrators of the system: they may handle its archives and database."""

    TYPE: ClassVar[str] = "archives_delegation"

    tenant: str
    delegation: str
    persons: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "delegation": self.delegation,
            "persons": list(self.persons),
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
        }
        return value | ({"demo_software": True} if self.demo_software else {})

    @classmethod
    def from_fields(cls, f: Fields) -> ArchivesDelegation:
        found = cls(
            f.formed("tenant", ID),
            f.formed("delegation", ID),
            f.texts("persons"),
            instant.parse(f.text("not_before")),
            instant.parse(f.text("not_after")),
            f.flag("demo_software"),
        )
        for one in found.persons:
            ID.check(one, "persons")
        if not 0 < len(found.persons) <= MAX_PERSONS or list(found.persons) != sorted(set(found.persons)):
            raise Malformed("people of a delegation are none, too many, not in order, or named twice")
        if not timedelta(0) < found.not_after - found.not_before <= MAX_TERM:
            raise Malformed("a delegation lasts longer than twelve months, or not at all")
        return found

    def covers(self, person: str, at: datetime, until: datetime) -> bool:
        """Whether he may begin something now that may last until then."""
        return person in self.persons and self.not_before <= at and max(at, until) <= self.not_after


@dataclass(frozen=True, slots=True)
class CleanUpInstruction(Statement):
    """Of one clean-up: personal data in these archives are erased, by the titolare's explicit word."""

    TYPE: ClassVar[str] = "clean_up"

    tenant: str
    clean_up: str
    due: str
    archives: tuple[str, ...]
    decided: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "clean_up": self.clean_up,
            "due": self.due,
            "archives": list(self.archives),
            "decided": instant.to_text(self.decided),
        }
        return value | ({"demo_software": True} if self.demo_software else {})

    @classmethod
    def from_fields(cls, f: Fields) -> CleanUpInstruction:
        found = cls(
            f.formed("tenant", ID),
            f.formed("clean_up", ID),
            f.formed("due", DAY),
            f.texts("archives"),
            instant.parse(f.text("decided")),
            f.flag("demo_software"),
        )
        for one in found.archives:
            LINE.check(one, "archives")
        named = all(0 < len(one) <= MAX_NAME and one == one.strip() for one in found.archives)
        if not named or not 0 < len(found.archives) <= MAX_ARCHIVES:
            raise Malformed("archives of an instruction are none, too many, or not named")
        if len(set(found.archives)) != len(found.archives):
            raise Malformed("an archive is named twice")
        return found
