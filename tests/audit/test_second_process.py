"""A second process reads ahead: the verdict never depends on it, nor on its life."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from audit import bundle, second_process
from audit.second_process import LEAST_TILES, TILES, Asking, answer, read_ahead
from audit.tiles import WIDTH, Tile
from audit.verify import verify
from audit.verify_ahead import NOTHING, Alone, Hearing
from tests.audit.test_verify_log import many
from tests.audit.verdicts import sound
from tests.audit.world import TENANT, World

COUNT = 6 * TILES  # full tiles in the bundle of these tests
HEARING = Hearing(TENANT, frozenset())


@pytest.fixture(scope="module")
def world() -> World:
    return many(COUNT * WIDTH + 7)


@pytest.fixture(scope="module")
def files(world: World) -> bundle.Entries:
    return bundle.unpack(bundle.pack(world.entries()))


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worth it for the bundle of these tests, whatever threads the tests themselves have."""
    monkeypatch.setattr(second_process, "LEAST_TILES", TILES)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@contextmanager
def answering(files: bundle.Entries, size: int) -> Iterator[Asking]:
    """Both ends in this process."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        there = threading.Thread(target=answer, args=(theirs, files, size, HEARING))
        there.start()
        yield Asking(ours, files, size, HEARING)
        ours.close()
        there.join()


def tops(ahead: Any, files: bundle.Entries, count: int) -> list[bytes | None]:
    found = [ahead.told(i, files[Tile(None, i).path]) for i in range(count)]
    return [None if one is None else one.top for one in found]


def published(files: bundle.Entries, count: int) -> list[bytes]:
    """The roots of the entry tiles, as the hash tile above has them."""
    row = next(files[name] for name in files if name.startswith("tile/1/"))
    return [row[at : at + 32] for at in range(0, 32 * count, 32)]


def test_it_says_the_root_of_each_tile_but_of_those_kept(world: World, files: bundle.Entries) -> None:
    with answering(files, len(world.leaves)) as ahead:
        said = tops(ahead, files, COUNT)
        assert ahead.told(COUNT, b"") is None  # not full: nobody asks about it
    assert said[:TILES] == [None] * TILES  # nobody has to wait for the first
    assert said[TILES:] == published(files, COUNT)[TILES:]


def test_whoever_would_have_to_wait_judges_a_later_tile(
    world: World, files: bundle.Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process answers the first question only when nobody has any tile left to take."""
    taken: list[int] = []
    real, all_taken = second_process._judged, threading.Event()

    def judging(chunk: int, *log: Any) -> list[bytes]:
        if threading.current_thread() is threading.main_thread():
            taken.append(chunk)
            if chunk == COUNT // TILES - 1:
                all_taken.set()
        else:
            assert all_taken.wait(60)
        return real(chunk, *log)

    monkeypatch.setattr(second_process, "_judged", judging)
    with answering(files, len(world.leaves)) as ahead:
        said = tops(ahead, files, COUNT)
    assert taken == list(range(1 + second_process._HELD, COUNT // TILES))
    assert said[TILES:] == published(files, COUNT)[TILES:]


def test_of_other_bytes_than_it_read_it_has_said_nothing(world: World, files: bundle.Entries) -> None:
    with answering(files, len(world.leaves)) as ahead:
        found = [ahead.told(i, files[Tile(None, i).path] + b"\0") for i in range(COUNT)]
    assert found == [None] * COUNT


@pytest.mark.parametrize("said", [b"\xff\xff\xff\xff" + bytes(64), b"\0\0\0\4half", bytes(4 * TILES)])
def test_one_that_talks_nonsense_is_not_believed(
    world: World, files: bundle.Entries, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(second_process, "PATIENCE_S", 0.05)
    monkeypatch.setattr(second_process, "_judged", lambda *_: [NOTHING] * TILES)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        assert tops(Asking(ours, files, len(world.leaves), HEARING), files, COUNT) == [None] * COUNT


def test_the_same_verdict(world: World, low: None) -> None:
    data, trust = bundle.pack(world.entries()), world.trust()
    alone, helped = verify(data, trust=trust), verify(data, trust=trust, ahead=read_ahead)
    sound(helped.verdict)
    assert helped.verdict.to_value() == alone.verdict.to_value()


@pytest.mark.parametrize("n", [5, TILES * WIDTH + 3, 2 * TILES * WIDTH + 3, COUNT * WIDTH + 3])
def test_the_same_findings(world: World, low: None, n: int) -> None:
    entries = world.entries()
    path = Tile(None, n // WIDTH, min(WIDTH, len(world.leaves) - n // WIDTH * WIDTH)).path
    entries[path] = entries[path].replace(f'"n":{n},'.encode(), f'"n":{n + 1},'.encode())
    data, trust = bundle.pack(entries), world.trust()
    alone, helped = verify(data, trust=trust), verify(data, trust=trust, ahead=read_ahead)
    assert not helped.verdict.sound
    assert helped.verdict.to_value() == alone.verdict.to_value()


def test_nobody_is_left_behind(
    world: World, files: bundle.Entries, low: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked: list[int] = []
    real = os.fork

    def fork() -> int:
        forked.append(real())
        return forked[0]

    monkeypatch.setattr(os, "fork", fork)
    with read_ahead(files, len(world.leaves), HEARING) as ahead:
        assert isinstance(ahead, Asking)
        assert any(tops(ahead, files, COUNT))
    with pytest.raises(ChildProcessError):
        os.waitpid(forked[0], os.WNOHANG)


@pytest.mark.parametrize("asked", [0, TILES, 2 * TILES])
def test_a_second_process_that_dies(
    world: World, files: bundle.Entries, low: None, monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    """Before the first question, or among them: the rest is done alone, at once."""
    forked: list[int] = []
    real = os.fork

    def fork() -> int:
        forked.append(real())
        return forked[0]

    monkeypatch.setattr(os, "fork", fork)
    with read_ahead(files, len(world.leaves), HEARING) as ahead:
        tops(ahead, files, asked)
        os.kill(forked[0], signal.SIGKILL)
        os.waitid(os.P_PID, forked[0], os.WEXITED | os.WNOWAIT)
        rest = [ahead.told(i, files[Tile(None, i).path]) for i in range(asked, COUNT)]
    assert {one.top for one in rest if one is not None} <= set(published(files, COUNT))


def test_one_that_hangs_is_waited_for_only_so_long(
    world: World, files: bundle.Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_process, "PATIENCE_S", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert set(tops(Asking(ours, files, len(world.leaves), HEARING), files, COUNT)) - {None} <= set(
            published(files, COUNT)
        )


def test_where_it_is_not_wanted_or_not_worth_it(
    world: World, files: bundle.Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(world.leaves)
    assert size // WIDTH < LEAST_TILES
    with read_ahead(files, size, HEARING) as ahead:
        assert isinstance(ahead, Alone)
        assert ahead.told(0, b"") is None
    monkeypatch.setattr(second_process, "LEAST_TILES", TILES)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with read_ahead(files, size, HEARING) as ahead:
        assert isinstance(ahead, Alone)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.delattr(os, "fork")
    with read_ahead(files, size, HEARING) as ahead:
        assert isinstance(ahead, Alone)


def test_its_whole_life(world: World, files: bundle.Entries, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the forked process runs, run here: it ends when nobody asks any more, and never returns."""
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    ours, theirs = socket.socketpair()
    other = ours.dup()
    other.close()
    with ours, theirs:
        ours.shutdown(socket.SHUT_RDWR)
        second_process._live(ours, theirs, files, len(world.leaves), HEARING)
    assert left == [0]
