"""A month judged after the month before: the same verdict, from the new records alone, or else from the first."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest

from audit import bundle, tiles, verify_report, verify_resume
from audit.bundle_files import SUMS
from audit.canonical import decode_typed, encode_typed
from audit.checkpoint import Checkpoint
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import LogGap, LogRecovered
from audit.merkle import Tree
from audit.person_records import LoginSucceeded, TenantOpened
from audit.policy import Policy
from audit.record import Actor
from audit.recording_rules import RecordingRules
from audit.session_records import SessionClosed
from audit.story import Story
from audit.trust_file import SeenHeads
from audit.verify import Verified, verify
from audit.verify_ahead import ReadAhead, alone
from audit.verify_records import Records
from audit.verify_report import Material
from audit.warrant import Mandate
from tests.audit import cut
from tests.audit.recorded import recorded_session
from tests.audit.test_sealed import sealed_month
from tests.audit.test_verify_ahead import helped
from tests.audit.test_verify_shards import over_the_turn
from tests.audit.test_verify_warrants import session as warranted_session
from tests.audit.test_verify_warrants import told as warranted
from tests.audit.verdicts import changed, honest, sound, without
from tests.audit.world import HOST, TECHNICIAN, Twist, World, busy_month

verifier: Any = sys.modules[verify.__module__]  # the package has a function of that name


def packed(files: dict[str, bytes]) -> bytes:
    files[SUMS] = bundle.sums(files)
    return bundle.pack(files)


def another_session(w: World, number: int) -> None:
    request, _ = w.ask(number)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.work(session, f"c-{number:08d}", 20)
    w.end(session, "closed_by_technician")
    w.append(
        SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
        opening={"note": "Fatto."},
    )  # fmt: skip


def next_month(w: World, month: int, number: int, *, late: bool = False) -> None:
    """A session, heartbeats but for a gap, and the month's end; `late`: closed when the next has begun."""
    w.now = datetime(2026, month, 20, 9, tzinfo=UTC)
    w.append(LogGap(f"2026-{month:02d}-02", f"2026-{month:02d}-20"))
    another_session(w, number)
    w.now = datetime(2026, month, 31, 23, 30, tzinfo=UTC)
    if late:
        another_session(w, number + 1)
    w.list_sessions()
    w.close(f"2026-{month:02d}")


@cache
def two_months(text: str = "") -> World:
    """A request of the first month is answered in the second, whose first session comes before the first's close."""
    w = busy_month(Twist(texts=lambda found: found | {"incident_text": text}) if text else None, closed=False)
    another_session(w, 5)
    w.list_sessions()
    waiting, _ = w.ask(6)
    w.close()
    w.heads[w.tree.size] = w.head
    grant = w.approve(waiting)
    session = w.open(waiting, grant)
    w.start(session, grant)
    w.end(session, "closed_by_technician")
    next_month(w, 12, 7, late=True)
    return w


def closed_at(w: World) -> int:
    """How many records there were when the first report was issued."""
    return next(n for n, data in enumerate(w.leaves) if b"report.issued" in data) + 1


@cache
def world(name: str) -> World:
    match name:
        case "a month":
            return honest()
        case "two months":
            return two_months()
        case "a turn":
            return over_the_turn()
        case "a recording":
            return recorded_session()
        case "an erasure":
            w = busy_month(closed=False)
            n = w.sealed("session.closed")[0]
            w.now += timedelta(days=1)
            w.erase(n, decision=w.decide("r-00000001"))
            another_session(w, 5)
            return w
        case "a stamp":
            w = busy_month(Twist(tsa=True))
            w.stamp()
            another_session(w, 5)
            return w
        case _:
            found = warranted(Mandate)
            warranted_session(found)
            return found


WORLDS = ("a month", "two months", "a turn", "a recording", "an erasure", "a stamp", "a mandate")


def of(w: World) -> bytes:
    return packed(w.entries())


def codes(found: Verified) -> set[str]:
    return {note.code for note in found.verdict.notes}


