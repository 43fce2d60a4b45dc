"""Providers at which people log in, where they are logged in now, and showing anew who one is."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request

from broker.api.answers import Next, ProviderKept
from broker.api.forms import PasskeyAnswer, PasswordProof, ProviderForm
from broker.api.who import Caller, FreshCaller, PartsOf, token_of
from broker.cases.enter_elsewhere import unlink_self
from broker.cases.keep_provider import ProviderView, keep_provider, remove_provider, see_providers
from broker.cases.log_in import prove_by_passkey
from broker.cases.log_in_with_password import prove_by_password
from broker.cases.see_logins import LoginView, end_login, end_logins_of, end_other_logins, see_logins

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Ended:
    """How many log-ins."""

    ended: int


@router.post("/api/login/prove")
async def prove(form: PasskeyAnswer, request: Request, who: Caller, parts: PartsOf) -> Next:
    """With what `POST /api/login/passkey/begin` asked: for acts that matter, for ten minutes."""
    await prove_by_passkey(parts, who, form.state, form.answer, token=token_of(request))
    return {"next": "/"}


@router.post("/api/login/prove/password")
async def prove_with_password(form: PasswordProof, request: Request, who: Caller, parts: PartsOf) -> Next:
    """The same with password and one-time code, where one has them."""
    await prove_by_password(parts, who, form.password, form.code, token_of(request))
    return {"next": "/"}


@router.get("/api/logins")
async def mine(request: Request, who: Caller, parts: PartsOf) -> list[LoginView]:
    return await see_logins(parts, who, token_of(request))


@router.delete("/api/logins")
async def end_others(request: Request, who: Caller, parts: PartsOf) -> Ended:
    """Every log-in of the caller but this one."""
    return Ended(await end_other_logins(parts, who, token_of(request)))


@router.delete("/api/logins/{id}", status_code=204)
async def end_one(id: str, who: Caller, parts: PartsOf) -> None:
    await end_login(parts, who, id)


@router.delete("/api/tenants/{tenant}/people/{person}/logins")
async def send_out(tenant: str, person: str, who: Caller, parts: PartsOf) -> Ended:
    return Ended(await end_logins_of(parts, who, tenant, person))


@router.get("/api/providers")
async def listed(who: Caller, parts: PartsOf) -> list[ProviderView]:
    return await see_providers(parts, who)


@router.post("/api/providers", status_code=201)
async def add(form: ProviderForm, who: FreshCaller, parts: PartsOf) -> ProviderKept:
    """Of one's own tenant: whoever enters a provider decides who comes in by it."""
    return {"provider": await keep_provider(parts, who, form.provider(""), form.secret)}


@router.put("/api/providers/{provider}")
async def change(provider: str, form: ProviderForm, who: FreshCaller, parts: PartsOf) -> ProviderKept:
    """Without `secret` the one that is kept stays. Another issuer, client or kind ends everybody's link."""
    return {"provider": await keep_provider(parts, who, form.provider(provider), form.secret)}


@router.delete("/api/providers/{provider}", status_code=204)
async def remove(provider: str, who: FreshCaller, parts: PartsOf) -> None:
    await remove_provider(parts, who, provider)


@router.delete("/api/identities/{provider}", status_code=204)
async def unlink(provider: str, who: FreshCaller, parts: PartsOf) -> None:
    """The caller's own link to this provider."""
    await unlink_self(parts, who, provider)
