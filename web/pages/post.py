"""The post: what came and went; a technician says what a mail is about, the titolare what it must prove."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.handle_mail import bind_by_hand, report_by_mail, set_mail_aside, set_mail_rules
from broker.cases.know_sender import know_sender, see_senders
from broker.cases.see_post import see_mail, see_post
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import FormFields, Reading, lead, show
from web.present import post
from web.present.reader import Reader
from web.views import Slip

router = APIRouter(prefix="/posta")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    senders = await see_senders(parts, who) if who.role == "titolare" else []
    view = post.page(await see_post(parts, who), who, reader, senders)
    return await show(request, parts, who, "post.html", view, nav="post")


@router.post("/regole")
async def rules(request: Request, form: FormFields, who: FreshCaller, parts: PartsOf) -> Response:
    await set_mail_rules(parts, who, form.one("least"))
    return lead(request, "/posta")


@router.get("/mittenti/{person}")
async def sender(person: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _sender(request, parts, who, person, reader)


@router.post("/mittenti/{person}")
async def know(
    person: str, request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    try:
        await know_sender(
            parts, who, person,
            domain=form.one("domain"), box=form.one("box"), fiscal_code=form.one("fiscal_code"),
        )  # fmt: skip
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.DUPLICATE):
            raise
        slip = form.slip("mittente", reader.say(*sentences(no)), "domain", "box", "fiscal_code")
        return await _sender(request, parts, who, person, reader, slip)
    return lead(request, "/posta")


async def _sender(
    request: Request, parts: Parts, who: Who, person: str, reader: Reader, slip: Slip | None = None
) -> Response:
    found = next((one for one in await see_senders(parts, who) if one.person.id == person), None)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    view = post.sender_form(found, reader, slip)
    return await show(request, parts, who, "sender.html", view, nav="post", status=422 if slip else 200)


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
