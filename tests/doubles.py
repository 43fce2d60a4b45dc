"""Small real objects in the place of the world: a clock that is told, chance that repeats, mail in a list."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from audit.keys import SigningKey
from audit.mail_evidence.judgement import Judgement
from broker.domain import pec_receipt
from broker.domain.dispatch import Receipt

MORNING = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until told otherwise."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """``clock.advance(minutes=5)``"""
        self.at += by if by is not None else timedelta(**parts)
        return self.at


class FakeChance:
    """The same octets in the same order from the same seed."""

    def __init__(self, seed: bytes = b"tests") -> None:
        self._seed = seed
        self._drawn = 0

    def octets(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(self._seed + self._drawn.to_bytes(8, "big")).digest(count)


class MemoryKeys:
    """A key ring without files."""

    def __init__(self, seed: bytes = b"keys") -> None:
        self._seed = seed

    def _key(self, name: str) -> bytes:
        return hashlib.sha256(self._seed + name.encode()).digest()

    def log_key(self, origin: str) -> SigningKey:
        return SigningKey(self._key(f"log-{origin}"))

    def grant_key(self, tenant: str) -> SigningKey:
        return SigningKey(self._key(f"grant-{tenant}"))

    def wrapping_key(self) -> bytes:
        return self._key("wrapping")


class ListMailer:
    """Keeps what it was given; `refuse` makes it fail as an unreachable server would."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str, str]] = []
        self.refuse: Callable[[str], bool] = lambda _: False

    async def send(self, message: bytes, sender: str, recipient: str) -> None:
        if self.refuse(recipient):
            raise ConnectionError("no mail server answers")
        self.sent.append((message, sender, recipient))


class ListChannel:
    """A way out with receipts that keeps what it was given; `fails` are raised one after the other first."""

    def __init__(self, code: str, sender: str) -> None:
        self.code = code
        self.sender = sender
        self.sent: list[tuple[bytes, str]] = []
        self.fails: list[OSError] = []
        self.tries = 0
        self.while_sending: Callable[[], Awaitable[None]] | None = None

    async def send(self, message: bytes, recipient: str) -> None:
        self.tries += 1
        if self.while_sending is not None:
            await self.while_sending()
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((message, recipient))

    def receipt(self, judged: Judgement) -> Receipt | None:
        return pec_receipt.receipt(judged)
