"""The old protocol with the host's own server in it: what both ends read, however the bytes are cut."""

from __future__ import annotations

import hashlib
import random
import threading
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.files import scp_server
from agent.files.folders import Folders
from agent.wire import files_command
from agent.wire.files_command import ScpCommand
from agent.wire.frames import ProtocolError
from agent.wire.scp_watch import ScpWatch
from agent.wire.transfers import Fact
from tests.bent import TRIES, bent, held, pieces


class Half:
    """The server in a thread; `say` and `hear` are the technician's program, with a watch in between."""

    def __init__(self, line: str, folder: Path, way: str = "both") -> None:
        command = files_command.read(line)
        assert command is not None
        self.watch = ScpWatch(command, str(folder))
        self.facts: list[Fact] = []
        self.status: int | None = None
        self._in: Queue[bytes] = Queue()
        self._out: Queue[bytes] = Queue()
        self._held = b""
        allowed = Folders([(str(folder), way)])
        self._thread = threading.Thread(target=self._run, args=(command, allowed), daemon=True)
        self._thread.start()

    def _run(self, command: ScpCommand, allowed: Folders) -> None:
        self.status = scp_server.serve(command, allowed, self._read, self._out.put)

    def _read(self, count: int) -> bytes:
        if not self._held:
            self._held = self._in.get(timeout=60)
        found, self._held = self._held[:count], self._held[count:]
        return found

    def say(self, data: bytes) -> None:
        for n in range(len(data)):  # one by one: no piece is a line by chance
            self.facts += self.watch.from_client(data[n : n + 1])
        self._in.put(data)

    def hear(self) -> bytes:
        data = self._out.get(timeout=60)
        self.facts += self.watch.from_host(data)
        return data

    def over(self) -> list[Fact]:
        self._in.put(b"")
        self._thread.join(60)
        while not self._out.empty():
            self.hear()
        self.facts += self.watch.end()
        return self.facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_a_tree_is_taken(folder: Path) -> None:
    half = Half("scp -r -t .", folder)
    assert half.hear() == b"\0"
    for line, data in (
        (b"D0755 0 a\n", None),
        (b"C0644 3 uno\n", b"abc"),
        (b"C0600 0 due\n", b""),
        (b"E\n", None),
    ):
        half.say(line)
        assert half.hear() == b"\0"
        if data is not None:
            half.say(data + b"\0")
            assert half.hear() == b"\0"
    told = half.over()
    digest = hashlib.sha256(b"abc").hexdigest()
    assert told[0] == Fact(1, "to_host", "whole", 0, 3, str(folder / "a/uno"), digest)
    assert (told[1].path, told[1].count, half.status) == (str(folder / "a/due"), 0, 0)
    assert (folder / "a/uno").read_bytes() == b"abc"


def test_one_file_is_sent(folder: Path) -> None:
    (folder / "uno").write_bytes(b"abcd")
    half = Half("scp -p -f uno", folder)
    half.say(b"\0")
    assert half.hear().startswith(b"T")
    half.say(b"\0")
    assert half.hear().endswith(b" 4 uno\n")
    half.say(b"\0")
    assert half.hear() + half.hear() == b"abcd\0"
    half.say(b"\0")
    (one,) = half.over()
    assert (one.direction, one.result, one.count, one.path) == ("from_host", "whole", 4, str(folder / "uno"))


def test_where_a_target_may_be_a_folder_its_name_stands_beside(folder: Path) -> None:
    half = Half(f"scp -t {folder}", folder)
    half.hear()
    half.say(b"C0644 1 uno\n")
    half.hear()
    half.say(b"x")
    (one,) = half.over()
    assert (one.result, one.path, one.name, one.count) == ("partial", str(folder), "uno", 1)
    assert one.text().keys() == {"path", "name", "sha256"}


@pytest.mark.parametrize(
    ("line", "way", "says", "reason"),
    [
        ("scp -t ../x", "both", b"C0644 1 x\n", "outside_folder"), ("scp -t x", "from_host", b"C0644 1 x\n", "direction"),
        ("scp -t x", "both", b"D0755 0 x\n", "not_allowed"),
        ("scp -f /etc/hostname", "both", b"\0", "outside_folder"), ("scp -f .", "both", b"\0", "not_plain"),
    ],
)  # fmt: skip
def test_a_no_is_told(folder: Path, line: str, way: str, says: bytes, reason: str) -> None:
    half = Half(line, folder, way)
    if "-t" in line:
        half.hear()
    half.say(says)
    assert half.hear().startswith(b"\x01scp: ")
    (no,) = half.over()
    assert (no.result, no.reason, half.status) == ("refused", reason, 1)
    assert not (folder / "x").exists()


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=8), st.booleans())
def test_no_bytes_break_it(pieces: list[tuple[bool, bytes]], sends: bool) -> None:  # noqa: FBT001
    watch = ScpWatch(ScpCommand(sends, "/srv/x"), "/srv")
    for to_host, data in pieces:
        try:
            (watch.from_client if to_host else watch.from_host)(data)
        except ProtocolError:
            return
    for fact in watch.end():
        assert fact.result == "partial"


SENDS = [
    b"C0644 5 nome\n",
    b"abcde\0",
    b"D0755 0 cartella\n",
    b"E\n",
    b"T1 0 1 0\n",
    b"\x01scp: a: permission denied\n",
]
ANSWERS = [b"\0", b"\0\0", b"\x01scp: a: the disk is full\n", b"\x02no\n"]


@pytest.mark.parametrize("sends", [True, False])
def test_bent_lines_are_read_or_a_breach(sends: bool, rounds: int, dice: random.Random) -> None:  # noqa: FBT001
    """From either end, the same however they are cut; and what is held stays within its bound."""
    for _ in range(TRIES * rounds):
        ends = [ScpWatch(ScpCommand(sends, "/srv/x", into_folder=True), "/srv") for _ in range(2)]
        facts: list[list[Fact]] = [[], []]
        over = [False, False]
        for turn in range(dice.randint(1, 10)):
            theirs = bool(turn % 2)
            data = bent(dice, SENDS if theirs is sends else ANSWERS, most=2)
            for at, some in enumerate(([data], list(pieces(dice, data)))):
                for piece in some if not over[at] else ():
                    try:
                        facts[at] += ends[at].from_host(piece) if theirs else ends[at].from_client(piece)
                    except ProtocolError:
                        over[at] = True
                        break
                assert held(ends[at]) < 64 * 1024
        assert over[0] == over[1]
        if not over[0]:
            assert facts[0] + ends[0].end() == facts[1] + ends[1].end()
