"""The host's half of rsync with the real client at the other end, and what both ends read of it."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest

from agent.files import folders
from agent.files.folders import Spot
from tests.agent.rsync_client import FROM_HOST, TO_HOST, rsync

ODD = [b"riga\nnuova", "perché – Ω漢字🙂".encode(), b"-rf", b"con 'apici' e \"virgolette\"", b"n" * 255, b"$(id)",
       b"a;b|c", b"\xff\xfe", b"a~", b"*", b"x: it failed"]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found = tmp_path / "srv"
    found.mkdir()
    return found


def tree(root: Path) -> dict[bytes, bytes | None]:
    """Each name below it, with a file's bytes."""
    found: dict[bytes, bytes | None] = {}
    for above, inner, files in os.walk(os.fsencode(root)):
        below = os.path.relpath(above, os.fsencode(root))
        found |= {os.path.join(below, name): None for name in inner}
        found |= {
            os.path.join(below, name): Path(os.fsdecode(os.path.join(above, name))).read_bytes()
            for name in files
        }
    return found


def fill(root: Path, seed: int = 5) -> None:
    """Names that sort in every way there is, three folders deep."""
    chance = random.Random(seed)
    parts = [b"a", b"b", b".", b"-", b"0", b"\xc3\xa9", b"A"]

    def level(here: bytes, depth: int) -> None:
        for _ in range(6):
            name = b"".join(chance.choices(parts, k=chance.randint(1, 3)))
            path = here + b"/" + name
            if name in {b".", b".."} or os.path.lexists(path):
                continue
            if depth < 3 and chance.random() < 0.4:
                os.mkdir(path)
                level(path, depth + 1)
            else:
                Path(os.fsdecode(path)).write_bytes(chance.randbytes(chance.randint(0, 50)))

    root.mkdir()
    level(os.fsencode(root), 0)
    for name in ODD:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)


def same_times(one: Path, other: Path) -> None:
    for name, data in tree(one).items():
        a, b = (os.lstat(os.fsencode(root) + b"/" + name) for root in (one, other))
        assert (int(a.st_mtime), a.st_mode) == (int(b.st_mtime), b.st_mode), (name, data)


@pytest.mark.parametrize("flags", ["-a", "-azc"])
def test_a_tree_there_and_back_and_again(tmp_path: Path, home: Path, flags: str) -> None:
    own, back = tmp_path / "own", tmp_path / "back"
    fill(own)
    for name in tree(own):
        os.utime(os.fsencode(own) + b"/" + name, (10**9, 10**9))
    ran = rsync(home, flags, own, "host:", room=tmp_path)
    assert (ran.status, ran.served, ran.err) == (0, 0, "")
    assert tree(home / "own") == tree(own)
    same_times(own, home / "own")
    there = {f.path: f for f in ran.facts}
    assert {f.direction for f in ran.facts} == {TO_HOST}
    assert len(there) == len(tree(own)) + 1
    for name, data in tree(own).items():
        shown = (os.fsencode(home) + b"/own/" + name.removeprefix(b"./")).decode("utf-8", "backslashreplace")
        fact = there[shown]
        assert fact.result == ("made" if data is None else "whole")
        assert fact.sha256 == (None if data is None else hashlib.sha256(data).hexdigest())
        assert fact.count == len(data or b"")
    again = rsync(home, flags, own, "host:", room=tmp_path)
    assert (again.status, again.facts) == (0, [])

    taken = rsync(home, flags, "host:own/", back, room=tmp_path)
    assert (taken.status, taken.served, taken.err) == (0, 0, "")
    assert tree(back) == tree(own)
    same_times(own, back)
    files = {f.path: f.sha256 for f in ran.facts if f.sha256}
    assert {f.path: f.sha256 for f in taken.facts} == files
    assert {(f.direction, f.result) for f in taken.facts} == {(FROM_HOST, "whole")}
    again = rsync(home, flags, "host:own/", back, room=tmp_path)
    assert (again.status, again.facts) == (0, [])


def test_a_changed_file_crosses_whole_and_becomes_shorter(tmp_path: Path, home: Path) -> None:
    own = tmp_path / "listino"
    own.write_bytes(os.urandom(300_000))
    rsync(home, "-a", own, "host:", room=tmp_path)
    own.write_bytes(own.read_bytes()[:200_000] + b"fine")
    ran = rsync(home, "-ai", own, "host:nuovo/", room=tmp_path)
    assert (ran.status, (home / "nuovo/listino").read_bytes()) == (0, own.read_bytes())
    ran = rsync(home, "-ai", own, "host:listino", room=tmp_path)
    assert (ran.status, (home / "listino").read_bytes()) == (0, own.read_bytes())
    assert ran.told == [(TO_HOST, "whole", f"{home}/listino", 200_004, None)]
    assert ran.facts[0].name == "listino"  # the letters do not tell whether it is a folder
    (home / "listino").write_bytes(own.read_bytes() + b"altro")
    ran = rsync(home, "-a", "host:listino", own, room=tmp_path)  # the client sends sums of its own
    assert (ran.status, own.read_bytes()[-9:]) == (0, b"finealtro")
    assert ran.told == [(FROM_HOST, "whole", f"{home}/listino", 200_009, None)]


