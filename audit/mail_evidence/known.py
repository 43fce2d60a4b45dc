"""What is known of a customer when his mail is judged: whose addresses, whom they may trust, what suffices.

All of it comes from the customer's own configuration, so none of it is decided by the mail. It is kept with
the mail, in the opening of `mail.received`, and a verdict is given again by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from audit import instant
from audit.canonical import Fields, Value, b64, unb64
from audit.errors import Malformed
from audit.forms import CODE, ID, INSTANT, LINE
from audit.mail_evidence.addresses import Address
from audit.mail_evidence.codes import Level

MAX_CERTIFICATE_BYTES = 16 * 1024
MAX_LINES = 1000  # addresses, authorities or services; a customer has tens
MAX_LIST_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Term:
    """From an instant until another, that one not included."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Registered:
    """An address of the titolare or an ADS. `pec`: a certified box, else ordinary mail.

    `organisation` is the domain whose DKIM signatures count for this address, and those of its subdomains:
    chosen when the address is registered, its own domain unless said otherwise. So nobody has to know which
    domains are public suffixes. `delegation` is the ADS's; a titolare needs none. `fiscal_code` is what a
    qualified signature of that person has to bear.
    """

    person: str
    role: str  # titolare | ads
    address: str
    pec: bool = False
    organisation: str = ""
    delegation: Term | None = None
    fiscal_code: str = ""

    @property
    def domain(self) -> str:
        return self.organisation or Address.parse(self.address).domain


@dataclass(frozen=True, slots=True)
class Service:
    """A trust service that issues qualified certificates, from the European lists: its certificate, and
    from when until when it was granted."""

    certificate: bytes  # DER
    since: datetime
    until: datetime | None = None

    def granted(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class TrustedList:
    """`issued` is when the list was made, as it says itself."""

    issued: datetime
    services: tuple[Service, ...]

    def old(self, at: datetime) -> bool:
        return at - self.issued > MAX_LIST_AGE


@dataclass(frozen=True, slots=True)
class Known:
    """`forwarders` are domains whose ARC seals are believed. `providers` are certificates (DER) of the
    authorities under which PEC providers sign, `authorities` those under which people's certificates are
    issued, `crls` revocation lists (DER) of either. `fold_local`: the customer's boxes tell no large letters
    from small ones before the @ (C-30)."""

    registered: tuple[Registered, ...] = ()
    forwarders: tuple[str, ...] = ()
    providers: tuple[bytes, ...] = ()
    authorities: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    trusted_list: TrustedList | None = None
    minimum: Level = Level.E2
    fold_local: bool = False

    def by_address(self, address: Address, *, pec: bool) -> Registered | None:
        """The first registered one that is this address."""
        for one in self.registered:
            if one.pec == pec and Address.parse(one.address).same(address, fold_local=self.fold_local):
                return one
        return None

    def narrowed(self, anchors: frozenset[str]) -> Known:
        """With those certificates alone that a verdict rests on: what is kept with the mail."""
        kept = self.trusted_list
        if kept is not None:
            kept = replace(
                kept, services=tuple([s for s in kept.services if named(s.certificate) in anchors])
            )
        return replace(
            self,
            providers=_in(self.providers, anchors),
            authorities=_in(self.authorities, anchors),
            crls=_in(self.crls, anchors),
            trusted_list=kept,
        )

    def to_value(self) -> Value:
        """The field `known` of the opening (FORMAT.md §16)."""
        value: dict[str, Value] = {
            "registered": [_registered_value(one) for one in self.registered],
            "forwarders": list(self.forwarders),
            "providers": [b64(one) for one in self.providers],
            "authorities": [b64(one) for one in self.authorities],
            "crls": [b64(one) for one in self.crls],
            "minimum": self.minimum.code,
        }
        if self.fold_local:
            value["fold_local"] = True
        if self.trusted_list is not None:
            services = [_service_value(one) for one in self.trusted_list.services]
            value["trusted_list"] = {
                "issued": instant.to_text(self.trusted_list.issued),
                "services": services,
            }
        return value

    @classmethod
    def from_value(cls, value: Value) -> Known:
        f = Fields(value, "what was known")
        registered = tuple([_registered(item) for item in _few(f.items("registered"))])
        forwarders = tuple([LINE.check(item, "a forwarder") for item in _few(f.items("forwarders"))])
        providers, authorities, crls = (
            tuple([_der(item) for item in _few(f.items(key))]) for key in ("providers", "authorities", "crls")
        )
        minimum = _level(f.formed("minimum", CODE))
        fold_local = f.flag("fold_local")
        listed = f.opt_mapping("trusted_list")
        f.done()
        trusted = None if listed is None else _trusted_list(listed)
        return cls(registered, forwarders, providers, authorities, crls, trusted, minimum, fold_local)


def named(der: bytes) -> str:
    """What a certificate or list is called in `Judgement.anchors`."""
    return sha256(der).hexdigest()


def _in(certificates: Iterable[bytes], anchors: frozenset[str]) -> tuple[bytes, ...]:
    return tuple([one for one in certificates if named(one) in anchors])


def _few(items: list[Value]) -> list[Value]:
    if len(items) > MAX_LINES:
        raise Malformed("more lines than are kept with a mail")
    return items


def _der(item: Value) -> bytes:
    if type(item) is not str:
        raise Malformed("a certificate that is no text")
    return unb64(item, max_bytes=MAX_CERTIFICATE_BYTES)


def _level(code: str) -> Level:
    for level in Level:
        if level.code == code:
            return level
    raise Malformed("a level of evidence nobody knows")


def _registered_value(one: Registered) -> Value:
    value: dict[str, Value] = {"person": one.person, "role": one.role, "address": one.address}
    if one.pec:
        value["pec"] = True
    if one.organisation:
        value["organisation"] = one.organisation
    if one.delegation is not None:
        value["delegation"] = [instant.to_text(one.delegation.since), instant.to_text(one.delegation.until)]
    if one.fiscal_code:
        value["fiscal_code"] = one.fiscal_code
    return value


def _registered(item: Value) -> Registered:
    f = Fields(item, "a registered address")
    person, role = f.formed("person", ID), f.formed("role", CODE)
    address = f.formed("address", LINE)
    pec = f.flag("pec")
    organisation = f.opt_formed("organisation", LINE) or ""
    term = None
    if f.has("delegation"):
        times = f.texts("delegation")
        if len(times) != 2:
            raise Malformed("a delegation without a beginning and an end")
        term = Term(instant.parse(times[0]), instant.parse(times[1]))
    fiscal_code = f.opt_formed("fiscal_code", LINE) or ""
    f.done()
    Address.parse(address)
    return Registered(person, role, address, pec, organisation, term, fiscal_code)


def _service_value(one: Service) -> Value:
    value: dict[str, Value] = {"certificate": b64(one.certificate), "since": instant.to_text(one.since)}
    if one.until is not None:
        value["until"] = instant.to_text(one.until)
    return value


def _trusted_list(value: dict[str, Value]) -> TrustedList:
    f = Fields(value, "a list of trust services")
    issued = instant.parse(f.formed("issued", INSTANT))
    services = []
    for item in _few(f.items("services")):
        one = Fields(item, "a trust service")
        until = one.opt_formed("until", INSTANT)
        services.append(
            Service(
                _der(one.any("certificate")),
                instant.parse(one.formed("since", INSTANT)),
                None if until is None else instant.parse(until),
            )
        )
        one.done()
    f.done()
    return TrustedList(issued.astimezone(UTC), tuple(services))
