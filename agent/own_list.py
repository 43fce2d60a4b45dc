"""What this host has still to list of its sessions: kept on disk since its last list (FORMAT.md §6).

A fact is kept here before its note is written, with the note's number. So a crash between the two leaves
a fact whose number the spool does not know: that note was told to nobody, and the fact is dropped.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from agent.pins_store import StateDamaged, write_file
from audit import instant
from audit.canonical import Value
from audit.errors import Malformed
from audit.forms import ID
from audit.session_list import BEGUN, ENDED, LISTED, Told

FILE = "own_list.json"
MAX_BYTES = 1024 * 1024
MAX_SESSIONS = 64  # in one list: its note and its record stay below 16 KiB
EVERY = timedelta(days=35)  # a broker that never asks hides no month
KINDS = frozenset({LISTED, BEGUN, *ENDED})


@dataclass(frozen=True, slots=True)
class _Fact:
    """What note `n` says; of a list, that it was made."""

    n: int
    kind: str
    session: str
    time: str
    reason: str


@dataclass(slots=True)
class _Base:
    """With what the next list begins, and the sessions that ran then."""

    first_n: int
    since: str
    running: dict[str, str] = field(default_factory=dict)


def begin(state_dir: Path, since: datetime) -> None:
    """At enrolment, whose note is number 0 and of that instant."""
    _write(state_dir / FILE, _Base(1, instant.to_text(since)), [])


class OwnList:
    """`next_n` is the number of the next note, by the spool."""

    def __init__(self, state_dir: Path, next_n: int) -> None:
        self._path = state_dir / FILE
        self._base, self._facts = _read(self._path)
        self._settle(next_n)

    def hear(self, n: int, kind: str, session: str | None, at: datetime, body: dict[str, Value]) -> None:
        """Note `n` is about to be written. On disk when this returns."""
        stale = self._settle(n)
        fact = _Fact(n, kind, session or "", instant.to_text(at), str(body.get("reason", "")))
        if kind in KINDS and (kind == LISTED or self._is_new(fact)):
            self._facts.append(fact)
        elif not stale:
            return
        _write(self._path, self._base, self._facts)

    def body(self, n: int) -> dict[str, Value]:
        """Of the list that is to be note `n`."""
        self._settle(n)
        lines: list[Value] = [line.text for line in self._told().lines.values()]
        return {"first_n": self._base.first_n, "since": self._base.since, "sessions": lines}

    @property
    def is_full(self) -> bool:
        return len(self._told().lines) >= MAX_SESSIONS

    def is_due(self, at: datetime) -> bool:
        """Whether the last list was made so long ago that nobody need ask."""
        last = next((fact.time for fact in self._facts if fact.kind == LISTED), self._base.since)
        return at >= instant.parse(last) + EVERY

    # ------------------------------------------------------------------------------------------

    def _is_new(self, fact: _Fact) -> bool:
        """Whether it adds to the list; a broker that repeats an order does not make it grow."""
        if not ID.fits(fact.session):
            return False  # no record can name such a session
        told = self._told()
        before = dict(told.lines)
        _hear(told, fact)
        return told.lines != before

    def _told(self) -> Told:
        told = Told(dict(self._base.running))
        for fact in self._facts:
            _hear(told, fact)
        return told

    def _settle(self, next_n: int) -> bool:
        """Drop what no note tells, and begin anew behind a list that was made. True if something was dropped."""
        kept = [fact for fact in self._facts if fact.n < next_n]
        dropped = len(kept) < len(self._facts)
        self._facts = kept
        made = next((place for place, fact in enumerate(kept) if fact.kind == LISTED), None)
        if made is not None:
            self._facts = kept[: made + 1]
            running = self._told().running
            self._base = _Base(kept[made].n + 1, kept[made].time, running)
            self._facts = kept[made + 1 :]
        return dropped


def _hear(told: Told, fact: _Fact) -> None:
    if fact.kind == LISTED:
        told.listed()
    else:
        told.hear(fact.kind, fact.session, fact.time, fact.reason)


def _write(path: Path, base: _Base, facts: list[_Fact]) -> None:
    body = {"v": 1, "base": asdict(base), "facts": [asdict(fact) for fact in facts]}
    write_file(path, json.dumps(body).encode())


def _read(path: Path) -> tuple[_Base, list[_Fact]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as wrong:
        raise StateDamaged(path, "missing: this host cannot say which sessions it had") from wrong
    if len(data) > MAX_BYTES:
        raise StateDamaged(path, "longer than any list of sessions")
    try:
        body = json.loads(data)
        base, facts = _Base(**body["base"]), [_Fact(**fact) for fact in body["facts"]]
        instant.parse(base.since)
    except (ValueError, TypeError, KeyError, RecursionError, Malformed) as wrong:
        raise StateDamaged(path, "no list of sessions") from wrong
    return base, facts
