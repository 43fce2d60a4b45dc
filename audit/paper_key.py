"""The titolare's key on paper: it can replace the approver set and nothing else, and only after three days.

The set in force names it (`Approvers.paper_key`), so hosts pin it with the set. A set it signs is the successor
of that one, signed besides by the passkey of a titolare whom the new set names; it is announced, and counts
`WAIT` later unless somebody of the set in force has objected (FORMAT.md §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from audit import instant, statement
from audit.approvers import Approvers
from audit.canonical import Fields, Value
from audit.errors import BadSignature
from audit.forms import DIGEST, ID
from audit.keys import PublicKey
from audit.statement import Statement

WAIT = timedelta(hours=72)
_TAG = b"verbale/paper-key/v1\n"


def message(data: bytes) -> bytes:
    """What the paper key signs over the bytes of an approver set."""
    return _TAG + statement.digest(Approvers.TYPE, data)


def check(data: bytes, signature: bytes, held: Approvers) -> None:
    """`BadSignature` unless the key on the paper of the set in force signed these bytes of a set."""
    if held.paper_key is None:
        raise BadSignature("the set in force names no key on paper")
    PublicKey.parse(held.paper_key).check(signature, message(data))


@dataclass(frozen=True, slots=True)
class Objection(Statement):
    """Somebody of the set in force keeps it: the announced set of this digest (hex) never counts."""

    TYPE: ClassVar[str] = "objection"

    tenant: str
    announced: str
    by: str
    given: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "announced": self.announced,
            "by": self.by,
            "given": instant.to_text(self.given),
        }
        return value | ({"demo_software": True} if self.demo_software else {})

    @classmethod
    def from_fields(cls, f: Fields) -> Objection:
        return cls(
            f.formed("tenant", ID),
            f.formed("announced", DIGEST),
            f.formed("by", ID),
            instant.parse(f.text("given")),
            f.flag("demo_software"),
        )


def differs(new: Approvers, held: Approvers) -> Iterator[str]:
    """Why the announced set is not the next one of that held."""
    if new.tenant != held.tenant:
        yield "it is of another customer"
    if (new.number, new.previous) != (held.number + 1, held.digest.hex()):
        yield "it is not the successor of the set in force"
    if new.signing != held.signing:
        yield "a key on paper moves no signing page"
