"""The post: mails that came and letters that went, each customer's own, and all of them for the house."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from audit.mail_evidence.codes import Level
from broker.cases.deny import allow, not_there
from broker.cases.note_reading import note_reading
from broker.domain.arrived import Left
from broker.domain.dispatch import Dispatch
from broker.domain.mail_text import MailText, mail_text
from broker.domain.people import Action, Who, sees
from broker.domain.received_mail import Mail
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import dispatches, estate, mail_rules, mailboxes, mails, openings, reading, requests
from broker.store.database import Work

SHOWN = 100


@dataclass(frozen=True, slots=True)
class PostView:
    """Newest first. `customers` names them by id; `left` lies on servers, for the house alone; `least` is the
    caller's own customer's rule, None for the house. `receives`: whether mail is received here at all."""

    mails: list[Mail]
    letters: list[Dispatch]
    names: dict[str, str]
    customers: dict[str, str]
    left: list[Left]
    least: Level | None
    receives: bool


@dataclass(frozen=True, slots=True)
class MailView:
    """`open_requests` (id, incident, host) are those it may be bound to, of its customer or, of a stranger's, of any."""

    mail: Mail
    text: MailText
    names: dict[str, str]
    customer: str
    open_requests: list[tuple[str, str, str]] = field(default_factory=list)


async def see_post(parts: Parts, who: Who) -> PostView:
    await allow(parts, who, Action.SEE_POST, who.tenant, "records")
    async with parts.store.read() as work:
        places = await _places(work, who)
        found = [await _told(parts, work, one) for one in await mails.listed(work, list(places), SHOWN)]
        letters = [one for tenant in places for one in await dispatches.of_tenant(work, tenant, SHOWN)]
        letters.sort(key=lambda one: one.made, reverse=True)
        people = {one.person for one in found} | {one.person for one in letters}
        names = (await reading.names(work, people)).found
        left = await mailboxes.left(work) if who.house else []
        least = None if who.house else await mail_rules.least(work, who.tenant)
    return PostView(found, letters[:SHOWN], names, places, left, least, parts.mail is not None)


async def see_mail(parts: Parts, who: Who, id: str) -> MailView:
    """One, whole: that he reads it is a record in its customer's log."""
    mail = await readable(parts, who, id)
    async with parts.store.read() as work:
        mail = await _told(parts, work, mail)
        raw = await mails.raw(work, mail)
        names = (await reading.names(work, [mail.person], mail.tenant)).found
        places = await _places(work, who)
        waiting = await _waiting(parts, work, mail) if who.house and mail.state != "bound" else []
    text = MailText(unread=True) if raw is None else mail_text(raw)
    return MailView(mail, text, names, places.get(mail.tenant, ""), waiting)


async def raw_mail(parts: Parts, who: Who, id: str) -> bytes:
    """The bytes as they came, for those who may read it."""
    mail = await readable(parts, who, id)
    async with parts.store.read() as work:
        raw = await mails.raw(work, mail)
    if raw is None:
        raise await not_there(parts, who, "records")
    return raw


async def readable(parts: Parts, who: Who, id: str) -> Mail:
    """A mail that this person may see; `Refused`. A stranger's is the house's own."""
    async with parts.store.read() as work:
        mail = await mails.load(work, id)
    if mail is None or not sees(who, mail.tenant):
        raise await not_there(parts, who, "records")
    await allow(parts, who, Action.SEE_POST, mail.tenant, "records")
    if mail.n is not None:
        await note_reading(parts, who, mail.tenant, "mail", mail.id)
    return mail


async def _told(parts: Parts, work: Work, one: Mail) -> Mail:
    """With sender and subject, from its opening, and whether its sender confirmed it since (C-07)."""
    n = one.n
    if n is None:
        return one
    if one.request is not None and one.level == "e1":
        given = await requests.approvals_of(work, one.tenant, one.request)
        one = replace(one, confirmed=any(each.approval.approver == one.person for each in given))
    kept = await openings.get(work, one.tenant, n, wrapping=parts.keys.wrapping_key())
    data = {} if kept is None else kept.data
    return replace(one, sender=str(data.get("sender", "")), subject=str(data.get("subject", "")))


async def _places(work: Work, who: Who) -> dict[str, str]:
    if not who.house:
        own = await estate.tenant(work, who.tenant)
        return {} if own is None else {own.id: own.name}
    house = await estate.house(work)
    found = [*await estate.customers(work), *([] if house is None else [house])]
    return {one.id: one.name for one in found}


async def _waiting(parts: Parts, work: Work, mail: Mail) -> list[tuple[str, str, str]]:
    scope = None if mail.n is None else mail.tenant
    lines = await reading.queue(work, scope, parts.clock.now(), parts.hub.connected)
    asked = [line.request.asked.statement for line in lines if isinstance(line.request, AwaitingApproval)]
    names = (await reading.names(work, [one.host.id for one in asked])).found
    return [(one.request, one.incident, names.get(one.host.id, "")) for one in asked]
