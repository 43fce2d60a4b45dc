"""The titolare signs that records of his log are lost and that it goes on: only then do his hosts follow."""

from __future__ import annotations

from itertools import pairwise

from audit.canonical import b64
from audit.instant import whole_ms
from audit.log_records import LogRecovered
from audit.recovery import HeadLine, Recovery
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import KeyRing
from broker.store import estate, shards, statements
from broker.store.ceremonies import Ceremony
from broker.store.database import Work
from broker.store.shards import Shard

PURPOSE = "recovery"


async def unsigned_loss(work: Work, keys: KeyRing, tenant: str) -> tuple[Shard, str] | None:
    """The log whose loss nobody signed for yet, and the origin of the one that goes on; None if there is none."""
    chain = await shards.chain(work, tenant)
    for before, after in pairwise(chain):
        if (
            before.lost
            and await statements.recovery(work, tenant, shards.vkey(keys, after.origin).text) is None
        ):
            return before, after.origin
    return None


async def begin_recovery(parts: Parts, who: Who, *, departure: Departure = UNSAID) -> str:
    """The address of the signing page. `Refused` (wrong_state) where nothing waits to be signed."""
    # What hosts are to believe, as with an enrolment.
    await allow(parts, who, Action.SIGN_ENROLMENT, who.tenant, "log")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        found = await unsigned_loss(tx.work, parts.keys, who.tenant)
        customer = await estate.tenant(tx.work, who.tenant)
        if found is None or customer is None:
            raise Refused(Why.WRONG_STATE, state="nothing_lost")
        loss, origin = found
        held = await shards.shown(tx.work, who.tenant, loss)
        statement = Recovery(
            who.tenant,
            shards.vkey(parts.keys, loss.origin).text,
            HeadLine(loss.head.size, loss.head.root.hex()),
            HeadLine(held.size, held.root.hex()),
            shards.vkey(parts.keys, origin).text,
            at,
        )
        return await begin_signing(
            parts, tx, who, purpose=PURPOSE, statement=statement,
            shown={who.tenant: customer.name}, departure=departure,
        )  # fmt: skip


async def recovery_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `recovery`."""
    await allow(parts, who, Action.SIGN_ENROLMENT, who.tenant, "log")
    said = Recovery.parse(answer.signed.statement)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "log", who.tenant), parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        found = await unsigned_loss(tx.work, parts.keys, who.tenant)
        if approvers is None or found is None:
            raise Refused(Why.WRONG_STATE, state="nothing_lost")
        if ceremony.data["statement"] != b64(answer.signed.statement):
            raise Refused(Why.ENVELOPE_INVALID)
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing, titolare=True)
        await statements.keep(tx, who.tenant, said, answer.signed)
        record = LogRecovered(said.digest.hex(), by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        tx.announce("people", who.tenant)
    return Finished("/titolare")
