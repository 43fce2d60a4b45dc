"""The post over HTTP: mails that came, letters with receipts, and what people say of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from audit import instant
from audit.mail_evidence.codes import CODES
from broker.api.forms import Form, Id
from broker.api.post_answers import (
    Least,
    LetterAnswer,
    MailAnswer,
    MailAside,
    MailWhole,
    PostAnswer,
    SaidSender,
    SenderAnswer,
)
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.handle_mail import bind_by_hand, report_by_mail, set_mail_aside, set_mail_rules
from broker.cases.know_sender import Known, know_sender, see_senders
from broker.cases.see_post import raw_mail, see_mail, see_post
from broker.domain.dispatch import Dispatch
from broker.domain.fiscal_code import masked
from broker.domain.mail_sender import MailSender
from broker.domain.received_mail import Mail

router = APIRouter(prefix="/api/post")


class BindForm(Form):
    request: Id


class ReportForm(Form):
    text: Annotated[str, StringConstraints(max_length=8000)]


class SenderForm(Form):
    """Empty: nothing of that kind."""

    domain: Annotated[str, StringConstraints(max_length=254)] = ""
    box: Annotated[str, StringConstraints(max_length=254)] = ""
    fiscal_code: Annotated[str, StringConstraints(max_length=32)] = ""


class RulesForm(Form):
    least: Annotated[str, StringConstraints(max_length=8)]


@router.get("")
async def listed(who: Caller, parts: PartsOf) -> PostAnswer:
    """Newest first. `left` lies on its server and is not recorded; `least` is the caller's customer's rule."""
    view = await see_post(parts, who)
    return {
        "mails": [_mail(one) for one in view.mails],
        "letters": [_letter(one) for one in view.letters],
        "left": [{"mailbox": one.place.mailbox, "uid": one.place.uid, "why": one.why} for one in view.left],
        "least": None if view.least is None else view.least.code,
        "receives": view.receives,
    }


@router.put("/rules")
async def rules(form: RulesForm, who: FreshCaller, parts: PartsOf) -> Least:
    await set_mail_rules(parts, who, form.least)
    return {"least": form.least}


@router.get("/senders")
async def senders(who: Caller, parts: PartsOf) -> list[SenderAnswer]:
    """The caller's customer's people who may write. Of a codice fiscale its beginning alone comes back."""
    return [_sender(one) for one in await see_senders(parts, who)]


@router.put("/senders/{person}")
async def know(person: str, form: SenderForm, who: FreshCaller, parts: PartsOf) -> SaidSender:
    """By what that person's mail is known from the next one on, beside the address of the admission."""
    new = await know_sender(
        parts, who, person, domain=form.domain, box=form.box, fiscal_code=form.fiscal_code
    )
    return _said(person, new)


@router.get("/mails/{mail}")
async def one(mail: str, who: Caller, parts: PartsOf) -> MailWhole:
    """Its texts are a stranger's words, of certified mail those of the message inside."""
    view = await see_mail(parts, who, mail)
    text = view.text
    return {
        **_mail(view.mail),
        "sentences": [
            {"code": code, "it": CODES[code].it, "en": CODES[code].en}
            for code in view.mail.reasons
            if code in CODES
        ],
        "from": text.sender,
        "to": text.to,
        "subject": text.subject,
        "date": text.date,
        "text": text.text,
        "html_source": text.source,
        "unread": text.unread,
        "attachments": [
            {"name": each.name, "type": each.type, "size": each.size, "sort": each.sort, "warns": each.warns}
            for each in text.attachments
        ],
    }


@router.get("/mails/{mail}/raw")
async def raw(mail: str, who: Caller, parts: PartsOf) -> Response:
    """The bytes as they came, to keep: no browser is to show them."""
    data = await raw_mail(parts, who, mail)
    headers = {
        "Content-Disposition": f'attachment; filename="{mail}.eml"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.post("/mails/{mail}/binding")
async def bind(mail: str, form: BindForm, who: Caller, parts: PartsOf) -> MailAnswer:
    return _mail(await bind_by_hand(parts, who, mail, form.request))


@router.post("/mails/{mail}/incident", status_code=201)
async def report(mail: str, form: ReportForm, who: Caller, parts: PartsOf) -> MailAnswer:
    return _mail(await report_by_mail(parts, who, mail, form.text))


@router.post("/mails/{mail}/aside")
async def aside(mail: str, who: Caller, parts: PartsOf) -> MailAside:
    await set_mail_aside(parts, who, mail)
    return {"mail": mail}


def _sender(one: Known) -> SenderAnswer:
    person = one.person
    return {
        **_said(person.id, one.sender),
        "name": person.name,
        "role": person.role,
        "email": person.email,
    }


def _said(person: str, sender: MailSender) -> SaidSender:
    return {
        "person": person,
        "domain": sender.domain,
        "box": sender.box,
        "fiscal_code": masked(sender.fiscal_code),
    }


def _mail(one: Mail) -> MailAnswer:
    return {
        "mail": one.id,
        "tenant": one.tenant,
        "record": one.n,
        "came": instant.to_text(one.came),
        "way": one.way,
        "sha256": one.digest,
        "size": one.size,
        "transport": one.transport,
        "level": one.level,
        "confirmed": one.confirmed,
        "code": one.code,
        "reasons": list(one.reasons),
        "person": one.person,
        "request": one.request,
        "incident": one.incident,
        "state": one.state,
    }


def _letter(one: Dispatch) -> LetterAnswer:
    return {
        "letter": one.id,
        "tenant": one.tenant,
        "channel": one.channel,
        "purpose": one.purpose,
        "about": one.about,
        "recipient": one.recipient,
        "person": one.person,
        "state": one.state,
        "receipts": sorted(one.receipts),
        "made": instant.to_text(one.made),
        "sent": None if one.sent is None else instant.to_text(one.sent),
        "overdue": one.overdue,
    }