@pytest.mark.parametrize("name", WORLDS)
def test_from_whichever_record_the_verdict_is_the_same(name: str) -> None:
    """And so is what it leaves for the next."""
    w = world(name)
    data, trust = of(w), w.trust()
    full = verify(data, trust=trust, keep=True)
    sound(full.verdict)
    sizes = [n for n in range(8, w.tree.size + 1) if name != "an erasure" or n > w.tree.size - 20]
    chance = random.Random(name)
    tried = 0
    for size in {*chance.sample(sizes, min(20, len(sizes))), w.tree.size}:
        found = cut.resumed(data, size, trust)
        if found is None:
            continue  # in the midst of what belongs together
        assert cut.same(found.verdict, full.verdict), size
        if "resumed" in codes(found):
            assert found.snapshot == full.snapshot
            assert found.head == full.head
            tried += 1
    assert tried >= 3


def test_month_after_month() -> None:
    w = two_months()
    data, trust, at = of(w), w.trust(), closed_at(two_months())
    first = cut.snapshot(data, at, trust)
    middle = cut.cut(data, at + 7)
    assert middle is not None
    second = verify(middle, trust=trust, snapshot=first, keep=True)
    third = verify(data, trust=trust, snapshot=second.snapshot, keep=True)
    assert "resumed" in codes(second)
    assert "resumed" in codes(third)
    assert cut.same(third.verdict, verify(data, trust=trust).verdict)


def test_only_new_records_are_read_and_the_report_needs_no_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    w = two_months()
    data, trust, at = of(w), w.trust(), closed_at(two_months())
    kept = cut.snapshot(data, at, trust)
    read: list[int] = []
    before = Records.read

    def seen(self: Records, n: int, entry: bytes) -> Leaf | None:
        read.append(n)
        return before(self, n, entry)

    def again(*_: Any, **__: Any) -> Any:
        raise AssertionError("the log was read again")

    monkeypatch.setattr(Records, "read", seen)
    monkeypatch.setattr(verify_report, "evidence_part", again)
    found = verify(data, trust=trust, snapshot=kept)
    sound(found.verdict)
    assert found.verdict.counts["reports"] == 2
    assert read == list(range(at, w.tree.size))
    (note,) = [note.en for note in found.verdict.notes if note.code == "resumed"]
    assert f"the first {at} records" in note


def test_every_field_of_every_step_is_kept_or_made_anew() -> None:
    """Whoever gives a step a field that outlives a record has to name it in `verify_resume.STATE`."""
    anew = {
        "chain", "judge", "files", "trust", "tenant", "signed", "evidence_of", "note_of", "log_origin_of", "label_of",
        "quorum_of", "check_head", "approvals", "warrants", "paper", "sealed_names", "periods", "gathers", "gathered",
        "judged", "judged_before", "found_now", "n", "years",
    }  # fmt: skip
    files = bundle.unpack(of(honest()))
    judge = Judgement("pinned")
    vkey = verifier.read_vkey(files, judge)
    assert vkey is not None
    signed = verifier.read_head(files, vkey, judge)
    assert signed is not None
    before = verifier.Before(SeenHeads(), (), verifier.alone, keep=True)
    reader = verifier._Reader(files, signed, honest().trust(), before, judge)
    holders = reader._holders()
    assert holders.keys() == verify_resume.STATE.keys()
    for name, holder in holders.items():
        fields = vars(holder) if hasattr(holder, "__dict__") else dict.fromkeys(type(holder).__slots__)
        left = {one.lstrip("_") for one in fields.keys() - set(verify_resume.STATE[name])}
        left -= {"cited"} if name == "recordings" else set()
        left -= {"sealed"} if name == "openings" else set()
        left -= {"found"} if name == "story" else set()
        assert left <= anew, (name, left - anew)


