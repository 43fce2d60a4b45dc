"""In which order records are lawful: the table an auditor reads, and the machine that applies it.

The broker decides whether a thing may happen; this says which records may follow which. Pure: feed
leaves in order, collect findings. Step 8 of the verifier (FORMAT.md §7), class INCOMPLETE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from audit import incident_records
from audit.administrator_records import AdministratorAppointed, AdministratorEnded
from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ClipboardCopied,
    CommandExecuted,
    FileTransferred,
    ToolSeen,
    ToolStarted,
)
from audit.clarification_records import ClarificationAnswered, ClarificationAsked
from audit.declared_records import DeclaredAllowed, DeclaredBegan
from audit.duty_order import OF_DUTIES, DutyOrder
from audit.estate_records import ApproversChanged, HostEnrolled, HostPrepared, PolicyChanged
from audit.findings import Finding, finding
from audit.heartbeats import Heartbeats
from audit.incident_order import HEARD as OF_INCIDENTS
from audit.incident_order import Incidents
from audit.leaf import Leaf
from audit.letter_order import LETTER_MOVES, Letters
from audit.live_records import FlagExplained, FlagWithdrawn, MomentFlagged
from audit.log_records import HostSilent, LogGap, LogHeartbeat, PeriodClosed, PeriodSnapshot, ShardOpened
from audit.periods import Periods
from audit.person_records import PersonAdmitted, TenantOpened
from audit.program_order import HEARD as OF_PROGRAMS
from audit.program_order import Programs
from audit.protection_order import PROTECTION, Protection
from audit.report_records import PeriodTold
from audit.request_records import GrantIssued
from audit.resale_order import OF_RESALE, ResaleOrder
from audit.school_order import HEARD as OF_SCHOOLS
from audit.school_order import Schools
from audit.session_records import (
    SessionClosed,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionRefused,
    SessionResumed,
    SessionStarted,
    WatchJoined,
    WatchLeft,
)

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
    "identity.shown": (frozenset({"awaiting_approval"}), None),
    "clarification.asked": (frozenset({"awaiting_approval"}), None),
    "clarification.answered": (frozenset({"awaiting_approval"}), None),
    "grant.issued": (frozenset({"awaiting_approval"}), "approved"),
    "approval.withdrawn": (frozenset({"awaiting_approval", "approved", "opened"}), "revoked"),
    "supervision.taken": (frozenset({"approved", "opened"}), None),
    "session.opened": (frozenset({"approved"}), "opened"),
    "declared.allowed": (frozenset({"awaiting_approval"}), "approved"),
    "declared.began": (frozenset({"approved"}), "opened"),
    "mail.bound": (
        frozenset({
            "awaiting_approval", "rejected", "withdrawn", "lapsed", "approved", "solved_by_customer", "revoked", "opened",
        }), None),
}  # fmt: skip

# The same for a session; `new` is one that no session.opened has named yet.
SESSION_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "session.opened": (frozenset({"new"}), "opened"),
    "session.started": (frozenset({"opened", "presumed_ended"}), "active"),  # late news: see _move_session
    "session.refused": (frozenset({"opened", "presumed_ended"}), "refused"),
    "session.paused": (frozenset({"active", "presumed_ended"}), None),
    "session.resumed": (frozenset({"active", "presumed_ended"}), None),
    "session.ended": (frozenset({"opened", "active", "presumed_ended"}), "ended"),
    "session.presumed_ended": (frozenset({"opened", "active"}), "presumed_ended"),
    "session.closed": (
        frozenset({"active", "ended", "presumed_ended", "declared", "declared_ended", "declared_presumed"}), None),
    "session.stop_ordered": (frozenset({"opened", "active", "presumed_ended"}), None),
    "session.stop_explained": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
    "desk.reported": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
    "message.sent": (frozenset({"active", "presumed_ended"}), None),
    "moment.flagged": (frozenset({"active", "presumed_ended"}), None),
    "flag.explained": (frozenset({"active", "presumed_ended", "ended"}), None),
    "flag.withdrawn": (frozenset({"active", "presumed_ended", "ended"}), None),
    "presence.confirmed": (frozenset({"opened", "active", "presumed_ended"}), None),
    "extension.proposed": (frozenset({"active", "presumed_ended"}), None),
    "channel.opened": (frozenset({"active", "presumed_ended"}), None),
    "channel.refused": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
    "channel.closed": (frozenset({"active", "presumed_ended"}), None),
    "command.executed": (frozenset({"active", "presumed_ended"}), None),
    "file.transferred": (frozenset({"active", "presumed_ended"}), None),
    "clipboard.copied": (frozenset({"active", "presumed_ended"}), None),
    "tool.started": (frozenset({"active", "presumed_ended"}), None),
    "tool.stopped": (frozenset({"active", "presumed_ended"}), None),
    "tool.told": (frozenset({"active", "presumed_ended"}), None),
    "recording.opened": (frozenset({"active", "presumed_ended"}), None),
    "recording.checkpoint": (frozenset({"active", "ended", "presumed_ended"}), None),
    "recording.closed": (frozenset({"active", "ended", "presumed_ended"}), None),
    "watch.joined": (frozenset({"opened", "active", "presumed_ended"}), None),
    "watch.left": (frozenset({"opened", "active", "presumed_ended", "ended", "refused"}), None),
    "declared.allowed": (frozenset({"new"}), "allowed"),
    "declared.began": (frozenset({"allowed"}), "declared"),
    "declared.ended": (frozenset({"declared"}), "declared_ended"),
    "declared.presumed_ended": (frozenset({"declared"}), "declared_presumed"),
}  # fmt: skip

# And for a grant. A revoked grant may be revoked again: two people press at once.
GRANT_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "grant.issued": (frozenset({"new"}), "issued"),
    "session.opened": (frozenset({"issued"}), "activated"),
    "grant.expired": (frozenset({"issued"}), "expired"),
    "grant.revoked": (frozenset({"issued", "activated", "revoked"}), "revoked"),
}  # fmt: skip


# And for what the customer contests. His or the vendor's word may come in any order.
CONTEST_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "contest.opened": (frozenset({"new"}), "open"),
    "contest.answered": (frozenset({"open"}), None),
    "contest.closed": (frozenset({"open"}), "closed"),
}


# Of a channel refused at the door nobody knows whose it would have been; a desk may speak of its machine alone.
_OF_ANY_OR_NONE = frozenset({"channel.refused", "desk.reported"})
_HOSTS = frozenset({"host.prepared", "host.enrolled"})
_LIFE = frozenset({
    "person.admitted", "approvers.changed", "policy.changed", "log.heartbeat", "log.gap", "host.silent",
    "period.closed", "period.snapshot", "period.told", "shard.opened", "tool.seen_outside_grant", "contract.agreed",
    "administrator.appointed", "administrator.ended",
})  # fmt: skip
# Of all other kinds nothing is asked but the numbers they bear, and of the first record its kind.
HEARD = frozenset({
    TenantOpened.KIND, *_HOSTS, *_LIFE, *REQUEST_MOVES, *GRANT_MOVES, *SESSION_MOVES, *LETTER_MOVES,
    *CONTEST_MOVES,
    *OF_DUTIES,
    *OF_INCIDENTS, *PROTECTION,
    *OF_PROGRAMS, *OF_SCHOOLS, *OF_RESALE,
})  # fmt: skip


@dataclass(slots=True)
class _Session:
    state: str = "new"
    host: str | None = None
    next_n: int = 0
    last_seen: str = ""
    channels: set[str] = field(default_factory=set)
    watchers: set[str] = field(default_factory=set)
    flags: dict[int, str] = field(default_factory=dict)  # moments flagged and not withdrawn, and by whom
    started: bool = False
    paused: bool = False
    closed: bool = False

    @property
    def attested(self) -> bool:
        """Opened, and at a host with an agent."""
        return self.state not in ("new", "allowed", "declared", "declared_ended", "declared_presumed")


@dataclass(slots=True)
class Story:
    """State while reading a log from its first leaf. Call `feed` per leaf; what was silent is asked after.

    Whatever names a session and not its host moves nothing here: step 10 or 9 has the finding.
    """

    requests: dict[str, str] = field(default_factory=dict)
    grants: dict[str, tuple[str, str]] = field(default_factory=dict)  # digest -> (state, request)
    sessions: dict[str, _Session] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)  # host -> its next host_n
    torn: set[str] = field(default_factory=set)  # hosts whose next note may come after some that are lost
    prepared: dict[str, str] = field(default_factory=dict)  # host -> digest of an enrolment not yet used
    admitted: set[str] = field(default_factory=set)
    contests: dict[str, str] = field(default_factory=dict)
    questions: dict[int, str] = field(default_factory=dict)  # where an approver asked -> of which request
    appointed: dict[str, str] = field(default_factory=dict)  # appointment -> whose; "" once it was ended
    numbers: dict[str, int] = field(default_factory=dict)  # approvers | policy | contract -> last number
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    periods: Periods = field(default_factory=Periods)
    incidents: Incidents = field(default_factory=Incidents)
    letters: Letters = field(default_factory=Letters)
    duties: DutyOrder = field(default_factory=DutyOrder)
    programs: Programs = field(default_factory=Programs)
    protection: Protection = field(default_factory=Protection)
    schools: Schools = field(default_factory=Schools)
    resale: ResaleOrder = field(default_factory=ResaleOrder)
    silent: list[tuple[str, str, str]] = field(default_factory=list)
    opened: bool = False
    tools: bool = False  # a licensed tool ran
    outside: int = 0  # times that one ran, or took a connection, outside any grant
    declared: int = 0  # sessions that nobody attests
    _found: list[Finding] = field(default_factory=list)
    _n: int = 0

    def feed(self, leaf: Leaf) -> list[Finding]:
        """What is unlawful about this record coming now."""
        kind = leaf.record.KIND
        if kind not in HEARD and leaf.session_n is None and leaf.host_n is None and leaf.n:
            return []
        self._found, self._n = [], leaf.n
        if leaf.n == 0 or kind == TenantOpened.KIND:
            self._opening(leaf)
        if leaf.session is not None and leaf.session_n is not None:
            self._count_session(leaf.session, leaf.session_n)
        if leaf.host_n is not None or kind in _HOSTS:
            self._count_host(leaf)
        if kind in REQUEST_MOVES:
            self._move_request(leaf)
        if kind in GRANT_MOVES:
            self._move_grant(leaf)
        if kind in CONTEST_MOVES:
            self._move_contest(leaf)
        if kind in OF_INCIDENTS:
            # Every kind of the table names one.
            incident: str = getattr(leaf.record, "incident")  # noqa: B009
            self._judge(self.incidents.feed(leaf, incident))
        if kind in LETTER_MOVES:
            self._judge(self.letters.feed(leaf))
        if kind in OF_DUTIES:
            self._judge(self.duties.feed(leaf))
        if kind in OF_PROGRAMS:
            self._judge(self.programs.feed(leaf))
        if kind in PROTECTION:
            self._judge(self.protection.feed(leaf))
        if kind in OF_SCHOOLS:
            self._judge(self.schools.feed(leaf))
        if kind in OF_RESALE:
            self._judge(self.resale.feed(leaf))
        if kind in SESSION_MOVES:
            self._move_session(leaf)
        elif kind in _LIFE:
            self._log_life(leaf)
        return self._found

    def _say(self, code: str, **facts: object) -> None:
        self._found.append(finding("INCOMPLETE", code, f"n={self._n}", **facts))

    def _order(self, kind: str, state: str) -> None:
        self._say("order", kind=kind, state=state)

    # ---- the log itself

    def _opening(self, leaf: Leaf) -> None:
        if not isinstance(leaf.record, TenantOpened):
            self._say("not_opened")
            return
        if leaf.n != 0:
            self._say("opened_twice")
            return
        self.opened = True
        self._judge(self.periods.opened(leaf.record, leaf.time))

    def _judge(self, wrong: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        for code, facts in wrong:
            self._say(code, **facts)

    def _log_life(self, leaf: Leaf) -> None:
        match leaf.record:
            case PersonAdmitted(person=person):
                if person in self.admitted:
                    self._say("admitted_twice", person=person)
                self.admitted.add(person)
            case AdministratorAppointed() | AdministratorEnded():
                self._appointment(leaf.record)
            case ApproversChanged(number=number):
                self._numbered("approvers", number)
            case PolicyChanged(number=number):
                self._numbered("policy", number)
            case incident_records.ContractAgreed(number=number):
                self._numbered("contract", number)
            case LogHeartbeat(day=day):
                self.heartbeats.beat(day)
            case LogGap(first=first, last=last):
                self.heartbeats.gap(first, last)
            case HostSilent(since=since, until=until):
                self.silent.append((leaf.host or "?", since, until))
            case PeriodClosed() as closed:
                self._judge(self.periods.closed(closed, leaf.time))
            case PeriodTold() as told:
                self._judge(self.periods.told(told, leaf.time))
            case ToolSeen():
                self.outside += 1
            case ShardOpened(cosigned=cosigned) if cosigned > leaf.n:
                self.torn = set(self.hosts)
            case PeriodSnapshot() as told:
                self._judge(self.periods.snapshot(told, leaf.time))
            case _:
                pass

    def _appointment(self, record: AdministratorAppointed | AdministratorEnded) -> None:
        whose = self.appointed.get(record.appointment)
        if isinstance(record, AdministratorAppointed):
            if whose is not None or record.first > record.last:
                self._order(record.KIND, "appointed")
            self.appointed.setdefault(record.appointment, record.person)
            return
        if whose != record.person:
            self._order(record.KIND, "ended" if whose == "" else "new")
        else:
            self.appointed[record.appointment] = ""

    def _numbered(self, what: str, number: int) -> None:
        expected = self.numbers.get(what, 0) + 1
        if number != expected:
            self._say("number_gap", expected=expected, found=number)
        self.numbers[what] = number

    # ---- hosts

    def _count_host(self, leaf: Leaf) -> None:
        match leaf.record:
            case HostPrepared(host=host, statement=statement):
                self.prepared[host] = statement
                return
            case HostEnrolled(host=host, statement=statement):
                # An enrolment serves once: its code does.
                if self.prepared.pop(host, None) != statement:
                    self._say("unknown_host")
                self.hosts[host] = 0  # a host enrolled anew has a new key and counts anew
            case _:
                pass
        if leaf.host_n is None:
            return  # an enrolment without its note: step 10
        host = leaf.host or ""
        if host not in self.hosts:
            self._say("unknown_host")
        elif leaf.host_n != self.hosts[host] and not (host in self.torn and leaf.host_n > self.hosts[host]):
            self._say("host_gap", host=host, expected=self.hosts[host], found=leaf.host_n)
        self.hosts[host] = leaf.host_n + 1
        self.torn.discard(host)

    # ---- requests and grants

    def _move_request(self, leaf: Leaf) -> None:
        kind = leaf.record.KIND
        request: str = getattr(leaf.record, "request")  # noqa: B009  every kind of the table has one
        allowed, after = REQUEST_MOVES[kind]
        state = self.requests.get(request, "new")
        if state == "new" and "new" not in allowed:
            self._say("unknown_request")
        elif state not in allowed:
            self._order(kind, state)
        elif after is not None:
            self.requests[request] = after
        match leaf.record:
            case ClarificationAsked() if state in allowed:
                self.questions[leaf.n] = request
            case ClarificationAnswered(question=asked) if (
                state in allowed and self.questions.get(asked) != request
            ):
                self._order(kind, "absent")
            case _:
                pass

    def _move_grant(self, leaf: Leaf) -> None:
        kind = leaf.record.KIND
        grant: str = getattr(leaf.record, "grant")  # noqa: B009  every kind of the table has one
        allowed, after = GRANT_MOVES[kind]
        state, request = self.grants.get(grant, ("new", ""))
        if state == "new" and "new" not in allowed:
            self._say("unknown_grant")
            return
        if state not in allowed:
            self._order(kind, state)
            return
        match leaf.record:
            case GrantIssued(request=asked):
                request = asked
            case SessionOpened(request=asked) if asked != request:
                self._say("unknown_grant")
            case _:
                pass
        self.grants[grant] = (after or state, request)

    # ---- what is contested

    def _move_contest(self, leaf: Leaf) -> None:
        kind = leaf.record.KIND
        contest: str = getattr(leaf.record, "contest")  # noqa: B009  every kind of the table has one
        allowed, after = CONTEST_MOVES[kind]
        state = self.contests.get(contest, "new")
        if state not in allowed:
            self._order(kind, state)
        elif after is not None:
            self.contests[contest] = after

    # ---- sessions

    def _count_session(self, session: str, session_n: int) -> None:
        known = self.sessions.setdefault(session, _Session())
        if session_n != known.next_n:
            self._say("session_gap", expected=known.next_n, found=session_n)
        known.next_n = session_n + 1

    def _move_session(self, leaf: Leaf) -> None:
        kind = leaf.record.KIND
        if leaf.session is None:
            if kind not in _OF_ANY_OR_NONE:
                self._say("unknown_session")
            return
        known = self.sessions.setdefault(leaf.session, _Session())
        allowed, after = SESSION_MOVES[kind]
        if known.state == "new" and "new" not in allowed:
            self._say("unknown_session")
            return
        if known.host is not None and leaf.host != known.host:
            return
        if known.state not in allowed:
            self._order(kind, known.state)
            return
        self._inside(leaf, known)
        if kind == "session.started" and known.state == "presumed_ended":
            after = None  # it began before its end was presumed, and told so afterwards
        known.state = after or known.state

    def _inside(self, leaf: Leaf, known: _Session) -> None:
        """Order within a session: channels, watchers, the one outcome."""
        kind = leaf.record.KIND
        match leaf.record:
            case SessionOpened() | DeclaredAllowed():
                known.host = leaf.host
            case DeclaredBegan():
                self.declared += 1
            case SessionStarted():
                if known.started:
                    self._order(kind, known.state)
                known.started = True
            case SessionPaused() | SessionResumed():
                pausing = isinstance(leaf.record, SessionPaused)
                if pausing == known.paused:
                    self._order(kind, "paused" if pausing else known.state)
                known.paused = pausing
            case SessionRefused() if known.started:
                self._order(kind, known.state)
            case SessionPresumedEnded(last_seen=last_seen):
                known.last_seen = last_seen
            case SessionClosed():
                if known.closed:
                    self._order(kind, "closed")
                known.closed = True
            case ChannelOpened(channel=channel):
                if channel in known.channels:
                    self._order(kind, "open")
                known.channels.add(channel)
            case (
                ChannelClosed(channel=channel)
                | CommandExecuted(channel=channel)
                | FileTransferred(channel=channel)
            ):
                if channel not in known.channels:
                    self._say("unknown_channel")
                elif isinstance(leaf.record, ChannelClosed):
                    known.channels.discard(channel)
            case ClipboardCopied(channel=channel):
                if channel not in known.channels:
                    self._say("unknown_channel")
            case ToolStarted():
                self.tools = True
            case WatchJoined(watcher=watcher):
                known.watchers.add(watcher)
            case WatchLeft(watcher=watcher):
                if watcher not in known.watchers:
                    self._order(kind, "absent")
            case MomentFlagged(by=by):
                known.flags[leaf.n] = by
            case FlagExplained(flag=flag, by=by) | FlagWithdrawn(flag=flag, by=by):
                if known.flags.get(flag) != by:
                    self._order(kind, "absent")
                elif isinstance(leaf.record, FlagWithdrawn):
                    del known.flags[flag]
            case _:
                pass

    # ---- what was silent

    def unended(self) -> list[str]:
        return sorted(
            s for s, known in self.sessions.items() if known.state in ("opened", "active", "declared")
        )

    def presumed(self) -> list[tuple[str, str]]:
        return sorted((s, k.last_seen) for s, k in self.sessions.items() if k.state == "presumed_ended")
