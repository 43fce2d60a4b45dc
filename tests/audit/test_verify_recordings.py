"""Step 12: recordings are whole, signed by their host, and those the log has seen; and nothing is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from audit import recording as rec
from audit.findings import Verdict
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.note import sign_note
from audit.recording import SegmentLeaf
from audit.recording_records import RecordingCheckpoint
from audit.verify_recordings import recordings_in
from tests.audit.recorded import CHANNEL, Recorded, recorded_session, screen_session
from tests.audit.verdicts import alone, judge, only, said, sound
from tests.audit.world import HOST, ORIGIN, World, seed


def bent(act: Callable[[Recorded], Any], **how: Any) -> Verdict:
    return judge(recorded_session(act=act, **how))


def files(change: Callable[[dict[str, bytes]], Any]) -> Verdict:
    w = recorded_session()
    entries = w.entries()
    change(entries)
    return judge(w, entries)


SEGMENT = rec.segment_name(CHANNEL, 1)


def test_an_honest_recording_is_sound() -> None:
    w = recorded_session()
    verdict = judge(w)
    sound(verdict)
    step = next(s for s in verdict.steps if s.n == 12)
    assert (step.state, step.why_en, verdict.counts["recordings"]) == ("ok", "checked", 1)
    assert said(verdict, "recordings_sealed")
    assert recordings_in(w.entries()) == [CHANNEL]


def test_nothing_recorded_is_not_applicable() -> None:
    w = World()
    w.onboard()
    verdict = judge(w)
    assert next(s.state for s in verdict.steps if s.n == 12) == "not_applicable"


def test_a_channel_that_had_to_be_recorded_was_not() -> None:
    alone(judge(recorded_session(recorded=False)), "RECORDING", "not_recorded")


def test_another_channels_recording_does_not_count() -> None:
    alone(judge(recorded_session(channel="c-00000002")), "RECORDING", "not_recorded")


def test_a_screen_is_recorded_once_whoever_watches_it() -> None:
    verdict = judge(screen_session())
    sound(verdict)
    assert verdict.counts["recordings"] == 1


@pytest.mark.parametrize("told", [(), (("window", 2),), (("window", 1), ("banca", 1))])
def test_l49_how_often_windows_were_left_out_is_the_hosts_word(told: tuple[tuple[str, int], ...]) -> None:
    """The broker tells of fewer covered pictures, or of more."""
    verdict = judge(screen_session(leaf=lambda leaf: replace(leaf, masked=told)))
    codes = {one.code for one in verdict.findings}
    assert codes == ({"segment_disputed"} if dict(told).get("window") != 1 else set())


def test_a_screen_that_had_to_be_recorded_was_not() -> None:
    alone(judge(screen_session(recorded=False)), "RECORDING", "not_recorded")


def test_nobody_had_approved_that_it_is_recorded() -> None:
    w = World()
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    made = Recorded(w, session)
    made.open()
    made.close()
    w.end(session, "closed_by_technician")
    alone(judge(w), "RECORDING", "recording_unasked")


def test_a_recording_without_output_has_no_files() -> None:
    w = recorded_session(output=False)
    assert not w.recordings
    sound(judge(w))


def test_one_that_broke_off_is_lawful_and_said() -> None:
    """The broker died: the last segment lacks the host's word, and nothing else does."""

    def died(made: Recorded) -> None:
        made.segment(b"half a ", signed=False)
        made.close("aborted")

    verdict = bent(died)
    sound(verdict)
    assert said(verdict, "recording_broken") == [f"Recording {CHANNEL} broke off after 4 segments."]


def test_one_still_open_is_lawful_and_said() -> None:
    verdict = bent(lambda _made: None)
    sound(verdict)
    assert said(verdict, "recording_open")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.pop(SEGMENT), "segment_missing"),
        (lambda f: f.update({SEGMENT: f[SEGMENT][:-1] + b"!"}), "segment_differs"),
        (lambda f: f.update({SEGMENT: f[rec.segment_name(CHANNEL, 0)]}), "segment_differs"),
        (lambda f: f.pop(rec.head_name(CHANNEL)), "recording_missing"),
        (lambda f: f.update({rec.head_name(CHANNEL): b"no note"}), "recording_head"),
        (lambda f: f.update({rec.entries_name(CHANNEL): f[rec.entries_name(CHANNEL)] + b"x"}), "recording_unread"),
        (lambda f: f.update({rec.entries_name(CHANNEL): b'\0\7{"v":1}'}), "recording_unread"),
    ],
)  # fmt: skip
def test_files_cut_edited_swapped_or_missing(change: Callable[[dict[str, bytes]], Any], code: str) -> None:
    alone(files(change), "RECORDING", code)


