"""Keys: made once, kept 0600, never over another."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from broker.out import secret_file
from broker.out.key_file import KeyFiles, read_or_make
from tests.doubles import FakeChance


def test_the_same_key_comes_back_and_others_differ(tmp_path: Path) -> None:
    first = KeyFiles(tmp_path / "keys", FakeChance(b"one"))
    again = KeyFiles(tmp_path / "keys", FakeChance(b"two"))
    log, grant = first.log_key("alfa.example/t-1/2026"), first.grant_key("t-1")
    assert log.public != grant.public != first.grant_key("t-2").public
    assert again.log_key("alfa.example/t-1/2026").public == log.public
    assert again.wrapping_key() == first.wrapping_key()


def test_nobody_else_reads_them(tmp_path: Path) -> None:
    keys = KeyFiles(tmp_path / "keys", FakeChance())
    keys.log_key("alfa.example/t-1/2026")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "log-t-1-2026.key").stat().st_mode) == 0o600


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="backup"):
        read_or_make(path, FakeChance())
    assert path.read_bytes() == b"short"


@pytest.mark.parametrize("origin", ["alfa.example/../2026", "alfa.example/T-1/2026", "alfa.example/t 1/2026"])
def test_a_name_cannot_lead_elsewhere(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ValueError, match="a key's name"):
        KeyFiles(tmp_path / "keys", FakeChance()).log_key(origin)


def test_a_kill_in_the_middle_of_writing_leaves_no_half_of_a_key(tmp_path: Path) -> None:
    """Whatever was written so far has another name; the next start makes a key and finds it again."""
    path = tmp_path / "log.key"
    code = (
        "import os, signal, sys; from pathlib import Path; from broker.out import secret_file\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "secret_file.read_or_make(Path(sys.argv[1]), lambda: b'x' * 32)"
    )
    killed = subprocess.run([sys.executable, "-c", code, path], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert not path.exists()
    assert read_or_make(path, FakeChance()) == read_or_make(path, FakeChance(b"another"))


def test_of_two_who_make_a_key_at_once_both_hold_the_same(tmp_path: Path) -> None:
    path = tmp_path / "log.key"

    def slow() -> bytes:
        path.write_bytes(b"f" * 32)  # the other one was faster
        return b"s" * 32

    assert secret_file.read_or_make(path, slow) == b"f" * 32
