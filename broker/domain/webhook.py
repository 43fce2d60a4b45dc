"""Facts of a log that go to another system as CloudEvents: who may have which, how they are signed, when tried again.

The log's numbers are the order and the proof that nothing is missing: an event says its own and that of the fact
before it of the kinds asked for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from audit import instant
from audit.leaf import Leaf
from audit.records import KINDS
from broker.domain.people import HOUSE_ROLES, Role
from broker.domain.public_address import is_named, names_inside
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import derived

State = Literal["active", "paused", "failing"]
MAX_ADDRESS = 512
MOST = 10  # of one log
MAX_KINDS = 64
PAGE = 100  # events of one answer
BOTH_COUNT = timedelta(hours=24)  # after a renewal the secret before it signs too
GIVE_UP = timedelta(days=3)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5, 3600
KEPT_DELIVERIES = 20
PREFIX = "whsec_"  # Standard Webhooks 1.0
TYPE = "it.verbale."
TEST = "webhook.test"
# What the vendor's owner sees of a customer on his pages anyway, and nothing of how people work (L-43): no log-ins,
# no readings, no commands, no files.
_HOUSE_SEES = (
    "request.", "approval.", "clarification.", "grant.", "session.", "incident.", "queue.", "contact.", "contract.", "product.", "category.",
    "paper.", "matrix.", "subprocessor.", "duties.", "contest.", "report.", "period.", "release.", "version.",
    "acceptance.", "malfunction.", "defect.", "breach.", "work.", "tariff.", "letter.", "host.", "declared.", "customer.",
    "study.", "school.", "clean_up.", "resale.", "leaving.", "webhook.",
)  # fmt: skip

# What one may choose by a word, beside kinds by their names.
GROUPS: dict[str, tuple[str, ...]] = {
    "requests": ("request.", "approval.", "clarification.", "grant."),
    "sessions": ("session.", "supervision.", "declared."),
    "incidents": ("incident.", "queue.", "contact."),
    "reports": ("report.", "period.", "contest."),
    "hosts": ("host.",),
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """`cursor` is the number of the next record to look at; `troubled` since when no delivery succeeds; `rotated`
    when the secret was renewed last. No kinds: all that `role` may read."""

    tenant: str
    id: str
    person: str
    role: Role
    address: str
    kinds: tuple[str, ...]
    state: State
    opened: datetime
    generation: int
    rotated: datetime | None
    cursor: int
    tries: int
    due: datetime
    troubled: datetime | None

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try. `n` is the record's number, None of a test; `status` that of HTTP, 0 where none came; `said` one of
    ``taken``, ``refused``, ``redirected``, ``unreachable``, ``too_slow``, ``inside``."""

    at: datetime
    n: int | None
    kind: str
    status: int
    said: str

    @property
    def taken(self) -> bool:
        return self.said == "taken"


@dataclass(frozen=True, slots=True)
class Fact:
    """A record with what proves it: the log's name, the head it is proved under, and the path there. `before` is the
    number of the fact before it of the same choice."""

    leaf: Leaf
    origin: str
    before: int | None
    size: int
    checkpoint: bytes
    path: Sequence[bytes]


# ------------------------------------------------------------------------------------------- what is asked for


def readable(role: Role) -> tuple[str, ...]:
    """The kinds of records that somebody of this role may have."""
    if role not in HOUSE_ROLES:
        return tuple(sorted(KINDS))
    return tuple(sorted(kind for kind in KINDS if kind.startswith(_HOUSE_SEES)))


def chosen(webhook: Webhook) -> tuple[str, ...]:
    return webhook.kinds or readable(webhook.role)


def grouped(group: str, role: Role) -> tuple[str, ...]:
    """The kinds that a word of `GROUPS` stands for; none for no word."""
    if not group:
        return ()
    if group not in GROUPS:
        raise Refused(Why.BAD_INPUT, field="group")
    return tuple(kind for kind in readable(role) if kind.startswith(GROUPS[group]))


def read_kinds(kinds: Sequence[str], role: Role) -> tuple[str, ...]:
    """As they are kept; `Refused` where one is none, or not his to read."""
    if len(kinds) > MAX_KINDS:
        raise Refused(Why.TOO_LARGE, field="kinds", limit=str(MAX_KINDS))
    if not set(kinds) <= set(readable(role)):
        raise Refused(Why.BAD_INPUT, field="kinds")
    return tuple(sorted(set(kinds)))


