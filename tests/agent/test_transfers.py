"""What both ends read of one conversation, with the host's own server in it, however the bytes are cut."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.files.folders import Folders
from agent.files.sftp_server import SftpServer
from agent.wire import sftp
from agent.wire.file_watch import is_served, watch_of
from agent.wire.frames import ProtocolError
from agent.wire.sftp import Code, Fields, Op, Packets, packet, string
from agent.wire.transfers import MAX_REFUSALS, MAX_WAITING, Fact, SftpWatch
from tests.bent import TRIES, bent, held
from tests.bent import pieces as cut_up


class Talk:
    """A client's half against the server, and what it says read by two watches: whole, and in small pieces."""

    def __init__(self, *lines: tuple[Path, str]) -> None:
        folders = [(str(path), way) for path, way in lines]
        self.server = SftpServer(Folders(folders))
        self.ends = [SftpWatch(folders[0][0]), SftpWatch(folders[0][0])]
        self.facts: list[list[Fact]] = [[], []]
        self.numbers = itertools.count(1)
        self.chance = random.Random(7)

    def ask(self, op: Op, *parts: bytes) -> Fields:
        """What it answers, behind its number; the op is `self.op`."""
        return self.tell(packet(op, struct.pack(">I", next(self.numbers)), *parts))

    def tell(self, request: bytes) -> Fields:
        self.cross(request, to_host=True)
        reply = self.server.answer(request[4:])
        self.cross(reply, to_host=False)
        self.op, f = reply[4], Fields(reply[5:])
        f.u32()
        return f

    def cross(self, data: bytes, *, to_host: bool) -> None:
        cut = self.chance.randint(0, len(data))
        for end, pieces, facts in zip(self.ends, ([data], [data[:cut], data[cut:]]), self.facts, strict=True):
            for piece in pieces:
                facts.extend(end.from_client(piece) if to_host else end.from_host(piece))

    def open(self, path: object, flags: int) -> bytes:
        f = self.ask(Op.OPEN, string(os.fsencode(str(path))), struct.pack(">II", flags, 0))
        assert self.op == Op.HANDLE, f.string()
        return f.string()

    def code(self, op: Op, *parts: bytes) -> int:
        f = self.ask(op, *parts)
        assert self.op == Op.STATUS
        return f.u32()

    def write(self, handle: bytes, offset: int, data: bytes) -> int:
        return self.code(Op.WRITE, string(handle), struct.pack(">Q", offset), string(data))

    def read(self, handle: bytes, offset: int, size: int = 1000) -> bytes | None:
        f = self.ask(Op.READ, string(handle), struct.pack(">QI", offset, size))
        return f.string() if self.op == Op.DATA else None

    def close(self, handle: bytes) -> int:
        return self.code(Op.CLOSE, string(handle))

    def told(self) -> list[Fact]:
        assert self.facts[0] == self.facts[1]
        found, self.facts = self.facts[0], [[], []]
        return found

    def end(self) -> list[Fact]:
        for end, facts in zip(self.ends, self.facts, strict=True):
            facts.extend(end.end())
        return self.told()


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    return Talk((tmp_path / "in", "both"))


SENT = sftp.WRITE | sftp.CREAT | sftp.TRUNC


def test_a_file_there_and_back(talk: Talk, tmp_path: Path) -> None:
    data = os.urandom(2500)
    handle = talk.open("a", SENT)
    for at in range(0, 2500, 1000):
        assert talk.write(handle, at, data[at : at + 1000]) == Code.OK
    assert talk.close(handle) == Code.OK
    (up,) = talk.told()
    digest = hashlib.sha256(data).hexdigest()
    assert up == Fact(1, "to_host", "whole", 0, 2500, str(tmp_path / "in/a"), digest)
    handle = talk.open("a", sftp.READ)
    assert [talk.read(handle, at) for at in (1000, 2000, 2500)] == [data[1000:2000], data[2000:], None]
    talk.close(handle)
    (down,) = talk.told()
    again = hashlib.sha256(data[1000:]).hexdigest()
    assert (down.direction, down.result, down.offset, down.count, down.sha256) == (
        "from_host", "whole", 1000, 1500, again,
    )  # fmt: skip


