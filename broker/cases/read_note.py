"""From an agent's note to the record of the log: its body, and what only the broker knows."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, cast

from agent.wire.transfers import Fact
from audit import instant
from audit.canonical import Value, encode
from audit.channel_records import CommandExecuted, FileTransferred
from audit.commitment import Opening
from audit.errors import Malformed
from audit.host_note import HostNote
from audit.records import COMMITTED, KINDS, AnyRecord
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


async def seen(parts: Parts, told: HostNote) -> Fact | None:
    """What the broker itself saw of the file that this note tells of; None if it could not."""
    number = told.body.get("number")
    if told.kind != FileTransferred.KIND or told.session is None or type(number) is not int:
        return None
    return await parts.hub.file_fact(told.session, str(told.body.get("channel")), number)


def agrees(told: HostNote, text: Opening | None, fact: Fact | None) -> bool | None:
    """Whether both ends saw the same file; of one that was cut off they may have seen different amounts."""
    if fact is None or text is None:
        return None
    facts = {"direction": fact.direction, "result": fact.result, "offset": fact.offset, "bytes": fact.count}
    same = text.data == fact.text() and facts == {name: told.body.get(name) for name in facts}
    return None if not same and "partial" in (fact.result, told.body.get("result")) else same


async def record_of(
    tx: Tx, told: HostNote, at: datetime, counts: tuple[int, str] | None, *, same: bool | None = None
) -> AnyRecord:
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
    if same is not None:
        added["agrees"] = same
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
    field = "file" if told.kind == FileTransferred.KIND else COMMITTED.get(told.kind, "")
    committed = told.body.get(field)
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
