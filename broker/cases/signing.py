"""Send a person to the signing page with a statement, and judge what comes back from there.

A case that needs a signature calls `begin_signing` inside its transaction and answers with the
address it gets. `finish_signing` (its own file) takes the browser's answer and calls the handler
of the purpose, which asks `signed_by` and then does what was signed for.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

from audit.approvers import Approver, Approvers, Origin
from audit.canonical import b64
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.pins import in_force
from audit.signed import SignedStatement
from audit.statement import Statement
from broker.cases.departure import UNSAID, Departure
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import ceremonies, people
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

SIGNING_LASTS = timedelta(minutes=15)  # long enough to read all of it on a phone
RETURN_PATH = "/firma/ritorno"


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser goes next; `shown_once` is for its eyes and kept nowhere."""

    next: str
    shown_once: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A signing passkey the page had made; everything base64url, nothing judged."""

    credential: str
    public_key: str
    client_data: str
    attestation_object: str


@dataclass(frozen=True, slots=True)
class SigningAnswer:
    """What the signing page handed back, read but not judged. `state` is the ceremony's secret."""

    state: str
    signed: SignedStatement


Handler: TypeAlias = Callable[[Parts, Who, Ceremony, SigningAnswer], Awaitable[Finished]]
"""What a purpose does once its ceremony is taken: checks the signature itself, with `signed_by`."""


async def begin_signing(
    parts: Parts,
    tx: Tx,
    who: Who,
    *,
    purpose: str,
    statement: Statement,
    attached: Mapping[str, bytes] | None = None,
    openings: Mapping[str, Opening] | None = None,
    shown: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    state: str | None = None,
    paper: str | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page with all it must show; what it returns is taken once.

    `attached` are the canonical bytes of statements this one names by digest, `shown` names for
    pseudonyms (the page says that the signature doesn't cover them), `data` is for the handler; `paper` the
    public half of the key on paper that has to sign as well.
    """
    state = state or new_secret(parts.chance.octets(SECRET_BYTES))
    allowed = await people.credentials(tx.work, who.tenant, who.person, "signing")
    if not allowed:
        raise Refused(Why.PASSKEY_MISSING)
    encoded = statement.encode()
    kept = {"statement": b64(encoded), "page": departure.page, **(data or {})}
    await ceremonies.put(
        tx, digest_of(state), Ceremony(purpose, who.person, who.tenant, kept, tx.at + SIGNING_LASTS)
    )
    return signing_address(
        parts,
        {
            "op": "sign",
            "lang": departure.language,
            "return": return_address(parts),
            "state": state,
            "statement": b64(encoded),
            "attached": {name: b64(one) for name, one in (attached or {}).items()},
            "openings": {name: one.to_value() for name, one in (openings or {}).items()},
            "shown": dict(shown or {}),
            "credentials": [one.id for one in allowed],
            **({} if paper is None else {"paper": paper}),
        },
    )


def return_address(parts: Parts) -> str:
    """Where the signing page sends the browser back to."""
    return parts.settings.origin + RETURN_PATH


def signing_address(parts: Parts, payload: Mapping[str, Any]) -> str:
    """The signing page with this in its fragment, which no server ever sees."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"{parts.settings.signing_origin}/#{b64(text.encode())}"


def signed_by(
    signed: SignedStatement, approvers: Approvers, tx: Tx, who: Who, site: Origin, *, titolare: bool = False,
    kind: type[Statement] | None = None,
) -> Approver:  # fmt: skip
    """Whose signature it is, of the set in force; raises `Refused` for anybody and anything else.

    The signature must be the caller's own: someone else's passkey on his page signs nothing. `kind`: its class.
    """
    if approvers.signing != site:
        raise Refused(Why.PINS_DIFFER)
    by = approvers.by_credential(signed.credential)
    if by is None or by.person != who.person or (titolare and by.role != "titolare"):
        raise Refused(Why.AUTHORISATION_MISSING)
    if not in_force(by, tx.at):
        raise Refused(Why.ADS_DELEGATION_MISSING)
    try:
        signed.check(site, by.public_key, kind)
    except (BadSignature, Malformed) as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong
    return by


def proof_of(signed: SignedStatement) -> list[tuple[str, bytes]]:
    """A signed statement as evidence of a record."""
    paper = [] if signed.paper is None else [("paper", signed.paper)]
    return [("statement", signed.statement), ("assertion", signed.assertion.encode()), *paper]
