"""Step 11: every sealed text is there and is the one the record commits to.

A request's texts name the machine that the approver read: it must be the host's own label (step 9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from audit.bundle_files import MAX_OPENING_FILE
from audit.canonical import decode
from audit.commitment import Opening
from audit.errors import Malformed
from audit.findings import Judgement
from audit.records import Leaf, RequestOpened


def opening_name(n: int) -> str:
    return f"openings/{n}.json"


def read_opening(files: Mapping[str, bytes], n: int) -> Opening | None:
    """The opening of leaf `n`; None if it is not there; `Malformed`."""
    data = files.get(opening_name(n))
    if data is None:
        return None
    return Opening.from_value(decode(data, max_bytes=MAX_OPENING_FILE))


class Openings:
    """Feed every leaf in order; `cited` are the opening files that belong to a record.

    `label_of` gives the label under which a host was enrolled, or None.
    """

    def __init__(
        self, files: Mapping[str, bytes], label_of: Callable[[str], str | None], judge: Judgement
    ) -> None:
        self._label_of = label_of
        self._files = files
        self._judge = judge
        self.checked = 0
        self.cited: set[str] = set()

    def feed(self, leaf: Leaf) -> None:
        if leaf.sealed is None:
            return
        name = opening_name(leaf.n)
        self.cited.add(name)
        try:
            opening = read_opening(self._files, leaf.n)
            if opening is None:
                self._judge.find("WITHHELD", "opening_missing", name)
            elif opening.opens(leaf.sealed):
                self.checked += 1
                self._named(leaf, opening)
            else:
                self._judge.find("ALTERED", "opening_differs", name)
        except Malformed:
            self._judge.find("ALTERED", "opening_differs", name)

    def _named(self, leaf: Leaf, opening: Opening) -> None:
        label = None if leaf.host is None else self._label_of(leaf.host)
        if not isinstance(leaf.record, RequestOpened) or label is None:
            return
        if not isinstance(opening.data, dict) or opening.data.get("host_label") != label:
            self._judge.find("UNAPPROVED", "host_label", f"n={leaf.n}")