@pytest.mark.parametrize("words", [["-n", "-ai"], ["-ai", "--existing"]])
def test_nothing_is_made_where_nothing_may_be(tmp_path: Path, home: Path, words: list[str]) -> None:
    fill(tmp_path / "own")
    ran = rsync(home, *words, tmp_path / "own", "host:", room=tmp_path)
    assert (ran.status, ran.facts, os.listdir(home)) == (0, [], [])


def test_what_need_not_cross_does_not(tmp_path: Path, home: Path) -> None:
    for name in ("pari", "nuovo", "vecchio", "corto"):
        (tmp_path / name).write_text("tre")
        (home / name).write_text("tre")
        os.utime(tmp_path / name, (10**9, 10**9))
        os.utime(home / name, (10**9, 10**9))
    os.utime(home / "nuovo", (10**9 + 5, 10**9 + 5))
    os.utime(home / "vecchio", (10**9 - 5, 10**9 - 5))
    (home / "corto").write_text("tr")
    os.utime(home / "corto", (10**9, 10**9))
    names = [tmp_path / name for name in ("pari", "nuovo", "vecchio", "corto")]

    def crossed(*flags: str) -> list[str]:
        found = rsync(home, "-n", "--out-format=%n", *flags, *names, "host:", room=tmp_path)
        assert found.status == 0, found.err
        return sorted(found.out.split())

    assert crossed("-t") == ["corto", "nuovo", "vecchio"]
    assert crossed("-tu") == ["corto", "vecchio"]
    assert crossed("-c") == ["corto"]
    assert crossed("-tI") == ["corto", "nuovo", "pari", "vecchio"]
    assert crossed("-t", "--size-only") == ["corto"]
    assert crossed("-t", "--ignore-existing") == []


def test_a_folder_is_listed(tmp_path: Path, home: Path) -> None:
    (home / "sotto").mkdir()
    (home / "sotto/x").write_text("x")
    ran = rsync(home, "host:", room=tmp_path)
    assert (ran.status, ran.facts) == (0, [])
    assert [line.split()[-1] for line in ran.out.splitlines()] == [".", "sotto"]
    skipped = rsync(home, "host:sotto", tmp_path / "z", room=tmp_path)
    assert "sotto" in skipped.out + skipped.err
    assert not (tmp_path / "z").exists()


# ------------------------------------------------------------------------------------ what is refused


def test_links_pipes_and_second_names(tmp_path: Path, home: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "a").write_text("mio")
    (own / "legame").symlink_to("/etc/passwd")
    os.mkfifo(own / "tubo")
    ran = rsync(home, "-a", own, "host:", room=tmp_path)
    assert (ran.status, ran.served) == (23, 23)
    assert sorted(os.listdir(home / "own")) == ["a"]
    at = f"{home}/own"
    assert set(ran.told) == {
        (TO_HOST, "made", at, 0, None), (TO_HOST, "whole", f"{at}/a", 3, None),
        (TO_HOST, "refused", f"{at}/legame", 0, "link"), (TO_HOST, "refused", f"{at}/tubo", 0, "not_plain"),
    }  # fmt: skip
    assert "own/legame: links are not followed" in ran.err

    secret = tmp_path / "segreto"
    secret.write_text("segreto")
    (home / "own/legame").symlink_to(secret)
    (home / "own/porta").symlink_to(tmp_path)
    os.mkfifo(home / "own/tubo")
    os.link(home / "own/a", home / "secondo")
    (own / "a").write_text("altro")
    ran = rsync(home, "-a", "--no-links", f"{own}/", "host:own", room=tmp_path)
    assert (TO_HOST, "refused", f"{at}/a", 0, "not_plain") in ran.told
    assert (home / "secondo").read_text() == "mio"
    ran = rsync(home, "-a", own / "a", "host:own/legame", room=tmp_path)
    assert [one[1:] for one in ran.told] == [("refused", f"{at}/legame", 0, "link")]
    assert secret.read_text() == "segreto"
    ran = rsync(home, "-a", "host:own", tmp_path / "back", room=tmp_path)
    assert os.listdir(tmp_path / "back/own") == ["a"]
    assert {one[1:] for one in ran.told} == {
        ("whole", f"{at}/a", 3, None), ("refused", f"{at}/legame", 0, "link"),
        ("refused", f"{at}/porta", 0, "link"), ("refused", f"{at}/tubo", 0, "not_plain"),
    }  # fmt: skip
    ran = rsync(home, "-a", "host:own/porta/", tmp_path / "altrove", room=tmp_path)
    assert (ran.status, ran.told) == (23, [(FROM_HOST, "refused", f"{at}/porta", 0, "link")])
    assert not (tmp_path / "altrove/segreto").exists()


