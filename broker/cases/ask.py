"""A technician asks for access to one host, for one incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.statement_parts import Technician
from broker.cases.asked_statement import allowed_scope, asked_statement
from broker.cases.deny import attempt
from broker.cases.open_incident import Report, opened
from broker.cases.tell_request import tell_opened
from broker.cases.workable_host import workable
from broker.domain.estate import EnrolledHost, HostWithoutAgent
from broker.domain.grants import Wish
from broker.domain.incident import AnyIncident, live
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import Asked, AwaitingApproval, opened_record
from broker.domain.school import demand
from broker.domain.texts import MAX_INCIDENT, MAX_REASON, Texts, cover, written
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import duty_log, estate, incidents, people, requests, schools, statements
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """What the technician filled in. `incident` None: a new one, which he opens with this request."""

    host: str
    incident_text: str
    reason: str
    wish: Wish
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """`covered`: pieces that looked like a password and are kept as █ only; say so to the writer."""

    tenant: str
    request: str
    digest: str
    n: int
    covered: int


async def ask(parts: Parts, who: Who, draft: Draft) -> Receipt:
    """Write the request down and tell the customer's approvers."""
    at = whole_ms(parts.clock.now())
    host = await workable(parts, who, draft.host, at)
    if draft.incident is not None:
        async with attempt(parts, who, "request", host.tenant), parts.store.read() as work:
            _live(await incidents.find(work, host.tenant, draft.incident))
    async with attempt(parts, who, "request", host.tenant), parts.store.read() as work:
        school, wish = await schools.school(work, host.tenant), draft.wish
        demand(school, wish.activities, who.person, at, wish.not_after or wish.not_before or at)
    async with parts.store.tx(host.tenant, at) as tx:
        policy = await statements.policy(tx.work, host.tenant)
        if policy is None:
            raise Refused(Why.POLICY_MISSING)
        if await duty_log.has_left(tx.work, host.tenant):
            raise Refused(Why.WRONG_STATE)  # the contract is over: nothing new begins
        texts, covered = await _texts(tx, who, draft, host)
        opening = Opening(parts.chance.octets(SALT_BYTES), texts.to_value())
        allowed = allowed_scope(draft.wish, policy, host, tx)
        demand(school, allowed.activities, who.person, at, allowed.not_after)
        common: dict[str, Any] = {
            "tenant": host.tenant,
            "created": at,
            "texts": opening.commitment,
            "incident": await _incident(tx, who, draft),
            "request": await _unused_id(parts, tx),
            "technician": await _technician(tx, who),
        }
        statement = asked_statement(parts, tx, host, policy, allowed, common)
        n = await tx.append(
            opened_record(statement),
            actor=who.actor,
            host=host.id,
            proof=[("statement", statement.encode())],
            opening=opening,
            subject=statement.request,
        )
        asked = Asked(statement, n)
        await requests.add(tx, AwaitingApproval(asked))
        await tell_opened(tx, asked.id)
    return Receipt(host.tenant, asked.id, asked.digest, n, covered)


def _live(found: AnyIncident | None) -> str:
    """The incident a request can hang on; `authorisation_missing` where somebody only rang (S-30)."""
    if found is None:
        raise Refused(Why.BAD_INPUT, field="incident")
    return live(found).known.id


async def _incident(tx: Tx, who: Who, draft: Draft) -> str:
    if draft.incident is not None:
        return _live(await incidents.find(tx, tx.tenant, draft.incident))
    return (await opened(tx, who.actor, Report(draft.incident_text, "technician"))).incident


async def _texts(tx: Tx, who: Who, draft: Draft, host: EnrolledHost | HostWithoutAgent) -> tuple[Texts, int]:
    incident_text, first = cover(written(draft.incident_text, "incident_text", MAX_INCIDENT, needed=True))
    reason, second = cover(written(draft.reason, "reason", MAX_REASON))
    customer = await estate.tenant(tx.work, host.tenant)
    house = await estate.tenant(tx.work, who.tenant)
    assert customer is not None and house is not None  # a host and a caller have one each  # noqa: PT018
    return Texts(incident_text, reason, host.label, who.name, house.name, customer.name), first + second


async def _technician(tx: Tx, who: Who) -> Technician:
    """With all the keys that count as him now; without a passkey he could never activate the grant."""
    found = await people.technician(tx.work, who.tenant, who.person, who.tenant)
    if not found.login_credentials:
        raise Refused(Why.PASSKEY_MISSING)
    return found


async def _unused_id(parts: Parts, tx: Tx) -> str:
    """A link names a request by its id alone, so no two customers may share one."""
    while True:
        found = opaque_id(parts.chance, "r")
        if await requests.tenant_of(tx.work, found) is None:
            return found
