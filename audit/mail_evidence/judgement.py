"""What judging a mail takes and gives besides the DNS and what is known of the customer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from audit.mail_evidence.codes import CODES, PROVING, Level, Said, Transport

MAX_MAIL_BYTES = 16 * 1024 * 1024  # a PEC with a signed PDF is a few; whoever sends more is asked for less


@dataclass(frozen=True, slots=True)
class Envelope:
    """How the bytes came. Only `received` is judged; the rest is kept as information and never a gate (S-34):
    where a mail comes from says nothing about who wrote it."""

    received: datetime
    mail_from: str = ""
    recipients: tuple[str, ...] = ()
    source: str = ""  # address or name of who delivered it


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is believed to have written: a registered person."""

    person: str
    role: str  # titolare | ads
    address: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature of an attachment. `verdict` is one of the codes `signed_…`."""

    file: str  # as the mail names it, cut and without control characters
    form: str  # cades | pades
    verdict: str
    name: str = ""  # common name of the signer
    fiscal_code: str = ""  # of TINIT-… in the subject's serial number
    at: datetime | None = None  # as the signature says
    qualified: str = "unchecked"  # yes | no | unchecked
    revocation: str = "unchecked"  # good | revoked | unchecked


@dataclass(frozen=True, slots=True)
class Certified:
    """What a provider certifies in `daticert.xml`. Texts are the sender's or the provider's own words."""

    kind: str  # posta-certificata, accettazione, avvenuta-consegna, …
    error: str  # nessuno, no-dest, no-dominio, virus, altro
    sender: str
    recipients: tuple[str, ...]
    subject: str
    provider: str
    at: datetime | None
    identifier: str  # of the provider
    message_id: str  # of the original message, with its angle brackets
    delivered_to: str = ""  # `consegna`
    receipt: str = ""  # completa | breve | sintetica
    detail: str = ""  # `errore-esteso`


@dataclass(frozen=True, slots=True)
class Claims:
    """What the mail says; proven as far as the level goes, and shown as text alone."""

    message_id: str = ""
    subject: str = ""
    sender: str = ""  # the one address of From, or of the certified sender
    written: datetime | None = None
    text: str = ""  # the plain text, cut; of a PEC that of the original message
    replay: str = ""  # digests.replay_digest
    domain: str = ""  # of the DKIM signature that counted
    certified: Certified | None = None
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """`code` decided; `reasons` are all codes, `code` first. `sender` is set only where the address is
    registered. `anchors` names the certificates the verdict rests on (SHA-256 of the DER)."""

    level: Level
    code: str
    reasons: tuple[str, ...]
    transport: Transport
    sender: Sender | None
    claims: Claims = field(default_factory=Claims)
    anchors: frozenset[str] = frozenset()

    @property
    def accepted(self) -> bool:
        """Whether the mail may count by itself: a level was made, and it is not below the minimum."""
        return self.code in PROVING and "below_minimum" not in self.reasons

    def repeated(self) -> Judgement:
        """The same of a mail whose `claims.replay` came before: whoever keeps them says so (C-08)."""
        return replace(self, code="duplicate", reasons=("duplicate", *self.reasons))

    def sentences(self) -> tuple[Said, ...]:
        return tuple(CODES[reason] for reason in self.reasons)
