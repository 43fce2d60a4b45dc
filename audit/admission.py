"""What a session may be opened on: the agent asks it before it opens, the verifier again years later.

Pure, and of statements alone: nothing here looks at the log. Each function yields what is wrong, in a fixed
order; the agent refuses at the first breach, the verifier makes a finding of every one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit import passkey
from audit.approval import Approval
from audit.approvers import APPROVER_ROLES, Approver, ApproverRole
from audit.check_in import CheckIn
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.passkey import Assertion
from audit.pins import CLOCK_SKEW, in_force
from audit.policy import Policy
from audit.recording_rules import demanded
from audit.request import Request
from audit.signed_stop import SignedStop
from audit.warrant import Approvable, Warrant


@dataclass(frozen=True, slots=True)
class Breach:
    """`code` is the agent's refusal (agent/wire/PROTOCOL.md), `what` a word for it, `why` a sentence."""

    code: str
    what: str
    why: str


def under_policy(request: Request, policy: Policy) -> Iterator[Breach]:
    """The request was made under this policy, and asks for nothing that it does not allow."""
    if request.policy != policy.digest.hex():
        yield Breach("policy_differs", "policy", "the request was made under another policy")
    kinds = [c.kind for c in request.channels]
    if request.recording != demanded(policy.recording, kinds, administrator=request.account.administrator):
        yield Breach("policy_differs", "recording", "the policy says otherwise whether it is recorded")
    if any(c.kind not in policy.channels for c in request.channels):
        yield Breach("policy_differs", "channels", "a channel is not allowed by the policy")
    if any(c.place is not None and not policy.lets(c.place) for c in request.channels):
        yield Breach("policy_differs", "folder", "a folder or its direction is not allowed by the policy")
    if request.longest_s > policy.longest_s:
        yield Breach("policy_differs", "longest_s", "the session is longer than the policy allows")
    if request.not_after - request.not_before > timedelta(seconds=policy.window_s):
        yield Breach("policy_differs", "window_s", "the window is wider than the policy allows")
    if request.account != policy.account_of(request.host.id):
        yield Breach("policy_differs", "account", "the account is not the one the policy names for this host")
    if any(c.tool is not None and policy.tool(c.tool) is None for c in request.channels):
        yield Breach("tool_missing", "tool", "the policy names no such tool")
    if any(c.port is not None and c.port not in policy.ports for c in request.channels):
        yield Breach("port_missing", "port", "the policy names no such port")


def same_matter(grant: Grant, request: Request) -> Iterator[Breach]:
    """A grant repeats the request word for word: it can neither widen nor move nor prolong it."""
    if grant.request != request.digest.hex():
        yield Breach("envelope_invalid", "request", "the grant is of another request")
    for name in (
        "tenant", "host", "technician", "channels", "account", "not_before", "not_after", "longest_s",
    ):  # fmt: skip
        if getattr(grant, name) != getattr(request, name):
            yield Breach("envelope_invalid", name, f"the grant says another {name} than the request")


@dataclass(frozen=True, slots=True)
class Authority:
    """A warrant, and the line of who signed it in the set in force; None: he is not in it any more."""

    warrant: Warrant
    giver: Approver | None


def by_approver(
    approval: Approval,
    approver: Approver,
    request: Approvable,
    at: datetime,
    *,
    demo: bool,
    authority: Authority | None = None,
) -> Iterator[Breach]:
    """Whether this line of the approver set may say this yes, given then and used at `at`.

    `demo`: the enrolment of the host says so. `authority` is the warrant that the approval cites, if it is
    known. The passkeys' own signatures are the caller's to check.
    """
    if approval.approver != approver.person:
        yield Breach("not_recognised", "approver", "the credential is another person's")
    if approval.tenant != request.tenant or approval.request != request.digest.hex():
        yield Breach("envelope_invalid", "request", "the approval is of another request")
    if not (in_force(approver, at) and in_force(approver, approval.given)):
        yield Breach("delegation_expired", "appointment", "the approver's appointment is not in force")
    yield from _not_his_own(approval, approver, request, authority)
    yield from _under_warrant(approval, approver, request, authority, at)
    if approval.demo_software != approver.demo_software:
        yield Breach(
            "envelope_invalid",
            "demo_software",
            "approval and appointment disagree whether the key is a demo's",
        )
    if approver.demo_software and not demo:
        yield Breach("demo_not_allowed", "approver", "a demo approver on a host that is no demo")


