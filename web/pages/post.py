"""The post: what came and went; a technician says what a mail is about, the titolare what it must prove."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.handle_mail import bind_by_hand, report_by_mail, set_mail_aside, set_mail_rules
from broker.cases.see_post import see_mail, see_post
from web.pages.page import FormFields, Reading, lead, show
from web.present import post

router = APIRouter(prefix="/posta")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = post.page(await see_post(parts, who), who, reader)
    return await show(request, parts, who, "post.html", view, nav="post")


@router.post("/regole")
async def rules(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await set_mail_rules(parts, who, form.one("least"))
    return lead(request, "/posta")


@router.get("/{mail}")
async def one(mail: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = post.one(await see_mail(parts, who, mail), who, reader)
    return await show(request, parts, who, "mail.html", view, nav="post")


@router.post("/{mail}/lega")
async def bind(mail: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    bound = await bind_by_hand(parts, who, mail, form.one("request"))
    return lead(request, f"/posta/{bound.id}")


@router.post("/{mail}/incidente")
async def report(mail: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await report_by_mail(parts, who, mail, form.one("text"))
    return lead(request, f"/posta/{mail}")


@router.post("/{mail}/da-parte")
async def aside(mail: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await set_mail_aside(parts, who, mail)
    return lead(request, "/posta")
