"""In which order records of a breach are lawful, and what they must say: part of the story that step 8 reads (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from audit import instant
from audit import protection_records as r
from audit.leaf import Leaf

AUTHORITY_TERM = timedelta(hours=72)  # art. 33(1) GDPR: elapsed, whatever clocks do meanwhile

BREACH_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "breach.opened": (frozenset({"new"}), "open"),
    "breach.told": (frozenset({"open", "told"}), "told"),
    "breach.closed": (frozenset({"told"}), "closed"),
}
PROTECTION = frozenset({*BREACH_MOVES, r.RecordRectified.KIND})


@dataclass(slots=True)
class Protection:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    breaches: dict[str, str] = field(default_factory=dict)

    def feed(self, leaf: Leaf) -> Iterator[tuple[str, dict[str, str]]]:
        """A record of a kind in `PROTECTION`."""
        match leaf.record:
            case r.RecordRectified(corrects=n):
                if not 0 <= n < leaf.n:
                    yield "rectified_unknown", {}
                return
            case r.BreachOpened(aware=aware, due=due):
                if instant.parse(aware) + AUTHORITY_TERM != instant.parse(due):
                    yield "breach_due", {}
            case _:
                pass
        breach: str = getattr(leaf.record, "breach")  # noqa: B009  every kind of the table has one
        allowed, after = BREACH_MOVES[leaf.record.KIND]
        state = self.breaches.get(breach, "new")
        if state in allowed:
            self.breaches[breach] = after or state
        elif state == "new":
            yield "unknown_breach", {}
        else:
            yield "order", {"kind": leaf.record.KIND, "state": state}
