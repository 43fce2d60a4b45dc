"""The spool: numbers without a gap, nothing lost by a crash, a torn end tolerated, damage refused."""

from __future__ import annotations

import errno
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import spool as spool_module
from agent.pins_store import StateDamaged
from agent.spool import Spool, waiting_in


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.log"


def pending(spool: Spool) -> list[tuple[int, str]]:
    return [(s.host_n, s.note) for s in spool.pending()]


def reopened(spool: Spool, path: Path) -> Spool:
    spool.close()
    return Spool(path)


def test_notes_wait_until_acknowledged_through_restarts(path: Path) -> None:
    spool = Spool(path)
    assert (spool.next_n, spool.acked, len(spool)) == (0, -1, 0)
    for n in range(3):
        spool.append(n, f"note {n}\n")
    spool = reopened(spool, path)
    assert pending(spool) == [(n, f"note {n}\n") for n in range(3)]
    assert spool.acknowledge(1)
    spool = reopened(spool, path)
    assert pending(spool) == [(2, "note 2\n")]
    assert (spool.next_n, spool.acked) == (3, 1)
    assert [s.host_n for s in spool.pending(after=2)] == []
    assert waiting_in(path) == 1
    spool.close()


def test_a_fresh_host_starts_after_its_enrolment(path: Path) -> None:
    spool = Spool(path)
    spool.start_after(0)
    spool = reopened(spool, path)
    assert (spool.next_n, spool.acked, len(spool)) == (1, 0, 0)
    with pytest.raises(ValueError, match="in use"):
        spool.start_after(0)
    spool.close()


def test_numbers_have_no_gap(path: Path) -> None:
    spool = Spool(path)
    for wrong in (1, -1):
        with pytest.raises(ValueError, match="not the next"):
            spool.append(wrong, "x")
    spool.close()


def test_acknowledgements_that_make_no_sense(path: Path) -> None:
    spool = Spool(path)
    spool.append(0, "a")
    spool.append(1, "b")
    assert not spool.acknowledge(2), "of a note that never was"
    assert len(spool) == 2
    assert spool.acknowledge(1)
    assert spool.acknowledge(0), "a stale one means nothing"
    assert spool.acked == 1
    spool.close()


@given(st.integers(1, 200))
def test_a_torn_last_line_is_cut_off(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("spool") / "spool.log"
    spool = Spool(path)
    spool.append(0, "the first")
    whole = path.stat().st_size
    spool.append(1, "the second, which a crash cuts" + "x" * 200)
    spool.close()
    os.truncate(path, max(whole, path.stat().st_size - cut))
    assert waiting_in(path) == 1
    spool = Spool(path)
    assert pending(spool) == [(0, "the first")]
    spool.append(1, "again")
    spool = reopened(spool, path)
    assert pending(spool) == [(0, "the first"), (1, "again")]
    spool.close()


def test_a_last_line_that_is_only_noise(path: Path) -> None:
    spool = Spool(path)
    spool.append(0, "a")
    spool.close()
    with path.open("ab") as out:
        out.write(b"\0\0\0\0\n")
    spool = Spool(path)
    assert pending(spool) == [(0, "a")]
    spool.close()


@pytest.mark.parametrize("place", [0, 5, 12, 30])
def test_damage_before_the_end_refuses(path: Path, place: int) -> None:
    spool = Spool(path)
    spool.append(0, "the first note")
    spool.append(1, "the second note")
    spool.close()
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(StateDamaged, match="line 1"):
        Spool(path)


@pytest.mark.parametrize("body", [b"noise", b"[]", b'{"n":1,"note":"x"}', b'{"acked":5}', b"{}"])
def test_lines_that_are_whole_but_make_no_sense(path: Path, body: bytes) -> None:
    line = b"%08x %s\n" % (zlib.crc32(body), body)
    path.write_bytes(spool_module._line({"n": 0, "note": "a"}) + line + line)
    with pytest.raises(StateDamaged):
        Spool(path)


def test_a_number_written_twice_refuses(path: Path) -> None:
    spool = Spool(path)
    spool.append(0, "a")
    spool.close()
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(StateDamaged):
        Spool(path)


def test_a_long_life_does_not_fill_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "REWRITE_BYTES", 2048)
    spool = Spool(path)
    for n in range(300):
        spool.append(n, "x" * 50)
        if n:
            spool.acknowledge(n - 1)
        assert path.stat().st_size < 4096
    spool = reopened(spool, path)
    assert pending(spool) == [(299, "x" * 50)]
    assert spool.next_n == 300
    spool.close()


