"""In which order records of verifications, of people's requests and of a customer's leaving are lawful: part of the
story that step 8 reads (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.leaf import Leaf

Moves = dict[str, tuple[frozenset[str], str | None]]

VERIFICATION_MOVES: Moves = {
    "verification.opened": (frozenset({"new"}), "open"),
    "verification.judged": (frozenset({"open"}), None),
    "verification.closed": (frozenset({"open"}), "closed"),
}
RIGHT_MOVES: Moves = {
    "right.asked": (frozenset({"new"}), "open"),
    "right.extended": (frozenset({"open"}), "extended"),
    "right.answered": (frozenset({"open", "extended"}), "answered"),
}
LEAVING_MOVES: Moves = {
    "leaving.begun": (frozenset({"new"}), "begun"),
    "leaving.confirmed": (frozenset({"begun"}), "confirmed"),
    "leaving.stopped": (frozenset({"begun", "confirmed"}), "stopped"),
    "customer.left": (frozenset({"confirmed"}), "left"),
}
# By the field that names the thing.
_TABLES: dict[str, Moves] = {
    "verification": VERIFICATION_MOVES,
    "right": RIGHT_MOVES,
    "leaving": LEAVING_MOVES,
}
OF_DUTIES = frozenset(kind for moves in _TABLES.values() for kind in moves)


@dataclass(slots=True)
class DutyOrder:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    states: dict[str, str] = field(default_factory=dict)
    leaving: str = ""  # who began it

    def feed(self, leaf: Leaf) -> Iterator[tuple[str, dict[str, str]]]:
        """A record of a kind in `OF_DUTIES`."""
        kind = leaf.record.KIND
        what, moves = next((name, moves) for name, moves in _TABLES.items() if kind in moves)
        name = f"{what} {getattr(leaf.record, what)}"
        allowed, after = moves[kind]
        state = self.states.get(name, "new")
        if state not in allowed:
            yield "order", {"kind": kind, "state": state}
            return
        self.states[name] = after or state
        if kind == "leaving.begun":
            self.leaving = leaf.actor.id
        elif kind == "leaving.confirmed" and leaf.actor.id == self.leaving:
            yield "leaving_alone", {}
