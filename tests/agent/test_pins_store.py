"""State on disk: round trips, modes, damage, clones, one agent at a time."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from agent import pins_store
from agent.pins_store import Enrolled, HostKeys, SeenStore, StateDamaged, StateLock
from tests.agent.orders import AT, PINS

ENROLLED = Enrolled(PINS, confirmed=True, machine="ab" * 32, enrolled=AT)
KEYS = HostKeys.make(bytes(range(96)))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_pins_round_trip(tmp_path: Path) -> None:
    assert pins_store.load_enrolled(tmp_path) is None
    pins_store.save_enrolled(tmp_path, ENROLLED)
    assert pins_store.load_enrolled(tmp_path) == ENROLLED
    assert mode(tmp_path / "agent.json") == 0o600


def test_keys_stay_private(tmp_path: Path) -> None:
    assert pins_store.load_keys(tmp_path) is None
    previous = os.umask(0)
    try:
        pins_store.save_keys(tmp_path, KEYS)
    finally:
        os.umask(previous)
    found = pins_store.load_keys(tmp_path)
    assert found is not None
    for name in ("identity", "witness", "recorder"):
        assert getattr(found, name).seed == getattr(KEYS, name).seed
        assert mode(tmp_path / "keys" / f"{name}.key") == 0o600
    assert mode(tmp_path / "keys") == 0o700
    assert len({found.identity.seed, found.witness.seed, found.recorder.seed}) == 3


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"v":1}', bytes(5_000_000)])
def test_damaged_pins_refuse(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "agent.json").write_bytes(content)
    with pytest.raises(StateDamaged, match=r"agent\.json"):
        pins_store.load_enrolled(tmp_path)


def test_each_byte_of_the_pins_counts(tmp_path: Path) -> None:
    pins_store.save_enrolled(tmp_path, ENROLLED)
    path = tmp_path / "agent.json"
    data = path.read_bytes()
    for place in range(0, len(data), 37):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            found = pins_store.load_enrolled(tmp_path)
        except StateDamaged:
            continue
        assert found != ENROLLED


@pytest.mark.parametrize("content", [b"", b"AA\n", b"\xff" * 43])
def test_a_damaged_key_refuses(tmp_path: Path, content: bytes) -> None:
    pins_store.save_keys(tmp_path, KEYS)
    (tmp_path / "keys" / "witness.key").write_bytes(content)
    with pytest.raises(StateDamaged, match=r"witness\.key"):
        pins_store.load_keys(tmp_path)


def test_seen_survives_and_is_forgotten_only_long_after(tmp_path: Path) -> None:
    seen = SeenStore(tmp_path)
    seen.add(frozenset({"s-1", "nonce-1"}), AT + timedelta(hours=1), AT)
    assert SeenStore(tmp_path).marks == {"s-1", "nonce-1"}
    later = AT + timedelta(days=300)
    SeenStore(tmp_path).add(frozenset({"s-2"}), later, later)
    assert SeenStore(tmp_path).marks == {"s-1", "nonce-1", "s-2"}
    much_later = AT + timedelta(days=500)
    SeenStore(tmp_path).add(frozenset({"s-3"}), much_later, much_later)
    assert SeenStore(tmp_path).marks == {"s-2", "s-3"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"s-1":"yesterday"}', b'{"s-1":7}'])
def test_a_damaged_list_of_what_was_seen_refuses(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seen.json").write_bytes(content)
    with pytest.raises(StateDamaged, match=r"seen\.json"):
        SeenStore(tmp_path)


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    pins_store.write_file(path, b"old")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        pins_store.write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_one_agent_per_state(tmp_path: Path) -> None:
    first, second = StateLock(tmp_path), StateLock(tmp_path)
    assert second.holder() is None
    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()
    first.release()
    assert second.take()
    second.release()
    second.release()


def test_the_machine_is_recognised(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    other.write_text("3d1219c7c4c5404aaa1f6d2a48adfda5\n")
    assert pins_store.machine_digest(one) == pins_store.machine_digest(one)
    assert pins_store.machine_digest(one) != pins_store.machine_digest(other)
    other.write_text("\n")
    assert pins_store.machine_digest(other) == pins_store.machine_digest(tmp_path / "none") == ""


def test_revocation_removes_the_pins(tmp_path: Path) -> None:
    pins_store.save_enrolled(tmp_path, ENROLLED)
    assert pins_store.revoked_at(tmp_path) is None
    pins_store.mark_revoked(tmp_path, AT, "local")
    assert pins_store.revoked_at(tmp_path) == AT
    assert pins_store.load_enrolled(tmp_path) is None
    assert pins_store.load_enrolled(tmp_path, pins_store.REVOKED_PINS_FILE) == ENROLLED
    (tmp_path / "revoked.json").write_text(json.dumps({}))
    with pytest.raises(StateDamaged):
        pins_store.revoked_at(tmp_path)
