"""Showing anew who one is before an act that matters, and going on with it: /prova."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf, token_of
from broker.cases.log_in_elsewhere import PROVE
from broker.cases.log_in_with_password import prove_by_password
from broker.cases.see_proofs import see_proofs
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_signin as vs
from web.pages.page import FormFields, Reading, lead, local, show
from web.pages.signin import go_elsewhere
from web.present import words
from web.present.reader import Reader

router = APIRouter(prefix="/prova")
_CEREMONY = v.Ceremony("/api/login/passkey/begin", "/api/login/prove")


@router.get("")
async def ask(request: Request, reader: Reading, who: Caller, parts: PartsOf, dopo: str = "/") -> Response:
    return await show(request, parts, who, "prove.html", await view(parts, who, reader, local(dopo)))


@router.post("/password")
async def with_password(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    after = local(form.one("next") or "/")
    code = form.one("totp").replace(" ", "")
    try:
        await prove_by_password(parts, who, form.raw("password")[:256], code[:6], token_of(request))
    except Refused as no:
        if no.why not in (Why.NOT_RECOGNISED, Why.TOO_MANY_TRIES):
            raise
        again = await view(parts, who, reader, after, error=reader.say(*sentences(no)))
        return await show(request, parts, who, "prove.html", again, status=status(no))
    return lead(request, after)


@router.post("/con/{provider}")
async def elsewhere(
    provider: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    return await go_elsewhere(request, parts, who, provider, PROVE, local(form.one("next") or "/"))


async def view(
    parts: Parts,
    who: Who,
    reader: Reader,
    after: str,
    *,
    post: str = "",
    fields: tuple[tuple[str, str], ...] = (),
    error: str = "",
) -> vs.Prove:
    """`post` and `fields`: what waits, sent again once he has shown who he is."""
    ways = await see_proofs(parts, who)
    return vs.Prove(
        _CEREMONY,
        after,
        "/prova/password" if ways.password else "",
        tuple(
            v.Act(
                reader.say(f"Con {words.clean(one.name)}", f"With {words.clean(one.name)}"),
                post=f"/prova/con/{one.id}",
                sign=True,
            )
            for one in ways.elsewhere
        ),
        post,
        fields,
        error,
    )
