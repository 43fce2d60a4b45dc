"""In which order records of a letter with receipts are lawful: part of the story that step 8 reads (FORMAT.md §3).

Receipts come in any order, and more than once: mail does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.leaf import Leaf

LETTER_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "letter.sent": (frozenset({"new"}), "sent"),
    "letter.receipted": (frozenset({"sent", "overdue"}), None),
    "letter.overdue": (frozenset({"sent"}), "overdue"),
}


@dataclass(slots=True)
class Letters:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    states: dict[str, str] = field(default_factory=dict)

    def feed(self, leaf: Leaf) -> Iterator[tuple[str, dict[str, str]]]:
        """A record of a kind in `LETTER_MOVES`."""
        letter: str = getattr(leaf.record, "letter")  # noqa: B009  every kind of the table has one
        allowed, after = LETTER_MOVES[leaf.record.KIND]
        state = self.states.get(letter, "new")
        if state in allowed:
            self.states[letter] = after or state
        elif state == "new":
            yield "unknown_letter", {}
        else:
            yield "order", {"kind": leaf.record.KIND, "state": state}
