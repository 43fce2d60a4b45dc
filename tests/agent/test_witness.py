"""The witness on the host: on disk before it cosigns, never back, never two histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.pins_store import StateDamaged
from agent.wire import frames
from agent.witness import Witness, read_held
from audit.keys import SigningKey
from audit.note import check_cosignature, parse_note
from audit.records import LogHeartbeat
from tests.agent.orders import AT, PINS, Log
from tests.audit import people


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


@pytest.mark.parametrize("content", ["", "{}", '{"at":"x","note":"y"}'])
def test_a_damaged_head_refuses(tmp_path: Path, content: str) -> None:
    (tmp_path / "witness.json").write_text(content)
    with pytest.raises(StateDamaged, match=r"witness\.json"):
        witness(tmp_path)
