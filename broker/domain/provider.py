"""Who says elsewhere who somebody is: a provider of OpenID Connect, as the owner or a titolare entered it (C-21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from broker.domain.refusal import Refused, Why

Kind = Literal["oidc", "spid", "cie"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST = 8  # of one tenant: each is a button on the login page
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Levels that SPID and CIE write in `acr`, both with these names (SPID/CIE OpenID Connect rules, "acr_values").
LEVELS = {f"https://www.spid.gov.it/SpidL{level}": level for level in (1, 2, 3)}
ENOUGH = 2  # for what matters: the second level asks for two factors (C-21)


@dataclass(frozen=True, slots=True)
class Provider:
    """`acr`: what a provider of one's own must say of a log-in that is to count as a fresh proof; empty, none does.

    SPID and CIE say a level, which is judged by `LEVELS`.
    """

    id: str
    tenant: str
    kind: Kind
    name: str
    issuer: str
    client: str
    acr: str = ""

    @property
    def national(self) -> bool:
        """Whether it knows people by their codice fiscale."""
        return self.kind != "oidc"

    @property
    def asks(self) -> str:
        """The `acr_values` that are asked of it."""
        return "https://www.spid.gov.it/SpidL2" if self.national else self.acr

    def strong(self, acr: str) -> bool:
        """Whether a log-in at this level counts for acts that matter."""
        if self.national:
            return LEVELS.get(acr, 0) >= ENOUGH
        return bool(self.acr) and acr == self.acr


def checked(new: Provider, *, plain: bool) -> Provider:
    """`new`, or `Refused` (bad_input) naming the field. `plain`: this broker itself is served on this machine."""
    for field, text, most in (("name", new.name, 60), ("client", new.client, 256), ("acr", new.acr, 256)):
        if (
            len(text) > most
            or not text.isprintable()
            or (not text and field != "acr")
            or text != text.strip()
        ):
            raise Refused(Why.BAD_INPUT, field=field)
    if any(sign.isspace() for sign in new.acr):
        raise Refused(Why.BAD_INPUT, field="acr")
    if new.kind not in KINDS:
        raise Refused(Why.BAD_INPUT, field="kind")
    address = urlsplit(new.issuer)
    if not allowed(new.issuer, plain=plain) or address.query or address.fragment or len(new.issuer) > 256:
        raise Refused(Why.BAD_INPUT, field="issuer")
    return new


def allowed(url: str, *, plain: bool) -> bool:
    """Whether anything may be asked there: HTTPS, or this very machine where the broker itself is on it."""
    try:
        address = urlsplit(url)
        port_fits = address.port is None or address.port > 0
    except ValueError:
        return False
    named = bool(address.hostname) and address.username is None and address.password is None and port_fits
    clean = url.isascii() and url.isprintable() and not any(sign in url for sign in ' "<>\\^`{|}')
    near = plain and address.scheme == "http" and address.hostname in LOOPBACK
    return named and clean and (address.scheme == "https" or near)
