"""What a titolare gave to others to authorise, and to whom and what he may give it."""

from __future__ import annotations

from dataclasses import dataclass

from audit.approvers import Approvers
from audit.pins import in_force
from audit.statement_parts import ChannelKind
from audit.warrant import Warrant
from broker.cases.deny import allow
from broker.cases.person_view import PersonView
from broker.cases.see_estate import see_people
from broker.domain.people import APPROVING_ROLES, Action, Who
from broker.domain.warranting import Kind
from broker.parts import Parts
from broker.store import estate, people, statements, warrants
from broker.store.reading import names


@dataclass(frozen=True, slots=True)
class Given:
    """`ended` before its day; `stands` while approvals may cite it."""

    warrant: Warrant
    ended: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class WarrantsView:
    """`given` newest first; `may` who in the set needs one of that kind; `names` of people and hosts."""

    given: list[Given]
    may: dict[Kind, list[str]]
    hosts: dict[str, str]
    channels: tuple[ChannelKind, ...]
    names: dict[str, str]


async def see_warrants(parts: Parts, who: Who) -> WarrantsView:
    """Of the caller's own tenant."""
    await allow(parts, who, Action.READ_RECORDS, who.tenant, "records")
    at = parts.clock.now()
    async with parts.store.read() as work:
        kept = (await warrants.every(work, who.tenant))[::-1]
        given = [Given(k.warrant, k.ended, not k.ended and at < k.warrant.not_after) for k in kept]
        approvers = await statements.approvers(work, who.tenant)
        policy = await statements.policy(work, who.tenant)
        hosts = estate.labels(await estate.tenant_hosts(work, who.tenant))
        lines = [] if approvers is None else [a for a in approvers.approvers if in_force(a, at)]
        may: dict[Kind, list[str]] = {
            "delegation": sorted({a.person for a in lines if a.needs == "delegation"}),
            "mandate": sorted({a.person for a in lines if a.needs == "mandate"}),
        }
        mentioned = {person for one in given for person in one.warrant.persons}
        known = await names(
            work, mentioned | {person for some in may.values() for person in some}, who.tenant
        )
    channels = () if policy is None else policy.channels
    return WarrantsView(given, may, hosts, channels, known.found | hosts)


async def see_signers(parts: Parts, who: Who, *, named_only: bool = False) -> list[PersonView]:
    """The customer's people who could authorise, and the vendor's technicians who have a key to sign with; `named_only`: of these
    only who is in the set."""
    found = [one for one in await see_people(parts, who, who.tenant) if one.role in APPROVING_ROLES]
    async with parts.store.read() as work:
        approvers = await statements.approvers(work, who.tenant)
        house = await estate.house(work)
        technicians = [] if house is None else await people.tenant_people(work, house.id, role="technician")
        for one in technicians:
            lines = [] if approvers is None else [a for a in approvers.approvers if a.person == one.id]
            signing = await people.credentials(work, one.tenant, one.id, "signing")
            if lines or (signing and not named_only):
                found.append(PersonView.of(one, signing, lines))
    return found


async def see_set(parts: Parts, who: Who) -> Approvers | None:
    """The caller's own approver set in force."""
    await allow(parts, who, Action.SEE_PEOPLE, who.tenant, "approvers")
    async with parts.store.read() as work:
        return await statements.approvers(work, who.tenant)


async def see_mandated(parts: Parts, who: Who, tenant: str) -> list[str]:
    """Names of the vendor's people who can authorise at that customer's now: appointed, and in a mandate that stands."""
    await allow(parts, who, Action.SEE_HOSTS, tenant, "host")
    at = parts.clock.now()
    async with parts.store.read() as work:
        approvers = await statements.approvers(work, tenant)
        lines = [] if approvers is None else [a for a in approvers.approvers if in_force(a, at)]
        able = {a.person for a in lines if a.needs == "mandate"}
        if not able:
            return []
        kept = [one.warrant for one in (await warrants.standing(work, tenant)).values()]
        given = {p for one in kept if one.not_before <= at < one.not_after for p in one.persons}
        known = await names(work, able & given)
    return sorted(known.found.values())
