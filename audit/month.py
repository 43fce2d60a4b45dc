"""A month from the log, or another period: the evidence part of the report.

Pure. Broker and verifier both call `evidence_part`, so a report says what the log says or is caught.
Schema: FORMAT.md §11. People and hosts are pseudonyms here; names come with the commercial part.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit import instant
from audit.billing import Charged
from audit.canonical import Value
from audit.channel_records import ChannelOpened, ToolStarted
from audit.declared_records import DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.errors import Malformed
from audit.estate_records import DelegationGiven, MandateGiven
from audit.heartbeats import Heartbeats
from audit.leaf import Leaf
from audit.live_records import FlagWithdrawn, MomentFlagged
from audit.log_records import LogGap, LogHeartbeat, PeriodClosed, ShardOpened
from audit.merkle import Edge
from audit.month_access import Accesses, Sitting
from audit.month_charges import Charges, Sat
from audit.month_doings import DOINGS, MONTH_LINES, Doings, lines_of
from audit.month_frame import period_value
from audit.month_lists import MonthLists
from audit.month_programs import MonthPrograms
from audit.month_protection import MonthProtection
from audit.month_schools import MonthSchools
from audit.month_sessions import (
    OpeningOf,
    RequestRead,
    SessionRead,
    exceptions_of,
    people_of,
    session_value,
    totals_of,
)
from audit.paper_records import DutiesLacking
from audit.periods import bounds, earlier, family, following, session_of
from audit.recording_records import RecordingOpened
from audit.report_records import PeriodTold
from audit.request_records import ApprovalGiven, GrantIssued, RequestOpened, SupervisionTaken
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPresumedEnded,
    SessionStarted,
    WatchJoined,
)


@dataclass(slots=True)
class _Reading:
    """Everything kept while reading the log once."""

    requests: dict[str, RequestRead] = field(default_factory=dict)
    warrants: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # by digest: delegation | mandate, its id
    sessions: dict[str, SessionRead] = field(default_factory=dict)
    doings: dict[str, Doings] = field(default_factory=dict)  # of sessions that may still be told of
    size: int = 0
    closed_before: int = -1  # the period.closed of an earlier month
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    lost: list[tuple[int, int]] = field(default_factory=list)  # first and last index witnesses knew of

    def forget(self, end: datetime) -> None:
        """What was done in sessions of a month that was closed: they are told of once."""
        for one in [self.sessions[n] for n in self.doings]:
            if one.told_n >= 0 and one.start is not None and one.start < end:
                del self.doings[one.id]


def evidence_part(
    leaves: Iterable[Leaf],
    opening_of: OpeningOf,
    period: str,
    zone: str,
    until: datetime,
    *,
    origin: str,
    root_of: Callable[[int], bytes] | None = None,
) -> dict[str, Value]:
    """What the log says of a month, or another period (form `reported`, local to `zone`).

    `leaves` is the log from its first record up to and including this month's `period.closed` (or
    `period.snapshot`, or `period.told`); size and root cited are those of exactly these. `until` is the end of the month,
    or the instant of a snapshot. A fact belongs to the month of its own time; one that arrived after
    its month was closed belongs to the month in which it arrived. `root_of` gives the log's root by size,
    where the caller has judged the tree; else it is made from the leaves.
    """
    month, edge = Month.of(period, zone), Edge()
    for leaf in leaves:
        if root_of is None:
            edge.append(leaf.encode())
        month.feed(leaf)
    size = month.reading.size
    return month.evidence(
        opening_of, until, origin=origin, root=edge.root() if root_of is None else root_of(size)
    )


@dataclass(slots=True)
class Month:
    """What is kept of a log while it is read for one month, or another period. `following` goes on to the next."""

    period: str
    zone: str
    reading: _Reading
    accesses: Accesses
    lists: MonthLists
    protection: MonthProtection
    charges: Charges
    end: datetime  # the first instant of the next month
    # (n, time) of the month's first record, and of those after its end that are later than all before them
    firsts: list[tuple[int, datetime]] = field(default_factory=list)
    programs: MonthPrograms = field(default_factory=MonthPrograms)
    schools: MonthSchools = field(default_factory=MonthSchools)

    @classmethod
    def of(cls, period: str, zone: str) -> Month:
        """Nothing read yet."""
        start, end = bounds(period, zone)
        return cls(
            period,
            zone,
            _Reading(),
            Accesses(start),
            MonthLists(start),
            MonthProtection(start),
            Charges(zone),
            end,
        )

    def feed(self, leaf: Leaf) -> None:
        """Every leaf of the log, in order."""
        reading = self.reading
        reading.size += 1
        ended = leaf.record.period if isinstance(leaf.record, PeriodClosed | PeriodTold) else self.period
        if earlier(ended, self.period):
            reading.closed_before = leaf.n
            reading.forget(bounds(ended, self.zone)[1])
            self.accesses.earlier_closed()
        else:
            self._begins(leaf.n, leaf.time)
        _read(reading, leaf)
        sitting = _session_of(reading, leaf)
        self.accesses.feed(leaf, sitting)
        self.charges.feed(leaf, own=sitting is not None)
        self.lists.feed(leaf)
        self.programs.feed(leaf)
        self.protection.feed(leaf)
        self.schools.feed(leaf)

    def _begins(self, n: int, time: datetime) -> None:
        """The first record of this month or of a later one is among those kept."""
        least = max(self.end, self.firsts[-1][1]) if self.firsts else self.accesses.start
        if time >= least:
            self.firsts.append((n, time))

    def following(self, period: str = "") -> Month:
        """The one after this, or a later `period`, once this one's `period.closed` or `.told` was the last leaf."""
        reading, ended = self.reading, self.end
        period = period or following(self.period)
        start, end = bounds(period, self.zone)
        reading.closed_before = reading.size - 1
        reading.forget(ended)
        accesses, lists = self.accesses.following(start), self.lists.following(start)
        found = Month(
            period,
            self.zone,
            reading,
            accesses,
            lists,
            self.protection.following(start),
            self.charges,
            end,
            programs=self.programs,
            schools=self.schools,
        )
        for n, time in self.firsts:
            if n != reading.closed_before:
                found._begins(n, time)
        return found

    def evidence(
        self, opening_of: OpeningOf, until: datetime, *, origin: str, root: bytes
    ) -> dict[str, Value]:
        """Of the period up to `until`, by the records read; `root` is the log's over them. `Malformed` for the
        intervention of a session that did not start and end."""
        if session := session_of(self.period):
            return self._intervention(session, opening_of, origin, root)
        end, reading = min(until, self.end), self.reading
        accesses = self.accesses.up_to(end)
        listed = _listed(reading, self.accesses.start, end)
        told = self.lists.hosts(self.end) if end == self.end and family(self.period) == "month" else set()
        first_n = self.firsts[0][0] if self.firsts else reading.size
        found = self._made(opening_of, listed, accesses, (self.accesses.start, self.end))
        found["hosts"] = [{"id": h} for h in sorted(_hosts(listed, accesses) | told)]
        found["log"] = self._log(first_n, (self.accesses.start, end), origin, root)
        numbered = [(n, s.id, s.request.incident) for n, s in enumerate(listed, 1)]
        found |= self.programs.part((self.accesses.start, end), self.zone, numbered, found["totals"])
        found["protection"] = self.protection.value(end)
        found |= self.schools.part(self.accesses.start, end)
        numbers = {session: n for n, session, _ in numbered}
        found |= self.charges.value(_sat(reading), numbers, self.accesses.start, end)
        if end < self.end:
            found["partial"] = True  # its hosts have still to tell it
        elif family(self.period) == "month":
            found["lists"] = self.lists.value(self.end)
        return found

    def charged(self, until: datetime) -> list[Charged]:
        """What the entries of the period up to `until` cost: those that `evidence` sums up."""
        start, end = self.accesses.start, min(until, self.end)
        listed = {one.id for one in _listed(self.reading, start, end)}
        return self.charges.charged(_sat(self.reading), listed, start, end)[0]

    def _intervention(
        self, session: str, opening_of: OpeningOf, origin: str, root: bytes
    ) -> dict[str, Value]:
        one = self.reading.sessions.get(session)
        if one is None or one.start is None or one.end is None:
            raise Malformed("an intervention of a session that did not start and end")
        accesses, days = self.accesses.of_session(session), (one.start, max(one.start, one.end))
        found = self._made(opening_of, [one], accesses, days)
        found["hosts"] = [{"id": h} for h in sorted(_hosts([one], accesses))]
        found["log"] = self._log(one.opened_n, days, origin, root)
        return found

    def _made(
        self,
        opening_of: OpeningOf,
        listed: list[SessionRead],
        accesses: Accesses,
        days: tuple[datetime, datetime],
    ) -> dict[str, Value]:
        numbers = {s.id: n for n, s in enumerate(listed, 1)}
        sessions = _sessions(self.reading, listed, opening_of)
        exceptions = exceptions_of(listed, accesses, numbers)
        return {
            "v": 1,
            "kind": "monthly_report",
            "period": period_value(self.period, self.zone, *days),
            "people": [{"id": p} for p in sorted(people_of(listed) | accesses.people())],
            "sessions": sessions,
            "exceptions": exceptions,
            "access": accesses.value(numbers),
            "totals": totals_of(sessions, exceptions, accesses),
        }

    def _log(self, first_n: int, days: tuple[datetime, datetime], origin: str, root: bytes) -> Value:
        here, (start, end), reading = ZoneInfo(self.zone), days, self.reading
        last = max(start, end - timedelta(milliseconds=1)).astimezone(here).date()
        expected, beats, gaps = reading.heartbeats.counted(start.astimezone(here).date(), last)
        return {
            "origin": origin,
            "size": reading.size,
            "root": base64.b64encode(root).decode(),
            "first": first_n,
            "heartbeats": beats,
            "heartbeats_expected": expected,
            "gaps": gaps,
            **({"lost": [{"first": a, "last": b} for a, b in reading.lost]} if reading.lost else {}),
        }


