"""From an agent's note to the record of the log: its body, and what only the broker knows."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, cast

from audit import instant
from audit.canonical import Value, encode
from audit.commitment import Opening
from audit.errors import Malformed
from audit.host_note import HostNote
from audit.records import COMMITTED, KINDS, AnyRecord, CommandExecuted
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import channels
from broker.store.tx import Tx

MAX_BESIDE = 16 * 1024  # bytes: a path, a name, a peer
_UNKNOWN = "unknown"  # of a channel this broker never asked for: the agent says so, nobody else


async def counted(parts: Parts, told: HostNote) -> tuple[int, str] | None:
    """What the broker itself counted of the channel that this note closes; None if it could not."""
    if told.kind != "channel.closed" or told.session is None:
        return None
    return await parts.hub.counted(told.session, str(told.body.get("channel")))


async def record_of(tx: Tx, told: HostNote, at: datetime, counts: tuple[int, str] | None) -> AnyRecord:
    """The record; `bad_input` for a body that is not this kind's, or says what is the broker's to say."""
    kind = KINDS[told.kind]
    names = {f.name for f in fields(cast(Any, kind))}
    added: dict[str, Any] = {}
    if "received" in names:
        added["received"] = instant.to_text(at)
    if "terminal" in names:
        added["terminal"] = await _terminal(tx, told)
    if told.kind.startswith("host.") and "host" in names:
        added["host"] = told.host
    if counts is not None:
        added["agrees"] = counts == (told.body.get("out_bytes"), told.body.get("out_digest"))
    if added.keys() & told.body.keys() or "agrees" in told.body:
        raise Refused(Why.BAD_INPUT, field="body")
    try:
        return kind.from_body({**told.body, **added})
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="body") from wrong


async def _terminal(tx: Tx, told: HostNote) -> str:
    """Where the person sat who asked for the channel."""
    session, channel = told.session or "", told.body.get("channel")
    if channel is None:
        found = await channels.last_asked(tx, tx.tenant, session, str(told.body.get("kind")))
    else:
        found = await channels.find(tx, tx.tenant, session, str(channel))
    return _UNKNOWN if found is None else found.terminal


def opening_of(told: HostNote, value: Value) -> Opening | None:
    """What came beside the note, if the note commits to it: dropped else, and the record stands without."""
    committed = told.body.get(COMMITTED.get(told.kind, ""))
    if value is None or not isinstance(committed, str):
        return None
    try:
        found = Opening.from_value(value)
        known = found.opens(committed)
        encode(found.data, max_bytes=MAX_BESIDE)
    except (Malformed, TypeError):
        return None
    return found if known and told.kind != CommandExecuted.KIND else None


async def command_of(parts: Parts, tx: Tx, told: HostNote, record: AnyRecord) -> Opening | None:
    """The text of an exec command, if it is the one the agent committed to; the waiting copy goes."""
    if not isinstance(record, CommandExecuted) or told.session is None:
        return None
    wrapping = parts.keys.wrapping_key()
    found = await channels.command(tx, tx.tenant, told.session, record.channel, wrapping)
    if found is None or not found.opens(record.command):
        return None
    await channels.recorded(tx, told.session, record.channel)
    return found
