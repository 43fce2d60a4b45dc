"""The record of a mail that came, with its bytes and what it was judged by, and its line on the pages."""

from __future__ import annotations

from datetime import datetime

from audit.commitment import SALT_BYTES, Opening
from audit.mail_evidence import keeping
from audit.mail_evidence.digests import mail_digest
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.known import Known
from audit.record import BROKER
from broker.domain.arrived import Arrived
from broker.domain.received_mail import Mail
from broker.live.mail_desk import MailDesk, Reading
from broker.ports import opaque_id
from broker.store import addresses, mail_rules, mails
from broker.store.database import Work
from broker.store.tx import Tx


async def known_now(desk: MailDesk, work: Work, tenant: str, at: datetime) -> Known:
    """What is known of a customer when his mail is judged."""
    return Known(
        registered=tuple(await addresses.of_tenant(work, tenant, at)),
        forwarders=desk.forwarders,
        providers=desk.providers,
        authorities=desk.authorities,
        trusted_list=desk.trusted_list,
        minimum=await mail_rules.least(work, tenant),
        fold_local=True,
    )


async def record_mail(
    tx: Tx, reading: Reading, arrived: Arrived, envelope: Envelope, known: Known, judged: Judgement
) -> Mail:
    """Its record with its evidence and its line, in the transaction of whoever received it."""
    id = opaque_id(tx.chance, "m", 8)
    kept = keeping.kept(id, arrived.raw, envelope, reading.snapshot(tx.at), known, judged)
    opening = Opening(tx.chance.octets(SALT_BYTES), kept.opening)
    n = await tx.append(kept.record, actor=BROKER, opening=opening, proof=kept.evidence)
    one = line(id, tx.tenant, n, arrived, judged, tx.at)
    await mails.add(tx, one)
    tx.announce("post", id)
    return one


def line(id: str, tenant: str, n: int | None, arrived: Arrived, judged: Judgement, at: datetime) -> Mail:
    return Mail(
        id=id,
        tenant=tenant,
        n=n,
        came=arrived.came,
        recorded=at,
        way=arrived.way,
        digest=mail_digest(arrived.raw),
        replay=judged.claims.replay,
        size=len(arrived.raw),
        transport=judged.transport.value,
        level=judged.level.code,
        code=judged.code,
        reasons=judged.reasons,
        person=None if judged.sender is None else judged.sender.person,
    )
