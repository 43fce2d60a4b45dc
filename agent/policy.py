"""The agent's decision on an order to open a session: pure, offline, against its own pins (trust.md §2).

Nothing the broker says is taken on trust: its order is admitted only if the customer's own approvers
signed this very request for this host and window, the named technician activated it, somebody watches
where that was chosen, and the log the agent witnesses already holds the opening. The rules that need no
agent are `audit.admission`'s: the verifier asks them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from agent.admitted import Admitted, HostIdentity, Refusal, Seen
from agent.approved_by import approved_by
from agent.bars import CODE, Bars, fingerprint
from agent.log_proof import leaf, order_head
from agent.order import OpenOrder, grant_digest
from agent.refusal import No
from agent.signed_orders import check, check_signature, read_check_in
from audit import admission, warrant, witness
from audit.admission import Authority
from audit.approval import Approval
from audit.approvers import Approver
from audit.canonical import b64
from audit.check_in import CheckIn
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.pins import Pins
from audit.request import Request
from audit.request_records import SupervisionTaken
from audit.session_records import SessionOpened
from audit.signed import SignedStatement
from audit.statement_parts import HostKey


def decide(pins: Pins, me: HostIdentity, order: OpenOrder, seen: Seen, at: datetime) -> Admitted | Refusal:
    """Admit or refuse. On `Admitted` keep its marks and head on disk before anything is opened."""
    try:
        return _decide(pins, me, order, seen, at)
    except No as said:
        return Refusal(said.code, said.why, grant_digest(order.grant.data))
    except Malformed as wrong:
        return Refusal("envelope_invalid", str(wrong), grant_digest(order.grant.data))


def _decide(pins: Pins, me: HostIdentity, order: OpenOrder, seen: Seen, at: datetime) -> Admitted:
    now = seen.no_earlier(at)  # a clock set back brings no time back
    if seen.forked:
        raise No("log_forked", "the log showed two histories before")
    grant = _grant(pins, order)
    request = Request.parse(order.request)
    check(admission.same_matter(grant, request))
    if grant.host != HostKey(me.host, me.agent_key) or grant.tenant != me.tenant:
        raise No("host_differs", "the grant names another host or another key")
    check(admission.under_policy(request, pins.policy))
    if me.only_account not in (None, request.account.name):
        raise No("account_not_possible", "the agent is not root and runs as another account")
    if grant.digest.hex() in seen.bars.grants:
        raise No(CODE, "the grant was revoked at this host")
    marks = frozenset((grant.session, b64(grant.nonce), b64(request.nonce)))
    if marks & seen.marks:
        raise No("replayed", "session, grant or request were admitted before")
    _in_window(grant, now, at)
    given = tuple(_approval(pins, signed, order, request, seen.bars, now) for signed in order.approvals)
    approvals = tuple(approval for approval, _, _ in given)
    check(admission.as_chosen(grant, approvals, pins.policy))
    check(admission.by_roles([approver.role for _, approver, _ in given], pins.policy))
    check(admission.activation(grant, order.activation, pins.enrolment))
    if not order.texts.opens(request.texts):
        raise No("texts_differ", "the opened texts do not fit the request's commitment")
    if not isinstance(order.texts.data, dict) or order.texts.data.get("host_label") != pins.enrolment.label:
        raise No("host_differs", "the approver read another machine's name")
    head = _log_before_access(pins, order, grant, request, seen)
    check_in = None if grant.supervision == "waived" else _check_in(pins, order, grant, head, seen.bars, now)
    who = approved_by([approver for _, approver, _ in given], order.names, head, me.tenant)
    watched = None if check_in is None else order.check_in
    lasts = admission.rests_until(_appointed(pins, given, watched))
    ends = at + (min(grant.ends_at(now), lasts) - now)  # by the clock that will count it
    found = (pins.policy.tool(c.tool) for c in request.channels if c.tool is not None)
    tools = tuple(t for t in found if t is not None)
    signed = (
        *order.approvals,
        *order.warrants,
        *([] if watched is None else [watched]),
    )
    keys = frozenset(fingerprint(one.credential) for one in signed)
    return Admitted(
        grant, request, approvals, who, ends, order.texts, tools, pins.policy, head, marks, check_in, keys
    )


def _grant(pins: Pins, order: OpenOrder) -> Grant:
    try:
        grant = order.grant.check(pins.grant_key)
    except BadSignature as wrong:
        raise No("pins_differ", "the grant is not signed by the pinned grant key") from wrong
    if grant.tenant != pins.enrolment.tenant:
        raise No("pins_differ", "the grant is of another tenant")
    if grant.session != order.session:
        raise No("envelope_invalid", "grant and order name different sessions")
    return grant


def _in_window(grant: Grant, now: datetime, at: datetime) -> None:
    """`at` is this machine's clock, `now` never before the last head: the earlier must have begun."""
    if at < grant.not_before:
        raise No("window_closed", "the window has not begun")
    if now >= grant.not_after:
        raise No("expired", "the window is over")


