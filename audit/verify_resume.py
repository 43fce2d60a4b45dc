"""What an earlier verification came to, and where the next one may go on from it (`--state`, FORMAT.md §10).

Every step's state behind the last record of a sound bundle, with what binds it: this very verifier, the
customer's keys, the tree, the files. Where anything of that is not the same, it is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

from audit import list_coverage, merkle, verify_printed
from audit.bundle import Entries
from audit.bundle_files import SUMS
from audit.canonical import Fields, decode_typed, encode_typed
from audit.errors import Malformed
from audit.findings import Note
from audit.forms import DIGEST, ID
from audit.sealed import split
from audit.state_codec import Codec, Unknown
from audit.tiles import HEIGHT, Tile, TileReader
from audit.trust_file import Trust
from audit.verify_log import Shard, SignedHead

MAX_SNAPSHOT_BYTES = 1 << 30
MAX_STATE_BYTES = MAX_SNAPSHOT_BYTES // 2

# What each step keeps from record to record. Tests compare it with what the steps have.
STATE: dict[str, tuple[str, ...]] = {
    "records": ("_last", "late_notes"),
    "years": ("until", "turns", "_zone"),
    "story": (
        "requests", "grants", "sessions", "hosts", "torn", "prepared", "admitted", "contests", "questions", "appointed", "numbers",
        "heartbeats", "periods", "incidents", "letters", "programs", "protection", "schools", "resale", "duties", "silent", "opened", "tools", "outside",
        "declared",
    ),
    "chain": (
        "_demo", "approvers", "policy", "policy_bytes", "sets", "policies", "enrolments", "_prepared", "agents", "bare", "logs",
        "barred", "software",
    ),
    "paper": ("_announced",),
    "warrants": ("_given",),
    "schools": ("_school", "_given", "_asked"),
    "approvals": ("asked", "grants", "watched", "checked"),
    "recordings": ("_asked", "_known"),
    "playbacks": ("_held", "_session_of"),
    "sessions": ("_sessions", "_of_grant", "_of_request"),
    "declared": ("_sessions",),
    "notes": ("_keys", "checked", "uncounted", "confirmed"),
    "openings": ("checked", "cited", "sealed", "found", "missing", "admitted", "_names"),
    "reports": ("issued", "cited", "_told", "_figures", "_months", "_hosts"),
    "erasures": (
        "_zone", "_kept", "_request_of", "_accessed", "_authorised", "_holds", "_decisions", "_last", "_leaves", "_left", "erased", "lawful", "unjudged",
    ),
    "timestamps": ("_stamped", "_months", "cited"),
    "lists": ("_hosts", "_coverage", "_said", "_missed", "count"),
    "shards": ("_links", "_announced"),
    "mails": ("_roles", "_senders", "_came", "_bytes", "received", "unopened"),
    "samples": ("_accesses", "_left", "_drawn", "_roots"),
    "months": ("month",),
}  # fmt: skip

_CODEC = Codec(
    [
        f"audit.{name}"
        for name in (
            "record", "person_records", "estate_records", "request_records", "session_records", "channel_records",
            "recording_records", "log_records", "erasure_records", "report_records", "recording_rules",
            "statement_parts", "request", "approval", "policy", "approvers", "enrolment", "erasure", "check_in", "signed_stop", "recovery", "warrant", "grant", "keys", "note", "checkpoint", "external_witness", "named_ports", "folders",
            "heartbeats", "periods", "incident_order", "letter_order", "protection_order", "duty_order", "yearly_sample", "list_coverage", "session_list", "story", "verify_approvals", "verify_sessions",
            "bare_host", "declared", "verify_declared",
            "verify_lists", "verify_recordings", "verify_playbacks", "verify_erasures", "verify_shards", "verify_report", "month", "month_sessions", "month_access",
            "month_lists", "month_protection", "month_doings", "month_charges", "paper_records", "work_records", "incident_records",
            "program_order", "resale_order", "resale_records", "program_records", "month_programs", "school_order", "school_records", "school_statements", "month_schools",
        )
    ],
    {
        list_coverage.Coverage: ("_hosts",),
        verify_printed.PrintedHosts: ("_told",),
    },
)  # fmt: skip


@cache
def verifier() -> str:
    """SHA-256 of this verifier's own source: the state of another says nothing here. Empty where no source is."""
    found = {one.name: one for one in resources.files("audit").iterdir() if one.name.endswith(".py")}
    lines = [f"{name} {hashlib.sha256(found[name].read_bytes()).hexdigest()}\n" for name in sorted(found)]
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""


