"""Step 9, last part: every session was opened on what was in force then, and stayed within it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit import admission, instant
from audit import statement as statements
from audit.channel_records import (
    ChannelOpened,
    ClipboardCopied,
    CommandExecuted,
    FileTransferred,
    ToolStarted,
    ToolTold,
)
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.grant import Grant
from audit.leaf import Leaf
from audit.live_records import (
    ExtensionProposed,
    FlagExplained,
    FlagWithdrawn,
    MessageSent,
    MomentFlagged,
    PresenceConfirmed,
)
from audit.passkey import Assertion
from audit.pins import apart
from audit.record import BROKER, Actor
from audit.request import Request
from audit.request_records import ApprovalWithdrawn, GrantExpired, GrantRevoked
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StopExplained,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.signed_stop import SignedStop
from audit.statement_parts import Channel
from audit.story import GRANT_MOVES, SESSION_MOVES
from audit.verify_approvals import SKEW, Approvals, Asked, breached, differing
from audit.verify_chain import Chain, credential_digest

CLOSING = timedelta(seconds=120)  # killing every process of a session, and noting it
# A channel that was on its way when somebody pressed stop: its pass is good for 30 s, and clocks differ.
ENTERING = timedelta(seconds=30) + SKEW
# Ends noted only when the machine is awake again: the session was dead, the note is late.
LATE_REASONS = frozenset({"agent_restarted", "clock_moved"})


@dataclass(slots=True)
class _Session:
    """What a session may do, kept as long as the log may speak of it."""

    id: str
    host: str
    technician: str
    account: str
    channels: tuple[Channel, ...]
    grant: str
    not_before: datetime
    not_after: datetime
    longest_s: int
    ends: datetime  # its last lawful instant
    permit: Grant
    stopped: datetime | None = None
    paused: datetime | None = None
    pauses: int = 0
    paused_s: int = 0
    stops: set[str] = field(default_factory=set)  # digests of signed orders to stop
    rests_on: frozenset[str] = frozenset()  # its grant and the passkeys signed with, as a host bars them
    appointed: tuple[str, ...] = ()  # credentials of those whose appointment it may not outlive
    lasts: datetime | None = None  # until the first of these appointments ended, when it was opened

    @classmethod
    def of(cls, grant: Grant, digest: str) -> _Session:
        return cls(
            grant.session,
            grant.host.id,
            grant.technician.id,
            grant.account.name,
            grant.channels,
            digest,
            grant.not_before,
            grant.not_after,
            grant.longest_s,
            grant.not_after,
            grant,
        )


class Sessions:
    """Feed every leaf in order, after `Chain` and `Approvals` have had it."""

    KINDS = frozenset({*SESSION_MOVES, *GRANT_MOVES, ApprovalWithdrawn.KIND})

    def __init__(self, chain: Chain, approvals: Approvals, judge: Judgement) -> None:
        self._chain = chain
        self._approvals = approvals
        self._judge = judge
        self._sessions: dict[str, _Session] = {}
        self._of_grant: dict[str, str] = {}  # digest of a grant -> its session
        self._of_request: dict[str, str] = {}

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        match leaf.record:
            case SessionOpened() as opened:
                self._opened(leaf, opened, where)
            case GrantRevoked(grant=grant) | GrantExpired(grant=grant):
                self._dead(leaf, grant, where)
            case ApprovalWithdrawn(request=request):
                self._approvals.asked.pop(request, None)
                self._stop(self._of_request.get(request), leaf.time)
            case _:
                session = self._sessions.get(leaf.session or "")
                if session is not None:
                    self._during(leaf, session, where)

    def _dead(self, leaf: Leaf, grant: str, where: str) -> None:
        unused = self._approvals.grants.pop(grant, None)
        used = self._sessions.get(self._of_grant.get(grant, ""))
        if unused is not None:
            place = unused.session, unused.host.id
        elif used is not None:
            place = used.id, used.host
        else:
            return  # a grant nobody knows: step 8
        if (leaf.session, leaf.host) != place:
            self._judge.find("UNAPPROVED", "grant_differs", where, what="session")
        self._stop(place[0], leaf.time)

    def _stop(self, session: str | None, at: datetime) -> None:
        found = self._sessions.get(session or "")
        if found is not None and found.stopped is None:
            found.stopped = at

    # ---- the opening

    def _opened(self, leaf: Leaf, record: SessionOpened, where: str) -> None:
        data = self._approvals.need(leaf, "assertion", where)
        grant = self._approvals.grants.pop(record.grant, None)
        asked = self._approvals.asked.pop(record.request, None)
        if data is None or grant is None or asked is None or not isinstance(asked.statement, Request):
            return  # what is unknown is step 8's finding, or was this step's where it came
        self._sessions[grant.session] = _Session.of(grant, record.grant)
        self._rests(self._sessions[grant.session], grant, asked)
        self._of_grant[record.grant] = self._of_request[record.request] = grant.session
        agent = self._chain.agents.get(grant.host.id)
        differing(
            self._judge,
            "grant_differs",
            where,
            session=(leaf.session, grant.session),
            host=(leaf.host, grant.host.id),
            technician=(leaf.actor, Actor(grant.technician.id, "technician")),
            agent_key=(None if agent is None else agent.agent_key, grant.host.agent_key),
        )
        if not grant.not_before - SKEW <= leaf.time <= grant.not_after + SKEW:
            self._judge.find("UNAPPROVED", "outside_window", where)
        if grant.watcher is not None and grant.watcher not in asked.watchers:
            self._judge.find("UNAPPROVED", "unsupervised", where)
        # A grant of another host than its request's, which was found where it came, is judged by the latter's.
        of_request = self._chain.enrolments[asked.statement.host.id]
        enrolment = self._chain.enrolments.get(grant.host.id, of_request)
        self._still(leaf, grant, asked, enrolment, where)
        try:
            used = Assertion.parse(data)
            breached(self._judge, admission.activation(grant, used, enrolment), where)
            login = grant.technician.login(used.credential)
            if login is not None and login.demo_software != record.demo_software:
                self._judge.find("UNAPPROVED", "statement_differs", where, what="demo_software")
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "activation", where, why=wrong)

    def _rests(self, session: _Session, grant: Grant, asked: Asked) -> None:
        """Whose keys and whose appointments it rests on."""
        used = [asked.approvals[d] for d in grant.approvals if d in asked.approvals]
        signers = [by for _, by in used]
        if asked.check_in is not None:
            signers.append(asked.check_in[1])
        given = [self._approvals.warrants.authority(approval.warrant) for approval, _ in used]
        givers = [one.giver for one in given if one is not None and one.giver is not None]
        session.rests_on = frozenset((session.grant, *(credential_digest(by) for by in signers)))
        session.appointed = tuple(by.credential for by in (*signers, *givers))
        session.lasts = self._appointed_until(session)

    def _appointed_until(self, session: _Session) -> datetime | None:
        """By the set in force now; None where it names none of them."""
        among = self._chain.approvers
        lines = [] if among is None else [among.by_credential(one) for one in session.appointed]
        found = [line for line in lines if line is not None]
        return admission.rests_until(found) if found else None

    def _still(self, leaf: Leaf, grant: Grant, asked: Asked, enrolment: Enrolment, where: str) -> None:
        """Rules and approvers may have changed since they said yes: what is in force now decides."""
        policy, approvers = self._chain.policy, self._chain.approvers
        assert policy is not None  # the grant was judged by it
        if approvers is None:
            return  # nobody can have approved: the grant has too few
        if policy.digest.hex() != asked.statement.policy:
            self._judge.find(
                "UNAPPROVED", "policy_breach", where, what="policy", why="the policy has changed"
            )
        if not apart(approvers, enrolment):
            self._judge.find("UNAPPROVED", "not_apart", where)
        for approval, signed in (asked.approvals[d] for d in grant.approvals if d in asked.approvals):
            line = approvers.by_credential(signed.credential)
            if line is None or line.public_key != signed.public_key:
                self._judge.find("UNAPPROVED", "approver_gone", where)
            else:
                breaches = admission.by_approver(
                    approval,
                    line,
                    asked.statement,
                    leaf.time,
                    demo=enrolment.demo,
                    authority=self._approvals.warrants.authority(approval.warrant),
                )
                breached(self._judge, breaches, where)
        if grant.watcher is not None and asked.check_in is not None:
            taken, signed = asked.check_in
            line = approvers.by_credential(signed.credential)
            if line is None or line.public_key != signed.public_key:
                self._judge.find("UNAPPROVED", "approver_gone", where)
            else:
                at = min(leaf.time, taken.not_after - SKEW)  # too late an opening is a finding of its own
                breaches = admission.check_in(taken, line, grant, at, demo=enrolment.demo)
                breached(self._judge, breaches, where)

    # ---- while it runs

    def _during(self, leaf: Leaf, session: _Session, where: str) -> None:
        """Facts inside a session against what its grant allows. `story` says in which order."""
        if leaf.host != session.host:
            if leaf.host_n is None:
                self._judge.find("UNAPPROVED", "grant_differs", where, what="host")
            else:
                self._judge.find("DISPUTED", "other_host", where)
            return
        match leaf.record:
            case SessionStarted() as started:
                self._started(leaf, started, session, where)
            case ChannelOpened() as opened:
                granted = any(_lets(channel, opened) for channel in session.channels)
                self._entered(leaf, session, opened.kind, where, granted=granted)
            case ToolStarted(tool=tool):
                granted = Channel("tool", tool) in session.channels
                self._entered(leaf, session, f"tool {tool}", where, granted=granted)
            case ToolTold(tool=tool) if Channel("tool", tool) not in session.channels:
                # When a tool writes of a connection is its own affair; through which one, is not.
                self._judge.find("UNAPPROVED", "channel_not_granted", where, kind=f"tool {tool}")
            case CommandExecuted():
                granted = Channel("exec") in session.channels
                self._entered(leaf, session, "exec", where, granted=granted)
            case FileTransferred(direction=direction, result=result):
                # No time is judged: what was cut off in a pause, or at the end, is told of then.
                ways = [c.direction for c in session.channels if c.kind == "files"]
                if result != "refused" and not any(way in ("both", direction) for way in ways):
                    what = f"files {direction}"
                    self._judge.find("UNAPPROVED", "channel_not_granted", where, kind=what)
            case ClipboardCopied():
                granted = any(c.clipboard for c in session.channels)
                self._entered(leaf, session, "clipboard", where, granted=granted)
            case SessionEnded() as ended:
                self._ended(leaf, ended, session, where)
            case SessionPaused():
                session.paused = leaf.time
            case SessionResumed() as resumed:
                self._resumed(resumed, session, where)
            case StopOrdered(by=by) as ordered:
                self._by(leaf, by, where)
                if ordered.statement is not None:
                    self._stop_signed(leaf, ordered, session, where)
                self._stop(session.id, leaf.time)
            case StopExplained(by=by) if leaf.host_n is None:
                self._by(leaf, by or "", where)
            case SessionClosed():
                self._by(leaf, session.technician, where)
            case MessageSent(by=by) | MomentFlagged(by=by) | FlagExplained(by=by) | FlagWithdrawn(by=by):
                self._by(leaf, by, where)
            case ExtensionProposed(by=by) | PresenceConfirmed(watcher=by):
                self._by(leaf, by, where)
            case WatchJoined(watcher=watcher):
                self._by(leaf, watcher, where)
            case WatchLeft(watcher=watcher) if leaf.actor != BROKER:
                self._by(leaf, watcher, where)
            case _:
                pass

    def _by(self, leaf: Leaf, person: str, where: str) -> None:
        if leaf.actor.id != person:
            self._judge.find("UNAPPROVED", "grant_differs", where, what="actor")

    def _started(self, leaf: Leaf, record: SessionStarted, session: _Session, where: str) -> None:
        ends = [session.not_after, leaf.time + timedelta(seconds=session.longest_s)]
        lasts = [one for one in (session.lasts, self._appointed_until(session)) if one is not None]
        session.ends = min([*ends, max(lasts)] if lasts else ends)
        differing(
            self._judge,
            "grant_differs",
            where,
            grant=(record.grant, session.grant),
            account=(record.account, session.account),
            ends=(True, instant.parse(record.ends) <= session.ends + SKEW),
        )
        if not session.rests_on.isdisjoint(self._chain.barred.get(session.host, ())):
            self._judge.find("UNAPPROVED", "barred", where)
        self._inside(leaf, session, SKEW, where)

    def _resumed(self, record: SessionResumed, session: _Session, where: str) -> None:
        _, asked = self._approvals.watched.get(session.id, (None, None))
        if asked is None or record.statement not in asked.watched_under:
            self._judge.find("UNAPPROVED", "unknown_watch", where)
        session.paused = None
        session.pauses += 1
        session.paused_s += record.seconds

    def _stop_signed(self, leaf: Leaf, record: StopOrdered, session: _Session, where: str) -> None:
        data = self._approvals.need(leaf, "statement", where)
        among = self._chain.approvers
        if data is None or among is None:
            return
        try:
            signed = SignedStop.parse(data)
            by = self._chain.signer(leaf, among, SignedStop.TYPE, data, titolare=False)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
            return
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)
            return
        if by is None:
            return
        digest = statements.digest(SignedStop.TYPE, data).hex()
        differing(self._judge, "statement_differs", where, statement=(record.statement, digest))
        enrolment = self._chain.enrolments.get(session.host)
        breaches = admission.signed_stop(
            signed, by, session.permit, leaf.time, demo=enrolment is not None and enrolment.demo
        )
        if not breached(self._judge, breaches, where):
            session.stops.add(digest)

    def _entered(self, leaf: Leaf, session: _Session, kind: str, where: str, *, granted: bool) -> None:
        if not granted:
            self._judge.find("UNAPPROVED", "channel_not_granted", where, kind=kind)
        if session.stopped is not None and leaf.time > session.stopped + ENTERING:
            self._judge.find("UNAPPROVED", "after_stop", where)
        if session.paused is not None and leaf.time > session.paused + ENTERING:
            self._judge.find("UNAPPROVED", "while_paused", where)
        self._inside(leaf, session, SKEW, where)

    def _ended(self, leaf: Leaf, record: SessionEnded, session: _Session, where: str) -> None:
        if record.left is not None:
            self._judge.note("left", session=session.id)
        self._pauses(leaf, session)
        if record.order is not None and record.order not in session.stops:
            self._judge.note("stop_unlogged", session=session.id)
        if record.reason in LATE_REASONS:
            return
        self._inside(leaf, session, CLOSING, where)
        if session.stopped is not None and leaf.time > session.stopped + CLOSING:
            seconds = int((leaf.time - session.stopped).total_seconds())
            self._judge.note("late_end", session=session.id, seconds=seconds)

    def _pauses(self, leaf: Leaf, session: _Session) -> None:
        if session.paused is not None:  # it ended while nobody watched
            session.pauses += 1
            session.paused_s += max(0, int((leaf.time - session.paused).total_seconds()))
        if session.pauses:
            self._judge.note("paused", session=session.id, times=session.pauses, seconds=session.paused_s)

    def _inside(self, leaf: Leaf, session: _Session, tolerance: timedelta, where: str) -> None:
        if not session.not_before - SKEW <= leaf.time <= session.ends + tolerance:
            self._judge.find("UNAPPROVED", "outside_window", where)


def _lets(granted: Channel, opened: ChannelOpened) -> bool:
    """Of that kind, to that port, and used only where it may be more than seen."""
    if granted.kind != opened.kind or (opened.control and not granted.control):
        return False
    port = granted.port
    return port is None or (port.id == opened.port and opened.number in (None, port.port))
