"""Step 11: every text that is due is committed to, is there, and is the one committed to.

Two things in them belong to step 9: a request's texts name the machine that the approver read, and
whoever is named in two texts has one name.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from audit.bundle_files import MAX_OPENING_FILE
from audit.canonical import decode
from audit.channel_records import FileTransferred
from audit.commitment import Opening
from audit.errors import Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.records import COMMITTED, KINDS
from audit.request_records import RequestOpened
from audit.sealed import split


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

    `label_of` gives the label under which a host was enrolled, or None. `admitted` has the name of every
    person admitted, None where its text cannot be read.
    """

    KINDS = frozenset(name for name, kind in KINDS.items() if kind.SEALED != "never")

    def __init__(
        self, files: Mapping[str, bytes], label_of: Callable[[str], str | None], judge: Judgement
    ) -> None:
        self._label_of = label_of
        self._files = files
        self._judge = judge
        self.checked = 0
        self.cited: set[str] = set()
        self._sealed = {inside[1] for inside in map(split, files) if inside is not None}
        self.sealed = 0
        self.found: set[int] = set()
        self.missing: list[int] = []  # whose absence only an erasure can explain: see `close`
        self.admitted: dict[str, str | None] = {}
        self._names: dict[str, str] = {}  # as people read them, admitted or not

    def feed(self, leaf: Leaf) -> None:
        data = self._opened(leaf)
        texts: dict[str, Any] = data if isinstance(data, dict) else {}
        match leaf.record:
            case PersonAdmitted(person=person):
                name = texts.get("name")
                self.admitted[person] = name if isinstance(name, str) else None
                self._name(person, name, leaf)
            case RequestOpened() if data is not None:
                label = None if leaf.host is None else self._label_of(leaf.host)
                if label is not None and texts.get("host_label") != label:
                    self._judge.find("UNAPPROVED", "host_label", f"n={leaf.n}")
                self._name(leaf.actor.id, texts.get("technician_name"), leaf)
            case _:
                pass

    def _opened(self, leaf: Leaf) -> Any:
        """What the leaf commits to; None when a finding says why not, or nothing is due."""
        if leaf.sealed is None:
            if leaf.record.SEALED == "must" or self._signed(leaf) is not None:
                self._judge.find("WITHHELD", "not_sealed", f"n={leaf.n}")
            return None
        if leaf.record.KIND in COMMITTED and self._signed(leaf) != leaf.sealed:
            self._judge.find("ALTERED", "command_differs", f"n={leaf.n}")
        if isinstance(leaf.record, FileTransferred) and leaf.record.file != leaf.sealed:
            self._judge.find("ALTERED", "file_text_differs", f"n={leaf.n}")
        name = opening_name(leaf.n)
        self.cited.add(name)
        try:
            opening = read_opening(self._files, leaf.n)
            opens = opening is not None and opening.opens(leaf.sealed)
        except Malformed:
            self._judge.find("ALTERED", "opening_differs", name)
            return None
        if opening is None and name in self._sealed:
            self.sealed += 1
            return None
        if opening is None:
            self.missing.append(leaf.n)
            return None
        self.found.add(leaf.n)
        if opens:
            self.checked += 1
            return opening.data
        self._judge.find("ALTERED", "opening_differs", name)
        return None

    def _signed(self, leaf: Leaf) -> str | None:
        """The commitment that the host's agent put into its note."""
        name = COMMITTED.get(leaf.record.KIND)
        return None if name is None else getattr(leaf.record, name)

    def close(self, erased: Container[int]) -> None:
        """Once all records are read: what is missing and was never said to be erased."""
        for n in self.missing:
            if n not in erased:
                self._judge.find("WITHHELD", "opening_missing", opening_name(n))

    def _name(self, person: str, name: object, leaf: Leaf) -> None:
        """Whoever signed read this name: it is the one of every other text."""
        if isinstance(name, str) and self._names.setdefault(person, name) != name:
            self._judge.find("UNAPPROVED", "person_name", f"n={leaf.n}", person=person)
