"""What a host believes about its customer: enrolment, approver set and policy, and their succession.

A chain names each predecessor by digest, so it has one order. A later link is taken only as the
successor of the one held, signed by a titolare whose appointment is in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from audit import paper_key
from audit.approvers import Approver, Approvers, Origin
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey
from audit.note import VerifierKey
from audit.policy import Policy
from audit.recovery import Recovery
from audit.signed import EnrolmentFile, SignedStatement

CLOCK_SKEW = timedelta(minutes=5)  # two machines minutes after the titolare's click
MAX_TERM = timedelta(days=366)  # appointments end: a revocation can be withheld, an end cannot


@dataclass(frozen=True, slots=True)
class Pins:
    """The statements in force at a host."""

    enrolment: Enrolment
    approvers: Approvers
    policy: Policy

    @property
    def signing(self) -> Origin:
        """The page on which a signature counts."""
        return self.approvers.signing

    @property
    def log_vkey(self) -> VerifierKey:
        return VerifierKey.parse(self.enrolment.log_vkey)

    @property
    def grant_key(self) -> PublicKey:
        return PublicKey.parse(self.enrolment.grant_key)

    def approver(self, credential: str, at: datetime) -> Approver | None:
        """Who may sign with this credential at that instant."""
        found = self.approvers.by_credential(credential)
        return found if found is not None and in_force(found, at) else None


def in_force(approver: Approver, at: datetime) -> bool:
    return approver.valid_from - CLOCK_SKEW <= at < approver.valid_until


def _signed_by_titolare(signed: SignedStatement, approvers: Approvers, at: datetime | None) -> Approver:
    """The titolare of that set whose passkey signed; in force at `at`, where an instant is given."""
    by = approvers.by_credential(signed.credential)
    if by is None or by.role != "titolare":
        raise BadSignature("the statement is signed by nobody who is titolare in its set")
    if at is not None and not in_force(by, at):
        raise BadSignature("the titolare's appointment was not in force")
    signed.check(approvers.signing, by.public_key)
    return by


def unfit(approvers: Approvers, *, demo: bool) -> Iterator[str]:
    """Why no host takes this set: one sentence for each line of it that cannot count."""
    for one in approvers.approvers:
        if one.demo_software and not demo:
            yield "a demo's software key counts at demo hosts only"
        if not timedelta(0) < one.valid_until - one.valid_from <= MAX_TERM:
            yield "an appointment lasts longer than twelve months, or not at all"


def apart(approvers: Approvers, enrolment: Enrolment) -> bool:
    """Where people log in nothing is ever signed: else a login would be an approval."""
    signing, login = approvers.signing, enrolment.login
    return signing.rp_id != login.rp_id and signing.origin != login.origin


def _admissible(approvers: Approvers, enrolment: Enrolment) -> None:
    for why in unfit(approvers, demo=enrolment.demo):
        raise BadSignature(why)
    if not apart(approvers, enrolment):
        raise BadSignature("statements would be signed where people log in")


def _succeeds(new: Approvers | Policy, held: Approvers | Policy | None, tenant: str) -> None:
    if new.tenant != tenant:
        raise BadSignature("the statement belongs to another customer")
    number, previous = (0, None) if held is None else (held.number, held.digest.hex())
    if new.number != number + 1 or new.previous != previous:
        raise Malformed("the statement is not the successor of the one held")


def _approvers(signed: SignedStatement) -> Approvers:
    return Approvers.parse(signed.statement)


def check_chain(file: EnrolmentFile, at: datetime) -> Pins:
    """The pins an enrolment file gives a host at that instant, or `BadSignature` / `Malformed`.

    Every approver set is signed by a titolare of its predecessor (number 1 by one it names itself),
    every policy by a titolare of one of the sets, the enrolment by a titolare of the last. Earlier
    links carry no instant of their own; the titolare in force today vouches for them, because his
    signature covers the digests at the end of both chains.
    """
    enrolment = Enrolment.parse(file.enrolment.statement)
    if not enrolment.issued - CLOCK_SKEW <= at < enrolment.expires:
        raise BadSignature("the enrolment is not valid at this time")
    sets: list[Approvers] = []
    for signed in file.approvers:
        new = _approvers(signed)
        held = sets[-1] if sets else None
        _succeeds(new, held, enrolment.tenant)
        if signed.paper is not None and held is not None:
            paper_key.check(signed.statement, signed.paper, held)
            _signed_by_titolare(signed, new, None)
        else:
            _signed_by_titolare(signed, held or new, None)
        _admissible(new, enrolment)
        sets.append(new)
    policy: Policy | None = None
    for signed in file.policies:
        rules = Policy.parse(signed.statement)
        _succeeds(rules, policy, enrolment.tenant)
        _signed_by_titolare(signed, _naming(sets, signed.credential), None)
        policy = rules
    if not sets or policy is None:
        raise Malformed("an enrolment needs an approver set and a policy")
    _signed_by_titolare(file.enrolment, sets[-1], at)
    if (enrolment.approvers, enrolment.policy) != (sets[-1].digest.hex(), policy.digest.hex()):
        raise BadSignature("the enrolment was signed over another approver set or policy")
    pins = Pins(enrolment, sets[-1], policy)
    _check_keys(pins)
    return pins


def _naming(sets: Sequence[Approvers], credential: str) -> Approvers:
    """The latest set in which that credential is a titolare's; else the last, which will refuse it."""
    for one in reversed(sets):
        found = one.by_credential(credential)
        if found is not None and found.role == "titolare":
            return one
    if not sets:
        raise Malformed("an enrolment needs an approver set")
    return sets[-1]


