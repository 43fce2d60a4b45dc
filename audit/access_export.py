"""Accesses taken out of a log that can still be checked (L-13, FORMAT.md §17): what such a file holds.

It has the records themselves, each with its proof of inclusion under one signed head, the records that explain
them, and what was printed from them, which whoever checks makes again. That none was left out no part of a log can
show: the log's key signs that it is so, and a bundle shows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit import instant
from audit.access_log import Book, Entry, name_in
from audit.access_table import as_csv, as_jsonl
from audit.bundle import encode_opening
from audit.canonical import Fields, Value, decode, encode
from audit.commitment import Opening
from audit.errors import Malformed
from audit.forms import DIGEST, ID, INSTANT
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_extract import Extract
from audit.merkle import leaf_hash
from audit.note import sign_note
from audit.person_records import PersonAdmitted

README_NAME, CLAIM, CSV, JSONL = "ACCESSI.txt", "claim", "accessi.csv", "accessi.jsonl"
MAX_ENTRIES = 10_000  # two files each, and what explains them: a year of a busy customer
README = """\
VERBALE: estratto del registro degli accessi

accessi.csv si apre con un foglio di calcolo, accessi.jsonl è lo stesso per i programmi. Che ogni voce stia nel
registro firmato, e che la tabella dica ciò che dicono le voci, si controlla senza rete e senza il fornitore:

    verbale-verify ACCESSI.zip --trust trust.json

Un estratto non può mostrare da solo che non manchi nessuna voce: il fornitore lo dichiara e lo firma (claim), e il
pacchetto di verifica, che ha il registro intero, lo mostra.

These are accesses taken out of a customer's log. verbale-verify checks that each is a record of the signed log and
that the table says what the records say. That none is missing is the vendor's signed word; a bundle shows it.
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Of records `first` up to `after`, not itself: those of a time (`since` up to `until`), a person, a host, or of
    administrators alone."""

    first: int
    after: int
    since: datetime | None = None
    until: datetime | None = None
    person: str | None = None
    host: str | None = None
    administrators: bool = False

    def takes(self, one: Entry) -> bool:
        return (
            self.first <= one.seq < self.after
            and (self.since is None or one.time >= self.since)
            and (self.until is None or one.time < self.until)
            and self.person in (None, one.person)
            and self.host in (None, one.host)
            and (one.administrator or not self.administrators)
        )

    def to_value(self) -> dict[str, Value]:
        given: dict[str, Value] = {
            "since": None if self.since is None else instant.to_text(self.since),
            "until": None if self.until is None else instant.to_text(self.until),
            "person": self.person,
            "host": self.host,
            "administrators": self.administrators or None,
        }
        return {"first": self.first, "after": self.after} | {k: v for k, v in given.items() if v is not None}

    @classmethod
    def from_value(cls, value: Value) -> Selection:
        f = Fields(value, "selection")
        times = [f.opt_formed(name, INSTANT) for name in ("since", "until")]
        since, until = (None if one is None else instant.parse(one) for one in times)
        found = cls(
            f.integer("first"), f.integer("after"), since, until,
            f.opt_formed("person", ID), f.opt_formed("host", ID), f.flag("administrators"),
        )  # fmt: skip
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Claim:
    """What the log's key signs: these are all of that selection. `csv` and `jsonl` are SHA-256, hex."""

    tenant: str
    made: datetime
    selection: Selection
    count: int
    csv: str
    jsonl: str

    @classmethod
    def of(cls, tenant: str, made: datetime, selection: Selection, csv: bytes, jsonl: bytes) -> Claim:
        digests = (hashlib.sha256(data).hexdigest() for data in (csv, jsonl))
        return cls(tenant, made, selection, jsonl.count(b"\n"), *digests)

    @property
    def text(self) -> str:
        value = {
            "v": 1, "type": "access_export", "tenant": self.tenant, "made": instant.to_text(self.made),
            "selection": self.selection.to_value(), "count": self.count, "csv": self.csv, "jsonl": self.jsonl,
        }  # fmt: skip
        return encode(value).decode() + "\n"

    @classmethod
    def parse(cls, text: str) -> Claim:
        f = Fields(decode(text.removesuffix("\n").encode()), "claim")
        f.exactly("v", 1)
        f.exactly("type", "access_export")
        found = cls(
            f.formed("tenant", ID), instant.parse(f.formed("made", INSTANT)), Selection.from_value(f.mapping("selection")),
            f.integer("count"), f.formed("csv", DIGEST), f.formed("jsonl", DIGEST),
        )  # fmt: skip
        f.done()
        if found.text != text:
            raise Malformed("a claim in a second spelling")
        return found


def key_name(origin: str) -> str:
    """Under which the log's key signs what was taken out of it."""
    return f"{origin}/accesses"


def chosen(
    leaves: Mapping[int, bytes],
    selection: Selection,
    statement_of: Callable[[Leaf], bytes | None],
    opening_of: Callable[[int], Opening | None],
) -> list[Entry]:
    """The entries that these records make. `Malformed` for what is no record, and where a set lacks its statement."""
    parsed = [Leaf.parse(leaves[n]) for n in sorted(leaves)]
    names: dict[
        str, str
    ] = {}  # who is admitted late, before a month is closed, is named from his first access on
    for leaf in parsed:
        opening = opening_of(leaf.n) if isinstance(leaf.record, PersonAdmitted) else None
        if opening is not None:
            names |= name_in(leaf, opening)
    book, found = Book(names), []
    for leaf in parsed:
        digest = leaf_hash(leaves[leaf.n]).hex()
        one = book.feed(leaf, digest, statement_of(leaf), opening_of(leaf.n))
        if one is not None and selection.takes(one):
            found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Taken(Extract):
    """With the openings by which people and actors are named."""

    openings: Mapping[int, Opening]

    def statement(self, leaf: Leaf) -> bytes | None:
        return next((self.evidence.get(e.sha256) for e in leaf.evidence if e.kind == "statement"), None)


def files(taken: Taken, selection: Selection, made: datetime, key: SigningKey) -> dict[str, bytes]:
    """All files by name; `bundle.pack` makes the ZIP."""
    entries = chosen(taken.leaves, selection, taken.statement, taken.openings.get)
    csv, jsonl = as_csv(entries), as_jsonl(entries)
    claim = Claim.of(taken.tenant, made, selection, csv, jsonl)
    found = {
        README_NAME: README.encode(),
        CSV: csv,
        JSONL: jsonl,
        CLAIM: sign_note(claim.text, key_name(taken.origin), key),
        **taken.files(),
    }
    return found | {f"openings/{n}.json": encode_opening(one) for n, one in taken.openings.items()}
