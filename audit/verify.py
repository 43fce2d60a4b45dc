"""The verifier: a bundle, the customer's pins, the head seen last -> a verdict. Pure, offline, one pass.

The steps are those of FORMAT.md §7. Bad evidence becomes findings, never an exception. The entries are
read tile by tile; what stays in memory is a few fields per request and session, and the names of files.
The report's step reads the entries a second time, if there is a report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from audit.access_export import README_NAME as EXPORTED
from audit.bundle import Buffer, Entries, unpack
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.findings import Judgement, Note, StepState, Verdict
from audit.leaf import Leaf
from audit.note import Note as SignedNote
from audit.periods import knows_zone
from audit.records import KINDS
from audit.story import HEARD, Story
from audit.tiles import WIDTH, Tile, unpack_entries
from audit.trust_file import SeenHeads, Trust
from audit.verify_ahead import EVERY, Hearing, ReadAhead, Told, alone
from audit.verify_approvals import Approvals
from audit.verify_chain import Chain
from audit.verify_declared import DeclaredSessions
from audit.verify_erasures import Erasures
from audit.verify_files import check_chain, check_files, check_leftovers
from audit.verify_lists import Lists
from audit.verify_log import (
    Heads,
    Shard,
    SignedHead,
    TreeCheck,
    read_entries,
    read_entry,
    read_head,
    read_vkey,
    tile_files,
)
from audit.verify_mail import Mails
from audit.verify_month import Months
from audit.verify_notes import HostNotes
from audit.verify_openings import Openings
from audit.verify_playbacks import Playbacks
from audit.verify_recordings import Recordings
from audit.verify_records import Records, appended
from audit.verify_report import Material, Reports
from audit.verify_resume import Snapshot, files_digest, saved, shards_below, trust_digest
from audit.verify_samples import Samples
from audit.verify_schools import Schools
from audit.verify_sessions import Sessions
from audit.verify_shards import Shards
from audit.verify_time import TimeMaterial, Timestamps
from audit.verify_warrants import Warrants
from audit.verify_witnesses import Witnesses


@dataclass(frozen=True, slots=True)
class Before:
    """Heads the reader of this bundle had before: his state file's, and those he kept himself; and who helps
    him to read."""

    seen: SeenHeads
    kept: tuple[SignedNote, ...]
    ahead: ReadAhead
    keep: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """`head` is what a state file should remember: set only for a sound bundle; `snapshot` too, if asked for."""

    verdict: Verdict
    head: Checkpoint | None
    snapshot: bytes | None = None


def verify(
    data: Buffer,
    *,
    trust: Trust | None = None,
    seen: SeenHeads | None = None,
    kept: Sequence[SignedNote] = (),
    ahead: ReadAhead = alone,
    snapshot: bytes | None = None,
    keep: bool = False,
) -> Verified:
    """Judge the bytes of a bundle. Never raises on what they hold. `kept` are heads its reader had before.

    `ahead` may judge the forms of records meanwhile; the verdict is the same. `snapshot` is that of an earlier
    run, by which the records it judged may be left out, and `keep` asks for one: both count with `trust` only.
    """
    judge = Judgement("none" if trust is None else "pinned")
    try:
        files = unpack(data)
    except Malformed as wrong:
        judge.find("DAMAGED", "zip", "", why=wrong)
        return Verified(judge.verdict(), None)
    if EXPORTED in files:
        judge.find("DAMAGED", "not_bundle", EXPORTED)
        return Verified(judge.verdict(), None)
    check_files(files, judge)
    judge.state(1, "ok", "checked")
    before = Before(seen or SeenHeads(), tuple(kept), ahead, keep and trust is not None)
    if snapshot is not None and trust is not None:
        resumed = None if judge.failed(1) else _resumed(files, trust, before, snapshot)
        if resumed is not None:
            return resumed
    reader = _judge_files(files, trust, before, judge)
    if snapshot is not None and trust is not None:
        judge.note("not_resumed")
    return _verified(reader, judge)


def _resumed(files: Entries, trust: Trust, before: Before, snapshot: bytes) -> Verified | None:
    """The verdict by way of an earlier one; None where there is none, or this one is not sound: then
    everything is judged from the start, and nothing found depends on what was saved."""
    judge = Judgement("pinned")
    judge.state(1, "ok", "checked")
    try:
        since = Snapshot.parse(snapshot)
        reader = _judge_files(files, trust, before, judge, since)
    except Malformed:
        return None
    if reader is None or shards_below(reader.shards, since.size) != since.shards:
        return None
    judge.note("resumed", count=since.size)
    verified = _verified(reader, judge)
    return verified if verified.verdict.sound else None


def _verified(reader: _Reader | None, judge: Judgement) -> Verified:
    verdict = judge.verdict()
    if reader is None or not verdict.sound:
        return Verified(verdict, None)
    return Verified(verdict, reader.head, reader.snapshot())


def _judge_files(
    files: Entries, trust: Trust | None, before: Before, judge: Judgement, since: Snapshot | None = None
) -> _Reader | None:
    """Whoever read all of it, None where that was not possible. `Malformed` where `since` is of no use."""
    if not {"checkpoint", "log.vkey", "policy.tenant", "policy.witness"} <= files.keys():
        return None  # DAMAGED: without these nothing more can be judged
    vkey = read_vkey(files, judge)
    if vkey is None:
        return None
    judge.state(2, *(("unknown", "no_trust") if trust is None else ("ok", "checked")))
    signed = read_head(files, vkey, judge)
    if signed is None:
        return None
    reader = _Reader(files, signed, trust, before, judge)
    if since is not None:
        reader.resume(since)
    reader.run()
    return reader


class _Reader:
    """The one pass over the entries, every step listening."""

    def __init__(
        self, files: Entries, signed: SignedHead, trust: Trust | None, before: Before, judge: Judgement
    ) -> None:
        self._files = files
        self._signed = signed
        self._trust = trust
        self._before = before
        self._judge = judge
        self._ahead = before.ahead
        self._cited: set[str] = set()
        self._missed: set[str] = set()
        self._cited_heads: dict[str, tuple[int, str]] = {}  # head text -> request's record, where approved
        self._tree = TreeCheck(files, signed.head, judge)
        self._records = Records(signed.tenant, judge)
        self._story = Story()
        self._chain = Chain(self._evidence, signed.tenant, trust, judge)
        self._warrants = Warrants(self._chain, judge)
        self._schools = Schools(self._chain, judge)
        self._approvals = Approvals(self._chain, self._warrants, self._evidence, self._cite_head, judge)
        self._recordings = Recordings(self._chain, self._approvals, judge)
        self._playbacks = Playbacks(judge)
        self._sessions = Sessions(self._chain, self._approvals, judge)
        self._declared = DeclaredSessions(self._chain, self._approvals, judge)
        self._notes = HostNotes(self._note, self._chain.log_origin, trust, judge)
        self._openings = Openings(files, self._chain.label_of, judge)
        self._reports = Reports(self._chain.label_of, self._quorum, judge)
        self._erasures = Erasures(self._chain, self._evidence, judge)
        self._timestamps = Timestamps()
        self._lists = Lists(judge)
        self._mails = Mails(files, judge)
        self._samples = Samples(judge)
        self._shards = Shards(self._chain, self._evidence, signed, judge)
        self._months = Months(files, self._story.periods)
        self._since = 0  # what was judged before this run
        self._saved: tuple[bytes, tuple[Note, ...]] | None = None
        # Who listens to which kind, in this order: later steps ask earlier ones what is in force.
        self._steps = (
            self._chain, self._warrants, self._schools, self._approvals, self._recordings, self._playbacks, self._sessions,
            self._declared, self._notes,
            self._openings, self._reports, self._erasures, self._timestamps, self._lists, self._shards,
            self._mails, self._samples,
        )  # fmt: skip
        self._listening = {kind: [s.feed for s in self._steps if kind in s.KINDS] for kind in KINDS}

    @property
    def head(self) -> Checkpoint:
        return self._signed.head

    @property
    def shards(self) -> tuple[Shard, ...]:
        return self._shards.shards

    def _holders(self) -> dict[str, object]:
        """Whoever keeps something from record to record, by the names of `verify_resume.STATE`."""
        return {
            "records": self._records, "years": self._records.years, "story": self._story, "chain": self._chain, "paper": self._chain.paper,
            "warrants": self._warrants, "schools": self._schools, "approvals": self._approvals, "recordings": self._recordings,
            "playbacks": self._playbacks,
            "sessions": self._sessions, "declared": self._declared, "notes": self._notes, "openings": self._openings, "reports": self._reports,
            "erasures": self._erasures, "timestamps": self._timestamps, "lists": self._lists, "shards": self._shards, "mails": self._mails,
            "samples": self._samples, "months": self._months,
        }  # fmt: skip

    def resume(self, since: Snapshot) -> None:
        """Go on behind what was judged before. `Malformed` where that is of no use here."""
        if self._trust is None or not since.fits(self._files, self._signed, self._trust):
            raise Malformed("the records judged before are not these")
        since.restore(self._holders())
        if not knows_zone(self._story.periods.zone):
            raise Malformed("a machine without zones")
        self._since = since.size
        self._cited = set(since.cited())
        self._judge.notes += since.notes
        self._reports.judged_before = since.judged
        self._months.follow(self._story.periods)
        self._tree.resume(since.size - since.size % WIDTH)

    def snapshot(self) -> bytes | None:
        """Of what was judged, if it was asked for and found sound; None where it cannot be written down."""
        if self._saved is None or self._trust is None:
            return None
        state, notes = self._saved
        size = self.head.size
        evidence = "".join([name.removeprefix("evidence/") for name in sorted(self._cited)])
        judged = frozenset(self._reports.judged)
        return Snapshot(
            trust_digest(self._trust), self._signed.tenant, size, self.head.root.hex(), evidence,
            files_digest(self._files, size), shards_below(self.shards, size), judged, notes, state,
        ).encode()  # fmt: skip

    def run(self) -> None:
        size = self._signed.head.size
        entries = first = self._since - self._since % WIDTH
        with self._ahead(self._files, size, self._hearing()) as ahead:
            for tile, data in tile_files(self._files, size, first):
                told = ahead.told(tile.index, data)
                if not (self._tile(tile, data) if told is None else self._told(tile, data, told)):
                    break
                entries += tile.width
        self._judge.counts["entries"] = entries
        if self._before.keep and self._story.periods.zone and not self._judge.findings:
            state = saved(self._holders())
            self._saved = None if state is None else (state, tuple(self._judge.notes))
        heads = self._heads()
        self._close(heads)

    def _hearing(self) -> Hearing:
        """The month is told of every record, wherever it is read along."""
        if self._before.keep or self._since:
            return Hearing(self._signed.tenant, frozenset(KINDS))
        kinds = [step.KINDS - getattr(step, "PASSED", frozenset()) for step in self._steps]
        return Hearing(self._signed.tenant, HEARD.union(*kinds))

    def _tile(self, tile: Tile, data: bytes) -> bool:
        """False where it cannot be read."""
        try:
            entries = unpack_entries(tile, data)
        except Malformed:
            return False
        self._tree.feed(entries)
        for n, entry in enumerate(entries, tile.index * WIDTH):
            leaf = self._records.read(n, entry) if n >= self._since else None
            if leaf is not None:
                self._feed(leaf)
        return True

    def _told(self, tile: Tile, data: bytes, told: Told) -> bool:
        """A tile of which somebody else found the forms good: what is left is to hear."""
        self._tree.feed_judged(told.top)
        loud = told.loud if self._records.fits(told.earliest, told.latest) else EVERY
        entries = unpack_entries(tile, data) if loud else []
        for n, entry in enumerate(entries, tile.index * WIDTH):
            hears = loud >> n % WIDTH & 1 and n >= self._since
            leaf = self._records.reread(n, entry) if hears else None
            if leaf is not None:
                self._feed(leaf)
        if loud != EVERY:
            self._records.passed(told.latest)
            self._erasures.passed(told.accessed)
        return True

    def _feed(self, leaf: Leaf) -> None:
        if leaf.evidence:
            self._cited.update([f"evidence/{e.sha256}" for e in leaf.evidence])
        found = self._story.feed(leaf)
        if found:
            self._judge.take(found)
        for feed in self._listening[leaf.record.KIND]:
            feed(leaf)
        if self._before.keep or self._since:
            self._months.feed(leaf)

    def _evidence(self, leaf: Leaf, kind: str) -> bytes | None:
        """The evidence of that kind behind a leaf; whoever asks says that it is missing."""
        name = next((f"evidence/{e.sha256}" for e in leaf.evidence if e.kind == kind), None)
        if name is None:
            return None
        if name not in self._files:
            self._missed.add(name)
            return None
        return self._files[name]

    def _note(self, leaf: Leaf) -> bytes | None:
        return self._evidence(leaf, "note")

    def _quorum(self) -> int:
        return 0 if self._chain.policy is None else self._chain.policy.witnesses

    def _cite_head(self, text: str, n: int, where: str) -> None:
        self._cited_heads.setdefault(text, (n, where))

    def _heads(self) -> Heads:
        """Steps 5 and 6, now that the tree is whole."""
        read = self._tree.close()
        heads = Heads(self._signed, read, self._judge, self._shards.shards)
        self._shards.close(heads)
        self._shards.check_years(self._records.years.turns)
        if read is not None:
            self._samples.close(heads.root_of)
        heads.check_kept(self._files)
        heads.check_seen(self._before.seen)
        for text, (n, where) in self._cited_heads.items():
            heads.check_cited(text, n, where)
        self._judge.state(5, *(("unknown", "not_reached") if read is None else ("ok", "checked")))
        if read is not None:
            pinned = (lambda _: None) if self._trust is None else self._trust.log_key
            for note in self._before.kept:
                heads.check_own(note, pinned)
        return heads

    def _close(self, heads: Heads) -> None:
        judge, zone = self._judge, self._story.periods.zone
        self._check_pins()
        if judge.failed(6) or judge.failed(7):
            # Records that are not the signed ones, or that nobody can read, give no figures to compare.
            judge.state(14, "unknown", "not_reached")
        elif not zone and self._reports.issued:
            judge.state(14, "unknown", "no_zone" if self._story.periods.unjudged else "not_reached")
        else:
            admitted, leaves = self._openings.admitted, self._leaves
            self._reports.check(
                Material(
                    self._files,
                    leaves,
                    heads.root_of,
                    heads.holds,
                    admitted,
                    zone,
                    heads.vkey_of,
                    self._trust,
                    judge,
                    self._erasures.lawful,
                    any(name.startswith("sealed/") for name in self._files),
                    self._months.gathered,
                )
            )
        self._recordings.check(self._files, self._shards.shards, self._erasures.erased)
        cited = self._recordings.cited
        cited |= self._cited | self._openings.cited | self._reports.cited | self._timestamps.cited
        gone = self._missed | self._mails.gone(self._erasures.erased)
        check_leftovers(self._files, self._signed.head.size, cited, gone, judge)
        for step in (7, 9, 10):
            judge.state(step, "ok", "checked")
        judge.state(8, *(("unknown", "no_zone") if self._story.periods.unjudged else ("ok", "checked")))
        self._erasures.close(self._openings)
        judge.state(11, *self._texts())
        if judge.failed(6) or judge.failed(7):
            judge.state(13, "unknown", "not_reached")
        else:
            self._timestamps.check(
                TimeMaterial(self._files, heads.of_size, self._written, self._trust, judge)
            )
        self._say()

    def _texts(self) -> tuple[StepState, str]:
        if self._erasures.unjudged:
            return "unknown", "no_zone"
        if self._openings.sealed:
            return "unknown", "sealed"
        return ("ok", "checked") if self._openings.cited else ("not_applicable", "no_sealed")

    def _check_pins(self) -> None:
        if self._chain.policy_bytes != self._files["policy.tenant"]:
            self._judge.find("UNTRUSTED", "policy_file", "policy.tenant")
        self._shards.check_enrolments(self._chain.logs)
        if self._trust is not None:
            self._shards.check_keys(self._trust)
            check_chain("approvers", self._trust.approvers, self._chain.sets, self._judge)
            check_chain("policy", self._trust.policies, self._chain.policies, self._judge)

    def _leaves(self, last: int) -> Iterator[Leaf]:
        """The log again, up to and including leaf `last`; forms were judged in the first pass."""
        entries = read_entries(self._files, self._signed.head.size)
        return (Leaf.parse(entry) for entry in islice(entries, last + 1))

    def _written(self, n: int) -> datetime | None:
        """When the broker wrote record `n`, read again from its tile."""
        entry = read_entry(self._files, self._signed.head.size, n)
        return None if entry is None else appended(Leaf.parse(entry))

    def _say(self) -> None:
        """Notes: what cannot be proven, what was silent; and the counts."""
        judge, story = self._judge, self._story
        for code in ("broker_alone", "typed", "together"):
            judge.note(code)
        hosts = self._notes.confirmed
        judge.note("hosts", confirmed=sum(hosts.values()), hosts=len(hosts))
        witnesses = Witnesses(self._signed, self._records.last, judge)
        cosigned = witnesses.check(self._files, self._chain.witnesses(), self._chain.policy, self._trust)
        judge.note("cosigned", count=cosigned)
        if self._chain.software:
            judge.note("demo", count=self._chain.software)
        for host, since, until in story.silent:
            judge.note("silent", host=host, since=since, until=until)
        for first, last in story.heartbeats.gaps:
            judge.note("gap", first=first, last=last)
        end = self._records.last
        missing = [] if end is None else story.heartbeats.missing(end.date().isoformat())
        if missing:
            judge.note("heartbeats", count=len(missing), first=missing[0])
        for session in story.unended():
            judge.note("unended", session=session)
        for session, last_seen in story.presumed():
            judge.note("presumed", session=session, last_seen=last_seen)
        if self._records.late_notes:
            judge.note("late_note", count=self._records.late_notes)
        if self._notes.uncounted:
            judge.note("uncounted", count=self._notes.uncounted)
        if story.tools:
            judge.note("licensed_tool")
        if story.outside:
            judge.note("tool_outside", count=story.outside)
        if story.declared:
            judge.note("declared", count=story.declared)
        self._lists.close()
        self._mails.close(self._erasures.lawful)
        judge.counts.update(
            requests=len(story.requests),
            sessions=sum(one.attested for one in story.sessions.values()),
            declared=story.declared,
            approvals=self._approvals.checked,
            notes=self._notes.checked,
            lists=self._lists.count,
            hosts=len(hosts),
            openings=self._openings.checked,
            reports=len(self._reports.issued),
            timestamps=self._timestamps.count,
            mails=self._mails.received,
        )
