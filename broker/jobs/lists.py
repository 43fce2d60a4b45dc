"""After a month's end every host is asked for the list of its sessions, and again until it is here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from broker.cases.ask_lists import ask_lists
from broker.domain.estate import Tenant
from broker.domain.months import ASKED_AFTER, begun
from broker.jobs.tenants import customers
from broker.parts import Parts

AGAIN_AFTER = timedelta(hours=1)  # a host whose clock is behind answers, and not up to the month's end


def asking() -> Callable[[Parts], Awaitable[None]]:
    """The job of one broker, which remembers whom it asked when."""
    asked: dict[str, datetime] = {}

    async def tick(parts: Parts) -> None:
        at = parts.clock.now()
        for host in [host for host, when in asked.items() if at - when >= AGAIN_AFTER]:
            del asked[host]

        async def ask(tenant: Tenant) -> None:
            until = begun(tenant, at)
            if at >= until + ASKED_AFTER:
                found = await ask_lists(parts, tenant.id, until, spare=asked)
                asked.update(dict.fromkeys(found.asked, at))

        await customers(parts, "the lists of sessions", ask)

    return tick
