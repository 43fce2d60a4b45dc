"""A host out of reach: the log says from when to when, so that silence is lawful (decisions §7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit import instant
from audit.log_records import HostSilent
from audit.record import BROKER
from broker.domain.estate import EnrolledHost
from broker.parts import Parts
from broker.store import estate, witnesses
from broker.store.tx import Tx

WORTH_SAYING = timedelta(minutes=15)  # restarts and updates are no silence
AT_LEAST_EVERY = timedelta(hours=24)  # a long silence is said day by day, so that no month lacks its part
KEEP_SEEN_EVERY = timedelta(minutes=1)  # so that a broker that dies knows later whom it had heard when


async def note_silence(parts: Parts, tenant: str, at: datetime, *, began: datetime) -> int:
    """How many silences were recorded: those that ended now, and the last day of those that go on.

    Of a host that was heard a moment ago there is nothing to write, so thousands of them are not read."""
    async with parts.store.read() as work:
        hosts = await estate.unheard_hosts(work, tenant, at - KEEP_SEEN_EVERY)
    said = 0
    for host in hosts:
        if parts.hub.connected(host.id) and (
            host.last_seen is None or at - host.last_seen >= KEEP_SEEN_EVERY
        ):
            parts.hub.saw(tenant, host.id, at)
        if not _due(parts, host, at, began):
            continue
        async with parts.store.tx(tenant, at) as tx:
            known = await estate.host(tx.work, tenant, host.id)
            if isinstance(known, EnrolledHost):
                said += await _note(parts, tx, known, began)
    return said


def _due(parts: Parts, host: EnrolledHost, at: datetime, began: datetime) -> bool:
    """Whether there is anything to write at all about this host."""
    if parts.hub.connected(host.id):
        return host.silent_since is not None
    if host.silent_since is None:
        return host.last_seen is not None and at - max(host.last_seen, began) >= WORTH_SAYING
    return at - host.silent_since >= AT_LEAST_EVERY


async def _note(parts: Parts, tx: Tx, host: EnrolledHost, began: datetime) -> bool:
    connected = parts.hub.connected(host.id)
    since = host.silent_since
    if since is None:
        if not connected and host.last_seen is not None:
            await witnesses.silent(tx, host.id, host.last_seen)
        return False
    await tx.append(HostSilent(instant.to_text(since), instant.to_text(tx.at)), actor=BROKER, host=host.id)
    await witnesses.silent(tx, host.id, None if connected else tx.at)
    return True
