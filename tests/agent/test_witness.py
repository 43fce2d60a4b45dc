"""The witness on the host: on disk before it cosigns, never back, never two histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.pins_store import StateDamaged
from agent.wire import frames
from agent.witness import Witness, read_held
from audit.keys import SigningKey
from audit.log_records import KeyRotated, LogHeartbeat
from audit.merkle import consistency_proof
from audit.note import VerifierKey, check_cosignature, parse_note
from audit.recovery import HeadLine, Recovery
from tests.agent.orders import AT, PINS, Log
from tests.audit import people
from web.demo.authenticator import SoftwareAuthenticator


def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path, people.WITNESS_KEY)


def offer(of: Witness, frame: frames.Head, seconds: int = 0) -> frames.Cosignature | frames.HeadRefused:
    return of.take(PINS, frame, people.HOST, AT + timedelta(seconds=seconds))


def log_of(size: int) -> Log:
    log = Log()
    for n in range(size):
        log.append(LogHeartbeat(f"2026-11-{n % 28 + 1:02d}"))
    return log


def test_it_cosigns_what_grows_and_remembers(tmp_path: Path) -> None:
    log = log_of(3)
    first = offer(witness(tmp_path), log.head())
    assert isinstance(first, frames.Cosignature)
    note = parse_note(log.head().checkpoint.encode()).add(first.line)
    assert check_cosignature(note, people.WITNESS_VKEY) == AT
    log.append(LogHeartbeat("2026-11-30"))
    again = witness(tmp_path)
    assert again.size == 3
    assert isinstance(offer(again, log.head(3)), frames.Cosignature)
    kept = read_held(tmp_path)
    assert kept is not None
    assert (kept.head.size, kept.at, again.note) == (4, AT, log.head().checkpoint)
    assert again.holds(PINS, log.head())
    assert not again.holds(PINS, log_of(3).head())
    assert not again.holds(PINS, replace(log.head(), checkpoint="x"))


def test_its_time_never_goes_back(tmp_path: Path) -> None:
    log = log_of(3)
    one = witness(tmp_path)
    offer(one, log.head(), seconds=100)
    log.append(LogHeartbeat("2026-11-30"))
    answer = offer(one, log.head(3), seconds=0)
    assert isinstance(answer, frames.Cosignature)
    note = parse_note(log.head().checkpoint.encode()).add(answer.line)
    assert check_cosignature(note, people.WITNESS_VKEY) == AT + timedelta(seconds=100)


def test_refusals_keep_the_head(tmp_path: Path) -> None:
    log = log_of(5)
    one = witness(tmp_path)
    offer(one, log.head())
    wrong = {
        "stale": log_of(6).head(2),
        "bad_signature": log.head(5, key=SigningKey(b"o" * 32)),
        "malformed": frames.Head("x", 5, ()),
    }
    log.append(LogHeartbeat("2026-11-30"))
    wrong["unproven"] = replace(log.head(5), proof=())
    for reason, frame in wrong.items():
        assert offer(one, frame) == frames.HeadRefused(5, reason)
        assert one.size == 5
    assert not one.forked


def test_a_fork_is_kept_as_proof_and_never_forgotten(tmp_path: Path) -> None:
    one = witness(tmp_path)
    offer(one, log_of(3).head())
    other = Log()
    for day in range(3):
        other.append(LogHeartbeat(f"2026-10-{day + 1:02d}"))
    assert offer(one, other.head(3)) == frames.HeadRefused(3, "fork")
    assert one.forked
    assert witness(tmp_path).forked
    assert (tmp_path / "fork.note").read_text() == other.head().checkpoint
    offer(one, other.head(3))
    assert one.size == 3


NEXT_KEY, THIRD_KEY = SigningKey(b"n" * 32), SigningKey(b"t" * 32)
PLACE = people.ORIGIN.rpartition("/")[0]
NEXT, THIRD = f"{PLACE}/2027", f"{PLACE}/2028"


def announcing(origin: str = NEXT, key: SigningKey = NEXT_KEY, tenant: str = people.TENANT) -> Log:
    """Three records, the last of which says the next log's key."""
    log = log_of(2)
    log.append(KeyRotated(VerifierKey.log(origin, key.public).text, "year"), tenant=tenant)
    return log


