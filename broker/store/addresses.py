"""Whose mail is known: the addresses of titolari and ADS, and the customers' certified boxes."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select

from audit.mail_evidence.known import Registered, Term
from audit.statement import Approver
from audit.warrant import Delegation
from broker.domain.email_address import read_email
from broker.domain.people import APPROVING_ROLES
from broker.domain.refusal import Refused
from broker.store import statements, warrants
from broker.store.database import Work
from broker.store.tables import people, tenants


async def everybodys(work: Work) -> dict[str, list[Registered]]:
    """By customer, delegations left out: to find out whose mail it is."""
    found: dict[str, list[Registered]] = {}
    rows = await work.run(
        select(people.c.id, people.c.tenant, people.c.role, people.c.email)
        .where(people.c.role.in_(sorted(APPROVING_ROLES)), people.c.active.is_(True), people.c.email != "")
        .order_by(people.c.tenant, people.c.role.desc(), people.c.admitted)
    )
    for row in rows:
        # The same address may be an ordinary box or a certified one: which, its mail's signature tells.
        for pec in (False, True):
            found.setdefault(row.tenant, []).append(Registered(row.id, row.role, row.email, pec=pec))
    for tenant, box in (await _certified_boxes(work)).items():
        lines = found.get(tenant, [])
        titolare = next((one for one in lines if one.role == "titolare"), None)
        if titolare is not None and not any(one.pec and one.address == box for one in lines):
            lines.append(Registered(titolare.person, "titolare", box, pec=True))
    return found


async def certified_box(work: Work, tenant: str) -> str | None:
    """The customer's own, as his sheet has it."""
    return (await _certified_boxes(work)).get(tenant)


async def of_tenant(work: Work, tenant: str, at: datetime) -> list[Registered]:
    """With the delegation of each ADS: his line in the set that the titolare signed, or a warrant given to him."""
    approvers = await statements.approvers(work, tenant)
    lines = [] if approvers is None else approvers.approvers
    given = [one for one in await warrants.every(work, tenant) if isinstance(one.warrant, Delegation)]
    found = []
    for one in (await everybodys(work)).get(tenant, []):
        if one.role == "ads":
            own = [line for line in lines if line.person == one.person]
            term = _term(own, [kept for kept in given if one.person in kept.warrant.persons], at)
            one = Registered(one.person, one.role, one.address, one.pec, one.organisation, term)  # noqa: PLW2901
        found.append(one)
    return found


def _term(lines: list[Approver], given: list[warrants.Kept], at: datetime) -> Term | None:
    """The one that holds, else the last one that did."""
    terms = [Term(line.valid_from, line.valid_until) for line in lines if line.needs is None]
    for kept in given if lines else []:
        warrant = kept.warrant
        # One that was ended early holds at no time any more.
        until = warrant.not_before if kept.ended else warrant.not_after
        terms.append(Term(warrant.not_before, until))
    return next((one for one in terms if one.holds(at)), terms[-1] if terms else None)


async def _certified_boxes(work: Work) -> dict[str, str]:
    """As the customer's sheet has them; what is no address is none."""
    rows = await work.run(select(tenants.c.id, tenants.c.details).where(tenants.c.kind == "customer"))
    found = {}
    for row in rows:
        try:
            found[row.id] = read_email(str(json.loads(row.details).get("pec", "")))
        except Refused:
            continue
    return found
