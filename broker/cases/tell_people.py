"""Whom a host's note is told by mail, in the transaction that records it."""

from __future__ import annotations

from audit.channel_records import ToolSeen
from audit.host_note import HostNote
from audit.records import AnyRecord
from audit.session_records import DeskReported
from broker.cases.write_desk_letter import tell_reported
from broker.cases.write_tool_letter import tell_tool_seen
from broker.store.tx import Tx


async def tell_people(tx: Tx, told: HostNote, record: AnyRecord, n: int, request: str | None) -> None:
    """`request`: of the note's session, where that is this host's."""
    match record:
        case ToolSeen():
            await tell_tool_seen(tx, told.host, record, n)
        case DeskReported():
            await tell_reported(tx, told.host, told.session, request, n)
        case _:
            pass