def test_the_head_is_not_the_logs() -> None:
    alone(bent(lambda m: (m.keep(key=SigningKey(seed("thief"))), m.close())), "RECORDING", "recording_head")


def test_the_head_is_over_other_segments() -> None:
    def shorter(made: Recorded) -> None:
        made.close()
        whole = made.world.recordings[rec.entries_name(CHANNEL)]
        made.keep(made.raw[:2])
        made.world.recordings[rec.entries_name(CHANNEL)] = whole

    alone(bent(shorter), "RECORDING", "recording_head")


def test_the_last_segment_is_cut_off_and_the_head_signed_anew() -> None:
    """Whoever holds the log's key can sign a shorter recording; the log has seen a longer one."""

    def cut(made: Recorded) -> None:
        made.close()
        made.keep(made.raw[:2])
        del made.world.recordings[rec.segment_name(CHANNEL, 2)]

    alone(bent(cut), "RECORDING", "recording_cut")


def test_a_segment_is_made_anew_and_everything_signed_anew() -> None:
    def rewrite(made: Recorded) -> None:
        made.close()
        made.leaves[0] = replace(made.leaves[0], masked=(("iban", 1),))
        made.keep()

    verdict = bent(rewrite)
    only(verdict, "RECORDING", "recording_rewritten")


@pytest.mark.parametrize("changed", [{"out_bytes": 7}, {"masked": 7}, {"segments": 4}])
def test_the_closing_tells_otherwise(changed: dict[str, int]) -> None:
    code = "recording_cut" if "segments" in changed else "recording_differs"
    alone(bent(lambda made: made.close(**changed)), "RECORDING", code)


def test_more_segments_than_the_closing_says() -> None:
    def more(made: Recorded) -> None:
        made.close()
        made.segment(b"afterwards")

    alone(bent(more), "RECORDING", "recording_differs")


@pytest.mark.parametrize(
    "change",
    [
        {"host": None},
        {"host": "no note"},
    ],
)
def test_a_segment_without_its_hosts_word(change: dict[str, Any]) -> None:
    verdict = bent(lambda m: m.close(), leaf=lambda one: replace(one, **change) if one.n == 1 else one)
    alone(verdict, "RECORDING", "segment_unsigned")


def test_only_the_last_of_what_broke_off_may_lack_it() -> None:
    def died(made: Recorded) -> None:
        made.segment(b"unsigned", signed=False)
        made.segment(b"and more")
        made.close("cut")

    alone(bent(died), "RECORDING", "segment_unsigned")


def test_a_segment_signed_by_another_key() -> None:
    alone(bent(lambda m: m.close(), key=SigningKey(seed("thief"))), "RECORDING", "segment_unsigned")


def test_host_and_broker_saw_different_output() -> None:
    verdict = bent(lambda m: m.close(), leaf=lambda one: replace(one, out_bytes=one.out_bytes + 1))
    alone(verdict, "RECORDING", "segment_disputed")


@pytest.mark.parametrize(
    "act",
    [
        lambda m: (m.close(), m.check()),
        lambda m: (m.tell(RecordingCheckpoint(CHANNEL, 1, m.root)), m.close()),
        lambda m: (m.tell(RecordingCheckpoint("c-00000009", 1, m.root)), m.close()),
        lambda m: (m.close(), m.open()),
    ],
)
def test_heads_out_of_order(act: Callable[[Recorded], Any]) -> None:
    alone(bent(act), "RECORDING", "recording_order")


def test_a_channel_of_a_host_that_never_enrolled() -> None:
    """Step 8 and others say so; here nobody knows whose signature a segment would bear."""
    w = recorded_session({"leaf": lambda leaf: None if leaf.record.KIND == "host.enrolled" else leaf})
    verdict = judge(w)
    assert "segment_unsigned" in {f.code for f in verdict.findings}


