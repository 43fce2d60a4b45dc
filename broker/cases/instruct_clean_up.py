"""The titolare of a school signs which archives are cleaned this year, or wants no clean-up."""

from __future__ import annotations

from collections.abc import Sequence

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.school_records import CleanUpDeclined, CleanUpInstructed
from audit.school_statements import CleanUpInstruction
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.own_line import own_line
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain import school as schooling
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import estate, outbox, people, schools, statements
from broker.store.ceremonies import Ceremony

PURPOSE = "clean_up"


async def begin_instruction(
    parts: Parts,
    who: Who,
    clean_up: str,
    archives: Sequence[str],
    *,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page. Another instruction replaces this one until something was counted after."""
    await allow(parts, who, Action.INSTRUCT_CLEAN_UP, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        found = (await schools.school(tx.work, who.tenant)).one(clean_up)
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        own = own_line(approvers, who, tx, demo_software=demo_software)
        made = schooling.instruction(who.tenant, found, archives, at, demo=own.demo_software)
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None  # he is of it
        return await begin_signing(
            parts, tx, who, purpose=PURPOSE, statement=made, shown={who.tenant: place.name}, departure=departure
        )  # fmt: skip


async def instruction_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `clean_up`; the vendor's people are told."""
    await allow(parts, who, Action.INSTRUCT_CLEAN_UP, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        signed, site = answer.signed, parts.settings.signing
        by = signed_by(signed, approvers, tx, who, site, titolare=True, kind=CleanUpInstruction)
        made = CleanUpInstruction.parse(signed.statement)
        if made.demo_software != by.demo_software:
            raise Refused(Why.ENVELOPE_INVALID)
        found = (await schools.school(tx.work, who.tenant)).one(made.clean_up)
        if found.state not in ("due", "instructed"):
            raise Refused(Why.WRONG_STATE)
        await statements.keep(tx, who.tenant, made, signed)
        record = CleanUpInstructed(made.clean_up, made.digest.hex(), made.archives, by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(signed))
        house = await estate.house(tx.work)
        assert house is not None  # else nobody logs in
        told = [one.id for one in await people.tenant_people(tx.work, house.id)]
        await outbox.page(tx, "clean_up_instructed", told, about=made.clean_up, by=who.person)
        tx.announce("report", made.clean_up)
    return Finished(f"/scuola/{who.tenant}")


async def decline_clean_up(parts: Parts, who: Who, clean_up: str, reason: str) -> None:
    """This year's is not wanted. Not once something was counted after the work."""
    await allow(parts, who, Action.INSTRUCT_CLEAN_UP, who.tenant, "approvers")
    said, _ = cover(written(reason, "reason", MAX_REASON, needed=True))
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        found = (await schools.school(tx.work, who.tenant)).one(clean_up)
        if found.state not in ("due", "instructed"):
            raise Refused(Why.WRONG_STATE)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"reason": said})
        await tx.append(CleanUpDeclined(clean_up), actor=who.actor, opening=opening)
        tx.announce("report", clean_up)
