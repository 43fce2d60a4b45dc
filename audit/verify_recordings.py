"""Step 12: what had to be recorded was, and every recording is the one whose heads stand in the log.

Nothing is opened here: stored bytes, leaves and heads are judged; `verbale-verify open` judges what is inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from audit import recording as rec
from audit.channel_records import ChannelOpened
from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.keys import PublicKey
from audit.leaf import Leaf
from audit.merkle import Tree
from audit.note import VerifierKey
from audit.recording import SegmentLeaf
from audit.recording_records import RecordingCheckpoint, RecordingClosed, RecordingOpened
from audit.recording_rules import PICTURES, RECORDED_CHANNELS, WATCHED, WINDOW
from audit.recording_stream import open_seen
from audit.session_records import SessionOpened
from audit.verify_approvals import Approvals
from audit.verify_chain import Chain
from audit.verify_log import Shard


class Files(Protocol):
    """Of a bundle."""

    def __contains__(self, name: object, /) -> bool: ...

    def __getitem__(self, name: str, /) -> bytes: ...

    def __iter__(self) -> Iterator[str]: ...

    def sha256(self, name: str) -> str: ...


class _Logged(NamedTuple):
    """What a record of the tenant's log says of a recording."""

    n: int
    segments: int
    root: str


@dataclass(slots=True)
class _Recording:
    id: str
    n: int
    session: str
    host: str
    key: PublicKey | None
    log_origin: str | None
    heads: list[_Logged] = field(default_factory=list)
    closed: RecordingClosed | None = None

    @property
    def segments(self) -> int:
        return self.heads[-1].segments if self.heads else 0