def read_address(text: str, inside: frozenset[str]) -> str:
    """An HTTPS address, as it is called. `inside`: hosts of the vendor's own network, which may go without TLS; what
    leads inside by its very name is refused at once, the rest at the call."""
    try:
        url = urlsplit(text)
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError as wrong:
        raise Refused(Why.BAD_INPUT, field="address") from wrong
    host = url.hostname or ""
    named = is_named(host, port, inside)
    plain = url.scheme == "http" and named
    if (
        not (url.scheme == "https" or plain)
        or not 0 < len(host) <= 253
        or (not named and names_inside(host))
        or url.username is not None
        or url.fragment
        or len(text) > MAX_ADDRESS
        or not text.isascii()
        or not text.isprintable()
        or any(sign in text for sign in ' "<>\\^`{|}')
    ):
        raise Refused(Why.BAD_INPUT, field="address")
    return text


# --------------------------------------------------------------------------------------------------- what goes


def event(fact: Fact) -> dict[str, Any]:
    """CloudEvents 1.0. `data.record` is the record's public part as the log holds it: written as RFC 8785 says, it is
    the leaf whose place under `data.checkpoint` `data.path` proves (RFC 6962)."""
    leaf = fact.leaf
    made: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{leaf.tenant}.{leaf.n}",
        "source": fact.origin,
        "type": TYPE + leaf.record.KIND,
        "time": instant.to_text(leaf.time),
        "datacontenttype": "application/json",
        "sequence": str(leaf.n),
        "sequencetype": "Integer",
        "data": {
            "record": json.loads(leaf.encode()),
            "code": leaf.record.CODE,
            "it": leaf.record.IT,
            "en": leaf.record.EN,
            "size": fact.size,
            "checkpoint": fact.checkpoint.decode(),
            "path": [base64.b64encode(one).decode() for one in fact.path],
        },
    }
    subject = leaf.session or leaf.record.body().get("request") or leaf.host
    if subject:
        made["subject"] = subject
    if fact.before is not None:
        made["before"] = str(fact.before)
    return made


def trial_event(webhook: Webhook, source: str, at: datetime, nonce: str) -> dict[str, Any]:
    """Of no record: it has no number, and is in no log."""
    return {
        "specversion": "1.0",
        "id": f"{webhook.id}.test.{nonce}",
        "source": source,
        "type": TYPE + TEST,
        "time": instant.to_text(at),
        "datacontenttype": "application/json",
        "data": {"webhook": webhook.id},
    }


def body_of(made: dict[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


# ----------------------------------------------------------------------------------------------- how it is signed


def secret_of(webhook: Webhook, wrapping: bytes, generation: int | None = None) -> str:
    """Made from the broker's key, so that it lies nowhere. Shown once, as ``whsec_…``."""
    of = webhook.generation if generation is None else generation
    made = derived(wrapping, "webhook", f"{webhook.tenant}/{webhook.id}/{of}")
    return PREFIX + base64.b64encode(made).decode()


def secrets_of(webhook: Webhook, wrapping: bytes, at: datetime) -> tuple[str, ...]:
    """The ones that count now, the newest first."""
    found = [secret_of(webhook, wrapping)]
    if webhook.rotated is not None and at < webhook.rotated + BOTH_COUNT:
        found.append(secret_of(webhook, wrapping, webhook.generation - 1))
    return tuple(found)


def headers_of(id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Standard Webhooks 1.0: one signature for each secret that counts."""
    stamp = str(int(at.timestamp()))
    signed = f"{id}.{stamp}.".encode() + body
    signatures = [
        base64.b64encode(
            hmac.digest(base64.b64decode(one.removeprefix(PREFIX)), signed, hashlib.sha256)
        ).decode()
        for one in secrets
    ]
    return {
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
        "content-type": "application/cloudevents+json; charset=utf-8",
    }


# ------------------------------------------------------------------------------------------------------ tried again


def pause_s(tries: int, chance: int) -> float:
    """Until the next try after that many that failed: twice as long each time, an hour at most, and between half and
    the whole of it by `chance` (0 to 255), so that many do not come back at once."""
    whole: int = min(FIRST_PAUSE_S << min(tries - 1, 20), LONGEST_PAUSE_S)
    return whole * (256 + chance) / 512
