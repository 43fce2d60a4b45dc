"""`verbale-verify ACCESSI.zip`: whether accesses taken out of a log are records of it, and the table says what they say.

The steps are those of a bundle as far as a part of a log can be asked them; the others are *unknown*.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from audit import checkpoint
from audit.access_export import CLAIM, CSV, JSONL, README_NAME, Claim, chosen, key_name
from audit.access_table import as_csv, as_jsonl
from audit.bundle import Buffer, Entries, unpack
from audit.bundle_files import MAX_OPENING_FILE
from audit.canonical import decode
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement, Verdict
from audit.leaf import Leaf
from audit.merkle import check_inclusion, leaf_hash
from audit.note import Note, VerifierKey, parse_note
from audit.periods import NoZones
from audit.tlog_proof import TlogProof
from audit.trust_file import SeenHeads, Trust
from audit.verify_log import SignedHead, read_head, read_vkey
from audit.verify_openings import opening_name

_NEEDED = (README_NAME, CSV, JSONL, CLAIM, "checkpoint", "log.vkey")
_N = r"(0|[1-9][0-9]{0,15})"
_PIECE = re.compile(
    rf"leaves/{_N}\.json|proofs/{_N}\.tlog-proof|openings/{_N}\.json|evidence/([0-9a-f]{{64}})"
)
_NOT_ASKED = (4, 8, 9, 10, 12, 13, 15)
_FIRST = b"PK\x03\x04"
_NAME_AT = 30  # in a ZIP's first header, without extra field (FORMAT.md §8)


@dataclass(frozen=True, slots=True)
class Shape:
    """Names that such a file must have, and the form of all others: leaf, proof, opening, digest are its groups."""

    needed: tuple[str, ...]
    piece: re.Pattern[str]


_ACCESSES = Shape(_NEEDED, _PIECE)


def begins_with(data: Buffer, name: str) -> bool:
    """Whether the ZIP's first file is this one."""
    return bytes(data[:4]) == _FIRST and bytes(data[_NAME_AT : _NAME_AT + len(name)]) == name.encode()


def is_export(data: Buffer) -> bool:
    """Whether this file says of itself that it is one."""
    return begins_with(data, README_NAME)


def verify_export(
    data: Buffer, *, trust: Trust | None = None, seen: SeenHeads | None = None, kept: Sequence[Note] = ()
) -> Verdict:
    """Judge the bytes. Never raises on what they hold. Heads the reader had before count where they are of this size."""
    return judged(data, _ACCESSES, _Accesses, trust=trust, seen=seen, kept=kept)


def judged(
    data: Buffer,
    shape: Shape,
    reading: type[Reading],
    *,
    trust: Trust | None,
    seen: SeenHeads | None,
    kept: Sequence[Note],
) -> Verdict:
    """A part of a log with its proofs: what every such file has, and what `reading` asks of this one."""
    judge = Judgement("none" if trust is None else "pinned")
    try:
        files = unpack(data)
    except Malformed as wrong:
        judge.find("DAMAGED", "zip", "", why=wrong)
        return judge.verdict()
    _check_names(files, shape, judge)
    judge.state(1, "ok", "checked")
    for step in _NOT_ASKED:
        judge.state(step, "unknown", "export_part")
    vkey = None if judge.failed(1) else read_vkey(files, judge)
    signed = None if vkey is None else read_head(files, vkey, judge)
    if vkey is not None and signed is not None:
        _check_keys(signed, trust, judge)
        _check_heads(signed, seen or SeenHeads(), kept, judge)
        reading(files, signed, judge).run()
    return judge.verdict()


def _check_names(files: Entries, shape: Shape, judge: Judgement) -> None:
    """Every file has its place, every record its proof, and what stands beside a record has that record."""
    for name in shape.needed:
        if name not in files:
            judge.find("DAMAGED", "file_missing", name)
    for name in files:
        piece = shape.piece.fullmatch(name)
        if piece is None:
            if name not in shape.needed:
                judge.find("DAMAGED", "file_extra", name)
            continue
        leaf, proof, opening, digest = piece.groups()
        if leaf is not None and f"proofs/{leaf}.tlog-proof" not in files:
            judge.find("DAMAGED", "file_missing", f"proofs/{leaf}.tlog-proof")
        if (n := proof or opening) is not None and f"leaves/{n}.json" not in files:
            judge.find("DAMAGED", "file_extra", name)
        if digest is not None and files.sha256(name) != digest:
            judge.find("DAMAGED", "file_differs", name)


def _check_keys(signed: SignedHead, trust: Trust | None, judge: Judgement) -> None:
    judge.state(2, *(("unknown", "no_trust") if trust is None else ("ok", "checked")))
    if trust is None:
        return
    pinned = trust.log_key(signed.head.origin)
    if signed.tenant != trust.tenant:
        judge.find("UNTRUSTED", "origin_unpinned", "log.vkey")
    elif pinned is None:
        judge.state(2, "unknown", "export_log")  # a later log of the same tree: its links are in a bundle
    elif pinned != signed.vkey:
        judge.find("UNTRUSTED", "log_key_unpinned", "log.vkey")


