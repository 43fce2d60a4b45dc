"""What the broker takes from the world: time, chance, keys, mail. One-method protocols and `Parts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from audit.checkpoint import Checkpoint
from audit.keys import SigningKey
from audit.mail_evidence.dns import Answer
from audit.mail_evidence.judgement import Judgement
from broker.domain.dispatch import Receipt


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class Chance(Protocol):
    def octets(self, count: int) -> bytes:
        """Unpredictable bytes from the operating system."""
        ...


class KeyRing(Protocol):
    """The broker's private keys. Made once, kept 0600, never leave."""

    def log_key(self, origin: str) -> SigningKey:
        """Of one log: a tenant's, of one year."""
        ...

    def grant_key(self, tenant: str) -> SigningKey: ...

    def wrapping_key(self) -> bytes:
        """32 bytes that wrap the per-session keys of openings."""
        ...


class Mailer(Protocol):
    async def send(self, message: bytes, sender: str, recipient: str) -> None:
        """Hand an RFC 5322 message over; raise `OSError` if it could not be, to be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What a witness said: HTTP status, content type without parameters, and the body, bounded."""

    status: int
    kind: str
    body: bytes


class WitnessCaller(Protocol):
    async def ask(self, url: str, body: bytes) -> WitnessAnswer:
        """`POST url/add-checkpoint` (C2SP tlog-witness); `OSError` where no whole answer came in time."""


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What a provider of OpenID Connect said: HTTP status and the body, bounded."""

    status: int
    body: bytes


class ProviderCaller(Protocol):
    async def ask(self, url: str, form: Mapping[str, str] | None, bearing: str = "") -> ProviderAnswer:
        """GET, or POST a form; `bearing` is the Authorization header. `OSError` where no whole answer came in time."""
        ...


class TimestampAuthority(Protocol):
    async def token(self, head: Checkpoint) -> bytes:
        """An RFC 3161 token over this head, judged already; raise `OSError` if none is to be had now."""
        ...


class Reporter(Protocol):
    async def make(self, report_json: bytes, name: str, at: datetime) -> bytes:
        """The sealed PDF of a report, its JSON attached as `name`; `Refused` (report_failed)."""
        ...

    async def english(self, report_json: bytes, name: str) -> bytes:
        """A reading copy of a report in English, its JSON attached as `name`, not sealed. `Refused` (report_failed;
        printing_busy where too many wait for theirs)."""
        ...

    async def sheet(self, sheet_json: bytes) -> bytes:
        """A list or a letter (`domain.sheets`) as a PDF, not sealed; `Refused` (as `english`)."""
        ...

    async def sealed_sheet(self, sheet_json: bytes, at: datetime) -> bytes:
        """The same, sealed as reports are."""
        ...

    async def twin(self, pdf: bytes, at: datetime) -> bytes:
        """The sealed PDF inside a CAdES signature, for tools that know no other."""
        ...

    async def authority(self, at: datetime) -> str:
        """The certificate (PEM) under which reports are sealed: what a titolare pins."""
        ...


def opaque_id(chance: Chance, prefix: str, octets: int = 4) -> str:
    """``p-1a2b3c4d``: an id that says nothing."""
    return f"{prefix}-{chance.octets(octets).hex()}"


class NotTaken(OSError):
    """The letter certainly went nowhere: it may be tried again."""


class Uncertain(OSError):
    """The letter may have been taken, or not: it is never sent again by itself."""


class Channel(Protocol):
    """A way out for letters whose arrival somebody certifies: certified mail (PEC) today, REM later (C-16)."""

    @property
    def code(self) -> str:
        """What records call it: ``pec``."""
        ...

    @property
    def sender(self) -> str:
        """The plain address its letters come from."""
        ...

    async def send(self, message: bytes, recipient: str) -> None:
        """Hand an RFC 5322 message over. Returns once it was taken; else `NotTaken` or `Uncertain`."""
        ...

    def receipt(self, judged: Judgement) -> Receipt | None:
        """What a mail that came says of a letter, if it is a receipt of this channel, its maker proved."""
        ...


class Resolver(Protocol):
    """Who asks the DNS. Its calls block; they belong into a thread."""

    @property
    def name(self) -> str:
        """Who answers, as the evidence says it."""
        ...

    def txt(self, name: str) -> Answer | None:
        """The TXT record at a name; None where nobody could say."""
        ...


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: the HTTP status, 0 where none came, and one word (`domain.webhook.Delivery.said`)."""

    status: int
    said: str


class WebhookCaller(Protocol):
    async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        """`POST`, bounded in time and answer, to nobody inside a network of ours."""
        ...
