"""Step 8, its part of yearly verifications: the sample is the one that the log itself gives (FORMAT.md §16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from audit.duty_records import VerificationClosed, VerificationJudged, VerificationOpened
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.periods import knows_zone
from audit.yearly_sample import Accesses, digest


class Samples:
    """Feed every leaf in order; then `close` with the roots of the tree."""

    KINDS = Accesses.KINDS | {VerificationOpened.KIND, VerificationJudged.KIND, VerificationClosed.KIND}

    def __init__(self, judge: Judgement) -> None:
        self._judge = judge
        self._accesses = Accesses()
        self._left: dict[str, set[str]] = {}  # verification -> items nobody has judged yet
        self._drawn: dict[str, set[str]] = {}
        self._roots: list[tuple[int, str, str]] = []  # size, root said, where

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        match leaf.record:
            case VerificationOpened() as opened:
                self._opened(leaf, opened, where)
            case VerificationJudged(verification=one, item=item) if one in self._drawn:
                if item not in self._drawn[one]:
                    self._judge.find("INCOMPLETE", "sample_stranger", where, item=item)
                self._left[one].discard(item)
            case VerificationClosed(verification=one) if self._left.get(one):
                self._judge.find("INCOMPLETE", "sample_open", where, count=len(self._left[one]))
            case _:
                self._accesses.feed(leaf)

    def _opened(self, leaf: Leaf, opened: VerificationOpened, where: str) -> None:
        if not knows_zone(self._accesses.zone):
            return  # step 8 says what is wrong with the zone, or that this machine knows none
        if opened.size == leaf.n:
            self._roots.append((opened.size, opened.root, where))
        ordered = date.fromisoformat(opened.first) <= date.fromisoformat(opened.until)
        sample = self._accesses.drawn(opened.first, opened.until, opened.root) if ordered else []
        said = (opened.size, opened.drawn, opened.sample)
        if not ordered or said != (leaf.n, len(sample), digest(sample)):
            self._judge.find("INCOMPLETE", "sample_differs", where, verification=opened.verification)
        self._drawn[opened.verification] = {one.name for one in sample}
        self._left[opened.verification] = {one.name for one in sample}

    def close(self, root_of: Callable[[int], bytes]) -> None:
        """The lot was the log's own root."""
        for size, root, where in self._roots:
            if root_of(size).hex() != root:
                self._judge.find("INCOMPLETE", "sample_lot", where)
