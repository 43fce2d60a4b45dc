"""An agent dials in: whether it is who it says, what the broker holds of it, what it must know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.wire.frames import Hello, Pins
from audit.canonical import unb64
from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey
from broker.cases.compare_head import compare_head
from broker.cases.deny import deny
from broker.cases.push_pins import pins_for
from broker.domain.estate import EnrolledHost, Host
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from broker.store.tx import Announcement


@dataclass(frozen=True, slots=True)
class LinkUp:
    """`acked` is the last note of the host that the log holds; send `pins`, then `more`, in order."""

    host: EnrolledHost
    acked: int
    pins: Pins
    more: tuple[Pins, ...] = ()


async def link_up(parts: Parts, hello: Hello, nonce: str, *, terminal: str) -> LinkUp:
    """Check the greeting against the host's key; `nonce` is the challenge it had to sign.

    `Refused`: not_recognised (unknown, or not its signature), host_not_enrolled (revoked or not
    enrolled yet), host_differs (it would write numbers again that the log holds: a copy, or a
    machine set back to an earlier state).
    """
    at = parts.clock.now()
    async with parts.store.read() as work:
        host = await estate.host(work, hello.tenant, hello.host)
    try:
        enrolled = _checked(host, hello, nonce)
    except Refused as no:
        tenant = None if host is None else host.tenant
        await deny(parts, what="link", why=no.why, terminal=terminal, tenant=tenant)
        raise
    async with parts.store.read() as work:
        await compare_head(parts, work, enrolled.tenant, enrolled.id, hello.head)
        pins, *more = await pins_for(parts, work, enrolled)
    parts.hub.saw(enrolled.tenant, enrolled.id, at)
    await parts.store.announce(Announcement(enrolled.tenant, "host", enrolled.id))
    return LinkUp(enrolled, enrolled.next_host_n - 1, pins, tuple(more))


def _checked(host: Host | None, hello: Hello, nonce: str) -> EnrolledHost:
    key = getattr(host, "agent_key", None)
    if host is None or key is None:
        raise Refused(Why.NOT_RECOGNISED)
    try:
        PublicKey.parse(key).check(unb64(hello.signature), hello.message(nonce))
    except (BadSignature, Malformed) as wrong:
        raise Refused(Why.NOT_RECOGNISED) from wrong
    if not isinstance(host, EnrolledHost):
        raise Refused(Why.HOST_NOT_ENROLLED)
    if hello.next_host_n < host.next_host_n:
        raise Refused(Why.HOST_DIFFERS)
    return host


async def link_down(parts: Parts, host_id: str, tenant: str, last_seen: datetime) -> None:
    """The link broke: keep when the agent was last heard."""
    parts.hub.saw(tenant, host_id, last_seen)
    await parts.store.announce(Announcement(tenant, "host", host_id))
