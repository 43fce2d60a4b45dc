"""What a technician does with an incident: sets its severity, answers, puts it back, closes it."""

from __future__ import annotations

from datetime import datetime

from audit.instant import whole_ms
from broker.cases.deny import allow, attempt, not_there
from broker.cases.log_call import tell_of_call
from broker.domain.incident import (
    Answered,
    Change,
    Contact,
    How,
    Outcome,
    Rated,
    answer,
    close,
    contact,
    live,
    rate,
    release,
    taken,
)
from broker.domain.people import Action, Who
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contracts, estate, incidents
from broker.store.incident_course import wait_over
from broker.store.tx import Tx


async def rate_incident(
    parts: Parts, who: Who, tenant: str, incident: str, severity: Severity, reason: Change | None = None
) -> None:
    """By a technician alone (S-20). The deadline is reckoned from the report, whatever it was before."""
    await his_incident(parts, who, tenant, incident)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        found = live(await incidents.load(tx, tenant, incident))
        rated = await _rated(tx, severity, who.person, found.course.reported)
        after, record = rate(found, rated, reason)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def _rated(tx: Tx, severity: Severity, by: str, reported: datetime) -> Rated:
    """With the deadline that the contract of the day of the report gives it."""
    customer = await estate.tenant(tx.work, tx.tenant)
    assert customer is not None  # whose incident it is
    contract = await contracts.at(tx, tx.tenant, reported, customer.zone)
    if contract is None or contract.plan is None:
        return Rated(severity, by, tx.at, None, None)
    due = contract.due(severity, reported, customer.zone)
    return Rated(severity, by, tx.at, contract.plan.id, due)


async def answer_incident(parts: Parts, who: Who, tenant: str, incident: str, how: How) -> None:
    """The first answer by a person: a call, or a message. It stops the clock (D-10)."""
    await his_incident(parts, who, tenant, incident)
    if how == "session":
        raise Refused(Why.BAD_INPUT, field="how")  # that is the agent's word
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = live(await incidents.load(tx, tenant, incident))
        after, record = answer(found, Answered(how, who.person, at))
        await incidents.move(tx, found, after, record, actor=who.actor)


async def release_incident(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """Back into the queue, at the place it had."""
    await his_incident(parts, who, tenant, incident)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = taken(await incidents.load(tx, tenant, incident), who.person)
        after, record = release(found)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def close_incident(parts: Parts, who: Who, tenant: str, incident: str, outcome: Outcome) -> None:
    """By a technician; one that is in another's hands is his to close. If it waits, that ends first."""
    await his_incident(parts, who, tenant, incident)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = await incidents.load(tx, tenant, incident)
        if getattr(found, "by", who.person) != who.person:
            raise Refused(Why.NOT_ALLOWED)
        found = await wait_over(tx, found, who.actor)
        after, record = close(found, outcome, at)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def write_again(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """*Chiedi l’autorizzazione*: titolare and ADS are written to once more about a call."""
    await his_incident(parts, who, tenant, incident)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now()), records=False) as tx:
        contact(await incidents.load(tx, tenant, incident))
        await tell_of_call(tx, incident)


async def solve_incident(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """*Lo risolvo io*, of a call: the customer's own people need nobody (S-33)."""
    await allow(parts, who, Action.SOLVE, tenant, "request")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found: Contact = contact(await incidents.load(tx, tenant, incident))
        after, record = close(found, "solved_by_customer", at)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def his_incident(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """That the incident exists for him, and his role may work on it."""
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    async with parts.store.read() as work:
        found = await incidents.find(work, tenant, incident)
    if found is None:
        raise await not_there(parts, who, "request")
