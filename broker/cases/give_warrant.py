"""The titolare signs a delegation to his ADS, or a mandate to people of the vendor; and ends one early."""

from __future__ import annotations

from audit import instant, warrant
from audit.estate_records import DelegationGiven, MandateGiven, WarrantEnded
from audit.instant import whole_ms
from audit.warrant import Delegation, Warrant
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.own_line import own_line
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.instants import chosen
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.warranting import WarrantDraft, drawn_up
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, statements, warrants
from broker.store.ceremonies import Ceremony
from broker.store.reading import names
from broker.store.tx import Tx

PURPOSE = "warrant"


async def begin_warrant(
    parts: Parts,
    who: Who,
    draft: WarrantDraft,
    *,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page, with all of it. `demo_software` as in `begin_approval`."""
    await allow(parts, who, Action.GIVE_WARRANT, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    chosen(draft.until, "until")
    async with parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        own = own_line(approvers, who, tx, demo_software=demo_software)
        labels = estate.labels(await estate.tenant_hosts(tx.work, who.tenant))
        made = drawn_up(
            draft,
            who.tenant,
            opaque_id(parts.chance, "w", 5),
            approvers,
            frozenset(labels),
            at,
            demo_software=own.demo_software,
        )
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=made,
            shown=await _shown(tx, made, labels),
            departure=departure,
        )


async def _shown(tx: Tx, made: Warrant, labels: dict[str, str]) -> dict[str, str]:
    place = await estate.tenant(tx.work, made.tenant)
    assert place is not None
    hosts = {host: labels[host] for host in made.hosts or ()}
    return {made.tenant: place.name, **hosts, **(await names(tx.work, made.persons)).found}


async def warrant_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `warrant`."""
    await allow(parts, who, Action.GIVE_WARRANT, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        made = warrant.parse(answer.signed.statement)
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing, titolare=True)
        if made.demo_software != by.demo_software:
            raise Refused(Why.ENVELOPE_INVALID)
        await statements.keep(tx, who.tenant, made, answer.signed)
        kind = DelegationGiven if isinstance(made, Delegation) else MandateGiven
        record = kind(made.digest.hex(), made.warrant, instant.to_text(made.not_after), by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        tx.announce("people", who.tenant)
    return Finished("/deleghe")


async def end_warrant(parts: Parts, who: Who, warrant_id: str) -> None:
    """At once, for everything nobody has opened yet. Hosts are not told: they know its last day."""
    await allow(parts, who, Action.GIVE_WARRANT, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        found = await warrants.standing(tx.work, who.tenant)
        digest = next((d for d, one in found.items() if one.warrant.warrant == warrant_id), None)
        if digest is None:
            raise Refused(Why.NOT_FOUND)
        await tx.append(WarrantEnded(digest), actor=who.actor)
        tx.announce("people", who.tenant)
