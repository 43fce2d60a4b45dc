"""Take a host's first signed note: its agent's keys, under the titolare's enrolment and its code."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

from audit import instant
from audit.canonical import Fields
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.estate_records import HostEnrolled
from audit.host_note import HostNote, claimed, open_host_note
from audit.keys import PublicKey
from audit.record import Actor
from broker.cases.deny import deny
from broker.domain.estate import EnrolledHost, Host, SignedHost
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import read_code
from broker.parts import Parts
from broker.store import estate, failures, statements
from broker.store.tx import Tx

MAX_NOTE_BYTES = 64 * 1024
_TRIES = 10  # wrong codes for one host in fifteen minutes; a code holds 80 bits


async def enrol_host(parts: Parts, note: bytes, code: str, terminal: str) -> int:
    """The number to acknowledge. The same note again, after a lost answer, is acknowledged again."""
    said = _read(note)
    async with parts.store.read() as work:
        host = await estate.host(work, said.tenant, said.host)
    if host is None:
        await _count(parts, f"enrol:{terminal}", None, terminal, Why.NOT_FOUND)
        raise Refused(Why.ENROLMENT_INVALID)
    try:
        return await _enrol(parts, host, note, said, code)
    except Refused as no:
        await _count(parts, f"enrol:{host.id}", host.tenant, terminal, no.why)
        raise


def _read(note: bytes) -> HostNote:
    if len(note) > MAX_NOTE_BYTES:
        raise Refused(Why.TOO_LARGE, field="note", limit=str(MAX_NOTE_BYTES))
    try:
        return claimed(note)
    except Malformed as wrong:
        raise Refused(Why.ENROLMENT_INVALID) from wrong


async def _enrol(parts: Parts, host: Host, note: bytes, said: HostNote, code: str) -> int:
    at = parts.clock.now()
    async with parts.store.read() as work:
        if await failures.count(work, f"enrol:{host.id}", at) >= _TRIES:
            raise Refused(Why.TOO_MANY_TRIES)
    async with parts.store.tx(host.tenant, at) as tx:
        found = await estate.host(tx.work, host.tenant, host.id)
        match found:
            case SignedHost():
                return await _first_time(tx, found, note, code)
            case EnrolledHost(agent_key=key) if key == said.body.get("agent_key"):
                _opened(await _enrolment(tx, found), note, key)
                return found.next_host_n - 1
            case EnrolledHost():
                raise Refused(Why.REPLAYED)
            case _:
                raise Refused(Why.ENROLMENT_INVALID)


async def _enrolment(tx: Tx, host: SignedHost | EnrolledHost) -> Enrolment:
    signed = await statements.by_digest(tx.work, host.tenant, host.enrolment)
    assert signed is not None
    return Enrolment.parse(signed.statement)


async def _first_time(tx: Tx, host: SignedHost, note: bytes, code: str) -> int:
    enrolment = await _enrolment(tx, host)
    digest = hashlib.sha256(read_code(code).encode()).hexdigest()
    if not hmac.compare_digest(digest, enrolment.code):
        raise Refused(Why.ENROLMENT_INVALID)
    if tx.at >= enrolment.expires:
        raise Refused(Why.EXPIRED)
    said, record = _opened(enrolment, note, None)
    if record.statement != host.enrolment or said.host_n != 0:
        raise Refused(Why.ENROLMENT_INVALID)
    await estate.keep_host(
        tx,
        EnrolledHost(
            tenant=host.tenant,
            id=host.id,
            label=host.label,
            agent_key=record.agent_key,
            witness_key=record.witness_key,
            confirmed=record.confirmed,
            next_host_n=1,
            place=host.place,
            enrolment=host.enrolment,
            recorder_key=record.recorder_key,
            enrolled=said.time,
        ),
    )
    await tx.append(
        replace(record, received=instant.to_text(tx.at)),
        actor=Actor(host.id, "agent"),
        host=host.id,
        host_n=0,
        proof=[("note", note)],
        time=said.time,
    )
    await estate.seen(tx, host.tenant, host.id, tx.at)
    tx.announce("host", host.id)
    return 0


def _opened(enrolment: Enrolment, note: bytes, key: str | None) -> tuple[HostNote, HostEnrolled]:
    """What the note says, signed by the very key it brings: whoever sends it holds that key."""
    try:
        said = claimed(note)
        f = Fields(said.body, "host.enrolled")
        record = HostEnrolled(
            host=said.host,
            agent_key=PublicKey.parse(f.text("agent_key")).text,
            witness_key=PublicKey.parse(f.text("witness_key")).text,
            recorder_key=PublicKey.parse(f.text("recorder_key")).text,
            statement=f.text("statement"),
            confirmed=f.boolean("confirmed"),
            received="",
        )
        f.done()
        said = open_host_note(note, (enrolment.log_origin, PublicKey.parse(key or record.agent_key)))
    except (Malformed, BadSignature) as wrong:
        raise Refused(Why.ENROLMENT_INVALID) from wrong
    keys = {record.agent_key, record.witness_key, record.recorder_key}
    if (said.tenant, said.kind, said.session) != (enrolment.tenant, "host.enrolled", None) or len(keys) != 3:
        raise Refused(Why.ENROLMENT_INVALID)
    return said, record


async def _count(parts: Parts, subject: str, tenant: str | None, terminal: str, why: Why) -> None:
    """Record the attempt, as often as is borne: nobody fills the log by guessing."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        return
    async with parts.store.tx(house.id, parts.clock.now()) as tx:
        times = await failures.add(tx, subject)
    if times <= _TRIES:
        await deny(parts, what="enrolment", why=why, terminal=terminal, tenant=tenant)