def test_every_class_that_a_kept_one_may_hold_is_known() -> None:
    known = verify_resume._CODEC._fields
    scalars = {str, int, bool, bytes, datetime, type(None)}

    def inside(hint: Any) -> Iterator[Any]:
        if get_origin(hint) in (Literal, Callable):
            return
        args = get_args(hint)
        if not args:
            yield hint
        for one in args[:1] if get_origin(hint) is Annotated else args:
            yield from inside(one)

    assert {LogRecovered, Policy, RecordingRules} <= known.keys()
    for kind, names in known.items():
        if kind in MAKERS:
            continue
        hints = get_type_hints(kind, include_extras=True)
        held = {one for name in names if name in hints for one in inside(hints[name])}
        left = {one for one in held - scalars - known.keys() - {..., Any} if isinstance(one, type)}
        assert not left, (kind, left)


# Of those modules too, and never kept: they hold what a bundle is judged with.
MAKERS = frozenset({Story, Material})


# ------------------------------------------------------------------------- what was changed since


def later(w: World, files: dict[str, bytes], **kw: Any) -> Verified:
    """Bent files of a world of two months, after the first was found sound; the verdict is the full one's."""
    trust = w.trust()
    kept = cut.snapshot(of(w), closed_at(w), trust)
    assert kept is not None
    data = packed(files)
    found = verify(data, trust=trust, snapshot=kept, keep=True, **kw)
    assert "not_resumed" in codes(found)
    full = verify(data, trust=trust, keep=True, **kw)
    assert cut.same(found.verdict, full.verdict)
    assert found.snapshot == full.snapshot
    return found


def test_an_old_entry_that_was_changed_is_found() -> None:
    w = two_months()
    files = w.entries()
    entry_tiles = [one.path for one in tiles.entry_tiles(w.tree.size)]
    entries = [
        entry
        for one in tiles.entry_tiles(w.tree.size)
        for entry in tiles.unpack_entries(one, files[one.path])
    ]  # fmt: skip
    entries[3] = entries[3].replace(b"p-000000", b"p-100000")
    for place, path in enumerate(entry_tiles):
        files[path] = tiles.pack_entries(entries[place * 256 : place * 256 + 256])
    found = later(w, files)
    assert {(f.cls, f.code) for f in found.verdict.findings} >= {("TAMPERED", "entry")}


def test_another_history_is_found() -> None:
    """Whole and signed, but not the one that was judged."""
    w, other = two_months(), two_months("Altro.")
    trust, at = w.trust(), closed_at(w)
    kept = cut.snapshot(of(w), at, trust)
    tree = Tree()
    for leaf in w.leaves[:at]:
        tree.append(leaf)
    seen = SeenHeads((Checkpoint(w.origin, at, tree.root()),))
    found = verify(of(other), trust=trust, snapshot=kept, seen=seen).verdict
    assert [(f.cls, f.code) for f in found.findings] == [("REWRITTEN", "saved_head")]
    assert cut.same(found, verify(of(other), trust=trust, seen=seen).verdict)


@pytest.mark.parametrize("prefix", ["openings/", "evidence/", "tile/0/", "tile/entries/"])
def test_an_old_file_that_is_gone(prefix: str) -> None:
    w = two_months()
    files = w.entries()
    gone = min(
        (name for name in files if name.startswith(prefix)),
        key=lambda name: int(name[9:-5]) if prefix == "openings/" else 0,
    )
    del files[gone]
    assert not later(w, files).verdict.sound


def test_an_old_text_erased_since_means_judging_from_the_first_record() -> None:
    w = busy_month()
    data, trust = of(w), w.trust()
    kept = verify(data, trust=trust, keep=True).snapshot
    number = w.sealed("session.closed")[0]
    w.erase(number, decision=w.decide("r-00000001", reports=("VB-0001-2026-11",)))
    found = verify(of(w), trust=trust, snapshot=kept)
    sound(found.verdict)
    assert "not_resumed" in codes(found)


