"""Category and papers of a customer over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.duty_forms import CategoryForm
from broker.api.who import Caller, PartsOf
from broker.cases.set_category import see_categories, set_category
from broker.domain.category import Validity

router = APIRouter()


@router.get("/api/tenants/{tenant}/category")
async def list_categories(tenant: str, who: Caller, parts: PartsOf) -> list[Validity]:
    return await see_categories(parts, who, tenant)


@router.post("/api/tenants/{tenant}/category", status_code=201)
async def put_category(tenant: str, form: CategoryForm, who: Caller, parts: PartsOf) -> Validity:
    return await set_category(parts, who, tenant, form.draft())
