"""The titolare's word that records of a log are lost (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DIGEST, ID, LINE
from audit.statement import Statement


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A head of a log by its size and root (hex)."""

    size: int
    root: str

    def to_value(self) -> Value:
        return {"size": self.size, "root": self.root}

    @classmethod
    def from_value(cls, value: Value) -> HeadLine:
        f = Fields(value, "head")
        found = cls(f.integer("size"), f.formed("root", DIGEST))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Recovery(Statement):
    """The titolare's word that records of a log are lost, and which log goes on without them (trust.md §3).

    `log` and `next` are vkeys. `restored` is the head from which it goes on, `cosigned` the longest head of
    `log` that a witness holds: the records between are gone.
    """

    TYPE: ClassVar[str] = "recovery"

    tenant: str
    log: str
    restored: HeadLine
    cosigned: HeadLine
    next: str
    decided: datetime

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "log": self.log,
            "restored": self.restored.to_value(),
            "cosigned": self.cosigned.to_value(),
            "next": self.next,
            "decided": instant.to_text(self.decided),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Recovery:
        found = cls(
            tenant=f.formed("tenant", ID),
            log=f.formed("log", LINE),
            restored=HeadLine.from_value(f.mapping("restored")),
            cosigned=HeadLine.from_value(f.mapping("cosigned")),
            next=f.formed("next", LINE),
            decided=instant.parse(f.text("decided")),
        )
        if not 0 < found.restored.size < found.cosigned.size:
            raise Malformed("a recovery tells of no records that were lost")
        return found
