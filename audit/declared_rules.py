"""What a session on a host without an agent may be opened on, and what its technician may declare.

Pure, and of statements alone, as `admission` is for hosts with one. No host asks this: the broker does before it
writes, and whoever holds a bundle years later. Whatever the rules demand that only an agent can do is not there,
so under such rules nothing of this kind is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from audit import admission, passkey
from audit.admission import Authority, Breach
from audit.approval import Approval
from audit.approvers import Approver
from audit.declared import Declaration, DeclaredRequest
from audit.errors import BadSignature, Malformed
from audit.passkey import Assertion
from audit.policy import Policy

READ_S = 15 * 60  # drawn up, read and signed with the passkey


def demands_agent(policy: Policy) -> Iterator[str]:
    """What these rules ask of every session and nobody does on a host without an agent."""
    if policy.supervision == "required":
        yield "supervision"
    if policy.desk == "consent":
        yield "desk"
    if policy.recording is not None:
        yield "recording"


def under_policy(request: DeclaredRequest, policy: Policy) -> Iterator[Breach]:
    """The request was made under this policy, for a host that it names as having no agent."""
    if request.policy != policy.digest.hex():
        yield Breach("policy_differs", "policy", "the request was made under another policy")
    if policy.bare_host(request.host.id) != request.host:
        yield Breach("policy_differs", "host", "the policy names no such host without an agent")
    if "tool" not in policy.channels:
        yield Breach("policy_differs", "channels", "a licensed tool is not allowed by the policy")
    for what in demands_agent(policy):
        yield Breach("policy_differs", what, f"the policy demands {what}, which takes an agent")
    if request.longest_s > policy.longest_s:
        yield Breach("policy_differs", "longest_s", "the session is longer than the policy allows")
    if request.not_after - request.not_before > timedelta(seconds=policy.window_s):
        yield Breach("policy_differs", "window_s", "the window is wider than the policy allows")


def by_approver(
    approval: Approval,
    approver: Approver,
    request: DeclaredRequest,
    at: datetime,
    *,
    demo: bool,
    authority: Authority | None = None,
) -> Iterator[Breach]:
    """As for any request; and nobody of the vendor says this yes, nor can anybody watch."""
    yield from admission.by_approver(approval, approver, request, at, demo=demo, authority=authority)
    if approver.needs == "mandate":
        yield Breach(
            "ads_delegation_missing", "mandate", "the vendor approved what nobody but the vendor tells of"
        )
    if approval.supervision != "waived":
        yield Breach("envelope_invalid", "supervision", "nobody can watch a host without an agent")


def allowed(cited: Sequence[str], approvals: Sequence[Approval], policy: Policy) -> Iterator[Breach]:
    """Enough people said yes, and those are cited."""
    people = {approval.approver for approval in approvals}
    if len(people) != len(approvals):
        yield Breach("authorisation_missing", "approver", "one person approved twice")
    if len(people) < policy.approvals:
        yield Breach("authorisation_missing", "approvals", "fewer people approved than the policy asks for")
    if list(cited) != [a.digest.hex() for a in approvals]:
        yield Breach("declared_differs", "approvals", "other approvals are cited")


def signed(
    said: Declaration,
    request: DeclaredRequest,
    session: str,
    assertion: Assertion,
    at: datetime,
    *,
    demo: bool,
) -> Iterator[Breach]:
    """The technician whom the request names said this of this session, just then, with a login passkey of his."""
    pairs = {
        "tenant": (said.tenant, request.tenant),
        "session": (said.session, session),
        "request": (said.request, request.digest.hex()),
        "host": (said.host, request.host.id),
        "technician": (said.technician, request.technician.id),
    }
    for what, (ours, theirs) in pairs.items():
        if ours != theirs:
            yield Breach("declared_differs", what, f"the declaration names another {what}")
    if not at - timedelta(seconds=READ_S) <= said.at <= at + timedelta(seconds=30):
        yield Breach("declared_differs", "time", "the declaration was not made at that time")
    login = request.technician.login(assertion.credential)
    if login is None:
        yield Breach("activation_missing", "passkey", "declared with a passkey that is not the technician's")
        return
    if login.demo_software and not demo:
        yield Breach("demo_not_allowed", "technician", "a demo technician at a customer who is no demo")
    try:
        passkey.check(assertion, challenge=said.digest, site=request.login, public_key=login.public_key)
    except (BadSignature, Malformed) as wrong:
        yield Breach("activation_missing", "signature", str(wrong))


def ends_at(request: DeclaredRequest, began: datetime) -> datetime:
    """The last instant of a session that began then: whichever limit comes first."""
    return min(request.not_after, began + timedelta(seconds=request.longest_s))
