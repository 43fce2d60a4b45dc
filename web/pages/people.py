"""People: who is there, invitations whose link is shown once, and one's own keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import get_args

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentence
from broker.api.who import Caller, PartsOf
from broker.cases.add_ssh_key import add_ssh_key, remove_ssh_key
from broker.cases.admit_person import admit_person
from broker.cases.change_approvers import begin_approvers
from broker.cases.deny import allow
from broker.cases.invite import Invited, invite
from broker.cases.open_tenant import open_tenant
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.see_estate import see_people, see_tenants
from broker.cases.see_mine import see_mine
from broker.cases.set_password import begin_password, set_password
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Role, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, lead, line, show, to_signing
from web.present import estate as say
from web.present import rules, words

router = APIRouter(prefix="/persone")
_SLIPS = (Why.BAD_INPUT, Why.DUPLICATE, Why.TOO_LARGE)


@router.get("")
async def listed(request: Request, who: Caller, parts: PartsOf) -> Response:
    return await show(request, parts, who, "people.html", await _list(parts, who), nav="people")


@router.post("")
async def admit(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    role = form.one("role")
    try:
        if role not in get_args(Role):
            raise Refused(Why.BAD_INPUT, field="role")
        invited = await admit_person(
            parts,
            who,
            tenant=form.one("tenant") or who.tenant,
            role=role,  # type: ignore[arg-type]
            name=line(form, "name"),
            function=line(form, "function"),
            email=form.one("email"),
        )
    except Refused as no:
        return await _again(request, parts, who, no)
    return await _shown_once(request, parts, who, invited)


@router.post("/clienti")
async def new_customer(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    try:
        await open_tenant(parts, who, name=line(form, "tenant_name"), details={})
    except Refused as no:
        return await _again(request, parts, who, no)
    return lead(request, "/persone")


@router.post("/{tenant}/{person}/invito")
async def invite_again(tenant: str, person: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    return await _shown_once(request, parts, who, await invite(parts, who, tenant, person))


@router.post("/passkey-di-firma")
async def signing_key(request: Request, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.REGISTER_SIGNING_KEY, who.tenant, "signing_key")
    return await to_signing(request, parts, who, partial(begin_signing_key, parts, who))


@router.get("/elenco")
async def approvers(request: Request, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    view = rules.approver_list(await see_people(parts, who, who.tenant), parts.clock.now())
    return await show(request, parts, who, "approver_list.html", view)


@router.post("/elenco")
async def sign_approvers(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    chosen = form.many("person")
    until = {one: form.one(f"until-{one}") for one in chosen}
    wanted = rules.appointments(chosen, until, parts.clock.now())
    return await to_signing(request, parts, who, partial(begin_approvers, parts, who, wanted))


@router.post("/chiavi-ssh")
async def add_key(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    try:
        await add_ssh_key(parts, who, form.one("key"))
    except Refused as no:
        return await _again(request, parts, who, no)
    return lead(request, "/persone")


@router.post("/chiavi-ssh/togli/{fingerprint:path}")
async def drop_key(fingerprint: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await remove_ssh_key(parts, who, fingerprint)
    return lead(request, "/persone")


@router.get("/password")
async def new_password(request: Request, who: Caller, parts: PartsOf) -> Response:
    asked = await begin_password(parts, who)
    view = e.PasswordForm("/persone/password", asked.state, asked.secret, asked.address)
    return await show(request, parts, who, "password.html", view)


@router.post("/password")
async def keep_password(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    code = form.one("code").replace(" ", "")[:6]
    try:
        await set_password(parts, who, form.one("state"), form.raw("password"), code)
    except Refused as no:
        if no.why is not Why.BAD_INPUT:
            raise
        asked = await begin_password(parts, who)
        view = e.PasswordForm("/persone/password", asked.state, asked.secret, asked.address, sentence(no))
        return await show(request, parts, who, "password.html", view, status=422)
    return lead(request, "/persone")


async def _again(request: Request, parts: Parts, who: Who, no: Refused) -> Response:
    if no.why not in _SLIPS:
        raise no
    view = replace(await _list(parts, who), error=sentence(no))
    return await show(request, parts, who, "people.html", view, nav="people", status=422)


async def _shown_once(request: Request, parts: Parts, who: Who, invited: Invited) -> Response:
    until = say.link_until(invited.expires, parts.clock.now())
    view = replace(await _list(parts, who), link=invited.link, link_until=until)
    return await show(request, parts, who, "people.html", view, nav="people")


async def _list(parts: Parts, who: Who) -> e.People:
    tenants = await _tenants(parts, who)
    rows = [say.person_row(p, t, who) for t in tenants for p in await see_people(parts, who, t.id)]
    may = who.role in MAY[Action.ADMIT_PERSON]
    roles = ("ads",) if who.role == "titolare" else ("technician", "titolare", "ads", "owner")
    return e.People(
        rows=tuple(rows),
        invite=v.Act("Invita", post="/persone"),
        roles=tuple(v.Option(role, words.capital(words.ROLES[role])) for role in roles),
        tenants=tuple(v.Option(t.id, words.clean(t.name)) for t in tenants),
        new_tenant=v.Act("Crea il cliente", post="/persone/clienti") if who.role == "owner" else None,
        mine=say.mine(await see_mine(parts, who), who),
        may_invite=may,
        sign_list=v.Act("Chi può autorizzare: leggi e firma", href="/persone/elenco", icon="pen")
        if who.role == "titolare"
        else None,
    )


async def _tenants(parts: Parts, who: Who) -> list[Tenant]:
    """The house and every customer for the owner; for everybody else, his own."""
    async with parts.store.read() as work:
        own = await estate.tenant(work, who.tenant)
    assert own is not None  # a person has a tenant
    return [own, *await see_tenants(parts, who)] if who.role == "owner" else [own]
