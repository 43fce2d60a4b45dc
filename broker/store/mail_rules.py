"""What mail must prove at least to count as a customer's word."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from audit.mail_evidence.codes import Level
from broker.store.database import Work
from broker.store.post_tables import mail_rules
from broker.store.tx import Tx

USUAL = Level.E2


async def least(work: Work, tenant: str) -> Level:
    rows = await work.run(select(mail_rules.c.least).where(mail_rules.c.tenant == tenant))
    return next((one for one in Level if rows and one.code == rows[0].least), USUAL)


async def keep(tx: Tx, level: Level) -> None:
    await tx.change(delete(mail_rules).where(mail_rules.c.tenant == tx.tenant))
    await tx.change(insert(mail_rules).values(tenant=tx.tenant, least=level.code))