def test_a_report_that_was_not_there_before_is_judged() -> None:
    """From the first record, as there is nothing else to compare it with."""
    w = two_months()
    trust, at = w.trust(), closed_at(w)
    files = dict(bundle.unpack(cut.cut(of(w), at + 1) or b""))
    shown = {name: data for name, data in files.items() if name.startswith("reports/")}
    older = {name: data for name, data in w.entries().items() if "2026-11" not in name}
    kept = verify(packed(older), trust=trust, keep=True)
    sound(kept.verdict)
    found = verify(of(w), trust=trust, snapshot=kept.snapshot)
    sound(found.verdict)
    assert "resumed" in codes(found)
    assert shown
    wrong = w.entries()
    name = next(one for one in shown if one.endswith(".json"))
    wrong[name] = wrong[name].replace(b"Aurelia", b"Amelia ")
    again = verify(packed(wrong), trust=trust, snapshot=kept.snapshot)
    assert {f.code for f in again.verdict.findings} == {"report_differs"}


def test_a_sealed_bundle() -> None:
    data, trust = packed(sealed_month()), honest().trust()
    first = verify(data, trust=trust, keep=True)
    sound(first.verdict)
    found = verify(data, trust=trust, snapshot=first.snapshot)
    assert "resumed" in codes(found)
    assert cut.same(found.verdict, first.verdict)
    opened = verify(of(honest()), trust=trust, snapshot=first.snapshot)
    assert "not_resumed" in codes(opened)


@pytest.mark.parametrize(
    "bend",
    [
        lambda w: setattr(w.twist, "approver", "stranger"),
        lambda w: setattr(w.twist, "leaf", without("session.started")),
        lambda w: setattr(w.twist, "leaf", without("channel.opened")),
        lambda w: setattr(w.twist, "body", changed("channel.closed", agrees=False)),
        lambda w: setattr(w.twist, "report", lambda report: report | {"sessions": report["sessions"][:-1]}),
        lambda w: setattr(w.twist, "printed", lambda head: head | {"quorum": 3}),
        lambda w: w.close("2027-01"),
        lambda w: w.append(TenantOpened("t-00000000", demo=True, zone="Europe/Rome")),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_new_month_is_found_alike(bend: Callable[[World], Any]) -> None:
    w = busy_month(Twist())
    kept = verify(of(w), trust=w.trust(), keep=True).snapshot
    bend(w)
    next_month(w, 12, 5)
    data = of(w)
    found = verify(data, trust=w.trust(), snapshot=kept, keep=True)
    assert found.verdict.findings
    assert found.snapshot is None
    assert cut.same(found.verdict, verify(data, trust=w.trust()).verdict)


# ------------------------------------------------------------------------- what was saved is of no use


@cache
def kept() -> bytes:
    found = verify(of(honest()), trust=honest().trust(), keep=True).snapshot
    assert found is not None
    return found


def unused(snapshot: bytes, **kw: Any) -> None:
    given: dict[str, Any] = {"trust": honest().trust(), "snapshot": snapshot, "keep": True} | kw
    found = verify(of(honest()), **given)
    sound(found.verdict)
    assert "not_resumed" in codes(found)
    assert found.snapshot is not None


def test_a_bit_flipped_anywhere_or_an_end_missing() -> None:
    chance = random.Random(68)
    for _ in range(25):
        data = bytearray(kept())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        unused(bytes(data))
    for size in (0, 1, 64, 65, 66, len(kept()) - 1):
        unused(kept()[:size])
    unused(kept() + b"\n")


def resaved(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """With a digest that is right again; `state` are the lines of it."""
    _, head, *lines = kept().split(b"\n")[:-1]
    value = decode_typed(head, max_bytes=1 << 24) | {"state": lines}
    change(value)
    lines = value.pop("state")
    data = b"".join(line + b"\n" for line in (encode_typed(value, max_bytes=1 << 24), *lines))
    return hashlib.sha256(data).hexdigest().encode() + b"\n" + data


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(verifier="0" * 64),
        lambda v: v.update(v=2),
        lambda v: v.update(trust="0" * 64),
        lambda v: v.update(tenant="t-other"),
        lambda v: v.update(size=v["size"] + 1),
        lambda v: v.update(root="0" * 64),
        lambda v: v.update(files="0" * 64),
        lambda v: v.update(evidence="0" * 64),
        lambda v: v.update(shards=[["registro.localhost/t-1/2026+0+A", 0]]),
        lambda v: v.update(shards=[1]),
        lambda v: v.update(notes=[["one"]]),
        lambda v: v.update(state=[]),
        lambda v: v.update(state=[b"{}"]),
        lambda v: v["state"].pop(),
        lambda v: v["state"].append(b"[1]"),
        lambda v: v["state"].reverse(),
        lambda v: v.update(more=1),
    ],
)
def test_of_another_verifier_or_of_other_things(change: Callable[[dict[str, Any]], Any]) -> None:
    unused(resaved(change))


def test_a_last_line_without_its_end() -> None:
    for data in (kept()[65:-1], kept()[65:].split(b"\n")[0]):
        unused(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)


def test_a_state_too_long_to_be_read_again_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_resume, "MAX_STATE_BYTES", 1000)
    found = verify(of(honest()), trust=honest().trust(), keep=True)
    sound(found.verdict)
    assert found.snapshot is None