def _sat(reading: _Reading) -> list[Sat]:
    every = reading.sessions.values()
    return [Sat(s.id, s.start, s.end, s.request.incident, s.request.activities) for s in every if s.start and s.end]  # fmt: skip


def _hosts(listed: list[SessionRead], accesses: Accesses) -> set[str]:
    return {s.host for s in listed} | accesses.systems()


def _session_of(reading: _Reading, leaf: Leaf) -> Sitting | None:
    known = reading.sessions.get(leaf.session or "")
    if known is None or leaf.host != known.host:
        return None  # another host's word on it moves nothing
    return Sitting(known.request.technician, known.terminal, known.demo_software)


def _read(reading: _Reading, leaf: Leaf) -> None:
    session = reading.sessions.get(leaf.session or "")
    match leaf.record:
        case RequestOpened() as asked:
            reading.requests[asked.request] = RequestRead(
                asked.request, leaf.actor.id, asked.incident, asked.activities, leaf.n
            )
        case DelegationGiven(statement=digest, warrant=warrant):
            reading.warrants[digest] = "delegation", warrant
        case MandateGiven(statement=digest, warrant=warrant):
            reading.warrants[digest] = "mandate", warrant
        case ApprovalGiven() as given if given.request in reading.requests:
            request = reading.requests[given.request]
            request.by_himself |= given.approver == request.technician
            if request.approval is None:
                request.approval, request.given = given, instant.to_text(leaf.time)
        case GrantIssued() | DeclaredAllowed() as grant if grant.request in reading.requests:
            reading.requests[grant.request].window = (grant.not_before, grant.not_after)
        case SupervisionTaken() as taken if taken.request in reading.requests:
            reading.requests[taken.request].taken_by.add(taken.watcher)
        case SessionOpened() as opened if opened.request in reading.requests and leaf.session:
            reading.sessions[leaf.session] = SessionRead(
                leaf.session,
                leaf.host or "",
                reading.requests[opened.request],
                opened.terminal,
                opened.demo_software,
                leaf.n,
            )
        case DeclaredBegan() as began if began.request in reading.requests and leaf.session:
            reading.sessions[leaf.session] = _declared(leaf, began, reading.requests[began.request])
        case DutiesLacking(request=asked_for) as lacking if asked_for in reading.requests:
            reading.requests[asked_for].lacking = lacking
        case LogHeartbeat(day=day):
            reading.heartbeats.beat(day)
        case LogGap(first=first, last=last):
            reading.heartbeats.gap(first, last)
        case ShardOpened(reason="lost", cosigned=cosigned) if cosigned > leaf.n:
            reading.lost.append((leaf.n, cosigned - 1))
        case _ if session is not None and leaf.host == session.host:
            _read_session(session, leaf)
            if leaf.record.KIND in DOINGS:
                doings = reading.doings.setdefault(session.id, Doings())
                doings.feed(leaf, session.request.technician)
        case _:
            pass


