"""Tariffs, work outside sessions, hours and charges over HTTP: everything that the pages do."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter

from audit import instant
from audit.rates import Tariff
from broker.api.invoice_answers import HoursAnswer, Training, WorkAnswer, WorkKept
from broker.api.who import Caller, PartsOf
from broker.api.work_forms import AppsForm, TariffForm, WorkForm
from broker.cases.see_hours import see_hours
from broker.cases.set_tariff import (
    see_office_apps,
    see_tariffs,
    set_office_apps,
    set_own_tariff,
    set_tariff,
)
from broker.cases.type_work import see_own_work, type_work, withdraw_work

router = APIRouter(prefix="/api")


@router.get("/tariffs")
async def tariffs(who: Caller, parts: PartsOf) -> list[Tariff]:
    """The house's versions, in the order in which they were set."""
    return await see_tariffs(parts, who, who.tenant)


@router.post("/tariffs", status_code=201)
async def add(form: TariffForm, who: Caller, parts: PartsOf) -> Tariff:
    return await set_tariff(parts, who, form.rates())


@router.get("/tenants/{tenant}/tariffs")
async def told(tenant: str, who: Caller, parts: PartsOf) -> list[Tariff]:
    """Those that the customer's log was told of."""
    return await see_tariffs(parts, who, tenant)


@router.post("/tenants/{tenant}/tariffs", status_code=201)
async def add_own(tenant: str, form: TariffForm, who: Caller, parts: PartsOf) -> Tariff:
    """One agreed with that customer alone."""
    return await set_own_tariff(parts, who, tenant, form.rates())


@router.get("/office-apps")
async def apps(who: Caller, parts: PartsOf) -> list[str]:
    """What OFFICE stands for."""
    return list(await see_office_apps(parts, who))


@router.put("/office-apps")
async def set_apps(form: AppsForm, who: Caller, parts: PartsOf) -> list[str]:
    return list(await set_office_apps(parts, who, form.apps))


@router.get("/tenants/{tenant}/work")
async def own_work(tenant: str, who: Caller, parts: PartsOf) -> list[WorkAnswer]:
    """What the caller himself typed, newest first."""
    found = await see_own_work(parts, who, tenant)
    return [
        cast(
            WorkAnswer,
            one.record.body()
            | {"typed": instant.to_text(one.leaf.time), "description": one.words.get("description")},
        )
        for one in found.lines
    ]


@router.post("/tenants/{tenant}/work", status_code=201)
async def add_work(tenant: str, form: WorkForm, who: Caller, parts: PartsOf) -> WorkKept:
    """Typed on the local day on which it ended."""
    return {"work": await type_work(parts, who, tenant, form.draft())}


@router.delete("/tenants/{tenant}/work/{work}", status_code=204)
async def drop_work(tenant: str, work: str, who: Caller, parts: PartsOf) -> None:
    await withdraw_work(parts, who, tenant, work)


@router.get("/tenants/{tenant}/hours/{period}")
async def hours(tenant: str, period: str, who: Caller, parts: PartsOf) -> HoursAnswer:
    """`charges` as the report of that month has them (FORMAT.md §11), or would have them now."""
    found = await see_hours(parts, who, tenant, period)
    return {
        "tenant": tenant,
        "period": found.period,
        "charges": found.found.charges or None,
        "descriptions": found.said,
        "training": [cast(Training, one.record.body() | one.words) for one in found.lessons],
        "training_missing": found.gap,
    }
