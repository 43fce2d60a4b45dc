"""In which order records of versions and defects are lawful: part of the story that step 8 reads (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from audit import instant
from audit import program_records as r
from audit.incident_records import QueueJumped
from audit.leaf import Leaf

DAYS = 15
MOST_ADDED = timedelta(days=5)  # of holidays in a row, the patron's among them
_CLOCKS = timedelta(hours=1)  # by which a local day may be longer or shorter
JUMPED = "acceptance_customisation"  # why an incident went ahead

# From which states of its version, or defect, a record may come, and the state it leaves. None: unchanged.
RELEASE_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "release.published": (frozenset({"new"}), "published"),
    "release.received": (frozenset({"published"}), "received"),
    "acceptance.opened": (frozenset({"received"}), "testing"),
    "malfunction.reported": (frozenset({"testing"}), None),
    "acceptance.passed": (frozenset({"testing"}), "passed"),
    "acceptance.expired": (frozenset({"testing"}), "expired"),
    "acceptance.decided": (frozenset({"expired"}), "decided"),
}
_KNOWN = frozenset({"open", "remedied", "solved", "told"})
DEFECT_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "defect.opened": (frozenset({"new"}), "open"),
    "defect.linked": (_KNOWN, None),
    "defect.remedied": (frozenset({"open", "remedied"}), "remedied"),
    "defect.solved": (frozenset({"remedied"}), "solved"),
    "defect.told": (frozenset({"solved", "told"}), "told"),
}
HEARD = frozenset({*RELEASE_MOVES, *DEFECT_MOVES, QueueJumped.KIND})

Wrong = tuple[str, dict[str, object]]


@dataclass(slots=True)
class Programs:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    releases: dict[str, str] = field(default_factory=dict)
    defects: dict[str, str] = field(default_factory=dict)
    windows: dict[str, str] = field(default_factory=dict)  # release -> the last instant of its window
    complete: set[str] = field(default_factory=set)  # incidents with a whole report

    def feed(self, leaf: Leaf) -> Iterator[Wrong]:
        """A record of a kind in `HEARD`."""
        kind = leaf.record.KIND
        if kind in RELEASE_MOVES:
            release: str = getattr(leaf.record, "release")  # noqa: B009  every kind of the table has one
            yield from _move(RELEASE_MOVES, self.releases, release, kind)
        elif kind in DEFECT_MOVES:
            defect: str = getattr(leaf.record, "defect")  # noqa: B009  every kind of the table has one
            yield from _move(DEFECT_MOVES, self.defects, defect, kind)
        yield from self._beside(leaf)

    def _beside(self, leaf: Leaf) -> Iterator[Wrong]:
        match leaf.record:
            case r.DefectSolved(release=release):
                if release not in self.releases:
                    yield "order", {"kind": leaf.record.KIND, "state": "unpublished"}
            case r.AcceptanceOpened() as opened:
                self.windows[opened.release] = opened.until
                if not fits(opened):
                    yield "acceptance_window", {"release": opened.release}
            case r.AcceptanceExpired(release=release):
                if instant.to_text(leaf.time) <= self.windows.get(release, ""):
                    yield "acceptance_window", {"release": release}
            case r.AcceptancePassed(release=release) | r.MalfunctionReported(release=release):
                until = self.windows.get(release)
                if until is not None and instant.to_text(leaf.time) > until:
                    yield "acceptance_window", {"release": release}
                if isinstance(leaf.record, r.MalfunctionReported) and not leaf.record.lacks:
                    self.complete.add(leaf.record.incident)
            case QueueJumped(reason=reason, taken=taken):
                mine = reason == JUMPED and taken is not None and "." not in taken
                if mine and taken not in self.complete:
                    yield "order", {"kind": leaf.record.KIND, "state": "unreported"}
            case _:
                pass


def fits(opened: r.AcceptanceOpened) -> bool:
    """Whether it ends with the fifteenth day after that of receipt, or with a day soon after where it may."""
    lasts = instant.parse(opened.until) - instant.parse(opened.received)
    most = timedelta(0) if opened.peremptory else MOST_ADDED
    return timedelta(days=DAYS) - _CLOCKS <= lasts <= timedelta(days=DAYS + 1) + _CLOCKS + most


def _move(
    moves: dict[str, tuple[frozenset[str], str | None]], states: dict[str, str], one: str, kind: str
) -> Iterator[Wrong]:
    allowed, after = moves[kind]
    state = states.get(one, "new")
    if state not in allowed:
        yield "order", {"kind": kind, "state": state}
    elif after is not None:
        states[one] = after
