"""An approver's signed stop of one session (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value
from audit.forms import DIGEST, ID
from audit.statement import Statement, without_none
from audit.statement_parts import HostKey


@dataclass(frozen=True, slots=True)
class SignedStop(Statement):
    """An approver ends one session: the host obeys it whoever brings it, and whatever the broker says.

    `request` and `grant` are digests in hex.
    """

    TYPE: ClassVar[str] = "stop"

    tenant: str
    session: str
    request: str
    grant: str
    host: HostKey
    by: str
    given: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "session": self.session,
                "request": self.request,
                "grant": self.grant,
                "host": self.host.to_value(),
                "by": self.by,
                "given": instant.to_text(self.given),
                "demo_software": self.demo_software or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> SignedStop:
        return cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            grant=f.formed("grant", DIGEST),
            host=HostKey.from_value(f.mapping("host")),
            by=f.formed("by", ID),
            given=instant.parse(f.text("given")),
            demo_software=f.flag("demo_software"),
        )
