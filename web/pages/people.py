"""People: who is there, invitations whose link is shown once, and one's own keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import get_args

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.add_ssh_key import add_ssh_key, remove_ssh_key
from broker.cases.admit_person import admit_person
from broker.cases.change_approvers import begin_approvers
from broker.cases.deny import allow
from broker.cases.invite import Invited, invite
from broker.cases.open_tenant import open_tenant
from broker.cases.paper_key import begin_objection, checked_key, making_address
from broker.cases.register_signing_key import begin_signing_key, registering
from broker.cases.see_estate import see_own, see_people, see_tenants
from broker.cases.see_left import see_left
from broker.cases.see_logins import end_logins_of
from broker.cases.see_mine import see_mine
from broker.cases.see_warrants import see_set, see_signers
from broker.cases.set_password import PasswordAsked, asked_again, begin_password, set_password
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Role, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, Reading, lead, line, show, to_signing
from web.present import estate as say
from web.present import leaving, rules, words
from web.present.reader import Reader

router = APIRouter(prefix="/persone")
_SLIPS = (Why.BAD_INPUT, Why.DUPLICATE, Why.TOO_LARGE, Why.TITOLARE_ADMITS)
_INVITE = ("name", "function", "email", "role", "tenant")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await show(request, parts, who, "people.html", await _list(parts, who, reader), nav="people")


@router.post("")
async def admit(
    request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
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
        slip = form.slip("invite", _said(no, reader), *_INVITE)
        return await _again(request, parts, who, reader, slip)
    return await _shown_once(request, parts, who, reader, invited)


@router.post("/clienti")
async def new_customer(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    try:
        await open_tenant(parts, who, name=line(form, "tenant_name"), details={})
    except Refused as no:
        slip = form.slip("customer", _said(no, reader), "tenant_name")
        return await _again(request, parts, who, reader, slip)
    return lead(request, "/persone")


@router.post("/{tenant}/{person}/invito")
async def invite_again(
    tenant: str, person: str, request: Request, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    return await _shown_once(request, parts, who, reader, await invite(parts, who, tenant, person))


@router.post("/{tenant}/{person}/fuori")
async def send_out(tenant: str, person: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_logins_of(parts, who, tenant, person)
    return lead(request, "/persone")


@router.post("/passkey-di-firma")
async def signing_key(request: Request, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, registering(who), who.tenant, "signing_key")
    return await to_signing(request, parts, who, partial(begin_signing_key, parts, who))


@router.get("/elenco")
async def approvers(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    new_key = request.query_params.get("carta", "")
    view = rules.approver_list(
        await see_signers(parts, who),
        await see_set(parts, who),
        checked_key(new_key) if new_key else "",
        making_address(parts, reader.lang),
        reader,
    )
    return await show(request, parts, who, "approver_list.html", view)


@router.post("/elenco")
async def sign_approvers(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    chosen = form.many("person")
    until = {one: form.one(f"until-{one}") for one in chosen}
    wanted = rules.appointments(chosen, until, parts.clock.now(), form.many("delegated"))
    call = partial(
        begin_approvers, parts, who, wanted,
        paper_key=form.one("paper_key") or None, by_paper=form.one("by_paper") == "yes",
    )  # fmt: skip
    return await to_signing(request, parts, who, call)


@router.post("/elenco/opposizione")
async def object_to_list(request: Request, who: Caller, parts: PartsOf) -> Response:
    return await to_signing(request, parts, who, partial(begin_objection, parts, who))


@router.post("/chiavi-ssh")
async def add_key(
    request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    try:
        await add_ssh_key(parts, who, form.one("key"))
    except Refused as no:
        return await _again(request, parts, who, reader, form.slip("key", _said(no, reader), "key"))
    return lead(request, "/persone")


@router.post("/chiavi-ssh/togli/{fingerprint:path}")
async def drop_key(fingerprint: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await remove_ssh_key(parts, who, fingerprint)
    return lead(request, "/persone")


@router.get("/password")
async def new_password(request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    return await _password(request, parts, who, await begin_password(parts, who))


@router.post("/password")
async def keep_password(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    """A mistyped code costs no new secret; after a few, or too late, there is one, and the page says so."""
    state, code = form.one("state"), form.one("code").replace(" ", "")[:6]
    try:
        await set_password(parts, who, state, form.raw("password"), code)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.EXPIRED):
            raise
        asked = await asked_again(parts, who, state)
        if asked is not None:
            return await _password(request, parts, who, asked, _wrong_password(no, reader))
        said = reader.say(
            "Quel segreto non vale più: troppi codici sbagliati, o troppo tempo. Eccone uno nuovo.",
            "That secret no longer counts: too many wrong codes, or too long ago. Here is a new one.",
        )
        return await _password(request, parts, who, await begin_password(parts, who), said)
    return lead(request, "/persone")


async def _password(
    request: Request, parts: Parts, who: Who, asked: PasswordAsked, error: str = ""
) -> Response:
    view = e.PasswordForm("/persone/password", asked.state, asked.secret, asked.address, error)
    return await show(request, parts, who, "password.html", view, status=422 if error else 200)


def _wrong_password(no: Refused, reader: Reader) -> str:
    if no.facts.get("field") == "code":
        return reader.say(
            "Il codice non è quello che l’applicazione mostra adesso. Ne scriva uno nuovo, e di nuovo la password.",
            "This is not the code the app shows now. Write a new one, and the password again.",
        )
    return reader.say(*sentences(no))


def _said(no: Refused, reader: Reader) -> str:
    """The sentence of a slip; anything else is a refusal still."""
    if no.why not in _SLIPS:
        raise no
    return reader.say(*sentences(no))


async def _again(request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip) -> Response:
    view = await _list(parts, who, reader, slip)
    return await show(request, parts, who, "people.html", view, nav="people", status=422)


async def _shown_once(request: Request, parts: Parts, who: Who, reader: Reader, invited: Invited) -> Response:
    until = say.link_until(invited.expires, reader)
    view = replace(await _list(parts, who, reader), link=invited.link, link_until=until)
    return await show(request, parts, who, "people.html", view, nav="people")


async def _list(parts: Parts, who: Who, reader: Reader, slip: v.Slip | None = None) -> e.People:
    tenants = await _tenants(parts, who)
    people = {t.id: await see_people(parts, who, t.id) for t in tenants}
    led = {one for one, there in people.items() if say.led(there)}
    rows = [
        say.person_row(p, t, who, reader, by_vendor=t.id not in led) for t in tenants for p in people[t.id]
    ]
    rows += [leaving.row(one, t, who, reader) for t in tenants for one in await see_left(parts, who, t.id)]
    roles = (
        ("ads", "titolare", "auditor")
        if who.role == "titolare"
        else ("technician", "titolare", "ads", "owner")
    )
    typed = slip if slip is not None and slip.form == "invite" else None

    def chosen(field: str, value: str) -> bool:
        return typed is not None and typed.value(field) == value

    return e.People(
        rows=tuple(rows),
        invite=v.Act(reader.say("Invita", "Invite"), post="/persone"),
        roles=tuple(
            v.Option(role, words.capital(words.coded(words.ROLES, role, reader)), chosen=chosen("role", role))
            for role in roles
        ),
        tenants=tuple(
            v.Option(t.id, words.clean(t.name), chosen=chosen("tenant", t.id))
            for t in tenants
            if who.role != "owner" or t.id not in led
        ),
        slip=slip,
        new_tenant=v.Act(reader.say("Crea il cliente", "Create the customer"), post="/persone/clienti")
        if who.role == "owner"
        else None,
        mine=say.mine(await see_mine(parts, who), who, reader),
        may_invite=who.role in MAY[Action.ADMIT_PERSON],
        sign_list=_sign_list(reader) if who.role == "titolare" else None,
        lacks=say.not_appointed(people.get(who.tenant, ()), who, reader),
    )


def _sign_list(reader: Reader) -> v.Act:
    word = reader.say("Chi può autorizzare: leggi e firma", "Who may authorise: read and sign")
    return v.Act(word, href="/persone/elenco", icon="pen")


async def _tenants(parts: Parts, who: Who) -> list[Tenant]:
    """The house and every customer for the owner; for everybody else, his own."""
    own = await see_own(parts, who)
    return [own, *await see_tenants(parts, who)] if who.role == "owner" else [own]
