"""Kinds of records of signing in elsewhere, and of identity shown beside an approval (FORMAT.md §3).

Members of the union in `records`. Names that a provider gives people never stand here: a person is a pseudonym, his
identity a keyed digest.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Digest, Id, Instant, Line
from audit.record import Record

IDENTITIES = frozenset({"spid", "cie"})
# What both say of a log-in with two factors or more; the first level proves too little (C-21).
STRONG = frozenset(f"https://www.spid.gov.it/SpidL{level}" for level in (2, 3))


@dataclass(frozen=True, slots=True, repr=False)
class ProviderKept(Record):
    """Whom this log's people may log in at; a later one of the same id counts. `kind`: oidc | spid | cie.

    `acr`: what it must say of a log-in that is to prove anew who somebody is; absent: none of it does.
    """

    KIND, CODE, IT, EN = (
        "provider.kept",
        "R600",
        "Fornitore di identità indicato",
        "Identity provider entered",
    )
    RETAIN = "access"
    provider: Id
    kind: Code
    issuer: Line
    client: Line
    acr: Line | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ProviderRemoved(Record):
    """Nobody logs in there any more; the links to it go with it."""

    KIND, CODE, IT, EN = (
        "provider.removed",
        "R601",
        "Fornitore di identità tolto",
        "Identity provider removed",
    )
    RETAIN = "access"
    provider: Id


@dataclass(frozen=True, slots=True, repr=False)
class IdentityShown(Record):
    """Beside his approval by passkey, an approver showed who he is by SPID or CIE (C-22): evidence E4.

    It opens nothing. `statement` is the digest of the request he was reading, and what was asked of the provider was
    bound to it; `fiscal` a keyed digest of his codice fiscale, `shown` when he showed himself to the provider. The
    provider's token is not kept, so that this is what the broker says.
    """

    KIND, CODE, IT, EN = (
        "identity.shown",
        "R602",
        "Identità mostrata con SPID o CIE",
        "Identity shown by SPID or CIE",
    )
    RETAIN = "authorisation"
    request: Id
    statement: Digest
    person: Id
    kind: Code  # spid | cie
    issuer: Line
    acr: Line
    shown: Instant
    fiscal: Digest


SigninRecord = ProviderKept | ProviderRemoved | IdentityShown
