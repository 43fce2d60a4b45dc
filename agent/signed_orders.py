"""What the customer's people sign for a session beside the approval: judged against this host's own pins.

A check-in and a signed stop come through the broker, which can keep them back and cannot make them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agent.bars import NOTHING_BARRED, Bars
from agent.refusal import No
from audit import admission
from audit.admission import Breach
from audit.approvers import Approver
from audit.check_in import CheckIn
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.paper_key import Objection
from audit.pins import Pins, in_force
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop


def check(breaches: Iterator[Breach]) -> None:
    """`No` at the first of them."""
    for breach in breaches:
        raise No(breach.code, breach.why)


def _signer(pins: Pins, signed: SignedStatement, bars: Bars) -> Approver:
    """Whose pinned passkey it is, not revoked here."""
    bars.check(signed)
    approver = pins.approvers.by_credential(signed.credential)
    if approver is None:
        raise No("not_recognised", "the credential is not in the pinned set")
    return approver


def check_signature(pins: Pins, signed: SignedStatement, by: Approver) -> None:
    try:
        signed.check(pins.signing, by.public_key)
    except (BadSignature, Malformed) as wrong:
        raise No("signature_invalid", str(wrong)) from wrong


def read_check_in(
    pins: Pins,
    signed: SignedStatement,
    grant: Grant,
    at: datetime,
    bars: Bars = NOTHING_BARRED,
    *,
    runs: bool = False,
) -> CheckIn:
    """The chosen watcher's check-in for this grant, or, where its session `runs` already, that of another of the
    customer who takes over from him; `No`, or `Malformed` for what is none."""
    found = CheckIn.parse(signed.statement)
    by = _signer(pins, signed, bars)
    check(admission.check_in(found, by, grant, at, demo=pins.enrolment.demo, runs=runs))
    check_signature(pins, signed, by)
    return found


def read_stop(
    pins: Pins, signed: SignedStatement, grant: Grant, at: datetime, bars: Bars = NOTHING_BARRED
) -> SignedStop:
    """An approver's order to end this grant's session; `No`, or `Malformed` for what is none."""
    found = SignedStop.parse(signed.statement)
    by = _signer(pins, signed, bars)
    check(admission.signed_stop(found, by, grant, at, demo=pins.enrolment.demo))
    check_signature(pins, signed, by)
    return found


def read_objection(
    pins: Pins, signed: SignedStatement, at: datetime, bars: Bars = NOTHING_BARRED
) -> Objection:
    """Somebody of the customer in the pinned set keeps it; `No`, or `Malformed` for what is none."""
    found = Objection.parse(signed.statement)
    by = _signer(pins, signed, bars)
    if found.tenant != pins.enrolment.tenant or found.by != by.person or by.needs == "mandate":
        raise No("not_recognised", "the objection is of nobody who may object")
    if not in_force(by, at):
        raise No("delegation_expired", "the signer's appointment is not in force")
    if found.demo_software != by.demo_software:
        raise No("envelope_invalid", "objection and appointment disagree whether the key is a demo's")
    check_signature(pins, signed, by)
    return found
