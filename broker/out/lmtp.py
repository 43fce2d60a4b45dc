"""A local LMTP listener (RFC 2033): the machine's own mail server hands over what came for the vendor.

LMTP and no SMTP of our own: the mail server in front has TLS, limits, filters and a queue, and keeps each mail
until we answered that it stands in the log. One recipient at a time, so that one answer is for one mail.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from broker.domain.arrived import Arrived
from broker.ports import Clock

_log = logging.getLogger("verbale.post")
LINE_BYTES = (
    64 * 1024
)  # longer than RFC 5321 lets lines be: mail programs write such, and the bytes are evidence
IDLE_S = 60.0
KEPT = "250 2.0.0 kept"
LATER = "451 4.3.0 not now; keep it and try again"
ONE = "452 4.5.3 one recipient at a time"
# What becomes of a mail: True where it is kept.
Take = Callable[[Arrived], Awaitable[bool]]


def source(peer: object) -> str:
    """Who brought it, as the system names him: an address without its port."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


class _Receiver:
    def __init__(self, take: Take, clock: Clock) -> None:
        self._take = take
        self._clock = clock

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return ONE
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 yes"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        raw = envelope.original_content or b""
        arrived = Arrived(
            raw=raw,
            came=self._clock.now(),
            way="lmtp",
            mail_from=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            source=source(session.peer),
        )
        try:
            return KEPT if await self._take(arrived) else LATER
        except Exception:  # noqa: BLE001 - the boundary between one mail and the listener: it stays with the sender
            _log.exception("a mail could not be recorded; its sender keeps it")
            return LATER

    async def handle_exception(self, wrong: Exception) -> str:
        _log.warning("the mail listener: %s", type(wrong).__name__)
        return LATER


class _Listener(LMTP):
    line_length_limit = LINE_BYTES


@asynccontextmanager
async def listening(
    sockets: list[socket.socket], take: Take, most_bytes: int, clock: Clock
) -> AsyncIterator[None]:
    """Until left. `most_bytes`: a longer mail is refused for good, as the sender is told."""
    loop = asyncio.get_running_loop()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library's own, which writes addresses down

    def made() -> LMTP:
        return _Listener(
            _Receiver(take, clock),
            data_size_limit=most_bytes,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Verbale",
            timeout=IDLE_S,
            loop=loop,
        )

    servers = [await loop.create_server(made, sock=one) for one in sockets]
    try:
        yield
    finally:
        for server in servers:
            server.close()
