"""Reading a tool's log on: where it stood, rotation, truncation, encodings, bounds, and files that are none."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from agent.tools import own_log
from agent.tools.adapter import LogPlace, adapter
from agent.tools.dialect import MAX_LINE
from agent.tools.own_log import MAX_AT_ONCE, MAX_HEARD, OwnLogs
from tests.bent import TRIES, bent, held, pieces

FORMS = adapter("anydesk", "linux").logs[0].lines


def line(number: int) -> str:
    return f"Incoming     2026-11-22, 10:00 User   p{number} {number}\n"


def logs(path: Path) -> OwnLogs:
    return OwnLogs((LogPlace((str(path),), FORMS),), "/")


def peers(found: OwnLogs) -> list[str | None]:
    return [one.peer for one in found.listen()]


def test_only_what_comes_after_the_start_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(line(1))
    found = logs(path)
    with path.open("a") as out:
        out.write(line(2) + "noise\n" + line(3)[:20])
    assert peers(found) == ["p2 2"]
    with path.open("a") as out:
        out.write(line(3)[20:])
    assert peers(found) == ["p3 3"]
    assert (peers(found), found.state) == ([], "read")
    found.close()


def test_a_log_that_comes_later_and_one_that_never_comes(tmp_path: Path) -> None:
    found, never = logs(tmp_path / "log"), logs(tmp_path / "never")
    (tmp_path / "log").write_text(line(1))
    assert (peers(found), found.state) == (["p1 1"], "read")
    assert (peers(never), never.state) == ([], "missing")
    assert OwnLogs((), "/").state is None
    for one in (found, never):
        one.close()


def test_rotation_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(line(1))
    found = logs(path)
    with path.open("a") as out:
        out.write(line(2))
    path.rename(tmp_path / "log.1")
    path.write_text(line(3))
    assert (peers(found), found.state) == (["p2 2", "p3 3"], "read")
    found.close()


def test_a_log_written_anew_is_read_from_its_start_and_said_to_be_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(line(1) * 3)
    found = logs(path)
    path.write_text(line(2))
    assert (peers(found), found.state) == (["p2 2"], "skipped")
    found.close()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path.write_bytes((mark + line(1)).encode(encoding))
    found = logs(path)
    with path.open("ab") as out:
        more = (
            line(2)
            .replace("p2", "pè€")
            .encode(encoding.replace("utf-16", "utf-16-le") if encoding == "utf-16" else encoding)
        )
        out.write(more.removeprefix(b"\xef\xbb\xbf")[:31])
        assert peers(found) == []
        out.write(more.removeprefix(b"\xef\xbb\xbf")[31:])
    assert peers(found) == ["pè€ 2"]
    found.close()
    fresh = tmp_path / "fresh"
    later = logs(fresh)
    fresh.write_bytes((mark + line(1)).encode(encoding))
    assert peers(later) == ["p1 1"]
    later.close()


def test_hostile_text_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    found = logs(path)
    with path.open("ab") as out:
        out.write(b"\xffx\x00" * 100 + b"\n" + b"x" * 5000)
        out.flush()
        assert (peers(found), found.state) == ([], "skipped")
        out.write(b"still the same line\n" + line(1).encode())
        out.flush()
        assert peers(found) == ["p1 1"]
        out.write(b"y" * 2 * MAX_AT_ONCE + b"\n" + line(2).encode())
        out.flush()
        assert peers(found) == ["p2 2"]
        out.write(line(3).encode() * (MAX_HEARD + 10))
        out.flush()
        assert len(peers(found)) == MAX_HEARD - 2
    assert (peers(found), found.state) == ([], "skipped")
    found.close()


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(secret)
    for name in ("pipe", "link", "."):
        found = logs(tmp_path / name)
        secret.write_text(line(1))
        assert (peers(found), found.state) == ([], "missing")
        found.close()


def test_a_disk_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text("")
    found = logs(path)
    path.write_text(line(1))

    def broken(*_: object) -> bytes:
        raise OSError(5, "no")

    monkeypatch.setattr(own_log.os, "read", broken)
    assert (peers(found), found.state) == ([], "skipped")
    found.close()


def test_a_path_below_the_account_s_home(tmp_path: Path) -> None:
    found = OwnLogs((LogPlace(("~/.anydesk/log", "~\\x\\log"), FORMS),), str(tmp_path))
    for folder in (".anydesk", "x"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log").write_text(line(1))
    assert peers(found) == ["p1 1", "p1 1"]
    found.close()


def test_a_bent_log_says_only_what_a_record_may_hold(
    tmp_path: Path, rounds: int, dice: random.Random
) -> None:
    """Whatever is written into it, however it grows: bounded texts without any sign that is not seen."""
    seeds = [
        line(1).encode(),
        line(2).encode("utf-16-le"),
        b"\r\n",
        "\u202e\x1b]52;c;x\x07=cmd|' /C\n".encode(),
        b"\xff\xfe",
    ]
    for n in range(TRIES * rounds // 4):
        path = tmp_path / str(n)
        path.write_bytes(dice.choice((b"", b"\xff\xfe", b"\xfe\xff")))
        found = logs(path)
        with path.open("ab", buffering=0) as out:
            for piece in pieces(dice, bent(dice, seeds)):
                out.write(piece)
                for one in found.listen():
                    assert all(text is None or (text.isprintable() and len(text) <= 128)
                               for text in (one.began, one.ended, one.peer))  # fmt: skip
                assert held(found._files[0]._rest) <= MAX_LINE
        found.close()
        path.unlink()
