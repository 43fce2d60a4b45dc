"""In which order records of a school are lawful, and what may be opened there before it is in service: part of the
story that step 8 reads (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from audit import school_records as s
from audit.declared_records import DeclaredBegan
from audit.leaf import Leaf
from audit.request_records import RequestOpened
from audit.session_records import SessionOpened

ROWS = ("topology", "server", "database", "workstations", "access", "credentials", "privacy", "document")
DOCUMENT = "document"
MAX_OCTETS = 32 * 1024 * 1024  # of a paper that goes with a row
PREPARING = frozenset({"LAN", "CLOUD", "SERV", "CRED"})  # what the study itself looks at
ON_ARCHIVES = frozenset({"GEST", "BKP", "RST"})

# From which states of its clean-up a record may come, and the state it leaves. None: unchanged, but that the first
# count after the work leaves `cleaning`.
CLEAN_UP_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "clean_up.due": (frozenset({"new"}), "due"),
    "clean_up.instructed": (frozenset({"due", "instructed"}), "instructed"),
    "clean_up.counted": (frozenset({"instructed", "cleaning"}), None),
    "clean_up.declined": (frozenset({"due", "instructed"}), "declined"),
    "clean_up.closed": (frozenset({"cleaning"}), "closed"),
}
_OTHERS = frozenset(
    kind.KIND
    for kind in (
        s.CustomerTyped, s.StudyAnswered, s.SchoolInService, s.ArchivesDelegated, s.ArchivesDelegationEnded,
    )
)  # fmt: skip
HEARD = frozenset({*CLEAN_UP_MOVES, *_OTHERS, RequestOpened.KIND, SessionOpened.KIND, DeclaredBegan.KIND})

Wrong = tuple[str, dict[str, object]]


def beyond(activities: Iterable[str], known: frozenset[str]) -> bool:
    """Whether one of these activities (``GEST``, ``GEST/FOR``) is of another class than those."""
    return any(one.split("/")[0] not in known for one in activities)


def yearly(day: str | None) -> bool:
    """Whether every year has that day, spelled as in ``08-31``."""
    try:
        return day is not None and date.fromisoformat(f"2027-{day}").isoformat() == f"2027-{day}"
    except ValueError:
        return False


@dataclass(slots=True)
class CleanUp:
    """What is known of one while reading. `counts`: archive -> phase -> rows."""

    state: str
    archives: int = 0
    counts: dict[int, dict[str, int]] = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        return self.archives > 0 and all(len(self.counts.get(n + 1, {})) == 2 for n in range(self.archives))

    def count(self, told: s.CleanUpCounted) -> bool:
        """Whether it is one of an archive named, and in its turn."""
        if not 0 < told.archive <= self.archives or told.rows < 0:
            return False
        phases = self.counts.setdefault(told.archive, {})
        turn = {"before": "after" not in phases, "after": "before" in phases}
        if not turn.get(told.phase, False):
            return False
        phases[told.phase] = told.rows
        return True


@dataclass(slots=True)
class Schools:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    school: bool = False
    in_service: bool = False
    settled: set[str] = field(default_factory=set)
    clean_ups: dict[str, CleanUp] = field(default_factory=dict)
    wide: set[str] = field(
        default_factory=set
    )  # requests of more than preparing it, nothing of which was opened

    def feed(self, leaf: Leaf) -> Iterator[Wrong]:
        """A record of a kind in `HEARD`."""
        match leaf.record:
            case RequestOpened(request=request, activities=activities):
                if beyond(activities, PREPARING):
                    self.wide.add(request)
            case SessionOpened(request=request) | DeclaredBegan(request=request):
                if request in self.wide and self.school and not self.in_service:
                    yield "school_not_in_service", {"request": request}
                self.wide.discard(request)
            case s.CustomerTyped(type=type_, clean_up=day):
                yield from self._typed(type_, day)
            case s.StudyAnswered() | s.SchoolInService() | s.ArchivesDelegated():
                yield from self._studied(leaf.record)
            case (
                s.CleanUpDue() | s.CleanUpInstructed() | s.CleanUpCounted() | s.CleanUpDeclined()
                | s.CleanUpClosed()
            ):  # fmt: skip
                yield from self._cleaning(leaf.record)
            case _:
                pass

    def _typed(self, type_: str, day: str | None) -> Iterator[Wrong]:
        school = type_ == "school"
        if type_ not in ("school", "other") or (not yearly(day) if school else day is not None):
            yield "order", {"kind": s.CustomerTyped.KIND, "state": type_}
        if school is not self.school:
            self.school, self.in_service, self.settled = school, False, set()

    def _studied(self, told: s.StudyAnswered | s.SchoolInService | s.ArchivesDelegated) -> Iterator[Wrong]:
        if not self.school:
            yield "order", {"kind": told.KIND, "state": "other"}
            return
        match told:
            case s.StudyAnswered(row=row, file=file, octets=octets):
                sized = (file is None) is (octets is None) and (octets is None or 0 < octets <= MAX_OCTETS)
                if row not in ROWS or not sized or (row == DOCUMENT and file is None):
                    yield "order", {"kind": told.KIND, "state": row}
                else:
                    self.settled.add(row)
            case s.SchoolInService():
                if self.in_service:
                    yield "order", {"kind": told.KIND, "state": "in_service"}
                if left := [row for row in ROWS if row not in self.settled]:
                    yield "study_open", {"rows": ", ".join(left)}
                self.in_service = True
            case _:
                pass

    def _cleaning(
        self,
        told: s.CleanUpDue | s.CleanUpInstructed | s.CleanUpCounted | s.CleanUpDeclined | s.CleanUpClosed,
    ) -> Iterator[Wrong]:
        known = self.clean_ups.get(told.clean_up)
        state = "new" if known is None else known.state
        allowed, after = CLEAN_UP_MOVES[told.KIND]
        if state not in allowed or (known is None and not self.school):
            yield "order", {"kind": told.KIND, "state": state if self.school else "other"}
            return
        if known is None:
            self.clean_ups[told.clean_up] = CleanUp("due")
            return
        known.state = after or state
        match told:
            case s.CleanUpInstructed(archives=archives):
                known.archives, known.counts = len(archives), {}
            case s.CleanUpCounted():
                if not known.count(told):
                    yield "clean_up_count", {"clean_up": told.clean_up}
                elif told.phase == "after":
                    known.state = "cleaning"
            case s.CleanUpClosed():
                if not known.counted:
                    yield "clean_up_open", {"clean_up": told.clean_up}
            case _:
                pass
