"""An approver's yes to one request (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, cast

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DIGEST, ID
from audit.statement import Statement, one_of, without_none

Supervision = Literal["self", "named", "waived"]


@dataclass(frozen=True, slots=True)
class Approval(Statement):
    """An approver's yes to exactly one request, with who watches.

    `watcher` is a person's pseudonym: the approver for `self`, another for `named`, absent for `waived`.
    `warrant` is the digest of the delegation or mandate under which he signs, where he needs one.
    """

    TYPE: ClassVar[str] = "approval"

    tenant: str
    request: str
    approver: str
    supervision: Supervision
    watcher: str | None
    given: datetime
    demo_software: bool = False
    warrant: str | None = None

    def __post_init__(self) -> None:
        if (self.supervision == "waived") != (self.watcher is None):
            raise Malformed("a watcher is named exactly where supervision is not waived")

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "request": self.request,
                "approver": self.approver,
                "supervision": self.supervision,
                "watcher": self.watcher,
                "given": instant.to_text(self.given),
                "demo_software": self.demo_software or None,
                "warrant": self.warrant,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> Approval:
        return cls(
            f.formed("tenant", ID),
            f.formed("request", DIGEST),
            f.formed("approver", ID),
            cast(Supervision, one_of(f.text("supervision"), ("self", "named", "waived"), "supervision")),
            f.opt_formed("watcher", ID),
            instant.parse(f.text("given")),
            f.flag("demo_software"),
            f.opt_formed("warrant", DIGEST),
        )
