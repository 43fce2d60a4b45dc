"""The titolare of a school signs who of the vendor may handle archives and database; and ends it early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from audit import instant
from audit.instant import whole_ms
from audit.school_records import ArchivesDelegated, ArchivesDelegationEnded
from audit.school_statements import ArchivesDelegation
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.own_line import own_line
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain import school as schooling
from broker.domain.instants import chosen
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, people, schools, statements
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "archives"


async def begin_delegation(
    parts: Parts,
    who: Who,
    persons: Sequence[str],
    until: datetime,
    *,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page, with all of it. `demo_software` as in `begin_approval`."""
    await allow(parts, who, Action.DELEGATE_ARCHIVES, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    chosen(until, "until")
    async with parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        if not (await schools.school(tx.work, who.tenant)).is_school:
            raise Refused(Why.WRONG_STATE)
        own = own_line(approvers, who, tx, demo_software=demo_software)
        known = await technicians(tx)
        name = opaque_id(parts.chance, "a", 5)
        made = schooling.delegation(
            who.tenant, name, persons, known, whole_ms(until), at, demo=own.demo_software
        )
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None  # he is of it
        shown = {who.tenant: place.name, **{one: known[one] for one in made.persons}}
        return await begin_signing(
            parts, tx, who, purpose=PURPOSE, statement=made, shown=shown, departure=departure
        )


async def technicians(tx: Tx) -> dict[str, str]:
    """The vendor's, by id, with their names."""
    house = await estate.house(tx.work)
    assert house is not None  # else nobody logs in
    return {one.id: one.name for one in await people.tenant_people(tx.work, house.id, role="technician")}


async def delegation_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `archives`."""
    await allow(parts, who, Action.DELEGATE_ARCHIVES, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        if not (await schools.school(tx.work, who.tenant)).is_school:
            raise Refused(Why.WRONG_STATE)
        signed, site = answer.signed, parts.settings.signing
        by = signed_by(signed, approvers, tx, who, site, titolare=True, kind=ArchivesDelegation)
        made = ArchivesDelegation.parse(signed.statement)
        if made.demo_software != by.demo_software:
            raise Refused(Why.ENVELOPE_INVALID)
        await statements.keep(tx, who.tenant, made, signed)
        until = instant.to_text(made.not_after)
        record = ArchivesDelegated(made.digest.hex(), made.delegation, until, by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(signed))
        tx.announce("people", who.tenant)
    return Finished(f"/scuola/{who.tenant}")


async def end_delegation(parts: Parts, who: Who, delegation: str) -> None:
    """At once, for everything nobody has opened yet."""
    await allow(parts, who, Action.DELEGATE_ARCHIVES, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        found = (await schools.school(tx.work, who.tenant)).delegations
        one = next((d for d in found if d.said.delegation == delegation and not d.ended), None)
        if one is None:
            raise Refused(Why.NOT_FOUND)
        await tx.append(ArchivesDelegationEnded(one.digest), actor=who.actor)
        tx.announce("people", who.tenant)