def _check_heads(signed: SignedHead, seen: SeenHeads, kept: Sequence[Note], judge: Judgement) -> None:
    judge.state(5, "unknown", "export_part")
    before = seen.of(signed.head.origin)
    known = [("saved_head", before)] if before is not None else []
    known += [("own_head", checkpoint.parse(note.text)) for note in kept if _signed(note, signed.vkey)]
    for code, head in known:
        if head.size == signed.head.size:
            judge.state(5, "ok", "checked")
            if head.root != signed.head.root:
                judge.find("REWRITTEN", code, "checkpoint", size=head.size)


def _signed(note: Note, vkey: VerifierKey) -> bool:
    try:
        note.check(vkey)
    except BadSignature:
        return False
    return True


class Reading(ABC):
    """The records, one by one, and then what they make: `conclude`."""

    def __init__(self, files: Entries, signed: SignedHead, judge: Judgement) -> None:
        self.files = files
        self.signed = signed
        self.judge = judge
        self.leaves: dict[int, bytes] = {}
        self.openings: dict[int, Opening] = {}
        self.cited: set[str] = set()

    def run(self) -> None:
        judge = self.judge
        for n in sorted(int(name[7:-5]) for name in self.files if name.startswith("leaves/")):
            self._record(n, self.files[f"leaves/{n}.json"])
        for name in self.files:
            if name.startswith("evidence/") and name not in self.cited:
                judge.find("DAMAGED", "file_extra", name)
        for step in (6, 7, 11):
            judge.state(step, "ok", "checked")
        self.conclude()

    @abstractmethod
    def conclude(self) -> None:
        """What the records make, beside what is there."""

    def _record(self, n: int, data: bytes) -> None:
        """Steps 6, 7 and 11 of one."""
        judge, where = self.judge, f"n={n}"
        if not self._lies(n, data):
            judge.find("TAMPERED", "inclusion", where, n=n)
        try:
            leaf = Leaf.parse(data)
        except Malformed as wrong:
            judge.find("MALFORMED", "record_form", where, why=wrong)
            return
        if leaf.n != n:
            judge.find("MALFORMED", "record_place", where, n=leaf.n)
        if leaf.tenant != self.signed.tenant:
            judge.find("MALFORMED", "record_tenant", where)
        self.leaves[n] = data
        self.cited.update(f"evidence/{e.sha256}" for e in leaf.evidence)
        name = opening_name(n)
        if name in self.files:
            self._opened(leaf, name)

    def _lies(self, n: int, data: bytes) -> bool:
        """Whether its proof leads from this record to the one head."""
        head = self.signed.head
        try:
            proof = TlogProof.parse(self.files[f"proofs/{n}.tlog-proof"])
        except Malformed:
            return False
        return (proof.index, proof.checkpoint) == (n, self.files["checkpoint"]) and check_inclusion(
            leaf_hash(data), n, head.size, proof.hashes, head.root
        )

    def _opened(self, leaf: Leaf, name: str) -> None:
        try:
            opening = Opening.from_value(decode(self.files[name], max_bytes=MAX_OPENING_FILE))
        except Malformed:
            opening = None
        if opening is None or leaf.sealed is None or not opening.opens(leaf.sealed):
            self.judge.find("ALTERED", "opening_differs", name)
        else:
            self.openings[leaf.n] = opening


class _Accesses(Reading):
    """And the table that they make."""

    def conclude(self) -> None:
        judge = self.judge
        claim = self._claim()
        if claim is None or judge.failed(6) or judge.failed(7):
            judge.state(14, "unknown", "not_reached")
            return
        judge.state(14, "ok", "checked")
        self._table(claim)

    def _claim(self) -> Claim | None:
        """What the log's key said of this file; None where that cannot be read."""
        judge, signed = self.judge, self.signed
        try:
            note = parse_note(self.files[CLAIM])
            note.check(VerifierKey.log(key_name(signed.head.origin), signed.vkey.public))
            claim = Claim.parse(note.text)
        except (BadSignature, Malformed) as wrong:
            judge.find("FORGED", "export_claim", CLAIM, why=wrong)
            return None
        if (
            claim.tenant != signed.tenant
            or not 0 <= claim.selection.first <= claim.selection.after <= signed.head.size
        ):
            judge.find(
                "FORGED", "export_claim", CLAIM, why="it is of another log, or of records that it has not"
            )
        return claim

    def _table(self, claim: Claim) -> None:
        """What was printed is what the records say, and what was claimed."""
        judge, files = self.judge, self.files
        for name, digest in ((CSV, claim.csv), (JSONL, claim.jsonl)):
            if files.sha256(name) != digest:
                judge.find("REPORT", "export_claimed", name)
        try:
            entries = chosen(self.leaves, claim.selection, self._statement, self.openings.get)
        except Malformed as wrong:
            judge.find("REPORT", "export_unread", "", why=wrong)
            return
        except NoZones:
            judge.state(14, "unknown", "no_zone")
            return
        for name, made in ((CSV, as_csv(entries)), (JSONL, as_jsonl(entries))):
            if hashlib.sha256(made).hexdigest() != files.sha256(name):
                judge.find("REPORT", "export_differs", name)
        judge.counts.update(accesses=len(entries), entries=len(self.leaves))
        last = max(claim.selection.first, claim.selection.after - 1)
        judge.note("export", count=len(entries), first=claim.selection.first, last=last)

    def _statement(self, leaf: Leaf) -> bytes | None:
        name = next((f"evidence/{e.sha256}" for e in leaf.evidence if e.kind == "statement"), "")
        return self.files.get(name)
