"""The customer's rules: read by his people, changed by the titolare's signature alone."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from audit.policy import PRESETS
from broker.api.who import Caller, PartsOf
from broker.cases.change_policy import begin_policy
from broker.cases.deny import allow
from broker.cases.see_estate import see_policy
from broker.cases.see_hosts import see_hosts
from broker.cases.see_presets import see_presets
from broker.domain.people import Action
from web.pages.page import FormFields, Reading, show, to_signing
from web.present import presets, rules

router = APIRouter(prefix="/regole")


@router.get("")
async def read(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_POLICY, who.tenant, "policy")
    hosts = await see_hosts(parts, who, who.tenant)
    policy = await see_policy(parts, who, who.tenant)
    named = request.query_params.get("profilo")
    proposed = next((one for one in PRESETS if one == named), None)
    return await show(request, parts, who, "rules.html", rules.form(policy, hosts, reader, proposed))


@router.get("/profili")
async def standing(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    found = await see_presets(parts, who, who.tenant)
    view = presets.page(found, reader, may_sign=who.role == "titolare")
    return await show(request, parts, who, "presets.html", view)


@router.post("")
async def sign(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_POLICY, who.tenant, "policy")
    draft = rules.read(form.values)
    return await to_signing(request, parts, who, partial(begin_policy, parts, who, draft))