def test_outside_and_against_the_direction(tmp_path: Path, home: Path) -> None:
    (home / "a").write_text("a")
    own, back = tmp_path / "own", tmp_path / "back"
    own.write_text("mio")
    for source in (f"host:{tmp_path}/own", "host:../own", "host:/etc"):
        ran = rsync(home, "-a", source, back, room=tmp_path)
        assert ran.status == 23
        assert [one[1] for one in ran.told] == ["refused"]
        assert ran.told[0][4] == "outside_folder"
    ran = rsync(home, "-a", own, f"host:{tmp_path}/altro", room=tmp_path)
    assert (ran.status, ran.told) == (12, [(TO_HOST, "refused", f"{tmp_path}/altro", 0, "outside_folder")])
    ran = rsync(home, "-a", "host:a", back, way=TO_HOST, room=tmp_path)
    assert (ran.status, ran.told) == (23, [(FROM_HOST, "refused", f"{home}/a", 0, "direction")])
    ran = rsync(home, "-a", own, "host:", way=FROM_HOST, room=tmp_path)
    assert (ran.status, ran.told) == (12, [(TO_HOST, "refused", f"{home}/own", 0, "direction")])
    assert not back.exists()
    assert os.listdir(home) == ["a"]


def test_what_is_not_there_is_no_refusal(tmp_path: Path, home: Path) -> None:
    ran = rsync(home, "-a", "host:niente", tmp_path / "z", room=tmp_path)
    assert (ran.status, ran.facts) == (23, [])
    assert "niente: no such file" in ran.err


def test_patterns_are_not_done_when_fetching(tmp_path: Path, home: Path) -> None:
    (home / "a").write_text("a")
    ran = rsync(home, "-a", "--exclude=b", "host:", tmp_path / "z", room=tmp_path)
    assert (ran.status, ran.served, ran.facts) == (12, 12, [])
    assert "patterns" in ran.err
    (tmp_path / "own").mkdir()
    for name in "ab":
        (tmp_path / "own" / name).write_text(name)
    ran = rsync(home, "-a", "--exclude=b", f"{tmp_path}/own/", "host:", room=tmp_path)
    assert (ran.status, os.listdir(home)) == (0, ["a"])


@pytest.mark.parametrize("words", [("own", "host:"), ("host:", "z")])
def test_too_many_are_too_many(
    tmp_path: Path, home: Path, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("agent.wire.rsync_list", "agent.files.rsync_send"):
        monkeypatch.setattr(f"{module}.MAX_ENTRIES", 5)
    for folder in (home, tmp_path / "own"):
        folder.mkdir(exist_ok=True)
        for n in range(9):
            (folder / str(n)).write_text("x")
    monkeypatch.chdir(tmp_path)
    ran = rsync(home, "-a", *words, room=tmp_path)
    assert (ran.status, ran.served) == (12, 12)
    assert [(one[1], one[4]) for one in ran.told] == [("refused", "too_many")]
    assert "too many files in one channel" in ran.err


def test_several_files_need_a_folder(tmp_path: Path, home: Path) -> None:
    (home / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    (tmp_path / "c").write_text("c")
    ran = rsync(home, "-a", tmp_path / "b", tmp_path / "c", "host:a", room=tmp_path)
    assert (ran.status, (home / "a").read_text()) == (12, "a")
    assert ran.told == [(TO_HOST, "refused", f"{home}/a", 0, "not_plain")]


def test_a_full_disk_leaves_a_partial_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = folders.open_plain

    def opened(spot: Spot, flags: int, mode: int) -> int:
        fd = real(spot, flags, mode)
        if spot.name == b"pieno":
            os.dup2(os.open("/dev/full", os.O_WRONLY), fd)
        return fd

    monkeypatch.setattr(folders, "open_plain", opened)
    for name in ("pieno", "vuoto"):
        (tmp_path / name).write_text("abc")
    ran = rsync(home, "-a", tmp_path / "pieno", tmp_path / "vuoto", "host:", room=tmp_path)
    assert (ran.status, ran.served) == (23, 23)
    assert ran.told == [
        (TO_HOST, "partial", f"{home}/pieno", 3, "no_space"), (TO_HOST, "whole", f"{home}/vuoto", 3, None),
    ]  # fmt: skip
    assert "no space left" in ran.err
