"""What falls due by the law, customer by customer: the end of a contract, documents whose facts have changed, a
letter to the titolare whose yearly verification is overdue, the clean-up of a school year."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.issue_document import renew_documents
from broker.cases.let_customer_go import carry_out_leaving
from broker.cases.remind_clean_up import remind_clean_up
from broker.cases.remind_verification import remind_verification
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts

EVERY_S = 3600


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def due(tenant: Tenant) -> None:
        await carry_out_leaving(parts, tenant)
        await renew_documents(parts, tenant.id)
        await remind_verification(parts, tenant, at)
        await remind_clean_up(parts, tenant, at)

    await customers(parts, "the duties", due)
