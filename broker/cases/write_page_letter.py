"""Write one letter that leads to a page, from what is so when it goes out."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import page_letter
from broker.domain.incident import Contact, Open, Routed
from broker.domain.page_letter import PageFacts
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import incidents, leads, mails, people, requests, schools, webhooks
from broker.store.database import Work
from broker.store.outbox import Due

CLEAN_UP = ("clean_up_due", "clean_up_instructed", "clean_up_closed")


async def write_page_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or what it would tell of is no more."""
    kind, about = str(due.payload["letter"]), str(due.payload.get("about", ""))
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        by = due.payload.get("by")
        writer = None if by is None else await people.find_person(work, str(by))
        count = await _count(work, kind)
        if to is None or not await _still(work, due.tenant, kind, about, count):
            return None
        day = await _day(work, due.tenant, kind, about)
    facts = PageFacts(to.customer.name, "" if writer is None else writer.name, about, count, day)
    link = f"{parts.settings.origin}{_page(kind, due.tenant, about)}"
    return Letter(to.mailbox, page_letter.compose(kind, facts, to.envelope, link))


async def _day(work: Work, tenant: str, kind: str, about: str) -> str:
    """By when a clean-up is due; `about` may name the reminder behind it."""
    if kind not in CLEAN_UP:
        return ""
    found = await schools.school(work, tenant)
    return f"{found.one(about.partition('/')[0]).due:%d/%m/%Y}"


async def _count(work: Work, kind: str) -> int:
    match kind:
        case "mail_unread":
            return await mails.unread(work)
        case "lead_came":
            return await leads.count(work, open_only=True)
        case _:
            return 0


async def _still(work: Work, tenant: str, kind: str, about: str, count: int) -> bool:
    match kind:
        case "mail_unread" | "lead_came":
            return count > 0
        case "cannot_intervene":
            return isinstance(await incidents.find(work, tenant, about), Contact | Open)
        case "clean_up_due":
            return (await schools.school(work, tenant)).one(about.partition("/")[0]).open
        case "routed":
            customer, _, incident = about.partition(".")
            return isinstance(await incidents.find(work, customer, incident), Routed)
        case "webhook_failing":
            hook = await webhooks.find(work, tenant, about)
            return hook is not None and hook.state == "failing"
        case "asked_again" | "clarification_asked" | "clarification_answered":
            return isinstance(await requests.load(work, tenant, about), AwaitingApproval)
        case _:
            return True


def _page(kind: str, tenant: str, about: str) -> str:
    match kind:
        case "mail_unread":
            return "/posta"
        case "lead_came":
            return "/gestione/contatti"
        case "webhook_failing":
            return f"/notifiche/{tenant}"
        case "routed":
            return "/rivendita"
        case "cannot_intervene":
            return f"/incidenti/{tenant}/{about}"
        case "asked_again" | "clarification_asked" | "clarification_answered":
            return f"/richieste/{about}"
        case "clean_up_due" | "clean_up_instructed" | "clean_up_closed":
            return f"/scuola/{tenant}"
        case _:
            return f"/contestazioni/{tenant}/{about}"