def moved(log: Log, origin: str = NEXT, key: SigningKey = NEXT_KEY, n: int = 2) -> frames.Head:
    """The next log's first head, one record further on, with the proof in the tree before it."""
    proof, old = log.proof(n), len(log.leaves)
    log.append(LogHeartbeat("2027-01-01"))
    return replace(log.head(old, key=key, origin=origin), moved=proof)


def test_it_follows_to_the_log_whose_key_was_said_under_a_head_it_cosigned(tmp_path: Path) -> None:
    log = announcing()
    one = witness(tmp_path)
    assert one.log_vkey(PINS) == PINS.log_vkey
    offer(one, log.head())
    frame = moved(log)
    assert isinstance(offer(one, frame), frames.Cosignature)
    again = witness(tmp_path)
    assert again.log_vkey(PINS) == VerifierKey.log(NEXT, NEXT_KEY.public)
    assert again.holds(PINS, frame)
    log.append(LogHeartbeat("2027-01-02"))
    assert offer(again, log.head(4)) == frames.HeadRefused(4, "bad_signature"), "the log before is closed"
    assert isinstance(offer(again, log.head(4, key=NEXT_KEY, origin=NEXT)), frames.Cosignature)
    assert witness(tmp_path).log_vkey(PINS).name == NEXT


def test_a_host_enrolled_anew_goes_by_what_it_pins_now(tmp_path: Path) -> None:
    log = announcing()
    one = witness(tmp_path)
    offer(one, log.head())
    offer(one, moved(log))
    other = VerifierKey.log(THIRD, THIRD_KEY.public)
    pins = replace(PINS, enrolment=replace(PINS.enrolment, log_origin=THIRD, log_vkey=other.text))
    assert one.log_vkey(pins) == other


def test_it_does_not_follow_what_no_head_of_its_own_covers(tmp_path: Path) -> None:
    log = announcing()
    one = witness(tmp_path)
    early = moved(announcing())
    assert offer(one, early) == frames.HeadRefused(0, "unannounced"), "no head is held yet"
    offer(one, log.head())
    no = frames.HeadRefused(3, "unannounced")
    assert offer(one, replace(early, moved=replace(early.moved, proof=()))) == no
    assert offer(one, moved(log, n=1)) == no, "a record that announces nothing"
    assert offer(one, replace(moved(log), moved=None)) == frames.HeadRefused(3, "bad_signature")
    assert offer(one, moved(announcing(), key=THIRD_KEY)) == frames.HeadRefused(3, "bad_signature")
    assert one.log_vkey(PINS) == PINS.log_vkey


@pytest.mark.parametrize(
    ("origin", "tenant"),
    [(f"{PLACE}/2025", people.TENANT), ("altrove.example/t-1/2027", people.TENANT), (NEXT, "t-other")],
)
def test_it_follows_only_the_next_log_of_its_own_customer(tmp_path: Path, origin: str, tenant: str) -> None:
    log = announcing(origin, tenant=tenant)
    one = witness(tmp_path)
    offer(one, log.head())
    assert offer(one, moved(log, origin)) == frames.HeadRefused(3, "unannounced")


def test_an_announcement_of_an_earlier_log_does_not_count_in_a_later_one(tmp_path: Path) -> None:
    log = announcing()
    log.append(KeyRotated(VerifierKey.log(THIRD, THIRD_KEY.public).text, "year"))
    one = witness(tmp_path)
    offer(one, log.head())
    offer(one, moved(log))
    assert one.log_vkey(PINS).name == NEXT
    assert offer(one, moved(log, THIRD, THIRD_KEY, n=3)) == frames.HeadRefused(5, "unannounced")


def recovered(
    whole: Log, copy: Log, by: SoftwareAuthenticator = people.TITOLARE, **other: Any
) -> frames.Head:
    """The first head of the log that goes on from the copy, one record further on, and the titolare's word for it."""
    said = Recovery(
        people.TENANT,
        PINS.enrolment.log_vkey,
        HeadLine(len(copy.leaves), copy.tree.root().hex()),
        HeadLine(len(whole.leaves), whole.tree.root().hex()),
        VerifierKey.log(SECOND, NEXT_KEY.public).text,
        AT,
    )
    old = len(copy.leaves)
    copy.append(LogHeartbeat("2026-12-24"))
    frame = copy.head(old, key=NEXT_KEY, origin=SECOND)
    return replace(frame, recovered=people.signed(replace(said, **other), by).to_value())


