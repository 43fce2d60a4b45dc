"""The SSH front: stock OpenSSH in, joined channels out. The user name is the session's id.

Only a key of the technician named in the grant, only while the session is active, only session
channels. Ciphers that asyncssh is slow at and OpenSSH prefers are not offered (data-path §2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import asyncssh

from broker.bastion.shell import Shell
from broker.cases.deny import deny
from broker.cases.join_session import ActiveSession, find_session, join_session
from broker.domain.refusal import Refused, Why
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe
from broker.parts import Parts

_SESSION_NAME = re.compile(r"s-[0-9a-f]{10}")
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
HOST_KEY_FILE = "ssh_host_ed25519"
LOGIN_S = 20
MAX_CHANNELS = 16  # of one SSH connection


class Front(asyncssh.SSHServer):
    """One connection: who it is, checked by key, and the channels it asks for."""

    def __init__(self, parts: Parts, nursery: Nursery, sentence: Callable[[Refused], str]) -> None:
        self._parts = parts
        self._nursery = nursery
        self._sentence = sentence
        self._terminal = ""
        self._session = ""
        self._fingerprint: str | None = None
        self._offered: Refused | None = None
        self._logged_in = False
        self._opened = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        peer = conn.get_extra_info("peername")
        self._terminal = str(peer[0]) if peer else "unknown"

    def connection_lost(self, exc: Exception | None) -> None:
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
        return await find_session(self._parts, self._session, ssh_fingerprint=fingerprint)

    def session_requested(self) -> Shell | bool:
        self._opened += 1
        if self._opened > MAX_CHANNELS:
            return False
        return Shell(self._join, self._sentence, self._nursery, self._session)

    async def _join(self, kind: str, params: dict[str, object]) -> Pipe:
        # Judged anew for each channel: the session may have ended since the key was accepted.
        assert self._fingerprint is not None
        joined = await join_session(
            self._parts,
            self._session,
            ssh_fingerprint=self._fingerprint,
            via="ssh",
            kind=kind,
            terminal=self._terminal,
            command=params.pop("command", None),  # type: ignore[arg-type]
        )
        return await self._parts.hub.open_channel(
            joined.host,
            joined.session,
            joined.channel,
            kind=kind,
            params=params | joined.params,
            salt=joined.salt,
        )


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The front's own key: made once, 0600, so that its fingerprint stays the same."""
    path = folder / HOST_KEY_FILE
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="verbale")
        path.touch(mode=0o600)
        key.write_private_key(path)
    return asyncssh.read_private_key(path)


Sentence = Callable[[Refused], str]


async def listen(
    parts: Parts, nursery: Nursery, key: asyncssh.SSHKey, sentence: Sentence
) -> asyncssh.SSHAcceptor:
    """Open the port; the acceptor's `get_port()` tells which, `close()` ends it.

    `sentence` puts a refusal into words for the technician's terminal.
    """
    return await asyncssh.create_server(
        lambda: Front(parts, nursery, sentence),
        parts.settings.listen_host,
        parts.settings.ssh_port,
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
        reuse_address=True,
    )
