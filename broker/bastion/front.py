"""The SSH front: stock OpenSSH in, joined channels out. The user name is the session's id.

Only a key of the technician named in the grant, only while the session is active, only session
channels. Ciphers that asyncssh is slow at and OpenSSH prefers are not offered (data-path §2).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.constants import MSG_IGNORE

from audit.named_ports import NamedPort
from broker.bastion.doorstep import Doorstep
from broker.bastion.port import PortSession
from broker.bastion.shell import Shell
from broker.cases.deny import deny
from broker.cases.join_session import find_session, join_session
from broker.cases.open_channel import open_channel
from broker.cases.sent_along import sent_along
from broker.cases.turn_down import turn_down
from broker.domain.active_session import ActiveSession
from broker.domain.ports import meant
from broker.domain.refusal import Refused, Why
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe
from broker.parts import Parts

_SESSION_NAME = re.compile(r"s-[0-9a-f]{10}")
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
HOST_KEY_FILE = "ssh_host_ed25519"
LOGIN_S = 20
LOOK_EVERY_S = 5.0  # whether the session still stands
MAX_CHANNELS = 16  # of one SSH connection at once
UNTOLD = ("auth_agent_req_at_openssh_dot_com", "x11_req")
MAX_TURNED_DOWN = 10  # of one SSH connection that are recorded: a browser behind `-L` asks again and again


class Front(asyncssh.SSHServer):
    """One connection: who it is, checked by key, and the channels it asks for."""

    def __init__(
        self, parts: Parts, nursery: Nursery, sentence: Callable[[Refused], str], doorstep: Doorstep
    ) -> None:
        self._parts = parts
        self._nursery = nursery
        self._sentence = sentence
        self._doorstep = doorstep
        self._terminal = "unknown"
        self._session = ""
        self._fingerprint: str | None = None
        self._offered: Refused | None = None
        self._waits = False  # counted at the doorstep
        self._logged_in = False
        self._open = 0
        self._turned_down = 0
        self._gone = asyncio.Event()
        self._conn: asyncssh.SSHServerConnection

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn
        _send_nothing_empty(conn)
        _tell_of_unknown_types(conn, lambda: self._turn_down("other"))
        peer = conn.get_extra_info("peername")
        if peer:
            self._terminal = str(peer[0])
        self._waits = self._doorstep.enter(self._terminal)
        if not self._waits:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()
        self._come_in()
        why = self._denied()
        if why is not None:
            # One record per connection, not per key an agent offers.
            self._nursery.start(
                deny(
                    self._parts,
                    session=self._session,
                    what="ssh",
                    why=why,
                    terminal=self._terminal,
                ),
                "ssh denial",
            )

    def auth_completed(self) -> None:
        self._logged_in = True
        self._come_in()
        self._nursery.start(self._until_over(), f"ssh {self._session}")

    async def _until_over(self) -> None:
        """A connection that only holds ports open ends with its session, with a word."""
        assert self._fingerprint is not None
        while not self._gone.is_set():
            try:
                await self._find(self._fingerprint)
            except Refused as no:
                # A log that does not answer throws nobody out.
                if no.why is not Why.LOG_UNAVAILABLE and not self._open:
                    self._conn.disconnect(
                        asyncssh.DISC_BY_APPLICATION, " / ".join(self._sentence(no).split("\n"))
                    )
                    return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._gone.wait()

    def _come_in(self) -> None:
        """Nobody waits at the doorstep any more: he is known, or gone."""
        if self._waits:
            self._waits = False
            self._doorstep.leave(self._terminal)

    def _denied(self) -> Why | None:
        """Why nobody got in, if somebody tried. A right public key and no signature is no key of his."""
        if self._logged_in:
            return None
        if self._fingerprint is not None:
            return Why.NOT_RECOGNISED
        return None if self._offered is None else self._offered.why

    def begin_auth(self, username: str) -> bool:
        self._session = username if _SESSION_NAME.fullmatch(username) else ""
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        fingerprint = key.get_fingerprint("sha256")
        try:
            await self._find(fingerprint)
        except Refused as no:
            self._offered = no
            return False
        self._fingerprint = fingerprint
        return True

    async def _find(self, fingerprint: str) -> ActiveSession:
        if not self._session:
            raise Refused(Why.NOT_RECOGNISED)
        return await find_session(self._parts, self._session, ssh_fingerprint=fingerprint, at_the_door=True)

    # ------------------------------------------------------------------------- what he may ask for

    def session_requested(self) -> tuple[asyncssh.SSHServerChannel[bytes], Shell] | bool:
        if self._open >= MAX_CHANNELS:
            return False
        self._open += 1
        channel: asyncssh.SSHServerChannel[bytes] = self._conn.create_server_channel(encoding=None)
        for asked in UNTOLD:  # asyncssh says no to these by itself, and tells nobody
            setattr(channel, f"_process_{asked}_request", self._turned_down_in_channel)
        return channel, Shell(self._join, self._sentence, self._nursery, self._session, self._closed)

    def _turned_down_in_channel(self, packet: object) -> bool:
        return self._turn_down("other")

    def _closed(self) -> None:
        self._open -= 1

    async def _join(self, kind: str, params: dict[str, object], *, port: str | None = None) -> Pipe:
        # Judged anew for each channel: the session may have ended since the key was accepted.
        assert self._fingerprint is not None
        sent = params.pop("env", {})
        joined = await join_session(
            self._parts,
            self._session,
            ssh_fingerprint=self._fingerprint,
            via="ssh",
            kind=kind,
            terminal=self._terminal,
            command=params.pop("command", None),  # type: ignore[arg-type]
            files=params.pop("files", None),  # type: ignore[arg-type]
            port=port,
        )
        if sent:
            allowed, strange = await sent_along(self._parts, joined, sent)  # type: ignore[arg-type]
            if strange:
                self._turn_down("other", Why.ENVIRONMENT_NOT_ALLOWED)
            if allowed:
                params["env"] = allowed
        return await open_channel(self._parts, joined, kind, params)

    # ------------------------------------------------------------------- what he asks for in vain

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> Coroutine[Any, Any, PortSession]:
        # Never True: asyncssh's own forward loses what a target says first, and leads wherever it is asked to.
        return self._forward(dest_host, dest_port)

    async def _forward(self, host: str, number: int) -> PortSession:
        """`ChannelOpenError` with the sentence that ssh prints."""
        if self._open >= MAX_CHANNELS:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "too many channels")
        self._open += 1
        try:
            port = await self._named(host, number)
            pipe = await self._join("forward", {}, port=port.id)
        except Refused as no:
            self._open -= 1
            said = " / ".join(self._sentence(no).split("\n"))
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, said) from no
        except BaseException:
            self._open -= 1
            raise
        session = PortSession(pipe, self._gone, self._closed)
        self._nursery.start(session.run(), f"ssh {self._session}")
        return session

    async def _named(self, host: str, number: int) -> NamedPort:
        """The granted port he means; what is none is turned down, with a record."""
        assert self._fingerprint is not None
        try:
            found = await find_session(self._parts, self._session, ssh_fingerprint=self._fingerprint)
        except Refused as no:
            if no.why is not Why.SESSION_PAUSED:  # he asks for what is his, at the wrong moment
                self._turn_down("forward")
            raise
        port = meant(found.channels, host, number)
        if port is None:
            self._turn_down("forward")
            raise Refused(Why.CHANNEL_NOT_GRANTED, kind="forward")
        return port

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        return self._turn_down("forward")

    def unix_connection_requested(self, dest_path: str) -> bool:
        return self._turn_down("forward")

    def unix_server_requested(self, listen_path: str) -> bool:
        return self._turn_down("forward")

    def tun_requested(self, unit: int | None) -> bool:
        return self._turn_down("other")

    def tap_requested(self, unit: int | None) -> bool:
        return self._turn_down("other")

    def _turn_down(self, kind: str, why: Why = Why.CHANNEL_NOT_GRANTED) -> bool:
        """No, and a record of it."""
        self._turned_down += 1
        if self._turned_down <= MAX_TURNED_DOWN and self._fingerprint is not None:
            self._nursery.start(
                turn_down(
                    self._parts,
                    self._session,
                    ssh_fingerprint=self._fingerprint,
                    kind=kind,
                    terminal=self._terminal,
                    why=why,
                ),
                f"ssh {self._session}",
            )
        return False


def _send_nothing_empty(conn: asyncssh.SSHServerConnection) -> None:
    """Drop the empty packet that asyncssh sends before every other: it costs as much as one that says something.

    It is there for ciphers in CBC mode (RFC 4251 §9.3.1), and `CIPHERS` has none.
    """
    send_packet = conn.send_packet

    def send(pkttype: int, *args: bytes, handler: Any = None) -> None:
        if pkttype != MSG_IGNORE:
            send_packet(pkttype, *args, handler=handler)

    conn.send_packet = send  # type: ignore[method-assign]


def _tell_of_unknown_types(conn: asyncssh.SSHServerConnection, tell: Callable[[], object]) -> None:
    """asyncssh refuses a channel of a type it does not know by itself; by its refusal we hear of it."""
    send_failure = conn.send_channel_open_failure

    def send(send_chan: int, code: int, reason: str, lang: str) -> None:
        if code == asyncssh.OPEN_UNKNOWN_CHANNEL_TYPE:
            tell()
        send_failure(send_chan, code, reason, lang)

    conn.send_channel_open_failure = send  # type: ignore[method-assign]


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The front's own key: made once, 0600, so that its fingerprint stays the same."""
    path = folder / HOST_KEY_FILE
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="verbale")
        # Whole or not at all: half a key would keep every later start from succeeding.
        new = path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.export_private_key())
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    return asyncssh.read_private_key(path)


Sentence = Callable[[Refused], str]


@asynccontextmanager
async def listening(
    parts: Parts,
    nursery: Nursery,
    key: asyncssh.SSHKey,
    sentence: Sentence,
    sockets: Sequence[socket.socket],
) -> AsyncIterator[None]:
    """Take connections on these bound sockets while the block runs.

    `sentence` puts a refusal into words for the technician's terminal.
    """
    # At INFO asyncssh writes every command line and address down: those are records', not the journal's.
    asyncssh.set_log_level(logging.WARNING)
    doorstep = Doorstep()
    async with AsyncExitStack() as stack:
        for sock in sockets:
            acceptor = await asyncssh.listen(
                sock=sock,
                server_factory=lambda: Front(parts, nursery, sentence, doorstep),
                server_host_keys=[key],
                encoding=None,
                line_editor=False,
                encryption_algs=list(CIPHERS),
                compression_algs=["none"],
                login_timeout=LOGIN_S,
                keepalive_interval=30,
                keepalive_count_max=3,
                allow_scp=False,
                agent_forwarding=False,
                x11_forwarding=False,
                server_version="Verbale",
            )
            await stack.enter_async_context(acceptor)
        yield
