"""Where relays of licensed programs sit, as a customer's log has it."""

from __future__ import annotations

from audit.protection_records import ToolRelayNoted
from broker.store import log
from broker.store.database import Work


async def noted(work: Work, tenant: str) -> dict[str, str]:
    """Place by program; of each the last one counts."""
    leaves = await log.select_leaves(work, tenant, kinds=(ToolRelayNoted.KIND,), limit=log.ALL)
    return {leaf.record.tool: leaf.record.relay for leaf in leaves if isinstance(leaf.record, ToolRelayNoted)}