def test_what_is_not_read_to_its_end_or_out_of_order_is_partial(talk: Talk) -> None:
    handle = talk.open("a", SENT)
    talk.write(handle, 1000, b"b" * 1000)
    talk.write(handle, 0, b"a" * 1000)
    talk.close(handle)
    handle = talk.open("a", sftp.READ)
    talk.read(handle, 0)
    talk.close(handle)
    assert [(one.direction, one.result) for one in talk.told()] == [
        ("to_host", "partial"),
        ("from_host", "partial"),
    ]
    talk.write(talk.open("b", SENT), 0, b"c")
    (cut,) = talk.end()
    assert (cut.result, cut.count) == ("partial", 1)


def test_what_the_disk_does_not_take_is_partial(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = talk.open("a", SENT)
    talk.write(handle, 0, b"a" * 1000)

    def full(*_: object) -> int:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "pwrite", full)
    assert talk.write(handle, 1000, b"b" * 1000) == Code.FAILURE
    talk.close(handle)
    (one,) = talk.told()
    assert (one.result, one.count, one.reason) == ("partial", 1000, "no_space")
    assert one.sha256 == hashlib.sha256(b"a" * 1000).hexdigest()


def test_only_its_own_files_are_renamed_and_nothing_is_deleted(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "in/theirs").write_text("di altri")
    handle = talk.open("mine", SENT)
    talk.close(handle)
    talk.told()
    move = lambda a, b: talk.code(Op.RENAME, string(a), string(b))  # noqa: E731
    assert move(b"mine", b"theirs") == Code.FAILURE
    handle = talk.open("theirs", sftp.WRITE)  # to open it is not to have written it
    assert move(b"theirs", b"x") == Code.PERMISSION_DENIED
    talk.close(handle)
    assert move(b"mine", b"../out/x") == Code.PERMISSION_DENIED
    assert move(b"mine", b"new") == Code.OK
    for op in (Op.REMOVE, Op.RMDIR):
        assert talk.code(op, string(b"new")) == Code.PERMISSION_DENIED
    assert talk.code(Op.MKDIR, string(b"folder"), struct.pack(">I", 0)) == Code.OK
    told = [(one.result, one.reason, one.to) for one in talk.told()]
    assert told == [
        ("refused", "not_allowed", None), ("whole", None, None), ("refused", "outside_folder", None),
        ("renamed", None, str(tmp_path / "in/new")), ("refused", "not_allowed", None), ("made", None, None),
    ]  # fmt: skip
    assert sorted(os.listdir(tmp_path / "in")) == ["folder", "new", "theirs"]


def test_a_refusal_is_told_once_and_so_many_at_most(talk: Talk) -> None:
    for n in range(MAX_REFUSALS + 20):
        for _ in range(2):
            assert talk.code(Op.LSTAT, string(b"/etc/%d" % n)) == Code.PERMISSION_DENIED
    assert len(talk.told()) == MAX_REFUSALS


@given(st.lists(st.binary(max_size=60), max_size=6), st.booleans())
def test_no_bytes_break_the_watch_or_the_server(pieces: list[bytes], framed: bool) -> None:  # noqa: FBT001
    """They go through, or are a breach of the protocol, and nothing else."""
    watch, server, cutter = SftpWatch("/srv"), SftpServer(Folders([("/nowhere/at/all", "both")])), Packets()
    for piece in pieces:
        data = struct.pack(">I", len(piece)) + piece if framed and piece else piece
        for read in (watch.from_client, watch.from_host):
            try:
                read(data)
            except ProtocolError:
                continue
        try:
            for request in cutter.feed(data):
                server.answer(request)
        except ProtocolError:
            return
    watch.end()


def test_requests_without_answers_are_bounded() -> None:
    watch = SftpWatch("/srv")
    for n in range(MAX_WAITING):
        watch.from_client(packet(Op.STAT, struct.pack(">I", n), string(b"/x")))
    with pytest.raises(ProtocolError):
        watch.from_client(packet(Op.STAT, struct.pack(">I", MAX_WAITING), string(b"/x")))


