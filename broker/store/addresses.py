"""Whose mail is known: the addresses of titolari and ADS, and the customers' certified boxes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from audit.approvers import Approver
from audit.mail_evidence.known import Registered, Term
from audit.warrant import Delegation
from broker.domain.email_address import read_email
from broker.domain.mail_sender import MailSender
from broker.domain.people import APPROVING_ROLES
from broker.domain.refusal import Refused
from broker.store import statements, warrants
from broker.store.database import Work
from broker.store.post_tables import mail_senders
from broker.store.tables import people, tenants
from broker.store.tx import Tx


async def everybodys(work: Work) -> dict[str, list[Registered]]:
    """By customer, delegations left out: to find out whose mail it is."""
    found: dict[str, list[Registered]] = {}
    rows = await work.run(
        select(people.c.id, people.c.tenant, people.c.role, people.c.email)
        .where(people.c.role.in_(sorted(APPROVING_ROLES)), people.c.active.is_(True), people.c.email != "")
        .order_by(people.c.tenant, people.c.role.desc(), people.c.admitted)
    )
    known = await _senders(work)
    for row in rows:
        sender = known.get((row.tenant, row.id), MailSender())
        lines = found.setdefault(row.tenant, [])
        one = Registered(
            row.id, row.role, row.email, organisation=sender.domain, fiscal_code=sender.fiscal_code
        )
        # The same address may be an ordinary box or a certified one: which, its mail's signature tells.
        lines += [one, replace(one, pec=True)]
        if sender.box and sender.box != row.email:
            lines.append(replace(one, address=sender.box, pec=True))
    for tenant, box in (await _certified_boxes(work)).items():
        lines = found.get(tenant, [])
        titolare = next((one for one in lines if one.role == "titolare"), None)
        if titolare is not None and not any(one.pec and one.address == box for one in lines):
            lines.append(replace(titolare, address=box, pec=True))
    return found


async def senders(work: Work, tenant: str) -> dict[str, MailSender]:
    """By person, of those of whom anything was said."""
    return {person: one for (place, person), one in (await _senders(work)).items() if place == tenant}


async def know(tx: Tx, person: str, sender: MailSender) -> None:
    await tx.change(delete(mail_senders).where(*_his(tx, person)))
    if sender != MailSender():
        await tx.change(insert(mail_senders).values(tenant=tx.tenant, person=person, **sender.texts()))


async def forget(tx: Tx, person: str) -> None:
    """Of somebody who leaves."""
    await tx.change(delete(mail_senders).where(*_his(tx, person)))


def _his(tx: Tx, person: str) -> tuple[ColumnElement[bool], ...]:
    return mail_senders.c.tenant == tx.tenant, mail_senders.c.person == person


async def _senders(work: Work) -> dict[tuple[str, str], MailSender]:
    rows = await work.run(select(mail_senders))
    return {(row.tenant, row.person): MailSender(row.domain, row.box, row.fiscal_code) for row in rows}


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
            one = replace(one, delegation=term)  # noqa: PLW2901
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
