"""Letters about a licensed tool seen outside any grant: put into the outbox with the record, written when due."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit import instant
from audit.channel_records import ToolSeen
from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import tool_letter
from broker.domain.tool_letter import ToolFacts
from broker.parts import Parts
from broker.store import estate, outbox, people
from broker.store.outbox import Due
from broker.store.tx import Tx

QUIET = timedelta(hours=1)  # whoever starts and ends a program over and over must not flood their mail


async def tell_tool_seen(tx: Tx, host: str, record: ToolSeen, n: int) -> None:
    """A letter to every ADS and every titolare, once in `QUIET` for a tool of a host: records stand for all."""
    lately = await outbox.since(tx.work, tx.tenant, outbox.TOOL, tx.at - QUIET)
    if any((one.payload["host"], one.payload["tool"]) == (host, record.tool) for one in lately):
        return
    for role in ("ads", "titolare"):
        for one in await people.tenant_people(tx.work, tx.tenant, role=role):
            told = {"host": host, "tool": record.tool, "what": record.what, "at": instant.to_text(tx.at)}
            await tx.tell(outbox.TOOL, {"to": one.id, "record": n, **told})


async def write_tool_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        host = await estate.host(work, due.tenant, str(due.payload["host"]))
    if to is None:
        return None
    facts = ToolFacts(
        customer=to.customer.name,
        host=str(due.payload["host"]) if host is None else host.label,
        tool=str(due.payload["tool"]),
        connected=due.payload["what"] == "connected",
        received=instant.parse(str(due.payload["at"])),
        record=int(due.payload["record"]),
        zone=to.customer.zone,
    )
    return Letter(to.mailbox, tool_letter.compose(facts, to.envelope, to.link))
