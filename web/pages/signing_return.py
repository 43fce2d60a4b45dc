"""Back from the signing page: a page whose script hands the signature over. Everything is in the fragment."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from web import views
from web.pages.page import show

router = APIRouter()


@router.get("/firma/ritorno")
async def back(request: Request, who: Caller, parts: PartsOf) -> Response:
    view = views.SignReturn(post="/api/signing/finish")
    return await show(request, parts, who, "sign_return.html", view)