def _not_his_own(
    approval: Approval, approver: Approver, request: Approvable, authority: Authority | None
) -> Iterator[Breach]:
    """The requester neither approves nor watches, under no name and with no key of his: save that a mandate
    may let him approve. Nobody of the vendor watches."""
    asker = request.technician
    keys = {c.public_key for c in asker.login_credentials} | {c.id for c in asker.login_credentials}
    may = authority is not None and authority.warrant.own_requests and approver.needs == "mandate"
    himself = approver.person == asker.id and not may
    if himself or {approver.public_key, approver.credential} & keys:
        yield Breach("own_request", "approver", "the technician approved his own request")
    if approval.watcher == asker.id:
        yield Breach("own_request", "watcher", "the technician would watch himself")
    elif approver.needs == "mandate" and approval.supervision == "self":
        yield Breach("own_request", "watcher", "the vendor would watch itself")


def _under_warrant(
    approval: Approval, approver: Approver, request: Approvable, authority: Authority | None, at: datetime
) -> Iterator[Breach]:
    """Who needs a warrant cites one that names him, reaches this request and outlasts it; nobody else does."""
    if approver.needs is None:
        if approval.warrant is not None:
            yield Breach(
                "envelope_invalid", "warrant", "the approval cites a warrant its signer has no need of"
            )
        return
    if authority is None or authority.warrant.digest.hex() != approval.warrant:
        yield Breach(
            "ads_delegation_missing", "warrant", f"the approval cites no {approver.needs} that is known"
        )
        return
    warrant, giver = authority.warrant, authority.giver
    if (warrant.TYPE, warrant.tenant) != (
        approver.needs,
        request.tenant,
    ) or approver.person not in warrant.persons:
        yield Breach("ads_delegation_missing", "warrant", f"the warrant is no {approver.needs} to the signer")
    if giver is None or giver.role != "titolare":
        yield Breach("ads_delegation_missing", "titolare", "who gave the warrant is titolare no more")
    elif not in_force(giver, at):
        yield Breach("delegation_expired", "warrant", "the titolare's own appointment has ended")
    if giver is not None and warrant.demo_software != giver.demo_software:
        yield Breach("envelope_invalid", "demo_software", "warrant and appointment disagree on a demo's key")
    given = min(at, approval.given)
    if not warrant.not_before - CLOCK_SKEW <= given or not max(at, request.not_after) <= warrant.not_after:
        yield Breach(
            "delegation_expired", "warrant", "the warrant is not in force, or ends before the window"
        )
    for what in warrant.outside(request):
        yield Breach("ads_delegation_missing", what, "the request lies outside the warrant's scope")


def as_chosen(grant: Grant, approvals: Sequence[Approval], policy: Policy) -> Iterator[Breach]:
    """Enough people said yes, and the grant cites them and the supervision they chose.

    With several answers, whoever asked to have it watched is heard before who did not.
    """
    people = {approval.approver for approval in approvals}
    if len(people) != len(approvals):
        yield Breach("authorisation_missing", "approver", "one person approved twice")
    if len(people) < policy.approvals:
        yield Breach("authorisation_missing", "approvals", "fewer people approved than the policy asks for")
    if grant.approvals != tuple(a.digest.hex() for a in approvals):
        yield Breach("envelope_invalid", "approvals", "the grant cites other approvals")
    if (grant.supervision, grant.watcher) not in {(a.supervision, a.watcher) for a in approvals}:
        yield Breach("envelope_invalid", "supervision", "the grant's supervision is nobody's choice")
    if any(a.supervision == "self" and a.watcher != a.approver for a in approvals):
        yield Breach("envelope_invalid", "watcher", "an approver who watches himself names somebody else")
    if grant.supervision == "waived":
        if any(a.supervision != "waived" for a in approvals):
            yield Breach("supervision_missing", "supervision", "an approver chose to have it watched")
        if policy.supervision == "required":
            yield Breach("supervision_missing", "supervision", "the policy requires a watcher")


def rests_until(lines: Iterable[Approver]) -> datetime:
    """When the first of the appointments ends on which a session rests: of who approved, of who gave the
    warrants they cite, of who watches. No session lasts longer."""
    return min(line.valid_until for line in lines)


