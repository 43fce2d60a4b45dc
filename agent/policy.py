"""The agent's decision on an order to open a session: pure, offline, against its own pins (trust.md §2).

Nothing the broker says is taken on trust: its order is admitted only if the customer's own approvers
signed this very request for this host and window, the named technician activated it, somebody watches
where that was chosen, and the log the agent witnesses already holds the opening. The rules that need no
agent are `audit.admission`'s: the verifier asks them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from agent.order import LeafProof, OpenOrder, grant_digest
from audit import admission, checkpoint, merkle, witness
from audit.admission import Breach
from audit.canonical import b64
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.pins import Pins
from audit.records import Leaf, SessionOpened, SupervisionTaken
from audit.signed import SignedStatement
from audit.statement import Approval, HostKey, Policy, Request, Tool


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """Who this agent is. `only_account`: the one account it can work as; None when it runs as root."""

    tenant: str
    host: str
    agent_key: str
    only_account: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the agent remembers through restarts.

    `marks` are the sessions and nonces it admitted before, `floor` the latest time it cosigned a head
    at, `forked` that the log once showed it two histories.
    """

    marks: frozenset[str] = frozenset()
    head: witness.Head | None = None
    floor: datetime | None = None
    forked: bool = False

    def no_earlier(self, at: datetime) -> datetime:
        """A clock that was set back does not bring a closed window back."""
        return at if self.floor is None else max(at, self.floor)


@dataclass(frozen=True, slots=True)
class Admitted:
    """The session may begin. `ends` is its last instant by the wall clock; `texts` was checked
    against the request; `tools` are those of the granted channels; `marks` go into `Seen`."""

    grant: Grant
    request: Request
    approvals: tuple[Approval, ...]
    ends: datetime
    texts: Opening
    tools: tuple[Tool, ...]
    policy: Policy
    head: witness.Head
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The typed no. `code` is a key of `agent.wire.refusals`, `why` one sentence for our own log,
    `grant` the digest that `session.refused` cites."""

    code: str
    why: str
    grant: str


class _No(Exception):
    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def _no(code: str, why: str) -> NoReturn:
    raise _No(code, why)


def _check(breaches: Iterator[Breach]) -> None:
    for breach in breaches:
        _no(breach.code, breach.why)


def decide(pins: Pins, me: HostIdentity, order: OpenOrder, seen: Seen, at: datetime) -> Admitted | Refusal:
    """Admit or refuse. On `Admitted` keep its marks and head on disk before anything is opened."""
    try:
        return _decide(pins, me, order, seen, at)
    except _No as no:
        return Refusal(no.code, no.why, grant_digest(order.grant.data))
    except Malformed as wrong:
        return Refusal("envelope_invalid", str(wrong), grant_digest(order.grant.data))


def _decide(pins: Pins, me: HostIdentity, order: OpenOrder, seen: Seen, at: datetime) -> Admitted:
    now = seen.no_earlier(at)  # a clock set back brings no time back
    if seen.forked:
        _no("log_forked", "the log showed two histories before")
    grant = _grant(pins, order)
    request = Request.parse(order.request)
    _check(admission.same_matter(grant, request))
    if grant.host != HostKey(me.host, me.agent_key) or grant.tenant != me.tenant:
        _no("host_differs", "the grant names another host or another key")
    _check(admission.under_policy(request, pins.policy))
    if me.only_account not in (None, request.account.name):
        _no("account_not_possible", "the agent is not root and runs as another account")
    marks = frozenset((grant.session, b64(grant.nonce), b64(request.nonce)))
    if marks & seen.marks:
        _no("replayed", "session, grant or request were admitted before")
    _in_window(grant, now, at)
    approvals = tuple(_approval(pins, signed, request, now) for signed in order.approvals)
    _check(admission.as_chosen(grant, approvals, pins.policy))
    _check(admission.activation(grant, order.activation, pins.enrolment))
    if not order.texts.opens(request.texts):
        _no("texts_differ", "the opened texts do not fit the request's commitment")
    if not isinstance(order.texts.data, dict) or order.texts.data.get("host_label") != pins.enrolment.label:
        _no("host_differs", "the approver read another machine's name")
    head = _log_before_access(pins, order, grant, request, seen)
    ends = at + (grant.ends_at(now) - now)  # by the clock that will count it
    found = (pins.policy.tool(c.tool) for c in request.channels if c.tool is not None)
    tools = tuple(t for t in found if t is not None)
    return Admitted(grant, request, approvals, ends, order.texts, tools, pins.policy, head, marks)


def _grant(pins: Pins, order: OpenOrder) -> Grant:
    try:
        grant = order.grant.check(pins.grant_key)
    except BadSignature:
        _no("pins_differ", "the grant is not signed by the pinned grant key")
    if grant.tenant != pins.enrolment.tenant:
        _no("pins_differ", "the grant is of another tenant")
    if grant.session != order.session:
        _no("envelope_invalid", "grant and order name different sessions")
    return grant


def _in_window(grant: Grant, now: datetime, at: datetime) -> None:
    """`at` is this machine's clock, `now` never before the last head: the earlier must have begun."""
    if at < grant.not_before:
        _no("window_closed", "the window has not begun")
    if now >= grant.not_after:
        _no("expired", "the window is over")


