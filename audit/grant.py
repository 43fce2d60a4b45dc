"""Time-limited permission the broker signs once a customer's approval is in (FORMAT.md §4.7).

The agent checks it offline, and the verifier checks it again years later. A grant alone opens
nothing: the approver's own signature, activation by the technician and the log must be there too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from audit import instant
from audit.approval import Supervision
from audit.canonical import Fields, Value, b64, decode, encode
from audit.errors import Malformed
from audit.folders import FolderLine
from audit.forms import DIGEST, ID
from audit.keys import PublicKey, SigningKey
from audit.statement import MAX_LENGTH_S, one_of
from audit.statement_parts import Account, Channel, HostKey, Technician

_SIGN_TAG = b"verbale/grant/v1\n"
_ACTIVATION_TAG = b"verbale/activation/v1\n"


@dataclass(frozen=True, slots=True)
class Grant:
    """`request` and `approvals` are statement digests in hex."""

    tenant: str
    session: str
    request: str
    approvals: tuple[str, ...]
    host: HostKey
    technician: Technician
    channels: tuple[Channel, ...]
    account: Account
    supervision: Supervision
    watcher: str | None
    not_before: datetime
    not_after: datetime
    longest_s: int
    issued: datetime
    nonce: bytes

    def to_value(self) -> Value:
        value = {
            "v": 1,
            "type": "grant",
            "tenant": self.tenant,
            "session": self.session,
            "request": self.request,
            "approvals": list(self.approvals),
            "host": self.host.to_value(),
            "technician": self.technician.to_value(),
            "channels": [c.to_value() for c in self.channels],
            "account": self.account.to_value(),
            "supervision": self.supervision,
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
            "longest_s": self.longest_s,
            "issued": instant.to_text(self.issued),
            "nonce": b64(self.nonce),
        }
        if self.watcher is not None:
            value["watcher"] = self.watcher
        return value

    def encode(self) -> bytes:
        return encode(self.to_value())

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(_SIGN_TAG + self.encode()).digest()

    @property
    def activation_challenge(self) -> bytes:
        """What the technician's login passkey signs to activate, once (32 bytes)."""
        return hashlib.sha256(_ACTIVATION_TAG + self.encode()).digest()

    @classmethod
    def parse(cls, data: bytes) -> Grant:
        f = Fields(decode(data), "grant")
        f.exactly("v", 1)
        f.exactly("type", "grant")
        found = cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            approvals=tuple(DIGEST.check(d, "approvals of grant") for d in f.items("approvals")),
            host=HostKey.from_value(f.mapping("host")),
            technician=Technician.from_value(f.mapping("technician")),
            channels=tuple(Channel.from_value(c) for c in f.items("channels")),
            account=Account.from_value(f.mapping("account")),
            supervision=cast(
                Supervision, one_of(f.text("supervision"), ("self", "named", "waived"), "supervision")
            ),
            watcher=f.opt_formed("watcher", ID),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            longest_s=f.integer("longest_s"),
            issued=instant.parse(f.text("issued")),
            nonce=f.raw("nonce", length=32),
        )
        f.done()
        if (
            found.not_after <= found.not_before
            or not 0 < found.longest_s <= MAX_LENGTH_S
            or not found.channels
        ):
            raise Malformed("a grant's window, length or channels are empty")
        return found

    @property
    def folders(self) -> tuple[FolderLine, ...]:
        """Where files may be, in the grant's order; a client begins in the first."""
        return tuple(one.place for one in self.channels if one.place is not None)

    def covers(self, channel: Channel) -> bool:
        return channel in self.channels

    def ends_at(self, activated: datetime) -> datetime:
        """The last instant of a session activated then: whichever limit comes first."""
        return min(self.not_after, activated + timedelta(seconds=self.longest_s))


@dataclass(frozen=True, slots=True)
class SignedGrant:
    """Grant bytes as they were signed, and the signature of the tenant's grant key."""

    data: bytes
    signature: bytes

    @classmethod
    def sign(cls, grant: Grant, key: SigningKey) -> SignedGrant:
        data = grant.encode()
        return cls(data, key.sign(_SIGN_TAG + data))

    def check(self, key: PublicKey) -> Grant:
        """The grant, or `BadSignature` / `Malformed`."""
        key.check(self.signature, _SIGN_TAG + self.data)
        return Grant.parse(self.data)

    def to_value(self) -> Value:
        return {"grant": b64(self.data), "signature": b64(self.signature)}

    @classmethod
    def from_value(cls, value: Value) -> SignedGrant:
        f = Fields(value, "signed grant")
        found = cls(f.raw("grant"), f.raw("signature", length=64))
        f.done()
        return found
