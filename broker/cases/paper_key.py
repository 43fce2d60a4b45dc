"""The key on paper: made on the signing site, used to announce the next set, which may be objected to."""

from __future__ import annotations

from datetime import datetime

from audit import paper_key
from audit.approvers import Approvers
from audit.errors import BadSignature
from audit.estate_records import ApproversAnnounced, ApproversObjected
from audit.forms import KEY
from audit.instant import whole_ms
from audit.paper_key import WAIT, Objection
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.own_line import own_line
from broker.cases.push_pins import push_pins
from broker.cases.signing import (
    Finished,
    SigningAnswer,
    begin_signing,
    proof_of,
    return_address,
    signed_by,
    signing_address,
)
from broker.cases.write_paper_letter import tell_announced
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, paper_sets, statements
from broker.store.ceremonies import Ceremony
from broker.store.paper_sets import Announced
from broker.store.reading import names

ANNOUNCE = "announcement"
OBJECT = "objection"


async def set_announced(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `announcement`: his new passkey and the key on paper signed the next set."""
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        held = await statements.approvers(tx.work, who.tenant)
        new = Approvers.parse(answer.signed.statement)
        if held is None or next(paper_key.differs(new, held), None) is not None:
            raise Refused(Why.WRONG_STATE)
        by = signed_by(answer.signed, new, tx, who, parts.settings.signing, titolare=True)
        try:
            paper_key.check(answer.signed.statement, answer.signed.paper or b"", held)
        except BadSignature as wrong:
            raise Refused(Why.ENVELOPE_INVALID) from wrong
        record = ApproversAnnounced(new.number, new.digest.hex(), by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        await tell_announced(tx, who, held, by)
        tx.announce("people", who.tenant)
    await push_pins(parts, who.tenant)
    return Finished("/titolare")


async def see_announced(parts: Parts, who: Who) -> tuple[Announced, datetime] | None:
    """What waits for the caller's own tenant, and from when on it counts."""
    await allow(parts, who, Action.READ_RECORDS, who.tenant, "records")
    async with parts.store.read() as work:
        found = await paper_sets.waiting(work, who.tenant)
    return None if found is None else (found, found.at + WAIT)


async def begin_objection(parts: Parts, who: Who, *, departure: Departure = UNSAID) -> str:
    """The address of the signing page, for anybody who may authorise today."""
    await allow(parts, who, Action.APPROVE, who.tenant, "approval")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        held = await statements.approvers(tx.work, who.tenant)
        found = await paper_sets.waiting(tx.work, who.tenant)
        if held is None or found is None:
            raise Refused(Why.WRONG_STATE)
        own = own_line(held, who, tx, demo_software=None)
        said = Objection(who.tenant, found.digest, who.person, at, own.demo_software)
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None
        listed = {line.person for line in Approvers.parse(found.signed.statement).approvers}
        return await begin_signing(
            parts, tx, who, purpose=OBJECT, statement=said, attached={"announced": found.signed.statement},
            shown={who.tenant: place.name} | (await names(tx.work, listed)).found, departure=departure,
        )  # fmt: skip


async def objected(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `objection`."""
    await allow(parts, who, Action.APPROVE, who.tenant, "approval")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        held = await statements.approvers(tx.work, who.tenant)
        found = await paper_sets.waiting(tx.work, who.tenant)
        said = Objection.parse(answer.signed.statement)
        if held is None or found is None or said.announced != found.digest:
            raise Refused(Why.WRONG_STATE)
        by = signed_by(answer.signed, held, tx, who, parts.settings.signing)
        if said.demo_software != by.demo_software:
            raise Refused(Why.ENVELOPE_INVALID)
        record = ApproversObjected(said.digest.hex(), said.announced, by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        tx.announce("people", who.tenant)
    await push_pins(parts, who.tenant)
    return Finished("/titolare" if who.role == "titolare" else "/richieste")


def checked_key(text: str) -> str:
    """The public half as a page brings it; `bad_input` for what is no key."""
    if not KEY.fits(text):
        raise Refused(Why.BAD_INPUT, field="paper_key")
    return text


def making_address(parts: Parts, language: str) -> str:
    """Where the key on paper is made: the signing site sends back its public half and nothing else."""
    return signing_address(
        parts, {"op": "paper-key", "lang": language, "return": return_address(parts), "state": "carta"}
    )


__all__ = [
    "ANNOUNCE",
    "OBJECT",
    "Announced",
    "begin_objection",
    "checked_key",
    "making_address",
    "objected",
    "see_announced",
    "set_announced",
]