def missing_roles(signed_as: Iterable[ApproverRole], policy: Policy) -> tuple[tuple[ApproverRole, int], ...]:
    """Of each role how many people have still to sign."""
    had = Counter(signed_as)
    wanted = dict(policy.roles)
    lacks = ((role, wanted.get(role, 0) - had[role]) for role in APPROVER_ROLES)
    return tuple((role, count) for role, count in lacks if count > 0)


def by_roles(signed_as: Iterable[ApproverRole], policy: Policy) -> Iterator[Breach]:
    """So many people of each role as the policy asks for: `signed_as` are the roles of those who signed."""
    for role, count in missing_roles(signed_as, policy):
        yield Breach("authorisation_missing", role, f"{count} more with the role {role} must approve")


def _of_session(signed: CheckIn | SignedStop, grant: Grant, code: str) -> Iterator[Breach]:
    """The statement is of this grant, and so of this session, host and request."""
    if signed.grant != grant.digest.hex():
        yield Breach(code, "grant", "the statement is of another grant")
    for name in ("tenant", "session", "request", "host"):
        if getattr(signed, name) != getattr(grant, name):
            yield Breach(code, name, f"the statement names another {name} than the grant")


def _by_line(
    signed: CheckIn | SignedStop, person: str, by: Approver, at: datetime, code: str, *, demo: bool
) -> Iterator[Breach]:
    """It speaks for the person whose passkey signed, who is appointed."""
    if person != by.person:
        yield Breach("not_recognised", "approver", "the credential is another person's")
    if not in_force(by, at):
        yield Breach("delegation_expired", "appointment", "the signer's appointment is not in force")
    if signed.demo_software != by.demo_software:
        yield Breach(code, "demo_software", "statement and appointment disagree whether the key is a demo's")
    if by.demo_software and not demo:
        yield Breach("demo_not_allowed", "approver", "a demo's key on a host that is no demo")


def check_in(
    signed: CheckIn, by: Approver, grant: Grant, at: datetime, *, demo: bool, runs: bool = False
) -> Iterator[Breach]:
    """The watcher whom the approvers chose takes up this very session at `at`; his signature is the caller's
    to check. `runs`: he did so before, and the session was opened; then another of the customer may take over."""
    yield from _of_session(signed, grant, "check_in_differs")
    yield from _by_line(signed, signed.watcher, by, at, "check_in_differs", demo=demo)
    if by.needs == "mandate":
        yield Breach("supervision_missing", "watcher", "nobody of the vendor watches for the customer")
    if signed.watcher != grant.watcher:
        if not runs or grant.watcher is None or signed.watcher == grant.technician.id:
            yield Breach("supervision_missing", "watcher", "somebody else than the approvers chose")
        elif by.valid_until < grant.not_after:
            yield Breach(
                "supervision_missing", "watcher", "who takes over is appointed for less than the window"
            )
    if not signed.not_before - CLOCK_SKEW <= at < signed.not_after or signed.not_after > grant.not_after:
        yield Breach("check_in_differs", "time", "the check-in is not of this time, or outlasts the grant")


def signed_stop(
    signed: SignedStop, by: Approver, grant: Grant, at: datetime, *, demo: bool
) -> Iterator[Breach]:
    """An approver in force ends this very session; his signature is the caller's to check."""
    yield from _of_session(signed, grant, "stop_differs")
    yield from _by_line(signed, signed.by, by, at, "stop_differs", demo=demo)


def activation(grant: Grant, assertion: Assertion, enrolment: Enrolment) -> Iterator[Breach]:
    """The named technician activated it: a login passkey of his, on the page the enrolment names."""
    login = grant.technician.login(assertion.credential)
    if login is None:
        yield Breach("activation_missing", "passkey", "activated by a passkey that is not the technician's")
        return
    if login.demo_software and not enrolment.demo:
        yield Breach("demo_not_allowed", "technician", "a demo technician on a host that is no demo")
    try:
        passkey.check(
            assertion,
            challenge=grant.activation_challenge,
            site=enrolment.login,
            public_key=login.public_key,
        )
    except (BadSignature, Malformed) as wrong:
        yield Breach("activation_missing", "signature", str(wrong))
