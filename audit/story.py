"""In which order records are lawful: the table an auditor reads, and the machine that applies it.

The broker decides whether a thing may happen; this says which records may follow which. Pure: feed
leaves in order, collect findings. Step 8 of the verifier (FORMAT.md §7), class INCOMPLETE.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from audit import records as r
from audit.findings import Finding, finding
from audit.records import Leaf

# From which states of its request a record may come, and the state it leaves behind. None: unchanged.
# `approved` covers what screens call supervised: who watches is a fact beside the state.
REQUEST_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "request.opened": (frozenset({"new"}), "awaiting_approval"),
    "approval.given": (frozenset({"awaiting_approval"}), None),
    "approval.refused": (frozenset({"awaiting_approval"}), "rejected"),
    "approval.refusal_explained": (frozenset({"rejected"}), None),
    "request.withdrawn": (frozenset({"awaiting_approval", "approved"}), "withdrawn"),
    "request.lapsed": (frozenset({"awaiting_approval", "approved"}), "lapsed"),
    "request.solved_by_customer": (
        frozenset({"awaiting_approval", "approved"}), "solved_by_customer"),
    "grant.issued": (frozenset({"awaiting_approval"}), "approved"),
    "approval.withdrawn": (frozenset({"awaiting_approval", "approved", "opened"}), "revoked"),
    "supervision.taken": (frozenset({"approved", "opened"}), None),
    "session.opened": (frozenset({"approved"}), "opened"),
}  # fmt: skip

# The same for a session; `new` is one that no session.opened has named yet.
SESSION_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "session.opened": (frozenset({"new"}), "opened"),
    "session.started": (frozenset({"opened", "presumed_ended"}), "active"),  # late news: see _move_session
    "session.refused": (frozenset({"opened", "presumed_ended"}), "refused"),
    "session.ended": (frozenset({"opened", "active", "presumed_ended"}), "ended"),
    "session.presumed_ended": (frozenset({"opened", "active"}), "presumed_ended"),
    "session.closed": (frozenset({"active", "ended", "presumed_ended"}), None),
    "session.stop_ordered": (frozenset({"opened", "active", "presumed_ended"}), None),
    "channel.opened": (frozenset({"active", "presumed_ended"}), None),
    "channel.refused": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
    "channel.closed": (frozenset({"active", "presumed_ended"}), None),
    "command.executed": (frozenset({"active", "presumed_ended"}), None),
    "tool.started": (frozenset({"active", "presumed_ended"}), None),
    "tool.stopped": (frozenset({"active", "presumed_ended"}), None),
    "watch.joined": (frozenset({"opened", "active", "presumed_ended"}), None),
    "watch.left": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
}  # fmt: skip

# And for a grant. A revoked grant may be revoked again: two people press at once.
GRANT_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "grant.issued": (frozenset({"new"}), "issued"),
    "session.opened": (frozenset({"issued"}), "activated"),
    "grant.expired": (frozenset({"issued"}), "expired"),
    "grant.revoked": (frozenset({"issued", "activated", "revoked"}), "revoked"),
}  # fmt: skip


@dataclass(slots=True)
class _Session:
    state: str = "new"
    next_n: int = 0
    last_seen: str = ""
    channels: set[str] = field(default_factory=set)
    watchers: set[str] = field(default_factory=set)
    started: bool = False
    closed: bool = False


@dataclass(slots=True)
class Story:
    """State while reading one shard from its first leaf. Call `feed` per leaf, then `notes`."""

    requests: dict[str, str] = field(default_factory=dict)
    grants: dict[str, tuple[str, str]] = field(default_factory=dict)  # digest -> (state, request)
    sessions: dict[str, _Session] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)  # host -> its next host_n
    prepared: dict[str, str] = field(default_factory=dict)  # host -> digest of its enrolment
    numbers: dict[str, int] = field(default_factory=dict)  # approvers | policy -> last number
    days: set[str] = field(default_factory=set)  # with a heartbeat
    gaps: list[tuple[str, str]] = field(default_factory=list)
    silent: list[tuple[str, str, str]] = field(default_factory=list)
    period: str = ""
    opened: bool = False
    tools: bool = False  # a licensed tool ran
    first_day: str = ""
    _found: list[Finding] = field(default_factory=list)

    def feed(self, leaf: Leaf) -> list[Finding]:
        """What is unlawful about this record coming now."""
        self._found = []
        where = f"n={leaf.n}"
        self._opening(leaf, where)
        if leaf.session is not None and leaf.session_n is not None:
            self._count_session(leaf.session, leaf.session_n, where)
        self._count_host(leaf, where)
        self._move_request(leaf, where)
        self._move_grant(leaf, where)
        self._move_session(leaf, where)
        self._log_life(leaf, where)
        return self._found

    def _say(self, code: str, where: str, **facts: object) -> None:
        self._found.append(finding("INCOMPLETE", code, where, **facts))

    # ---- the log itself

    def _opening(self, leaf: Leaf, where: str) -> None:
        if isinstance(leaf.record, r.TenantOpened):
            if self.opened or leaf.n != 0:
                self._say("opened_twice", where)
            self.opened = True
        elif leaf.n == 0 and not self.opened:
            self._say("not_opened", where)

    def _log_life(self, leaf: Leaf, where: str) -> None:
        match leaf.record:
            case r.ApproversChanged(number=number):
                self._numbered("approvers", number, where)
            case r.PolicyChanged(number=number):
                self._numbered("policy", number, where)
            case r.LogHeartbeat(day=day):
                self.first_day = self.first_day or day
                self.days.add(day)
            case r.LogGap(first=first, last=last):
                self.gaps.append((first, last))
            case r.HostSilent(since=since, until=until):
                self.silent.append((leaf.host or "?", since, until))
            case r.PeriodClosed(period=period):
                if period <= self.period:
                    self._say("period_order", where)
                self.period = period
            case _:
                pass

    def _numbered(self, what: str, number: int, where: str) -> None:
        # A later shard begins by repeating the statements in force, so its first number is free.
        expected = self.numbers.get(what, number - 1) + 1
        if number != expected:
            self._say("number_gap", where, expected=expected, found=number)
        self.numbers[what] = number

    # ---- hosts

    def _count_host(self, leaf: Leaf, where: str) -> None:
        match leaf.record:
            case r.HostPrepared(host=host, statement=statement):
                self.prepared[host] = statement
            case r.HostEnrolled(host=host, statement=statement):
                if self.prepared.get(host) != statement:
                    self._say("unknown_host", where)
                # A host enrolled anew has a new key and counts anew; its first note is this one.
                self.hosts[host] = leaf.host_n if leaf.host_n in (0, 1) else 0
            case _:
                pass
        if leaf.host_n is None:
            return
        host = leaf.host or ""
        if host not in self.hosts:
            self._say("unknown_host", where)
            self.hosts[host] = leaf.host_n
        if leaf.host_n != self.hosts[host]:
            self._say("host_gap", where, host=host, expected=self.hosts[host], found=leaf.host_n)
        self.hosts[host] = leaf.host_n + 1

    # ---- requests and grants

    def _move_request(self, leaf: Leaf, where: str) -> None:
        kind = leaf.record.KIND
        if kind not in REQUEST_MOVES:
            return
        request: str = getattr(leaf.record, "request")  # noqa: B009  every kind of the table has one
        allowed, after = REQUEST_MOVES[kind]
        state = self.requests.get(request, "new")
        if state == "new" and "new" not in allowed:
            self._say("unknown_request", where)
        elif state not in allowed:
            self._say("order", where, kind=kind, state=state)
        elif after is not None:
            self.requests[request] = after

    def _move_grant(self, leaf: Leaf, where: str) -> None:
        kind = leaf.record.KIND
        if kind not in GRANT_MOVES:
            return
        grant: str = getattr(leaf.record, "grant")  # noqa: B009  every kind of the table has one
        allowed, after = GRANT_MOVES[kind]
        state, request = self.grants.get(grant, ("new", ""))
        if state == "new" and "new" not in allowed:
            self._say("unknown_grant", where)
            return
        if state not in allowed:
            self._say("order", where, kind=kind, state=state)
            return
        match leaf.record:
            case r.GrantIssued(request=asked):
                request = asked
            case r.SessionOpened(request=asked) if asked != request:
                self._say("unknown_grant", where)
            case _:
                pass
        self.grants[grant] = (after or state, request)

    # ---- sessions

    def _count_session(self, session: str, session_n: int, where: str) -> None:
        known = self.sessions.setdefault(session, _Session())
        if session_n != known.next_n:
            self._say("session_gap", where, expected=known.next_n, found=session_n)
        known.next_n = session_n + 1

    def _move_session(self, leaf: Leaf, where: str) -> None:
        kind = leaf.record.KIND
        if kind not in SESSION_MOVES:
            return
        if leaf.session is None:
            # A channel refused at the door may name no session: nobody knows whose it would have been.
            if kind != "channel.refused":
                self._say("unknown_session", where)
            return
        known = self.sessions.setdefault(leaf.session, _Session())
        allowed, after = SESSION_MOVES[kind]
        if known.state == "new" and "new" not in allowed:
            self._say("unknown_session", where)
            return
        if known.state not in allowed:
            self._say("order", where, kind=kind, state=known.state)
            return
        self._inside(leaf, known, where)
        if kind == "session.started" and known.state == "presumed_ended":
            after = None  # it began before its end was presumed, and told so afterwards
        known.state = after or known.state

    def _inside(self, leaf: Leaf, known: _Session, where: str) -> None:
        """Order within a session: channels, watchers, the one outcome."""
        match leaf.record:
            case r.SessionStarted():
                if known.started:
                    self._say("order", where, kind=leaf.record.KIND, state=known.state)
                known.started = True
            case r.SessionRefused() if known.started:
                self._say("order", where, kind=leaf.record.KIND, state=known.state)
            case r.SessionPresumedEnded(last_seen=last_seen):
                known.last_seen = last_seen
            case r.SessionClosed():
                if known.closed:
                    self._say("order", where, kind=leaf.record.KIND, state="closed")
                known.closed = True
            case r.ChannelOpened(channel=channel):
                if channel in known.channels:
                    self._say("order", where, kind=leaf.record.KIND, state="open")
                known.channels.add(channel)
            case r.ChannelClosed(channel=channel) | r.CommandExecuted(channel=channel):
                if channel not in known.channels:
                    self._say("unknown_channel", where)
                elif isinstance(leaf.record, r.ChannelClosed):
                    known.channels.discard(channel)
            case r.ToolStarted():
                self.tools = True
            case r.WatchJoined(watcher=watcher):
                known.watchers.add(watcher)
            case r.WatchLeft(watcher=watcher):
                if watcher not in known.watchers:
                    self._say("order", where, kind=leaf.record.KIND, state="absent")
            case _:
                pass

    # ---- what was silent

    def missing_days(self, last: str) -> list[str]:
        """Days from the first heartbeat to `last` without one and outside every declared gap."""
        if not self.first_day:
            return []
        day, end, found = date.fromisoformat(self.first_day), date.fromisoformat(last), []
        while day <= end:
            text = day.isoformat()
            if text not in self.days and not any(a <= text <= b for a, b in self.gaps):
                found.append(text)
            day += timedelta(days=1)
        return found

    def unended(self) -> list[str]:
        return sorted(s for s, known in self.sessions.items() if known.state in ("opened", "active"))

    def presumed(self) -> list[tuple[str, str]]:
        return sorted((s, k.last_seen) for s, k in self.sessions.items() if k.state == "presumed_ended")