def _check_keys(pins: Pins) -> None:
    """Read what later steps rely on now, while somebody stands by to be told."""
    PublicKey.parse(pins.enrolment.grant_key)
    if pins.log_vkey.name != pins.enrolment.log_origin:
        raise Malformed("the log's key bears another name than the log")


def advance(pins: Pins, signed: SignedStatement, at: datetime) -> Pins:
    """The pins after one more approver set or policy: only the successor of the one held."""
    match signed.read():
        case Approvers() as new:
            _succeeds(new, pins.approvers, pins.enrolment.tenant)
            if signed.paper is not None:
                raise BadSignature("a set signed by the key on paper waits three days")
            _signed_by_titolare(signed, pins.approvers, at)
            _admissible(new, pins.enrolment)
            return replace(pins, approvers=new)
        case Policy() as rules:
            _succeeds(rules, pins.policy, pins.enrolment.tenant)
            _signed_by_titolare(signed, pins.approvers, at)
            return replace(pins, policy=rules)
        case _:
            raise Malformed("only an approver set or a policy changes the pins")


def after_paper(pins: Pins, signed: SignedStatement, at: datetime) -> Pins:
    """The pins once a set signed by the key on paper counts; `BadSignature` or `Malformed` if it never may.

    That it has waited, and that nobody objected, is the caller's to know.
    """
    new, held = Approvers.parse(signed.statement), pins.approvers
    for why in paper_key.differs(new, held):
        raise BadSignature(why)
    if signed.paper is None:
        raise BadSignature("the key on paper did not sign")
    paper_key.check(signed.statement, signed.paper, held)
    _signed_by_titolare(signed, new, at)
    _admissible(new, pins.enrolment)
    return replace(pins, approvers=new)


def announced(pins: Pins, approvers: Sequence[SignedStatement]) -> SignedStatement | None:
    """The next set, where the key on paper signed it."""
    for signed in approvers:
        if signed.paper is not None and _approvers(signed).number == pins.approvers.number + 1:
            return signed
    return None


def holds(pins: Pins, signed: SignedStatement) -> bool:
    """Whether the statement is a link these pins already have behind them, by its number."""
    match signed.read():
        case Approvers(number=number):
            return number <= pins.approvers.number
        case Policy(number=number):
            return number <= pins.policy.number
        case _:
            return False


def catch_up(
    pins: Pins, approvers: Sequence[SignedStatement], policies: Sequence[SignedStatement], at: datetime
) -> Pins:
    """Apply both chains from where the pins stand; links already held are passed over.

    A policy is taken under the set in force when it can be, else after the next set: a titolare who
    has left since could still sign while he was there. What only a set that waits could have signed is left.
    """
    later = [s for s in approvers if _approvers(s).number > pins.approvers.number]
    sets = list(takewhile(lambda s: s.paper is None, later))  # what waits is taken by `after_paper`
    waits = len(sets) < len(later)
    rules = [s for s in policies if Policy.parse(s.statement).number > pins.policy.number]
    while sets or rules:
        try:
            while rules:
                pins = advance(pins, rules[0], at)
                rules.pop(0)
        except BadSignature:
            if not sets and waits:
                return pins
            if not sets:
                raise
        if sets:
            pins = advance(pins, sets.pop(0), at)
    return pins


def check_recovery(pins: Pins, signed: SignedStatement, at: datetime) -> Recovery:
    """A titolare's word that records of the log are lost; `BadSignature` or `Malformed` for anything else."""
    found = Recovery.parse(signed.statement)
    if found.tenant != pins.enrolment.tenant:
        raise BadSignature("the recovery is another customer's")
    _signed_by_titolare(signed, pins.approvers, at)
    return found