def _declared(leaf: Leaf, began: DeclaredBegan, request: RequestRead) -> SessionRead:
    """What the technician says he began: nobody else saw it, so it used what was asked for."""
    return SessionRead(
        leaf.session or "",
        leaf.host or "",
        request,
        began.terminal,
        began.demo_software,
        leaf.n,
        declared=True,
        start=leaf.time,
        channels={"tool"},
        tools={began.tool},
    )


def _read_session(session: SessionRead, leaf: Leaf) -> None:
    match leaf.record:
        case DeclaredEnded():
            session.end = leaf.time
        case DeclaredPresumedEnded(until=until):
            session.end, session.presumed = instant.parse(until), True
        case SessionStarted():
            session.start = leaf.time
        case SessionEnded():
            session.end, session.presumed = leaf.time, False
        case SessionPresumedEnded(last_seen=last_seen):
            session.end, session.presumed = instant.parse(last_seen), True
        case SessionClosed(outcome=outcome):
            session.outcome = outcome
        case WatchJoined(watcher=watcher) if leaf.actor.role != "auditor":  # who looks on supervises nothing
            session.watchers.add(watcher)
        case MomentFlagged():
            session.flags[leaf.n] = instant.to_text(leaf.time)
        case FlagWithdrawn(flag=flag):
            session.flags.pop(flag, None)
        case ChannelOpened(kind=kind):
            session.channels.add(kind)
        case ToolStarted(tool=tool):
            session.tools.add(tool)
        case RecordingOpened():
            session.recorded = True
        case _:
            pass
    if session.told_n < 0 and session.start is not None and session.end is not None:
        session.told_n = leaf.n


def _listed(reading: _Reading, start: datetime, end: datetime) -> list[SessionRead]:
    """Sessions that started and ended, of this month or late from an earlier one, by start."""
    found = []
    for session in reading.sessions.values():
        if session.start is None or session.end is None or session.start >= end:
            continue
        if session.start >= start or session.told_n > reading.closed_before >= 0:
            found.append(session)
    return sorted(found, key=lambda s: (s.start, s.opened_n))


def _sessions(reading: _Reading, listed: list[SessionRead], opening_of: OpeningOf) -> list[Value]:
    found, room = [], MONTH_LINES
    for n, session in enumerate(listed, 1):
        value = session_value(n, session, reading.warrants, opening_of)
        doings = reading.doings.get(session.id, Doings()).value(opening_of, room)
        if doings:
            value["doings"] = doings
            room -= lines_of(doings)
        found.append(value)
    return found
