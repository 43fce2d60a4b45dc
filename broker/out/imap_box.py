"""A mailbox on an IMAP server, read and never changed: nothing is marked, moved or deleted (RFC 9051).

Its calls block; they belong into a thread. Whatever breaks is an `OSError`, and the next look connects anew.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

T = TypeVar("T")
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Account:
    """Where the box is. `tls` None: plain, for a server on this machine."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: ssl.SSLContext | None

    @property
    def name(self) -> str:
        """What the box is called in the store and on pages."""
        return f"{self.user}@{self.host}/{self.folder}"[:320]


@dataclass(frozen=True, slots=True)
class Looked:
    """`validity` and the next number as the server says."""

    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Lying:
    """A mail in the box: its number and its size in bytes."""

    uid: int
    size: int


class ImapBox:
    """One connection, made when it is needed and kept while it lasts."""

    def __init__(self, account: Account, most_bytes: int) -> None:
        self._account = account
        self._most = most_bytes
        self._client: IMAPClient | None = None

    @property
    def name(self) -> str:
        return self._account.name

    def look(self) -> Looked:
        """Open the folder for reading only, anew: its numbers may have changed."""

        def selected(client: IMAPClient) -> Looked:
            said = client.select_folder(self._account.folder, readonly=True)
            return Looked(int(said[b"UIDVALIDITY"]), int(said[b"UIDNEXT"]))

        kept = self._client is not None
        try:
            return self._do(selected)
        except OSError:
            if not kept:
                raise
            return self._do(selected)  # servers end a line that is idle for long: a new one, at once

    def above(self, uid: int, most: int) -> list[Lying]:
        """The first few that came after that number, in the order of their numbers."""

        def searched(client: IMAPClient) -> list[Lying]:
            # ``n:*`` names the last mail also where its number is lower.
            found = sorted(one for one in client.search(["UID", f"{uid + 1}:*"]) if one > uid)[:most]
            sizes: dict[int, dict[bytes, Any]] = client.fetch(found, ["RFC822.SIZE"]) if found else {}
            return [Lying(one, int(sizes[one][b"RFC822.SIZE"])) for one in found if one in sizes]

        return self._do(searched)

    def before(self, day: date) -> int:
        """The number below all that came on that day or later (RFC 9051 §6.4.4, SINCE)."""

        def searched(client: IMAPClient) -> int:
            since = client.search(["SINCE", day])
            if since:
                return int(min(since)) - 1
            return int(client.folder_status(self._account.folder, ["UIDNEXT"])[b"UIDNEXT"]) - 1

        return self._do(searched)

    def message(self, uid: int) -> tuple[bytes, datetime] | None:
        """Its bytes as they lie there, and when the server took it; None where it is there no more.

        Of one that is larger than it said, `OSError`: at most that many bytes are taken.
        """

        def fetched(client: IMAPClient) -> tuple[bytes, datetime] | None:
            found = client.fetch([uid], [f"BODY.PEEK[]<0.{self._most + 1}>", "INTERNALDATE"]).get(uid)
            raw = None if found is None else found.get(b"BODY[]<0>")
            if found is None or not isinstance(raw, bytes):
                return None
            if len(raw) > self._most:
                raise OSError("a mail is larger than its server said")
            came = found[b"INTERNALDATE"]
            return raw, came.astimezone(UTC)

        return self._do(fetched)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, IMAPClientError):  # gone already, which is why it is closed
                client.shutdown()

    def _do(self, work: Callable[[IMAPClient], T]) -> T:
        try:
            if self._client is None:
                self._client = self._connected()
            return work(self._client)
        except (OSError, EOFError, KeyError, ValueError, IMAPClientError, imaplib.IMAP4.error) as wrong:
            self.close()
            raise OSError(f"the mailbox {self.name} could not be read: {type(wrong).__name__}") from wrong

    def _connected(self) -> IMAPClient:
        account = self._account
        client = IMAPClient(
            account.host,
            account.port,
            ssl=account.tls is not None,
            ssl_context=account.tls,
            timeout=TIMEOUT_S,
        )
        client.normalise_times = False
        try:
            client.login(account.user, account.password)
        except (OSError, IMAPClientError):
            client.shutdown()
            raise
        return client