def _approval(pins: Pins, signed: SignedStatement, request: Request, now: datetime) -> Approval:
    approval = Approval.parse(signed.statement)
    approver = pins.approvers.by_credential(signed.credential)
    if approver is None:
        _no("not_recognised", "the credential is not in the pinned set")
    _check(admission.by_approver(approval, approver, request, now, demo=pins.enrolment.demo))
    try:
        signed.check(pins.signing, approver.public_key)
    except (BadSignature, Malformed) as wrong:
        _no("signature_invalid", str(wrong))
    return approval


# ------------------------------------------------------------------------------------ log before access


def _log_before_access(
    pins: Pins, order: OpenOrder, grant: Grant, request: Request, seen: Seen
) -> witness.Head:
    head = _head(pins, order, seen)
    opened = _leaf(order.opened, head, request.tenant)
    match opened.record:
        case SessionOpened(request=asked, grant=digest) if (
            asked == request.request and digest == grant.digest.hex() and opened.session == grant.session
        ):
            pass
        case _:
            _no("log_unproven", "the leaf is not the opening of this session")
    if grant.supervision == "waived":
        return head
    if order.supervision is None:
        _no("supervision_missing", "nobody has taken supervision")
    match _leaf(order.supervision, head, request.tenant).record:
        case SupervisionTaken(request=asked, watcher=watcher) if (
            asked == request.request and watcher == grant.watcher
        ):
            return head
        case _:
            _no("supervision_missing", "the leaf is not the check-in of this session's watcher")


def _head(pins: Pins, order: OpenOrder, seen: Seen) -> witness.Head:
    try:
        new = checkpoint.open_checkpoint(order.checkpoint, pins.log_vkey)
    except (BadSignature, Malformed) as wrong:
        _no("log_unproven", str(wrong))
    if seen.head is not None and (new.size, new.root) == (seen.head.size, seen.head.root):
        return seen.head  # cosigned already, when it came by itself
    found = witness.accept(
        seen.head,
        pins.enrolment.log_origin,
        order.checkpoint,
        order.old_size,
        order.consistency,
        pins.log_vkey,
    )
    if isinstance(found, witness.HeadRefused):
        _no(
            "log_forked" if found.reason == "fork" else "log_unproven", f"the head is refused: {found.reason}"
        )
    return found


def _leaf(proof: LeafProof, head: witness.Head, tenant: str) -> Leaf:
    hashed = merkle.leaf_hash(proof.leaf)
    if not merkle.check_inclusion(hashed, proof.index, head.size, proof.proof, head.root):
        _no("log_unproven", "a leaf is not in the tree of the head")
    try:
        leaf = Leaf.parse(proof.leaf)
    except Malformed as wrong:
        _no("log_unproven", str(wrong))
    if leaf.tenant != tenant or leaf.n != proof.index:
        _no("log_unproven", "a leaf of another tenant or place")
    return leaf