def test_a_long_queue_is_emptied_without_writing_it_again_each_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "REWRITE_BYTES", 2048)
    monkeypatch.setattr(os, "fdatasync", lambda _: None)
    spool = Spool(path)
    for n in range(1000):
        spool.append(n, "x" * 50)
    rewritten: list[int] = []
    real = spool_module.write_file
    monkeypatch.setattr(
        spool_module, "write_file", lambda where, data: (rewritten.append(len(data)), real(where, data))
    )
    for n in range(1000):
        assert spool.acknowledge(n)
        assert [s.host_n for s in spool.pending(after=n + 5)] == list(range(n + 6, 1000))
    assert 1 <= len(rewritten) < 100
    spool = reopened(spool, path)
    assert (spool.next_n, spool.acked, len(spool)) == (1000, 999, 0)
    spool.close()


def test_no_room_leaves_no_torn_line_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path)
    spool.append(0, "a")
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: real(handle, data[:7]))
        with pytest.raises(OSError, match="no room"):
            spool.append(1, "b")
    spool.append(1, "c")
    spool = reopened(spool, path)
    assert pending(spool) == [(0, "a"), (1, "c")]
    spool.close()


@pytest.mark.parametrize("code", [errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_note_that_cannot_be_kept_has_no_number(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    spool = Spool(path)
    spool.append(0, "a")

    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        with pytest.raises(OSError, match=re.escape(os.strerror(code))):
            spool.append(1, "b")
    assert spool.next_n == 1
    spool.append(1, "c")
    spool = reopened(spool, path)
    assert pending(spool) == [(0, "a"), (1, "c")]
    spool.close()


WRITER = """
import sys
from pathlib import Path
from agent.spool import Spool
spool = Spool(Path(sys.argv[1]))
while True:
    n = spool.next_n
    spool.append(n, f"note {n} " + "x" * (n % 97))
    print(n, flush=True)
    if n % 7 == 6:
        spool.acknowledge(n - 3)
"""


def test_kill_9_loses_nothing_that_was_kept(path: Path, rounds: int, dice: random.Random, root: Path) -> None:
    """Whatever `append` returned for is there again, in order and without a gap."""
    told = -1
    for _ in range(rounds):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(dice.random() / 5)
            writer.send_signal(signal.SIGKILL)
            lines = writer.stdout.read().splitlines()
            told = max([told, *(int(line) for line in lines)])
        spool = Spool(path)
        assert spool.next_n > told
        numbers = [s.host_n for s in spool.pending()]
        assert numbers == list(range(spool.acked + 1, spool.next_n))
        assert all(s.note.startswith(f"note {s.host_n} ") for s in spool.pending())
        spool.close()


def test_what_a_note_commits_to_waits_beside_it(path: Path) -> None:
    """Through a restart and a rewriting of the file, and is gone with its note."""
    beside = {"salt": "AA", "data": {"path": "/opt/anydesk"}}
    spool = Spool(path)
    spool.append(0, "plain")
    spool.append(1, "note", beside)
    for n in range(2, 12):
        spool.append(n, "x" * 60_000)
    spool = reopened(spool, path)
    assert [s.opening for s in spool.pending()][:3] == [None, beside, None]
    spool.acknowledge(0)
    spool._rewrite()
    spool = reopened(spool, path)
    assert next(spool.pending()).opening == beside
    spool.acknowledge(11)
    assert b"/opt/anydesk" not in path.read_bytes()
    spool.close()


def test_one_that_cannot_be_opened_again_is_closed_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its descriptor's number is somebody else's by then."""
    spool = Spool(path)
    spool.append(0, "note")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(spool_module, "write_file", full)
        patched.setattr(os, "open", full)
        with pytest.raises(OSError, match="Too many open files"):
            spool._rewrite()
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(3)]
    spool.close()
    for one in others:
        os.close(one)
    assert pending(reopened(Spool(path), path)) == [(0, "note")]