def _approval(
    pins: Pins, signed: SignedStatement, order: OpenOrder, request: Request, bars: Bars, now: datetime
) -> tuple[Approval, Approver, Authority | None]:
    approval = Approval.parse(signed.statement)
    bars.check(signed)
    approver = pins.approvers.by_credential(signed.credential)
    if approver is None:
        raise No("not_recognised", "the credential is not in the pinned set")
    authority = None if approval.warrant is None else _authority(pins, approval.warrant, order, bars)
    breaches = admission.by_approver(
        approval, approver, request, now, demo=pins.enrolment.demo, authority=authority
    )
    check(breaches)
    check_signature(pins, signed, approver)
    return approval, approver, authority


def _appointed(
    pins: Pins,
    given: Sequence[tuple[Approval, Approver, Authority | None]],
    check_in: SignedStatement | None,
) -> Iterator[Approver]:
    """Who approved, who gave the warrants they cite, who watches: no session outlives one of them."""
    for _, approver, authority in given:
        yield approver
        if authority is not None and authority.giver is not None:
            yield authority.giver
    if check_in is not None:
        yield from (line for line in pins.approvers.approvers if line.credential == check_in.credential)


def _authority(pins: Pins, cited: str, order: OpenOrder, bars: Bars) -> Authority | None:
    """The warrant an approval cites, as the titolare signed it; None where the order does not bring it."""
    for signed in order.warrants:
        found = warrant.parse(signed.statement)
        if found.digest.hex() == cited:
            bars.check(signed)
            giver = pins.approvers.by_credential(signed.credential)
            if giver is not None:
                check_signature(pins, signed, giver)
            return Authority(found, giver)
    return None


# ------------------------------------------------------------------------------------ log before access


def _log_before_access(
    pins: Pins, order: OpenOrder, grant: Grant, request: Request, seen: Seen
) -> witness.Head:
    head = order_head(seen.log or pins.log_vkey, order, seen.head)
    opened = leaf(order.opened, head, request.tenant)
    match opened.record:
        case SessionOpened(request=asked, grant=digest) if (
            asked == request.request and digest == grant.digest.hex() and opened.session == grant.session
        ):
            pass
        case _:
            raise No("log_unproven", "the leaf is not the opening of this session")
    return head


def _check_in(
    pins: Pins, order: OpenOrder, grant: Grant, head: witness.Head, bars: Bars, now: datetime
) -> CheckIn:
    """The watcher's own signature, and the record of it: nothing here is the broker's word."""
    if order.supervision is None or order.check_in is None:
        raise No("supervision_missing", "nobody has taken supervision")
    found = read_check_in(pins, order.check_in, grant, now, bars)
    match leaf(order.supervision, head, grant.tenant).record:
        case SupervisionTaken(statement=digest) if digest == found.digest.hex():
            return found
        case _:
            raise No("log_unproven", "the leaf is not the record of this check-in")
