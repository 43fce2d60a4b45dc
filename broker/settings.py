"""One frozen class of settings, read once when the broker starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from audit.approvers import Origin


@dataclass(frozen=True, slots=True)
class Settings:
    """`origin` and `signing_origin` are scheme, host and port, as browsers write them."""

    state: Path
    database: str
    origin: str
    signing_origin: str
    registry: str  # domain part of the logs' origins
    vendor: str
    listen_host: str
    port: int
    ssh_port: int
    smtp_host: str | None
    smtp_port: int
    mail_from: str
    zone: str = "Europe/Rome"
    patron: str | None = None  # of the vendor's seat, ``MM-DD`` or ``easter+N``: for contracts that name none
    demo: bool = False
    tsa: str | None = None  # address of a timestamp authority
    tsa_ca: str | None = None  # PEM: what its certificates hang on
    report_certificate: str | None = None  # the vendor's own: files in PEM, or a PKCS#12 without a key file
    report_key: str | None = None
    report_password: str | None = None  # a file, never the password itself
    rest_s: int = 15 * 60  # without an act of the person: then who he is is asked again (PCI DSS 8.2.8)
    webhook_inside: str = ""  # hosts of our own networks that webhooks may call, by commas
    proof_s: int = 10 * 60  # since somebody last showed who he is: then acts that matter ask for it anew
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, by commas

    @property
    def mails(self) -> bool:
        """Whether this broker sends any: else no page may say that somebody was told by mail."""
        return self.smtp_host is not None

    @property
    def login(self) -> Origin:
        """Where people log in and technicians activate grants."""
        return Origin(urlsplit(self.origin).hostname or "", self.origin)

    @property
    def signing(self) -> Origin:
        """Where statements are signed; another origin, which the broker cannot write to."""
        return Origin(urlsplit(self.signing_origin).hostname or "", self.signing_origin)

    def log_origin(self, tenant: str, year: int) -> str:
        return f"{self.registry}/{tenant}/{year}"

    @property
    def inside(self) -> frozenset[str]:
        """Hosts of our own networks that webhooks may call."""
        return frozenset(filter(None, self.webhook_inside.split(",")))

    @property
    def secure(self) -> bool:
        """Whether cookies can be marked Secure."""
        return self.origin.startswith("https://")
