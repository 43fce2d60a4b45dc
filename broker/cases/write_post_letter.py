"""Write one letter about a mail that came."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import post_letter
from broker.domain.people import APPROVING_ROLES
from broker.domain.post_letter import PostFacts
from broker.domain.request_code import request_code
from broker.parts import Parts
from broker.store import mails, people
from broker.store.outbox import Due


async def write_post_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or the mail is gone."""
    request, kind = str(due.payload.get("request", "")), str(due.payload["letter"])
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        mail = await mails.load(work, str(due.payload.get("mail", "")))
        if to is None or (mail is None and kind != post_letter.OF_OURS):
            return None
        reader = await people.find_person(work, str(due.payload["to"]))
        wrote = None if mail is None else mail.person
        sender = None if wrote is None else await people.find_person(work, wrote)
    answers = reader is not None and reader.role in APPROVING_ROLES and bool(request)
    facts = PostFacts(
        customer=to.customer.name,
        sender="" if sender is None else sender.name,
        request=request,
        code=request_code(parts.keys.wrapping_key(), due.tenant, request) if answers else "",
    )
    page = "/posta" if mail is None else f"/posta/{mail.id}"
    if kind == "mail_confirm":
        page = f"/richieste/{request}"
    message = post_letter.compose(kind, facts, to.envelope, f"{parts.settings.origin}{page}")
    return Letter(to.mailbox, message)
