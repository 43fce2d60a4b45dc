"""What an import is compared with: customers by the code on their sheet, and of those that are asked for the rest."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import select

from broker.domain.estate import RevokedHost
from broker.domain.import_plan import Known, KnownCustomer, KnownPerson
from broker.domain.people import HOUSE_ROLES
from broker.store import contracts, estate, people, products
from broker.store.database import Work
from broker.store.tables import people as people_rows
from broker.store.tables import tenants


async def known(work: Work, codes: Collection[str], *, patron: str | None, most_hosts: int) -> Known:
    """`codes`: of the customers that some row names."""
    rows = await work.run(
        select(tenants.c.id, tenants.c.name, tenants.c.details).where(tenants.c.kind == "customer")
    )
    found: dict[str, KnownCustomer] = {}
    for row in rows:
        details = {name: str(value) for name, value in json.loads(row.details).items()}
        if details.get("vat") in codes:
            found[details["vat"]] = await _customer(work, row.id, row.name, details)
    house = await work.run(
        select(people_rows.c.email).where(
            people_rows.c.role.in_(sorted(HOUSE_ROLES)), people_rows.c.active.is_(True)
        )
    )
    catalogue = {one.name: one.id for one in await products.every(work) if one.listed}
    return Known(found, frozenset(row.email for row in house), catalogue, patron, most_hosts)


async def _customer(work: Work, tenant: str, name: str, details: dict[str, str]) -> KnownCustomer:
    hosts = [one for one in await estate.tenant_hosts(work, tenant) if not isinstance(one, RevokedHost)]
    return KnownCustomer(
        tenant,
        name,
        details,
        await people.any_comes_in(work, tenant, "titolare"),
        {
            one.email: KnownPerson(one.name, one.role, one.function)
            for one in await people.everybody(work, tenant)
            if one.active
        },
        {one.label.casefold(): one.place for one in hosts},
        tuple(await contracts.every(work, tenant)),
    )