def test_what_is_served() -> None:
    assert is_served("sftp")
    assert is_served("scp -t /srv")
    assert not is_served("scp -t x; sh")
    with pytest.raises(ProtocolError):
        watch_of("scp -t x; sh", "/srv")


# ---------------------------------------------------------------------------- a host that is hostile


def asked(watch: SftpWatch, n: int) -> bytes:
    """A file is asked for; what its number is in an answer."""
    number = struct.pack(">I", n)
    watch.from_client(packet(Op.OPEN, number, string(b"/srv/%d" % n), struct.pack(">II", SENT, 0)))
    return number


def test_a_host_that_opens_without_end_is_a_breach() -> None:
    """It gives a new handle for each file and closes none: what is held of it here ends where our own server does."""
    watch = SftpWatch("/srv")
    for n in range(sftp.MAX_HANDLES):
        watch.from_host(packet(Op.HANDLE, asked(watch, n), string(b"%d" % n)))
    with pytest.raises(ProtocolError):
        watch.from_host(packet(Op.HANDLE, asked(watch, 100), string(b"100")))


@pytest.mark.parametrize("handle", [b"0", b"h" * 257])
def test_a_handle_that_is_there_already_or_too_long_is_a_breach(handle: bytes) -> None:
    watch = SftpWatch("/srv")
    watch.from_host(packet(Op.HANDLE, asked(watch, 1), string(b"0")))
    with pytest.raises(ProtocolError):
        watch.from_host(packet(Op.HANDLE, asked(watch, 2), string(handle)))


def test_a_client_s_handle_is_no_longer_than_one_of_ours() -> None:
    for op in (Op.CLOSE, Op.READ, Op.WRITE):
        with pytest.raises(ProtocolError):
            SftpWatch("/srv").from_client(packet(op, bytes(4), string(b"h" * 257), bytes(20)))


def _numbered(n: int, op: Op, *parts: bytes) -> bytes:
    return packet(op, struct.pack(">I", n), *parts)


_H = string(b"h")
REQUESTS = [
    _numbered(1, Op.OPEN, string(b"in/a"), struct.pack(">II", SENT, 0)), _numbered(2, Op.CLOSE, _H),
    _numbered(3, Op.READ, _H, struct.pack(">QI", 0, 10)), _numbered(4, Op.WRITE, _H, bytes(8), string(b"abc")),
    _numbered(5, Op.RENAME, string(b"a"), string(b"../b")), _numbered(6, Op.SYMLINK, string(b"a"), string(b"b")),
    _numbered(7, Op.EXTENDED, string(sftp.POSIX_RENAME), string(b"a"), string(b"b")),
    _numbered(8, Op.MKDIR, string("però\u202e".encode()), bytes(4)), _numbered(9, Op.LSTAT, string(b"/etc")),
    packet(Op.INIT, bytes(4)),
]  # fmt: skip
ANSWERS = [
    *(_numbered(n, Op.HANDLE, _H) for n in (1, 3)), _numbered(3, Op.DATA, string(b"xyz")),
    *(_numbered(n, Op.STATUS, struct.pack(">I", code), string(b"outside the approved folders"), string(b"en"))
      for n in range(1, 10) for code in (0, 1, 3, 4)),
    packet(Op.VERSION, bytes(4)),
]  # fmt: skip


def test_bent_packets_are_read_or_a_breach(rounds: int, dice: random.Random) -> None:
    """From either end, the same however they are cut; and what is held stays within its bound."""
    for _ in range(TRIES * rounds):
        ends, facts, over = [SftpWatch("/srv"), SftpWatch("/srv")], [[], []], [False, False]
        for turn in range(dice.randint(1, 8)):
            data = bent(dice, ANSWERS if turn % 2 else REQUESTS, most=2)
            for at, some in enumerate(([data], list(cut_up(dice, data)))):
                for piece in some if not over[at] else ():
                    try:
                        facts[at] += ends[at].from_host(piece) if turn % 2 else ends[at].from_client(piece)
                    except ProtocolError:
                        over[at] = True
                        break
                assert held(ends[at]) < 64 * 1024
        assert over[0] == over[1]
        if not over[0]:
            assert facts[0] + ends[0].end() == facts[1] + ends[1].end()