SECOND = f"{people.ORIGIN}b"


def test_it_goes_back_only_to_where_the_titolare_signed(tmp_path: Path) -> None:
    log = log_of(6)
    one = witness(tmp_path)
    offer(one, log.head())
    frame = recovered(log, log_of(4))
    plain = offer(one, replace(frame, recovered=None))
    assert plain == frames.HeadRefused(6, "bad_signature")
    answer = one.take(PINS, frame, people.HOST, AT, acked=7)
    assert isinstance(answer, frames.Cosignature)
    assert (one.size, one.lost(PINS), one.log_vkey(PINS).name) == (5, 7, SECOND)
    again = witness(tmp_path)
    assert (again.size, again.lost(PINS), again.log_vkey(PINS).name) == (5, 7, SECOND)
    assert offer(again, frame) == frames.HeadRefused(5, "unannounced"), "a loss is signed for once"


def test_a_host_that_holds_less_than_the_copy_goes_on_from_its_own_head(tmp_path: Path) -> None:
    log, copy = log_of(6), log_of(4)
    one = witness(tmp_path)
    offer(one, log_of(2).head())
    frame = recovered(log, copy)
    proof = tuple(h.hex() for h in consistency_proof(2, 5, copy.tree.read))
    assert isinstance(offer(one, replace(frame, old_size=2, proof=proof)), frames.Cosignature)
    assert one.lost(PINS) == -1


WRONG: dict[str, dict[str, Any]] = {
    "signed by an ADS": {"by": people.ADS},
    "signed by a stranger": {"by": people.STRANGER},
    "of another customer": {"tenant": "t-other"},
    "of another log": {"log": VerifierKey.log(f"{PLACE}/2025", people.LOG_KEY.public).text},
    "for a log that cannot follow": {"next": VerifierKey.log(f"{PLACE}/2025", NEXT_KEY.public).text},
    "for no log": {"next": "nonsense"},
    "of a shorter head than is held": {"cosigned": HeadLine(5, log_of(5).tree.root().hex())},
    "of another head than is held": {"cosigned": HeadLine(6, "ab" * 32)},
}


@pytest.mark.parametrize("how", WRONG)
def test_a_recovery_that_does_not_count_here(tmp_path: Path, how: str) -> None:
    log = log_of(6)
    one = witness(tmp_path)
    offer(one, log.head())
    assert offer(one, recovered(log, log_of(4), **WRONG[how])) == frames.HeadRefused(6, "unannounced")
    assert one.log_vkey(PINS) == PINS.log_vkey
    assert not one.forked


def test_a_host_at_the_restored_head_itself_knows_it(tmp_path: Path) -> None:
    log = log_of(6)
    one = witness(tmp_path)
    offer(one, log_of(4).head())
    other = HeadLine(4, "ab" * 32)
    assert offer(one, recovered(log, log_of(4), restored=other)) == frames.HeadRefused(4, "unannounced")
    assert isinstance(offer(one, recovered(log, log_of(4))), frames.Cosignature)


def test_a_tree_that_did_not_grow_from_where_he_signed_is_no_fork_of_ours(tmp_path: Path) -> None:
    log, copy = log_of(6), log_of(4)
    one = witness(tmp_path)
    offer(one, log.head())
    frame = recovered(log, copy)
    other = log_of(3)
    other.append(LogHeartbeat("2026-10-01"))
    wrong = other.head(4, key=NEXT_KEY, origin=SECOND)
    assert offer(one, replace(frame, checkpoint=wrong.checkpoint, proof=())) == frames.HeadRefused(4, "fork")
    assert not one.forked


@pytest.mark.parametrize("content", ["", "{}", '{"at":"x","note":"y"}'])
def test_a_damaged_head_refuses(tmp_path: Path, content: str) -> None:
    (tmp_path / "witness.json").write_text(content)
    with pytest.raises(StateDamaged, match=r"witness\.json"):
        witness(tmp_path)
