"""Hosts: prepare one, name its account in the rules, sign its enrolment, carry its file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentence
from broker.api.who import Caller, PartsOf
from broker.cases.change_policy import begin_policy
from broker.cases.deny import allow
from broker.cases.prepare_host import prepare_host
from broker.cases.see_estate import HostView, see_hosts, see_tenants
from broker.cases.sign_enrolment import begin_enrolment
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import statements
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, lead, show, to_signing
from web.present import estate as say
from web.present import rules, words

router = APIRouter(prefix="/postazioni")


@router.get("")
async def listed(request: Request, who: Caller, parts: PartsOf) -> Response:
    view = await _list(parts, who)
    return await show(request, parts, who, "hosts.html", view, nav="hosts", live=True)


@router.post("")
async def prepare(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    tenant = form.one("tenant") or who.tenant
    await allow(parts, who, Action.PREPARE_HOST, tenant, "host")
    label, place = form.one("label"), form.one("place")
    try:
        if not (
            0 < len(label) <= 64 and label.isprintable() and 0 < len(place) <= 120 and place.isprintable()
        ):
            raise Refused(Why.BAD_INPUT, field="label")
        new = await prepare_host(parts, who, tenant, label=label, place=place)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.DUPLICATE):
            raise
        again = replace(await _list(parts, who), error=sentence(no))
        return await show(request, parts, who, "hosts.html", again, nav="hosts", status=422)
    return lead(request, f"/postazioni/{new.id}")


@router.get("/{host}")
async def one(host: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found, tenant = await _find(parts, who, host)
    async with parts.store.read() as work:
        ruled = await statements.policy(work, tenant.id) is not None
    view = say.enrol(found, tenant, who, ruled=ruled, now=parts.clock.now())
    return await show(request, parts, who, "enrol.html", view, nav="hosts", live=True)


@router.post("/{host}/utente")
async def name_account(
    host: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    """The rules in force with one account more: signed like any other rules."""
    found, tenant = await _find(parts, who, host)
    await allow(parts, who, Action.CHANGE_POLICY, tenant.id, "policy")
    async with parts.store.read() as work:
        policy = await statements.policy(work, tenant.id)
    if policy is None:
        raise Refused(Why.POLICY_MISSING)
    account = rules.account(form.one("account"), administrator=form.one("administrator") == "1")
    others = tuple(line for line in policy.accounts if line[0] != found.id)
    draft = replace(rules.draft_of(policy), accounts=(*others, (found.id, account)))
    return await to_signing(request, parts, who, partial(begin_policy, parts, who, draft))


@router.post("/{host}/firma")
async def sign(host: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found, _ = await _find(parts, who, host)
    return await to_signing(request, parts, who, partial(begin_enrolment, parts, who, found.id))


async def _list(parts: Parts, who: Who) -> e.Hosts:
    at = parts.clock.now()
    tenants = await see_tenants(parts, who)
    hosts = [(t, h) for t in tenants for h in await see_hosts(parts, who, t.id)]
    may = who.role in MAY[Action.PREPARE_HOST]
    return e.Hosts(
        rows=tuple(say.host_row(h, t.name, at) for t, h in hosts),
        confirmed=say.confirmed([h for _, h in hosts]),
        create=v.Act("Prepara l’iscrizione", post="/postazioni") if may else None,
        tenants=tuple(v.Option(t.id, words.clean(t.name)) for t in tenants),
    )


async def _find(parts: Parts, who: Who, host: str) -> tuple[HostView, Tenant]:
    for tenant in await see_tenants(parts, who):
        for one_host in await see_hosts(parts, who, tenant.id):
            if one_host.id == host:
                return one_host, tenant
    raise Refused(Why.NOT_FOUND)
