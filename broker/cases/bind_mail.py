"""A mail is about a request: its record, and who is told so. It authorises nothing."""

from __future__ import annotations

from typing import Literal

from audit.post_records import MailBound
from audit.record import Actor
from broker.domain.people import APPROVING_ROLES
from broker.domain.received_mail import Mail, delegation_lacks
from broker.domain.request import AwaitingApproval
from broker.store import mails, outbox, people, requests
from broker.store.tx import Tx

MOST_TOLD = 3  # mails about one request


async def write_bound(
    tx: Tx, one: Mail, request: str, by: Literal["code", "hand"], actor: Actor, *, accepted: bool
) -> None:
    """In the transaction that learned it. `one` has its leaf, `request` is of the same customer."""
    assert one.n is not None
    state = "accepted" if accepted else "awaiting_approval"
    await tx.append(MailBound(request, by, state), actor=actor, refs=(one.n,))
    await mails.bind(tx, one, request)
    tx.announce("request", request)


async def tell_of_mail(tx: Tx, one: Mail) -> None:
    """The sender gets the confirm link, whoever asked hears of it, and the titolare of what his ADS wrote (S-36).

    Only registered people are written to, at their own address: never at one that the mail names. Of the first few
    mails about a request alone: a program that answers each letter of ours gets no answer for ever. Of a mail that
    proves nothing the titolare is not told that his ADS wrote it.
    """
    often = one.request is not None and await mails.about(tx.work, one.tenant, one.request) > MOST_TOLD
    if often:
        return
    asked = None if one.request is None else await requests.load(tx, one.tenant, one.request)
    if asked is not None:
        await outbox.post(tx, "mail_came", [asked.asked.technician], mail=one.id, request=one.request)
        if one.person is not None and isinstance(asked, AwaitingApproval):
            await outbox.post(tx, "mail_confirm", [one.person], mail=one.id, request=one.request)
    if one.level == "e0":
        return
    sender = None if one.person is None else await people.find_person(tx.work, one.person)
    if sender is None or sender.role not in APPROVING_ROLES or sender.role == "titolare":
        return
    titolari = await people.tenant_people(tx.work, one.tenant, role="titolare")
    letter = "ads_without_delegation" if delegation_lacks(one.reasons) else "ads_wrote"
    await outbox.post(tx, letter, [each.id for each in titolari], mail=one.id, request=one.request)
