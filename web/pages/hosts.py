"""Hosts: prepare one, name its account in the rules, sign its enrolment, carry its file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.change_policy import begin_policy
from broker.cases.deny import allow
from broker.cases.prepare_host import prepare_host
from broker.cases.see_estate import see_policy, see_tenants
from broker.cases.see_hosts import HostView, see_hosts
from broker.cases.sign_enrolment import begin_enrolment
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, Reading, lead, line, show, to_signing
from web.present import estate as say
from web.present import rules, words
from web.present.reader import Reader

router = APIRouter(prefix="/postazioni")
MAX_LABEL = 63  # of a host name; what an agent pins


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = await _list(parts, who, reader)
    return await show(request, parts, who, "hosts.html", view, nav="hosts", live=True)


@router.post("")
async def prepare(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    tenant = form.one("tenant") or who.tenant
    await allow(parts, who, Action.PREPARE_HOST, tenant, "host")
    try:
        label, place = line(form, "label", MAX_LABEL), line(form, "place")
        new = await prepare_host(parts, who, tenant, label=label, place=place)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.DUPLICATE):
            raise
        slip = form.slip("host", reader.say(*sentences(no)), "tenant", "label", "place")
        again = await _list(parts, who, reader, slip)
        return await show(request, parts, who, "hosts.html", again, nav="hosts", status=422)
    return lead(request, f"/postazioni/{new.id}")


@router.get("/{host}")
async def one(host: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    found, tenant = await _find(parts, who, host)
    ruled = await see_policy(parts, who, tenant.id) is not None
    view = say.enrol(found, tenant, who, reader, ruled=ruled)
    return await show(request, parts, who, "enrol.html", view, nav="hosts", live=True)


@router.post("/{host}/utente")
async def name_account(
    host: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    """The rules in force with one account more: signed like any other rules."""
    found, tenant = await _find(parts, who, host)
    await allow(parts, who, Action.CHANGE_POLICY, tenant.id, "policy")
    policy = await see_policy(parts, who, tenant.id)
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


async def _list(parts: Parts, who: Who, reader: Reader, slip: v.Slip | None = None) -> e.Hosts:
    tenants = await see_tenants(parts, who)
    hosts = [(t, h) for t in tenants for h in await see_hosts(parts, who, t.id)]
    may = who.role in MAY[Action.PREPARE_HOST]
    prepare_ = v.Act(reader.say("Prepara l’iscrizione", "Prepare the enrolment"), post="/postazioni")
    return e.Hosts(
        rows=tuple(say.host_row(h, t.name, reader) for t, h in hosts),
        confirmed=say.confirmed([h for _, h in hosts], reader),
        create=prepare_ if may else None,
        tenants=tuple(
            v.Option(t.id, words.clean(t.name), chosen=slip is not None and slip.value("tenant") == t.id)
            for t in tenants
        ),
        slip=slip,
    )


async def _find(parts: Parts, who: Who, host: str) -> tuple[HostView, Tenant]:
    for tenant in await see_tenants(parts, who):
        for one_host in await see_hosts(parts, who, tenant.id):
            if one_host.id == host:
                return one_host, tenant
    raise Refused(Why.NOT_FOUND)