def test_other_keys_pinned() -> None:
    unused(kept(), trust=replace(honest().trust(), report_ca=None))


def test_a_machine_without_that_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "knows_zone", lambda _: False)
    unused(kept())


def test_without_pinned_keys_nothing_is_kept_or_gone_on_from() -> None:
    found = verify(of(honest()), snapshot=kept(), keep=True)
    assert found.snapshot is None
    assert not codes(found) & cut.RESUMED


def test_files_that_are_not_the_declared_ones() -> None:
    files = honest().entries()
    files[SUMS] = files[SUMS][:-1]
    found = verify(bundle.pack(files), trust=honest().trust(), snapshot=kept())
    assert {f.cls for f in found.verdict.findings} == {"DAMAGED"}
    del files["log.vkey"]
    assert verify(packed(files), trust=honest().trust(), snapshot=kept()).head is None
    files["log.vkey"] = b"no key\n"
    assert verify(packed(files), trust=honest().trust(), snapshot=kept()).head is None


def test_a_verifier_without_its_source_keeps_and_uses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    data, trust, before = of(honest()), honest().trust(), kept()
    verify_resume.verifier.cache_clear()
    monkeypatch.setattr(verify_resume.resources, "files", lambda _: Path(__file__).parent / "go")
    found = verify(data, trust=trust, snapshot=before, keep=True)
    monkeypatch.undo()
    verify_resume.verifier.cache_clear()
    assert found.snapshot is None
    assert "not_resumed" in codes(found)


def test_a_state_that_cannot_be_written_down_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(Records):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.late_notes = 0.0  # type: ignore[assignment]

    monkeypatch.setattr(verifier, "Records", Odd)
    found = verify(of(honest()), trust=honest().trust(), keep=True)
    sound(found.verdict)
    assert found.snapshot is None


@pytest.mark.parametrize("ahead", [alone, helped])
@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 700, 770])
def test_in_a_log_of_several_tiles(size: int, ahead: ReadAhead) -> None:
    w = several_tiles()
    data, trust = of(w), w.trust()
    found = cut.resumed(data, size, trust, ahead=ahead)
    assert found is not None
    assert "resumed" in codes(found)
    assert cut.same(found.verdict, verify(data, trust=trust).verdict)
    short = cut.cut(data, 700) or b""
    if size > 700:
        kept = cut.snapshot(data, size, trust)
        assert "not_resumed" in codes(verify(short, trust=trust, snapshot=kept))


@cache
def several_tiles() -> World:
    w = World()
    w.onboard()
    while w.tree.size < 770:
        record = LoginSucceeded(TECHNICIAN, "passkey", "10.8.0.31", demo_software=False)
        w.append(record, actor=Actor(TECHNICIAN, "technician"))
    return w