def saved(steps: Mapping[str, object]) -> bytes | None:
    """The state of all steps as they stand, in lines; None where one holds what is not written down, it is
    longer than is ever read, or nobody could tell this verifier from another."""
    if not verifier():
        return None
    try:
        lines = _CODEC.write(getattr(steps[name], one) for name, kept in STATE.items() for one in kept)
    except Unknown:
        return None
    return lines if len(lines) <= MAX_STATE_BYTES else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`size` records were judged, `evidence` stands behind them (64 hex digits each, in a row), `files` is the digest of
    what else was read for them; `shards` (key, first record) are the logs they are of, `judged` the records of
    reports compared with the log."""

    trust: str
    tenant: str
    size: int
    root: str
    evidence: str
    files: str
    shards: tuple[tuple[str, int], ...]
    judged: frozenset[int]
    notes: tuple[Note, ...]
    state: bytes  # lines of `state_codec`, from `at` on: a copy would be as long as all the rest
    at: int = 0

    def encode(self) -> bytes:
        """Lines, each with its end: SHA-256 of what follows, the object of all but the state, the state's."""
        head = encode_typed(
            {
                "v": 1, "type": "verified", "verifier": verifier(), "trust": self.trust, "tenant": self.tenant,
                "size": self.size, "root": self.root, "evidence": self.evidence, "files": self.files,
                "shards": [list(one) for one in self.shards], "judged": sorted(self.judged),
                "notes": [[one.code, one.it, one.en] for one in self.notes],
            },
            max_bytes=MAX_STATE_BYTES,
        ) + b"\n"  # fmt: skip
        digest = hashlib.sha256(head)
        digest.update(memoryview(self.state)[self.at :])
        return b"".join((digest.hexdigest().encode(), b"\n", head, memoryview(self.state)[self.at :]))

    @classmethod
    def parse(cls, data: bytes) -> Snapshot:
        """`Malformed` for one that is damaged or of another verifier."""
        try:
            return cls._parse(data)
        except (TypeError, ValueError) as wrong:
            raise Malformed("no snapshot of this verifier") from wrong

    @classmethod
    def _parse(cls, data: bytes) -> Snapshot:
        if hashlib.sha256(memoryview(data)[65:]).hexdigest().encode() + b"\n" != data[:65]:
            raise Malformed("not the digest of what was saved")
        end = data.index(b"\n", 65)
        f = Fields(decode_typed(data[65:end], max_bytes=MAX_STATE_BYTES), "snapshot")
        f.exactly("v", 1)
        f.exactly("type", "verified")
        f.exactly("verifier", verifier())
        found = cls(
            f.formed("trust", DIGEST),
            f.formed("tenant", ID),
            f.integer("size"),
            f.formed("root", DIGEST),
            f.text("evidence"),
            f.formed("files", DIGEST),
            tuple((text, since) for text, since in f.items("shards")),
            frozenset(f.items("judged")),
            tuple(Note(*one) for one in f.items("notes")),
            data,
            end + 1,
        )
        f.done()
        return found

    def fits(self, files: Entries, signed: SignedHead, trust: Trust) -> bool:
        """Whether the records and files it tells of are those of this bundle."""
        if (self.trust, self.tenant) != (trust_digest(trust), signed.tenant) or self.size > signed.head.size:
            return False
        try:
            root = merkle.root(self.size, TileReader(signed.head.size, files.__getitem__)).hex()
            same = files_digest(files, self.size) == self.files
        except (KeyError, Malformed):
            return False
        return root == self.root and same and all(name in files for name in self.cited())

    def cited(self) -> Iterator[str]:
        """The names of the files of evidence."""
        return (f"evidence/{self.evidence[at : at + 64]}" for at in range(0, len(self.evidence), 64))

    def restore(self, steps: Mapping[str, object]) -> None:
        """Every step as it stood. `Malformed`."""
        values: list[Any] = _CODEC.read(self._lines())
        places = [(name, one) for name, kept in STATE.items() for one in kept]
        if len(values) != len(places):
            raise Malformed("the state of other steps")
        for (name, one), value in zip(places, values, strict=True):
            setattr(steps[name], one, value)

    def _lines(self) -> Iterator[bytes]:
        """`ValueError` where the last has no end."""
        at = self.at
        while at < len(self.state):
            end = self.state.index(b"\n", at)
            yield self.state[at:end]
            at = end + 1


def trust_digest(trust: Trust) -> str:
    return hashlib.sha256(trust.encode()).hexdigest()


def shards_below(shards: Iterable[Shard], size: int) -> tuple[tuple[str, int], ...]:
    return tuple((one.vkey.text, one.since) for one in shards if one.since < size)


def files_digest(files: Entries, size: int) -> str:
    """SHA-256 over names and digests of the full tiles below that size and of its records' texts; of a sealed
    text the name alone, for it is sealed anew each time."""
    found = hashlib.sha256()
    for line in BytesIO(files[SUMS]):  # in good form: step 1
        digest, name = line[:64].decode(), line[66:-1].decode()
        inside = split(name)
        plain, told = (name, digest) if inside is None else (inside[1], "sealed")
        if _below(plain, size):
            found.update(f"{told}  {plain}\n".encode())
    return found.hexdigest()


def _below(name: str, size: int) -> bool:
    if name.startswith("openings/"):
        return int(name[len("openings/") : -len(".json")]) < size
    if not name.startswith("tile/"):
        return False
    tile = Tile.parse(name)
    return tile.index < size >> HEIGHT * (1 if tile.level is None else tile.level + 1)