def test_an_erased_recording_keeps_its_leaves() -> None:
    w = recorded_session()
    n = w.sealed("recording.opened")[0]
    w.erase(n, decision=w.decide("r-00000001"))
    texts = [t for t in w.openings if Leaf.parse(w.leaves[t]).record.KIND in ("request.opened", "command.executed")]  # fmt: skip
    w.erase(*texts, decision=w.sealed("erasure.decided")[0])
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "erased_kept")  # said to be gone, and still here
    for leaf in range(3):
        del w.recordings[rec.segment_name(CHANNEL, leaf)]
    verdict = judge(w)
    sound(verdict)
    assert not said(verdict, "erased_kept")


def test_erased_before_its_term() -> None:
    w = recorded_session()
    w.erase(w.sealed("recording.opened")[0])
    verdict = judge(w)
    alone(verdict, "WITHHELD", "erased_early")


def test_a_file_that_belongs_to_no_recording() -> None:
    verdict = files(lambda f: f.update({rec.segment_name(CHANNEL, 9): b"more"}))
    alone(verdict, "DAMAGED", "file_extra")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"n":1', b'"n":-1'),
        (b'"n":1', b'"n":2'),
        (b'"masked":{', b'"masked":{"Iban":1,'),
        (b'"masked":{', b'"masked":{"a":0,'),
        (b'"masked":{', b'"masked":[],"x":{'),
        (b'"out_bytes":', b'"out_bytes":-'),
        (b'"v":1', b'"v":2'),
        (b'"type":"segment"', b'"type":"segments"'),
        (b'"recording":"c-00000001"', b'"recording":"c-00000002"'),
        (b'"plain":"', b'"plain":"x'),
        (b'"host":"', b'"host":7,"hosts":"'),
        (b'"last":"2026-11-01', b'"last":"2025-11-01'),
        (b'"first":"2026-11-01', b'"first":"2025-11-01'),
    ],
)
def test_a_leaf_of_another_form_is_unread_by_both_verifiers(old: bytes, new: bytes) -> None:
    def bend(made: Recorded) -> None:
        made.close()
        raw = made.raw
        assert old in raw[1]
        raw[1] = raw[1].replace(old, new, 1)
        made.keep(raw)

    alone(bent(bend), "RECORDING", "recording_unread")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"n":1', '"n":-1'),
        ('"v":1', '"v":2'),
        ('"type":"segment_seen"', '"type":"host_note"'),
        ('"out_bytes":', '"out_bytes":-'),
        ('"recording":', '"x":1,"recording":'),
        ('{"n"', '{ "n"'),
    ],
)
def test_what_a_host_signed_in_another_form_counts_for_nothing(old: str, new: str) -> None:
    key = SigningKey(seed("recorder"))

    def other(leaf: SegmentLeaf) -> SegmentLeaf:
        if leaf.n != 1 or leaf.host is None:
            return leaf
        text = leaf.host.split("\n\n")[0] + "\n"
        assert old in text
        return replace(leaf, host=sign_note(text.replace(old, new, 1), key_name(ORIGIN, HOST), key).decode())

    alone(bent(lambda made: made.close(), leaf=other), "RECORDING", "segment_unsigned")


def test_a_recording_keeps_the_key_of_the_log_it_was_opened_in() -> None:
    """The next log goes on beside it; a head signed with that one's key is another's."""

    def turned(made: Recorded, *, own: bool) -> None:
        before = made.world.log_key
        made.world.turn("2026b")
        made.keep(key=before if own else made.world.log_key)
        made.close()

    sound(bent(lambda made: turned(made, own=True)))
    alone(bent(lambda made: turned(made, own=False)), "RECORDING", "recording_head")


def test_a_session_of_a_request_nobody_knows_is_other_steps_matter() -> None:
    w = recorded_session({"leaf": lambda leaf: None if leaf.record.KIND == "request.opened" else leaf})
    verdict = judge(w)
    assert not verdict.sound
    assert "RECORDING" not in {f.cls for f in verdict.findings}
