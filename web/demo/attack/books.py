"""The stolen log as a pile of parts, to be taken apart and put together again, signed with the stolen key.

Read from a copy of the database; nothing of the running broker is needed. Of a rewritten log the thief
signs the head himself. The witnesses' signatures he cannot make, so it goes without them, and without the
earlier heads that bear them.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from audit import bundle, checkpoint, merkle, tiles
from audit.bundle_files import MAX_OPENING_FILE, SUMS
from audit.canonical import decode
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.keys import SigningKey
from audit.leaf import Evidence, Leaf
from audit.note import VerifierKey, parse_note
from audit.passkey import Assertion
from audit.record import BROKER, Actor, EvidenceKind
from audit.recording_records import RecordingOpened
from audit.records import AnyRecord
from audit.signed import SignedStatement
from broker.cases.gather_bundle import gather, packed
from broker.parts import Parts
from web.commands import run_broker


@dataclass(frozen=True, slots=True)
class Books:
    """What a bundle is made of. `evidence` by its digest, `recordings` by their names in the bundle; only what
    leaves name goes into it."""

    leaves: tuple[Leaf, ...]
    evidence: dict[str, bytes]
    openings: dict[int, Opening]
    reports: dict[str, bytes]
    heads: dict[str, bytes]
    checkpoint: bytes
    vkey: VerifierKey
    recordings: dict[str, bytes]
    rest: dict[str, bytes]  # files of the bundle that the log does not name

    # ------------------------------------------------------------------------------ taken apart

    def find(self, *kinds: str, below: int | None = None) -> list[Leaf]:
        """In order; `below`: only those that a log of that size holds."""
        end = len(self.leaves) if below is None else below
        return [leaf for leaf in self.leaves[:end] if leaf.record.KIND in kinds]

    def proof(self, leaf: Leaf, kind: EvidenceKind) -> bytes:
        return self.evidence[next(e.sha256 for e in leaf.evidence if e.kind == kind)]

    def statements(self, kind: str) -> list[SignedStatement]:
        """What was signed behind each record of that kind, in order."""
        return [
            SignedStatement(self.proof(leaf, "statement"), Assertion.parse(self.proof(leaf, "assertion")))
            for leaf in self.find(kind)
        ]

    def put(self, *changed: Leaf) -> Books:
        """Each in the place that its `n` names."""
        leaves = list(self.leaves)
        for leaf in changed:
            leaves[leaf.n] = leaf
        return replace(self, leaves=tuple(leaves))

    def prove(self, leaf: Leaf, kind: EvidenceKind, data: bytes) -> Books:
        """Another piece of evidence of that kind behind the leaf."""
        digest = hashlib.sha256(data).hexdigest()
        lines = tuple(Evidence(kind, digest) if e.kind == kind else e for e in leaf.evidence)
        return replace(self.put(leaf._replace(evidence=lines)), evidence={**self.evidence, digest: data})

    def more(
        self,
        record: AnyRecord,
        *,
        actor: Actor = BROKER,
        refs: tuple[int, ...] = (),
        proof: Iterable[tuple[EvidenceKind, bytes]] = (),
        opening: Opening | None = None,
    ) -> Books:
        """One more record at the end, with what lies behind it and what it seals."""
        last = self.leaves[-1]
        n, at = last.n + 1, last.time + timedelta(milliseconds=1)
        behind = [(kind, hashlib.sha256(data).hexdigest(), data) for kind, data in proof]
        leaf = Leaf(
            last.tenant, n, at, actor, record, refs=refs,
            evidence=tuple(Evidence(kind, digest) for kind, digest, _ in behind),
            sealed=None if opening is None else opening.commitment,
        )  # fmt: skip
        return replace(
            self,
            leaves=(*self.leaves, leaf),
            evidence={**self.evidence, **{digest: data for _, digest, data in behind}},
            openings=self.openings if opening is None else {**self.openings, n: opening},
        )

    def arrange(self, order: Sequence[Leaf | int]) -> Books:
        """The log anew: old places as numbers, new records as leaves; everything is renumbered to fit."""
        places = {old: new for new, old in enumerate(order) if isinstance(old, int)}
        counts: dict[str, int] = {}
        leaves = []
        for n, one in enumerate(order):
            leaf = self.leaves[one] if isinstance(one, int) else one
            refs = tuple(places[r] for r in leaf.refs if r in places)
            number = leaf.session_n
            if leaf.session is not None and number is not None:
                number = counts.get(leaf.session, 0)
                counts[leaf.session] = number + 1
            leaves.append(leaf._replace(n=n, refs=refs, session_n=number))
        openings = {places[n]: text for n, text in self.openings.items() if n in places}
        return replace(self, leaves=tuple(leaves), openings=openings)

    def without(self, dropped: Iterable[int]) -> Books:
        gone = frozenset(dropped)
        return self.arrange([n for n in range(len(self.leaves)) if n not in gone])

    # ------------------------------------------------------------------------- and put together

    def tree(self) -> merkle.Tree:
        tree = merkle.Tree()
        for leaf in self.leaves:
            tree.append(leaf.encode())
        return tree

    def signed(self, key: SigningKey) -> Books:
        """A new head over whatever the leaves are now."""
        head = Checkpoint(self.vkey.name, len(self.leaves), self.tree().root())
        return replace(self, checkpoint=checkpoint.sign(head, key), heads={})

    def pack(self) -> bytes:
        """The ZIP that its reader gets."""
        cited = {e.sha256 for leaf in self.leaves for e in leaf.evidence}
        files = bundle.build(
            leaves=[leaf.encode() for leaf in self.leaves],
            read=self.tree().read,
            checkpoint=self.checkpoint,
            log_vkey=self.vkey.text,
            policy_tenant=self.rest["policy.tenant"],
            policy_witness=self.rest["policy.witness"].decode(),
            heads={},
            evidence={digest: data for digest, data in self.evidence.items() if digest in cited},
            openings=self.openings,
            reports=self.reports,
        )
        kept = {leaf.record.recording for leaf in self.leaves if isinstance(leaf.record, RecordingOpened)}
        recordings = {name: data for name, data in self.recordings.items() if name.split("/")[1] in kept}
        files |= self.heads | self.rest | recordings
        files[SUMS] = bundle.sums(files)
        return bundle.pack(files)


def opened(data: bytes) -> Books:
    """The parts of a genuine bundle."""
    files = bundle.unpack(data)
    head = checkpoint.parse(parse_note(files["checkpoint"]).text)
    entries = (
        entry
        for tile in tiles.entry_tiles(head.size)
        for entry in tiles.unpack_entries(tile, files[tile.path])
    )
    ours = (
        "tile/",
        "evidence/",
        "openings/",
        "reports/",
        "heads/",
        "recordings/",
        "checkpoint",
        "log.vkey",
        SUMS,
    )

    def under(folder: str) -> dict[str, bytes]:
        return {name[len(folder) :]: files[name] for name in files if name.startswith(folder)}

    return Books(
        leaves=tuple(Leaf.parse(entry) for entry in entries),
        evidence=under("evidence/"),
        openings={int(name[:-5]): _opening(text) for name, text in under("openings/").items()},
        reports=under("reports/"),
        heads={name: files[name] for name in files if name.startswith("heads/")},
        checkpoint=files["checkpoint"],
        vkey=VerifierKey.parse(files["log.vkey"].decode().strip()),
        recordings={name: files[name] for name in files if name.startswith("recordings/")},
        rest={name: files[name] for name in files if not name.startswith(ours)},
    )


def _opening(data: bytes) -> Opening:
    return Opening.from_value(decode(data, max_bytes=MAX_OPENING_FILE))


@asynccontextmanager
async def stolen_parts(copy: Path) -> AsyncIterator[Parts]:
    """A broker's parts over a copy of its folder: database and keys are enough."""
    kept = run_broker.kept_settings(copy)
    settings = replace(kept, state=copy, database=f"sqlite:///{copy}/verbale.db")
    async with AsyncExitStack() as stack:
        yield await run_broker.make_parts(settings, stack)


async def stolen_books(copy: Path, tenant: str) -> Books:
    async with stolen_parts(copy) as parts:
        async with parts.store.read() as work:
            found = await gather(parts, work, tenant)
        return opened(packed(found, parts.keys.wrapping_key()))
