"""A technician says what a mail is about, or that nothing is to be done; the titolare, what mail must prove."""

from __future__ import annotations

from dataclasses import replace

from audit.instant import whole_ms
from audit.mail_evidence.codes import Level
from audit.mail_evidence.judgement import Envelope
from audit.post_records import MailReported, MailRulesChanged
from audit.record import Actor
from broker.cases.bind_mail import tell_of_mail, write_bound
from broker.cases.deny import allow, not_there
from broker.cases.open_incident import Report, opened
from broker.cases.record_mail import known_now, record_mail
from broker.cases.see_post import readable
from broker.domain.arrived import Arrived
from broker.domain.incident import Origin
from broker.domain.people import Action, Who
from broker.domain.received_mail import Mail
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import mail_rules, mails, people, requests
from broker.store.tx import Tx


async def bind_by_hand(parts: Parts, who: Who, id: str, request: str) -> Mail:
    """About a request that awaits its approval. It stays so: the sender gets the confirm link, no more.

    A stranger's mail goes into the log of the customer whose request it is: somebody read it and says so.
    """
    mail = await readable(parts, who, id)
    async with parts.store.read() as work:
        tenant = await requests.tenant_of(work, request)
    if tenant is None:
        raise await not_there(parts, who, "request")
    await allow(parts, who, Action.HANDLE_MAIL, tenant, "request")
    if mail.n is not None and mail.tenant != tenant:
        raise Refused(Why.NOT_FOUND)
    if mail.state in {"bound", "nothing"}:
        raise Refused(Why.WRONG_STATE)
    if mail.n is None:
        return await _given(parts, who, mail, tenant, request)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        now = await mails.load(tx.work, id)
        if now is None or now.state == "bound":
            raise Refused(Why.WRONG_STATE)
        accepted = "below_minimum" not in now.reasons and _proves(now)
        return await _bound(tx, who, now, request, accepted=accepted)


async def report_by_mail(parts: Parts, who: Who, id: str, text: str) -> Mail:
    """The mail is a written report of the customer's: an incident whose clock runs from when it came (D-11).

    `text` is what a technician read in it. Of a registered person's mail only: a stranger's word is a call's.
    """
    mail = await readable(parts, who, id)
    await allow(parts, who, Action.HANDLE_MAIL, mail.tenant, "records")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(mail.tenant, at) as tx:
        now = await mails.load(tx.work, id)
        if now is None or now.n is None or now.person is None or now.state in {"bound", "nothing"}:
            raise Refused(Why.WRONG_STATE)
        sender = await people.find_person(tx.work, now.person)
        if sender is None:
            raise Refused(Why.WRONG_STATE)
        origin: Origin = "pec" if now.transport == "pec" else "mail"
        found = await opened(tx, Actor(sender.id, sender.role), Report(text, origin, reported=now.came))
        await tx.append(MailReported(found.incident), actor=who.actor, refs=(now.n,))
        await mails.report(tx, now, found.incident)
        tx.announce("post", now.id)
    return replace(now, incident=found.incident)


async def set_mail_aside(parts: Parts, who: Who, id: str) -> None:
    """Nothing is to be done about it; it stays where it is."""
    mail = await readable(parts, who, id)
    await allow(parts, who, Action.HANDLE_MAIL, mail.tenant, "records")
    if mail.state != "open":
        raise Refused(Why.WRONG_STATE)
    async with parts.store.tx(mail.tenant, whole_ms(parts.clock.now()), records=False) as tx:
        await mails.set_aside(tx, mail, who.person)
        tx.announce("post", mail.id)


async def set_mail_rules(parts: Parts, who: Who, least: str) -> None:
    """The least level at which mail counts as evidence of the customer's word. It opens nothing at any."""
    await allow(parts, who, Action.SET_MAIL_RULES, who.tenant, "policy")
    level = next((one for one in Level if one.code == least and one >= Level.E2), None)
    if level is None:
        raise Refused(Why.BAD_INPUT, field="least")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        if level is await mail_rules.least(tx.work, who.tenant):
            raise Refused(Why.WRONG_STATE)
        await tx.append(MailRulesChanged(level.code), actor=who.actor)
        await mail_rules.keep(tx, level)


def _proves(mail: Mail) -> bool:
    """Whether what decided was what makes a level, and no trouble with it."""
    return mail.code in {"dkim_aligned", "arc_forwarded", "pec_valid", "qualified_signature"}


async def _given(parts: Parts, who: Who, mail: Mail, tenant: str, request: str) -> Mail:
    """Judged by what is known of that customer, at the instant at which it came."""
    desk, at = parts.mail, whole_ms(parts.clock.now())
    if desk is None:
        raise Refused(Why.NOT_FOUND)
    async with desk.turn:
        async with parts.store.read() as work:
            raw = await mails.raw(work, mail)
            known = await known_now(desk, work, tenant, at)
        if raw is None:
            raise Refused(Why.NOT_FOUND)
        reading, envelope = desk.reading(), Envelope(mail.came)
        judged = await reading.judge(raw, envelope, known)
        arrived = Arrived(raw, mail.came, mail.way)
        async with parts.store.tx(tenant, at) as tx:
            if await mails.seen(tx.work, tenant, mail.replay):
                raise Refused(Why.DUPLICATE)
            if await known_now(desk, tx.work, tenant, at) != known:
                raise Refused(Why.LOG_UNAVAILABLE)
            recorded = await record_mail(tx, reading, arrived, envelope, known, judged)
            await mails.drop(tx, mail.id)
            return await _bound(tx, who, recorded, request, accepted=judged.accepted)


async def _bound(tx: Tx, who: Who, mail: Mail, request: str, *, accepted: bool) -> Mail:
    if not isinstance(await requests.load(tx, tx.tenant, request), AwaitingApproval):
        raise Refused(Why.WRONG_STATE)
    after = replace(mail, request=request)
    await write_bound(tx, after, request, "hand", who.actor, accepted=accepted)
    await tell_of_mail(tx, after)
    tx.announce("post", mail.id)
    return after
