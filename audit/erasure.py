"""The titolare's order to erase texts before their term (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import ID
from audit.statement import Statement, one_of

ERASURE_REASONS = ("asked_by_person", "no_longer_needed")
MAX_ERASED = 200  # requests one order names: what somebody can read before he signs


@dataclass(frozen=True, slots=True)
class Erasure(Statement):
    """The titolare's order to erase texts before their term (GDPR art. 17).

    `requests` are those whose texts go; `reports` the numbers of those whose copies at the broker go
    with them, because they print one.
    """

    TYPE: ClassVar[str] = "erasure"

    tenant: str
    requests: tuple[str, ...]
    reports: tuple[str, ...]
    reason: str
    decided: datetime

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "requests": list(self.requests),
            "reports": list(self.reports),
            "reason": self.reason,
            "decided": instant.to_text(self.decided),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Erasure:
        found = cls(
            tenant=f.formed("tenant", ID),
            requests=_ids(f, "requests"),
            reports=_ids(f, "reports"),
            reason=one_of(f.text("reason"), ERASURE_REASONS, "the reason of an erasure"),
            decided=instant.parse(f.text("decided")),
        )
        if not found.requests:
            raise Malformed("an erasure names at least one request")
        return found


def _ids(f: Fields, key: str) -> tuple[str, ...]:
    """Sorted, none twice, so that there is one spelling."""
    found = tuple(ID.check(one, key) for one in f.texts(key))
    if len(found) > MAX_ERASED or list(found) != sorted(set(found)):
        raise Malformed(f"{key} of an erasure are too many, not in order, or named twice")
    return found
