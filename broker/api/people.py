"""People over HTTP: admit, invite, accept an invitation, register keys."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.answers import PasskeyAdded
from broker.api.forms import PasskeyAnswer, PersonForm, SshKeyForm
from broker.api.login import Entered
from broker.api.who import Browser, Caller, FreshCaller, PartsOf, Terminal, remember, token_of
from broker.cases.add_ssh_key import add_ssh_key, remove_ssh_key
from broker.cases.admit_person import admit_person
from broker.cases.dismiss import dismiss
from broker.cases.erase_name import erase_name
from broker.cases.invite import InvitationView, Invited, invite, read_invitation
from broker.cases.log_in import PasskeyAsked
from broker.cases.person_view import PersonView
from broker.cases.register_passkey import (
    begin_another,
    begin_by_invitation,
    finish_another,
    finish_by_invitation,
)
from broker.cases.remove_passkey import remove_passkey
from broker.cases.see_estate import see_people
from broker.domain.people import APPROVING_ROLES
from broker.store.people import SshKey

router = APIRouter()


@router.get("/api/people")
async def list_people(tenant: str, who: Caller, parts: PartsOf) -> list[PersonView]:
    return await see_people(parts, who, tenant)


@router.post("/api/people", status_code=201)
async def admit(form: PersonForm, who: FreshCaller, parts: PartsOf) -> Invited:
    return await admit_person(
        parts,
        who,
        tenant=form.tenant,
        role=form.role,
        name=form.name,
        function=form.function,
        email=form.email,
    )


@router.post("/api/tenants/{tenant}/people/{person}/invitation", status_code=201)
async def invite_again(tenant: str, person: str, who: FreshCaller, parts: PartsOf) -> Invited:
    return await invite(parts, who, tenant, person)


@router.delete("/api/tenants/{tenant}/people/{person}", status_code=204)
async def let_go(tenant: str, person: str, who: FreshCaller, parts: PartsOf) -> None:
    await dismiss(parts, who, tenant, person)


@router.delete("/api/tenants/{tenant}/people/{person}/name", status_code=204)
async def forget(tenant: str, person: str, who: FreshCaller, parts: PartsOf) -> None:
    await erase_name(parts, who, tenant, person)


@router.get("/api/invitations/{token}")
async def look(token: str, parts: PartsOf) -> InvitationView:
    return await read_invitation(parts, token)


@router.post("/api/invitations/{token}/passkey/begin")
async def begin_first(token: str, parts: PartsOf) -> PasskeyAsked:
    return await begin_by_invitation(parts, token)


@router.post("/api/invitations/{token}/passkey/finish", status_code=201)
async def finish_first(
    token: str, form: PasskeyAnswer, response: Response, parts: PartsOf, terminal: Terminal, browser: Browser
) -> Entered:
    entered = await finish_by_invitation(
        parts,
        form.state,
        form.answer,
        terminal,
        token=token,
        demo_software=form.demo_software,
        browser=browser,
    )
    remember(response, parts, entered)
    # An approver needs a second passkey, the one that signs: the page leads him on to it.
    return Entered.of(entered, next="/invito" if entered.who.role in APPROVING_ROLES else "/")


@router.post("/api/passkeys/begin")
async def begin_more(who: FreshCaller, parts: PartsOf) -> PasskeyAsked:
    return await begin_another(parts, who)


@router.post("/api/passkeys/finish", status_code=201)
async def finish_more(form: PasskeyAnswer, who: Caller, parts: PartsOf) -> PasskeyAdded:
    added = await finish_another(parts, who, form.state, form.answer, demo_software=form.demo_software)
    return {"credential": added}


@router.delete("/api/passkeys/{credential}", status_code=204)
async def drop_passkey(credential: str, request: Request, who: FreshCaller, parts: PartsOf) -> None:
    await remove_passkey(parts, who, credential, token=token_of(request))


@router.post("/api/ssh-keys", status_code=201)
async def add_key(form: SshKeyForm, who: FreshCaller, parts: PartsOf) -> SshKey:
    return await add_ssh_key(parts, who, form.key)


@router.delete("/api/ssh-keys/{fingerprint:path}", status_code=204)
async def drop_key(fingerprint: str, who: FreshCaller, parts: PartsOf) -> None:
    await remove_ssh_key(parts, who, fingerprint)
