"""Ask hosts for the signed list of their own sessions; the answer is a note like any other."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from agent.wire.frames import ListSessions
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate


@dataclass(frozen=True, slots=True)
class Owing:
    """Hosts (ids) whose lists do not reach that instant: those that were asked, and those out of reach."""

    asked: tuple[str, ...]
    away: tuple[str, ...]


async def ask_lists(parts: Parts, tenant: str, until: datetime, *, spare: Container[str] = ()) -> Owing:
    """Ask whoever owes one, but those in `spare`."""
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        hosts = await estate.enrolled_hosts(work, tenant)
    if customer is None or customer.kind != "customer":
        raise Refused(Why.NOT_FOUND)
    asked: list[str] = []
    away: list[str] = []
    for host in hosts:
        if host.owes_list(until) and host.id not in spare:
            sent = await parts.hub.push(host.id, ListSessions())
            (asked if sent else away).append(host.id)
    return Owing(tuple(asked), tuple(away))