class Recordings:
    """Feed every leaf in order, after `Approvals` and before `Sessions` has had it; then `check`. `cited` are
    the files of recordings that a record stands behind."""

    KINDS = frozenset(
        kind.KIND
        for kind in (
            SessionOpened, ChannelOpened, RecordingOpened, RecordingCheckpoint, RecordingClosed,
        )
    )  # fmt: skip

    def __init__(self, chain: Chain, approvals: Approvals, judge: Judgement) -> None:
        self._chain = chain
        self._approvals = approvals
        self._judge = judge
        self._asked: dict[str, bool] = {}  # session -> whether its request says that it is recorded
        self._known: dict[str, _Recording] = {}
        self.cited: set[str] = set()

    def feed(self, leaf: Leaf) -> None:
        session = leaf.session or ""
        match leaf.record:
            case SessionOpened(request=request):
                asked = self._approvals.asked.get(request)
                if asked is not None:
                    self._asked[session] = asked.statement.recording
            case ChannelOpened(channel=channel, kind=kind, via=via):
                known = self._known.get(channel)
                kept = known is not None and known.session == session
                due = kind in RECORDED_CHANNELS and (kind, via) != (PICTURES, WATCHED)
                if due and self._asked.get(session) and not kept:
                    self._find("not_recorded", f"n={leaf.n}")
            case RecordingOpened() as opened:
                self._opened(leaf, opened, session)
            case told:
                assert isinstance(told, RecordingCheckpoint | RecordingClosed)
                self._told(leaf, told, session)

    def _find(self, code: str, where: str, **facts: object) -> None:
        self._judge.find("RECORDING", code, where, **facts)

    def _opened(self, leaf: Leaf, record: RecordingOpened, session: str) -> None:
        if self._asked.get(session) is False:
            self._find("recording_unasked", f"n={leaf.n}")
        if record.recording in self._known:
            self._find("recording_order", f"n={leaf.n}")
            return
        host = leaf.host or ""
        agent = self._chain.agents.get(host)
        key = None if agent is None else PublicKey.parse(agent.recorder_key)
        origin = self._chain.log_origin(host)
        self._known[record.recording] = _Recording(record.recording, leaf.n, session, host, key, origin)

    def _told(self, leaf: Leaf, record: RecordingCheckpoint | RecordingClosed, session: str) -> None:
        known = self._known.get(record.recording)
        placed = known is not None and known.session == session and known.closed is None
        if known is None or not placed or record.segments < known.segments:
            self._find("recording_order", f"n={leaf.n}")
            return
        known.heads.append(_Logged(leaf.n, record.segments, record.root))
        if isinstance(record, RecordingClosed):
            known.closed = record

    # ---- once all records are read

    def check(self, files: Files, shards: tuple[Shard, ...], erased: set[int]) -> None:
        """The files against what the records say. A recording's heads are signed with the key of the log it was
        opened in, one of `shards`; `erased` are records that a record says were erased."""
        judge = self._judge
        judge.state(12, *(("ok", "checked") if self._known else ("not_applicable", "no_recordings")))
        for one in self._known.values():
            vkey = next(shard.vkey for shard in reversed(shards) if shard.since <= one.n)
            self._check(files, vkey, one, erased=one.n in erased)
            if one.closed is None:
                judge.note("recording_open", recording=one.id)
            elif one.closed.outcome != "complete":
                judge.note("recording_broken", recording=one.id, segments=one.segments)
        if self._known:
            judge.note("recordings_sealed", count=len(self._known))
        judge.counts["recordings"] = len(self._known)

    def _check(self, files: Files, vkey: VerifierKey, one: _Recording, *, erased: bool) -> None:
        entries, head = rec.entries_name(one.id), rec.head_name(one.id)
        if entries not in files and head not in files and not one.segments:
            return
        self.cited |= {entries, head}
        missing = [name for name in (entries, head) if name not in files]
        for name in missing:
            self._find("recording_missing", name)
        if missing:
            self._cite_all(files, one)
            return
        try:
            raw = rec.unpack_entries(files[entries])
            leaves = rec.parse_all(raw, one.id)
        except Malformed as wrong:
            self._find("recording_unread", entries, why=wrong)
            self._cite_all(files, one)
            return
        tree = rec.tree_of(raw)
        self._head(files[head], vkey, one, tree)
        self._logged(one, tree, leaves)
        self._stored(files, one, leaves, erased=erased)
        for leaf in leaves:
            self._seen(one, leaf, last=leaf.n == len(leaves) - 1)

    def _cite_all(self, files: Files, one: _Recording) -> None:
        """Nobody can say which of its segments belong there: they are not called too many besides."""
        self.cited |= {name for name in files if name.startswith(f"{rec.folder(one.id)}/")}

    def _head(self, data: bytes, vkey: VerifierKey, one: _Recording, tree: Tree) -> None:
        name = rec.head_name(one.id)
        expected = rec.head_of(vkey.name, one.id, tree)
        try:
            found = open_checkpoint(data, VerifierKey.log(expected.origin, vkey.public))
        except (Malformed, BadSignature) as wrong:
            self._find("recording_head", name, why=wrong)
            return
        if found != expected:
            self._find("recording_head", name, why="it is over other segments")

    def _logged(self, one: _Recording, tree: Tree, leaves: list[SegmentLeaf]) -> None:
        for n, segments, root in one.heads:
            if segments > tree.size:
                self._find("recording_cut", f"n={n}", count=segments - tree.size)
            elif tree.root(segments).hex() != root:
                self._find("recording_rewritten", f"n={n}")
        if one.closed is None or one.segments > tree.size:
            return
        where = f"n={one.heads[-1].n}"
        told = (one.closed.segments, one.closed.out_bytes, one.closed.masked)
        masked = sum(count for leaf in leaves for _, count in leaf.masked)
        if told != (tree.size, sum(leaf.out_bytes for leaf in leaves), masked):
            self._find("recording_differs", where)

    def _stored(self, files: Files, one: _Recording, leaves: list[SegmentLeaf], *, erased: bool) -> None:
        left = 0
        for leaf in leaves:
            name = rec.segment_name(one.id, leaf.n)
            self.cited.add(name)
            if name not in files:
                if not erased:
                    self._find("segment_missing", name)
                continue
            left += erased
            if files.sha256(name) != leaf.stored:
                self._find("segment_differs", name)
        if left:
            self._judge.note("erased_kept", count=left)

    def _seen(self, one: _Recording, leaf: SegmentLeaf, *, last: bool) -> None:
        """The host counted the same. What broke off has a last segment of which it came to say nothing."""
        name = rec.segment_name(one.id, leaf.n)
        broke_off = one.closed is None or one.closed.outcome != "complete"
        if leaf.host is None:
            if not (last and broke_off):
                self._find("segment_unsigned", name, why="nothing signed")
            return
        if one.key is None or one.log_origin is None:
            self._find("segment_unsigned", name, why="no such host")
            return
        try:
            seen = open_seen(leaf.host.encode(), one.log_origin, one.host, one.key)
        except (Malformed, BadSignature) as wrong:
            self._find("segment_unsigned", name, why=wrong)
            return
        if (seen.recording, seen.n, seen.out_bytes, seen.output, seen.windows) != (
            one.id,
            leaf.n,
            leaf.out_bytes,
            leaf.output,
            dict(leaf.masked).get(WINDOW, 0),
        ):
            self._find("segment_disputed", name)


def recordings_in(files: Mapping[str, bytes]) -> list[str]:
    """The ids of the recordings of which a bundle has segments."""
    return sorted({name.split("/")[1] for name in files if name.startswith("recordings/")})
