"""A host's agent tells a fact: its signed note goes into the log verbatim, and the state follows it.

One that contradicts the state held here is recorded all the same; only a listed move leads on."""

from __future__ import annotations

from dataclasses import replace

from audit.canonical import Value
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.estate_records import HostRevoked
from audit.host_note import HostNote, open_host_note
from audit.instant import whole_ms
from audit.keys import PublicKey
from audit.log_records import SessionsListed
from audit.record import Actor
from audit.records import AnyRecord
from audit.session_records import SessionEnded, SessionPaused, SessionResumed, SessionStarted
from broker.cases.host_keys import log_origin
from broker.cases.read_note import agrees, command_of, counted, opening_of, record_of, seen
from broker.cases.record_stops import record_stops
from broker.cases.tell_people import tell_people
from broker.domain import session as sitting
from broker.domain.estate import EnrolledHost, RevokedHost
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active, AnySession
from broker.parts import Parts
from broker.store import channels, estate, sessions, shards
from broker.store.tx import Tx

# At the technician's terminal, which is his `ssh`: it has no language of its own.
PAUSED = (
    "\nVerbale: in pausa, perché nessuno guarda. Ciò che scrive adesso va perso.\n"
    "Verbale: paused, because nobody watches. What you type now is lost."
)
HELD = (
    "\nVerbale: in pausa, per ordine di chi guarda. Ciò che scrive adesso va perso.\n"
    "Verbale: paused by whoever watches. What you type now is lost."
)
RESUMED = "\nVerbale: si riprende.\nVerbale: resumed."


async def take_report(parts: Parts, host: EnrolledHost, note: bytes, opening: Value = None) -> int:
    """Record the note; the `host_n` up to which the agent may forget. `opening`: of what it commits to.

    A note held already is acknowledged again. A gap, a foreign signature, or a body that is not the record's
    is refused (`bad_input`, `envelope_invalid`): the agent must not believe it was kept.
    """
    told = await _read(parts, host, note)
    beside = opening_of(told, opening)
    counts = await counted(parts, told)
    same = agrees(told, beside, await seen(parts, told))
    await record_stops(parts, host.tenant)  # before the end that was ordered is told
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(host.tenant, at) as tx:
        known = await estate.host(tx.work, host.tenant, host.id)
        if not isinstance(known, EnrolledHost) or known.agent_key != host.agent_key:
            raise Refused(Why.HOST_DIFFERS)
        if told.host_n < known.next_host_n:
            return known.next_host_n - 1
        if told.host_n > known.next_host_n and not await _lost_before(tx, told):
            raise Refused(Why.BAD_INPUT, field="host_n", expected=str(known.next_host_n))
        record = await record_of(tx, told, at, counts, same=same)
        after = await _keep(parts, tx, told, record, note, beside)
        if isinstance(record, HostRevoked):
            gone = RevokedHost(known.tenant, known.id, known.label, known.place, known.agent_key)
            await estate.keep_host(tx, gone)
        else:
            listed = min(told.time, at) if isinstance(record, SessionsListed) else known.listed
            await estate.keep_host(tx, replace(known, next_host_n=told.host_n + 1, listed=listed))
        tx.announce("host", host.id)
    await _afterwards(parts, record, told, after)
    return told.host_n


async def _lost_before(tx: Tx, told: HostNote) -> bool:
    """Whether the notes between may be among the records that this log goes on without."""
    lost = [shard.head.size for shard in await shards.closed(tx.work, tx.tenant) if shard.lost]
    return bool(lost) and not await shards.heard_since(tx.work, tx.tenant, told.host, lost[-1])


async def _read(parts: Parts, host: EnrolledHost, note: bytes) -> HostNote:
    async with parts.store.read() as work:
        origin = await log_origin(work, host)
    if origin is None:
        raise Refused(Why.HOST_DIFFERS)
    try:
        told = open_host_note(note, (origin, PublicKey.parse(host.agent_key)))
    except (BadSignature, Malformed) as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong
    if (told.tenant, told.host) != (host.tenant, host.id):
        raise Refused(Why.HOST_DIFFERS)
    if told.kind == "host.enrolled":
        raise Refused(Why.BAD_INPUT, field="kind")  # enrolment has a door of its own, with a code
    return told


async def _keep(
    parts: Parts, tx: Tx, told: HostNote, record: AnyRecord, note: bytes, beside: Opening | None
) -> AnySession | None:
    """Append the record, and move the session it speaks of if a listed move leads on."""
    before = None if told.session is None else await sessions.find(tx, tx.tenant, told.session)
    if before is not None and before.permit.host != told.host:
        before = None  # another host's session: the note stands, and moves nothing
    n = await tx.append(
        record,
        actor=Actor(told.host, "agent"),
        session=told.session,
        host=told.host,
        host_n=told.host_n,
        refs=() if before is None else (before.permit.granted_n,),
        proof=[("note", note)],
        opening=beside or await command_of(parts, tx, told, record),
        subject=None if before is None else before.permit.request,
        time=told.time,
    )
    await tell_people(tx, told, record, n, None if before is None else before.permit.request)
    if told.session is not None and told.kind == "channel.closed":
        await channels.closed(tx, told.session, str(told.body["channel"]))
    if before is None:
        return None
    after = sitting.hear(before, record, told.time)
    if after != before:
        await sessions.settle(tx, before, after, record, n)
    tx.announce("session", before.permit.id)
    return after


def _said(record: SessionPaused | SessionResumed) -> str:
    if isinstance(record, SessionResumed):
        return RESUMED
    return PAUSED if record.by is None else HELD


async def _afterwards(parts: Parts, record: AnyRecord, told: HostNote, after: AnySession | None) -> None:
    if isinstance(record, SessionEnded) and after is not None:
        parts.hub.forget(after.permit.id)
    if isinstance(record, SessionPaused | SessionResumed) and told.session is not None and after is not None:
        parts.hub.tell(told.session, _said(record))
    if isinstance(record, SessionStarted) and isinstance(after, Active) and after.stop is not None:
        # Stopped while it was starting: the order may have come before there was anything to stop.
        await parts.hub.stop(told.host, after.permit.id, after.stop.reason, after.stop.by)
