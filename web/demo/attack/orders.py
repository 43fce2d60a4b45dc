"""Orders to open a session, forged in every way that the broker's keys and its past allow. Pure.

Each takes a genuine order, which a customer signed for one request, and changes what the thief would.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.wire.frames import Open
from audit import checkpoint
from audit.approval import Approval
from audit.canonical import b64, unb64
from audit.check_in import CheckIn
from audit.commitment import Opening
from audit.grant import Grant, SignedGrant
from audit.passkey import Assertion
from audit.request import Request
from audit.signed import SignedStatement
from audit.statement_parts import Account, Channel, HostKey
from web.demo.attack.loot import Loot
from web.demo.thief import forged

MAX_STATEMENT_BYTES = 1 << 16
WIDER = (Channel("exec"), Channel("terminal"))
AS_ASKED = frozenset({"host", "channels", "longest_s", "account", "not_after"})  # what a grant repeats


def grant_of(frame: Open) -> Grant:
    return Grant.parse(SignedGrant.from_value(frame.grant).data)


def request_of(frame: Open) -> Request:
    return Request.parse(unb64(frame.request, max_bytes=MAX_STATEMENT_BYTES))


def approval_of(frame: Open) -> SignedStatement:
    return SignedStatement.from_value(frame.approvals[0])


def regrant(loot: Loot, frame: Open, **change: Any) -> Open:
    """Another grant, signed with the stolen grant key as if it were meant so."""
    signed = SignedGrant.sign(replace(grant_of(frame), **change), loot.grant_key)
    return replace(frame, grant=signed.to_value())


def rewrite(loot: Loot, frame: Open, **change: Any) -> Open:
    """Another request than the customer saw, and a grant that follows it."""
    other = replace(request_of(frame), **change)
    both = {name: value for name, value in change.items() if name in AS_ASKED}
    return regrant(loot, replace(frame, request=b64(other.encode())), request=other.digest.hex(), **both)


def approved_by(loot: Loot, frame: Open, *signed: SignedStatement) -> Open:
    """These approvals in place of the customer's, and a grant that cites them."""
    cited = tuple(Approval.parse(one.statement).digest.hex() for one in signed)
    frame = regrant(loot, frame, approvals=cited)
    return replace(frame, approvals=tuple(one.to_value() for one in signed))


# ------------------------------------------------------------------------------------- the approval


def in_his_name(loot: Loot, frame: Open) -> Open:
    return replace(frame, approvals=tuple(forged(one, loot.pen) for one in frame.approvals))


def by_a_stranger(loot: Loot, frame: Open) -> Open:
    said = Approval.parse(approval_of(frame).statement)
    return approved_by(loot, frame, SignedStatement(said.encode(), loot.pen.assertion(said.digest)))


def nobody_approved(loot: Loot, frame: Open) -> Open:
    return approved_by(loot, frame)


def of_another_request(loot: Loot, frame: Open) -> Open:
    assert loot.earlier is not None
    return approved_by(loot, frame, approval_of(loot.earlier))


def approval_reworded(loot: Loot, frame: Open) -> Open:
    """Nobody watches any more; the signature is the genuine one."""
    true = approval_of(frame)
    said = replace(Approval.parse(true.statement), supervision="waived", watcher=None)
    frame = regrant(loot, frame, supervision="waived", watcher=None)
    return approved_by(loot, frame, SignedStatement(said.encode(), true.assertion))


def login_as_approval(loot: Loot, frame: Open) -> Open:
    """The lying page: a log-in was shown, and what the approver's login passkey signed is his approval."""
    said = Approval.parse(approval_of(frame).statement)
    return approved_by(loot, frame, SignedStatement(said.encode(), loot.lured.assertion(said.digest)))


def signed_elsewhere(loot: Loot, frame: Open) -> Open:
    said = Approval.parse(approval_of(frame).statement)
    return approved_by(loot, frame, SignedStatement(said.encode(), loot.astray.assertion(said.digest)))


def technician_as_approver(loot: Loot, frame: Open) -> Open:
    signed = SignedStatement(approval_of(frame).statement, Assertion.from_value(frame.activation))
    return approved_by(loot, frame, signed)


# ----------------------------------------------------------------------------- what it is good for


def longer(loot: Loot, frame: Open) -> Open:
    return regrant(loot, frame, not_after=grant_of(frame).not_after + timedelta(days=1))


def longer_request(loot: Loot, frame: Open) -> Open:
    return rewrite(loot, frame, longest_s=2 * request_of(frame).longest_s)


def wider(loot: Loot, frame: Open) -> Open:
    return regrant(loot, frame, channels=WIDER)


def wider_request(loot: Loot, frame: Open) -> Open:
    return rewrite(loot, frame, channels=WIDER)


def wider_unsigned(loot: Loot, frame: Open) -> Open:
    signed = SignedGrant.from_value(frame.grant)
    wide = replace(Grant.parse(signed.data), channels=WIDER)
    return replace(frame, grant=SignedGrant(wide.encode(), signed.signature).to_value())


def elsewhere(loot: Loot, frame: Open) -> Open:
    return rewrite(loot, frame, host=HostKey("h-00000000", loot.grant_key.public.text))


def administrator(loot: Loot, frame: Open) -> Open:
    name = "nobody" if request_of(frame).account.name == "root" else "root"
    return rewrite(loot, frame, account=Account(name, administrator=True))


def other_rules(loot: Loot, frame: Open) -> Open:
    return rewrite(loot, frame, policy="0" * 64)


def other_words(loot: Loot, frame: Open) -> Open:
    true = Opening.from_value(frame.texts)
    words = {**true.data, "incident_text": "Nulla di particolare."}
    return replace(frame, texts=Opening(true.salt, words).to_value())


# ------------------------------------------------------------------- who works, who watches, when


def not_activated(loot: Loot, frame: Open) -> Open:
    true = Assertion.from_value(frame.activation)
    false = replace(loot.pen.assertion(grant_of(frame).activation_challenge), credential=true.credential)
    return replace(frame, activation=false.to_value())


def unwatched(loot: Loot, frame: Open) -> Open:
    return replace(frame, supervision=None, check_in=None)


def watched_by_the_thief(loot: Loot, frame: Open) -> Open:
    """A page of the thief's own, endorsed in the watcher's name."""
    assert frame.check_in is not None
    true = SignedStatement.from_value(frame.check_in)
    taken = replace(CheckIn.parse(true.statement), page_key=loot.grant_key.public.text)
    false = replace(loot.pen.assertion(taken.digest), credential=true.assertion.credential)
    return replace(frame, check_in=SignedStatement(taken.encode(), false).to_value())


def waived(loot: Loot, frame: Open) -> Open:
    return regrant(loot, replace(frame, supervision=None, check_in=None), supervision="waived", watcher=None)


def again(loot: Loot, frame: Open) -> Open:
    assert loot.earlier is not None
    return replace(loot.earlier, head=frame.head)


def unlogged(loot: Loot, frame: Open) -> Open:
    return replace(frame, opened=replace(frame.opened, proof=frame.opened.proof[:-1]))


def two_logs(loot: Loot, frame: Open) -> Open:
    """A head of the size the agent holds, over another history, signed with the stolen log key."""
    origin = frame.head.checkpoint.split("\n")[0]
    other = checkpoint.Checkpoint(origin, frame.head.old_size, bytes(32))
    note = checkpoint.sign(other, loot.log_key(origin)).decode()
    return replace(frame, head=replace(frame.head, checkpoint=note, proof=()))
