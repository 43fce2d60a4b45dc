"""What a technician asks for (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value, b64
from audit.errors import Malformed
from audit.forms import DIGEST, ID
from audit.statement import MAX_LENGTH_S, Statement
from audit.statement_parts import Account, Activity, Channel, HostKey, Technician


@dataclass(frozen=True, slots=True)
class Request(Statement):
    """What the technician asks for. Never signed by itself: the approval signs its digest."""

    TYPE: ClassVar[str] = "request"

    tenant: str
    request: str
    created: datetime
    host: HostKey
    technician: Technician
    incident: str
    texts: str
    activities: tuple[Activity, ...]
    channels: tuple[Channel, ...]
    account: Account
    not_before: datetime
    not_after: datetime
    longest_s: int
    recording: bool
    policy: str
    head: str
    nonce: bytes

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "request": self.request,
            "created": instant.to_text(self.created),
            "host": self.host.to_value(),
            "technician": self.technician.to_value(),
            "incident": self.incident,
            "texts": self.texts,
            "activities": [a.to_value() for a in self.activities],
            "channels": [c.to_value() for c in self.channels],
            "account": self.account.to_value(),
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
            "longest_s": self.longest_s,
            "recording": self.recording,
            "policy": self.policy,
            "head": self.head,
            "nonce": b64(self.nonce),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Request:
        found = cls(
            tenant=f.formed("tenant", ID),
            request=f.formed("request", ID),
            created=instant.parse(f.text("created")),
            host=HostKey.from_value(f.mapping("host")),
            technician=Technician.from_value(f.mapping("technician")),
            incident=f.formed("incident", ID),
            texts=f.formed("texts", DIGEST),
            activities=tuple(Activity.from_value(a) for a in f.items("activities")),
            channels=tuple(Channel.from_value(c) for c in f.items("channels")),
            account=Account.from_value(f.mapping("account")),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            longest_s=f.integer("longest_s"),
            recording=f.boolean("recording"),
            policy=f.formed("policy", DIGEST),
            head=f.text("head"),
            nonce=f.raw("nonce", length=32),
        )
        if not found.channels or not found.activities:
            raise Malformed("a request names at least one channel and one activity")
        if sum(c.kind == "desktop" for c in found.channels) > 1:
            raise Malformed("a request names the desktop once, with all it asks of it")
        if found.not_after <= found.not_before or not 0 < found.longest_s <= MAX_LENGTH_S:
            raise Malformed("a request's window or longest session is empty")
        return found
