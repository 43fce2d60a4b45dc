"""rsync's conversation with a client that means harm, or goes away: what the host does and both ends tell."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.files import rsync_server
from agent.files.folders import Folders
from agent.wire import files_command
from agent.wire.frames import ProtocolError
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_content import put_plain
from agent.wire.rsync_frames import Tag, frame
from agent.wire.rsync_list import Entry, in_order, put_list
from agent.wire.rsync_watch import MAX_RULES, RsyncWatch, read_rules
from agent.wire.rsync_wire import COMPAT_FLAGS, DONE, NO_SUMS, VERSION, WINDOW, Index, Item
from agent.wire.transfers import Fact
from tests.agent.rsync_client import FROM_HOST
from tests.agent.test_rsync_wire import run

FILE, FOLDER = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755
TAKES = "rsync --server -rte.LsfxCIvu . ."
SENDS = "rsync --server --sender -rte.LsfxCIvu . ."
HELLO = struct.pack("<iB", VERSION, COMPAT_FLAGS) + bytes(4)
NEWEST = struct.pack("<i", 32)


def command(line: str) -> RsyncCommand:
    found = files_command.read(line)
    assert isinstance(found, RsyncCommand)
    return found


class Talked:
    """The server with all that a client says, whatever the server answers; and a watch beside it."""

    def __init__(self, line: str, home: Path, said: bytes, way: str = "both") -> None:
        self.watch = RsyncWatch(command(line), str(home))
        self.facts: list[Fact] = []
        self.heard = b""
        self._said = said
        allowed = Folders([(str(home), way)])
        self.status: int | None = None
        self.broken = False
        try:
            self.status = rsync_server.serve(command(line), allowed, self._read, self._write)
        except ProtocolError:
            self.broken = True
        self.facts += self.watch.end()

    def _read(self, count: int) -> bytes:
        found, self._said = self._said[: min(count, 50)], self._said[min(count, 50) :]
        self.facts += self.watch.from_client(found)
        return found

    def _write(self, data: bytes) -> None:
        self.heard += data
        self.facts += self.watch.from_host(data)

    @property
    def told(self) -> list[tuple[str, str, int, str | None]]:
        return [(f.result, f.path, f.count, f.reason) for f in self.facts]


def listed(*entries: Entry) -> bytes:
    return b"".join(put_list(in_order(entries), command(TAKES), b"."))


def client(*data: bytes) -> bytes:
    return NEWEST + b"".join(frame(Tag.DATA, one) for one in data)


def carried(index: Index, number: int, content: bytes, *, digest: bytes | None = None) -> bytes:
    pieces = iter([content] if content else [])
    whole = hashlib.md5(content, usedforsecurity=False).digest() if digest is None else digest
    head = index.put(number) + Item.TRANSFER.to_bytes(2, "little") + NO_SUMS
    return head + b"".join(put_plain(pieces)) + whole


END = bytes(3)  # three times DONE


def test_a_client_of_few_words_is_served(tmp_path: Path) -> None:
    index = Index()
    said = client(
        listed(Entry(b".", FOLDER, 0, 5), Entry(b"a", FILE, 3, 5)),
        carried(index, 1, b"abc") + END,
    )
    talked = Talked(TAKES, tmp_path, said)
    assert (talked.status, talked.told) == (0, [("whole", f"{tmp_path}/a", 3, None)])
    assert talked.heard.startswith(HELLO)
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "a").stat().st_mtime) == (b"abc", 5)


def test_what_does_not_fit_its_sum_is_partial(tmp_path: Path) -> None:
    said = client(listed(Entry(b"a", FILE, 3, 5)), carried(Index(), 0, b"abc", digest=bytes(16)) + END)
    talked = Talked("rsync --server -rte.L . ./", tmp_path, said)
    assert (talked.status, talked.told) == (23, [("partial", f"{tmp_path}/a", 3, "failed")])
    assert b"a: it failed\n" in talked.heard


@pytest.mark.parametrize("cut", [1, 20, 40])
def test_a_client_that_goes_away_leaves_a_partial_file(tmp_path: Path, cut: int) -> None:
    said = client(listed(Entry(b"a", FILE, 99, 5)), carried(Index(), 0, b"x" * 99))
    talked = Talked("rsync --server -rte.L . ./", tmp_path, said[: -16 - cut])
    assert talked.status == 12
    assert [one[:2] for one in talked.told] == [("partial", f"{tmp_path}/a")]


def test_a_file_the_client_cannot_read_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("prima")
    entries = listed(Entry(b"a", FILE, 3, 5), Entry(b"b", FILE, 3, 5), Entry(b"c", FILE, 1, 5))
    gone = b"".join(frame(Tag.NO_SEND, struct.pack("<i", n)) for n in (0, 1))
    said = client(entries) + gone + frame(Tag.DATA, carried(Index(), 2, b"c") + END)
    talked = Talked("rsync --server -rte.L . ./", tmp_path, said)
    assert (talked.status, talked.told) == (23, [("whole", f"{tmp_path}/c", 1, None)])
    assert sorted(os.listdir(tmp_path)) == ["b", "c"]
    assert (tmp_path / "b").read_text() == "prima"


def test_a_time_that_no_clock_shows(tmp_path: Path) -> None:
    for modified in (2**62, -(2**62)):
        said = client(listed(Entry(b"a", FILE, 1, modified)), carried(Index(), 0, b"x") + END)
        assert Talked("rsync --server -rte.L . ./", tmp_path, said).status in {0, 23}


def test_the_same_name_twice_is_taken_once(tmp_path: Path) -> None:
    said = client(listed(Entry(b"a", FILE, 1, 5), Entry(b"a", FILE, 2, 5)), carried(Index(), 0, b"1") + END)
    talked = Talked("rsync --server -rte.L . ./", tmp_path, said)
    assert (talked.status, talked.told) == (0, [("whole", f"{tmp_path}/a", 1, None)])


def test_a_rsync_of_old_is_told_so(tmp_path: Path) -> None:
    for line in (TAKES, SENDS):
        talked = Talked(line, tmp_path, struct.pack("<i", 29) + b"its list, in no frame")
        assert (talked.status, talked.facts, talked.broken) == (12, [], False)
        assert b"rsync 3.0 or later is needed" in talked.heard


def _unasked(home: Path) -> bytes:
    return client(listed(Entry(b"a", FILE, 1, 5)), carried(Index(), 1, b"x"))


def _twice(home: Path) -> bytes:
    index = Index()
    return client(
        listed(Entry(b"a", FILE, 1, 5), Entry(b"b", FILE, 1, 5)),
        carried(index, 0, b"x") + carried(index, 0, b"y"),
    )


def _blocks(home: Path) -> bytes:
    head = Index().put(0) + Item.TRANSFER.to_bytes(2, "little") + b"\x01" + NO_SUMS[1:]
    return client(listed(Entry(b"a", FILE, 1, 5)), head)


def _there(home: Path) -> bytes:
    """A file that the host already has and did not ask for."""
    (home / "a").write_text("a")
    os.utime(home / "a", (5, 5))
    return client(listed(Entry(b"a", FILE, 1, 5)), carried(Index(), 0, b"x"))


def _out(home: Path) -> bytes:
    return client(listed(Entry(b"../a", FILE, 1, 5)), carried(Index(), 0, b"x") + END)


def _no_frame(home: Path) -> bytes:
    return NEWEST + b"\0\0\0\0"


def _early(home: Path) -> bytes:
    files = [Entry(b"%02d" % n, FILE, 1, 5) for n in range(30)]
    return client(listed(*files), END)


@pytest.mark.parametrize("said", [_unasked, _twice, _blocks, _there, _out, _no_frame, _early])
def test_what_no_rsync_says_ends_the_channel(tmp_path: Path, said: Callable[[Path], bytes]) -> None:
    home = tmp_path / "srv"
    home.mkdir()
    talked = Talked("rsync --server -rte.L . ./", home, said(home))
    assert talked.broken
    assert os.listdir(tmp_path) == ["srv"]


@pytest.mark.parametrize("version", [0, -1, 41])
def test_a_version_that_there_is_not(tmp_path: Path, version: int) -> None:
    assert Talked(TAKES, tmp_path, struct.pack("<i", version)).broken


def test_asking_for_what_is_not_in_the_list(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    asked = Index().put(7) + Item.TRANSFER.to_bytes(2, "little") + NO_SUMS
    talked = Talked(SENDS, tmp_path, client(bytes(4), asked))
    assert (talked.status, talked.facts) == (12, [])


def test_asking_for_a_folder_s_bytes(tmp_path: Path) -> None:
    asked = Index().put(0) + Item.TRANSFER.to_bytes(2, "little") + NO_SUMS
    talked = Talked(SENDS, tmp_path, client(bytes(4), asked + END + bytes(1)))
    assert (talked.status, talked.told) == (23, [("refused", str(tmp_path), 0, "not_plain")])


def test_a_file_that_became_a_link_since_the_list(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "x").write_text("segreto")

    class Later(Talked):
        def _read(self, count: int) -> bytes:
            if len(self.heard) > len(HELLO) and not (tmp_path / "a").is_symlink():
                (tmp_path / "a").unlink()
                (tmp_path / "a").symlink_to(tmp_path / "x")
            return super()._read(count)

    index = Index()
    asked = index.put(1) + Item.TRANSFER.to_bytes(2, "little") + NO_SUMS
    pause = frame(Tag.NOOP, bytes(100))
    talked = Later(SENDS, tmp_path, client(bytes(4)) + pause + frame(Tag.DATA, asked + END + bytes(1)))
    assert b"segreto" not in talked.heard
    assert ("refused", f"{tmp_path}/a", 0, "link") in talked.told


# ------------------------------------------------------------------- the broker, before a host that lies


def told_by(line: str, said: bytes, answered: bytes) -> list[Fact]:
    watch = RsyncWatch(command(line), "/srv")
    return watch.from_client(said) + watch.from_host(answered) + watch.end()


def host(*data: bytes) -> bytes:
    return HELLO + b"".join(frame(Tag.DATA, one) for one in data)


def test_what_a_host_carries_without_its_word_is_partial() -> None:
    said = client(listed(Entry(b"a", FILE, 3, 5)), carried(Index(), 0, b"abc"))
    (fact,) = told_by(TAKES, said, host())
    assert (fact.result, fact.count, fact.sha256) == ("partial", 3, hashlib.sha256(b"abc").hexdigest())


def test_a_host_s_sentence_about_a_file_on_its_way() -> None:
    said = host(listed(Entry(b"a", FILE, 3, 5)), carried(Index(), 0, b"abc")[:-20])
    watch = RsyncWatch(command(SENDS), "/srv")
    watch.from_client(NEWEST)
    facts = watch.from_host(said + frame(Tag.ERROR_XFER, b"a: it failed\n") + frame(Tag.DATA, bytes(20)))
    assert [(f.result, f.reason) for f in facts] == [("partial", "failed")]
    assert watch.end() == []


@pytest.mark.parametrize(
    ("line", "answered"),
    [
        (SENDS, struct.pack("<iB", 31, 0) + bytes(4)),
        (SENDS, struct.pack("<iB", 30, 1) + bytes(4)),
        (SENDS, host(listed(Entry(b"a", FILE, 1, 5)), carried(Index(), 3, b"x"))),
        (SENDS, host(listed(Entry(b"a", FILE, 1, 5)), END, b"x" * 200)),
        (SENDS, host(listed(), b"x")),
        (TAKES, HELLO + frame(Tag.SUCCESS, bytes(4))),
        (TAKES, host(Index().put(0) + Item.TRANSFER.to_bytes(2, "little") + NO_SUMS)),
    ],
    ids=["version", "flags", "index", "tail", "behind nothing", "success", "unlisted"],
)
def test_a_host_that_says_what_ours_does_not(line: str, answered: bytes) -> None:
    with pytest.raises(ProtocolError):
        told_by(line, NEWEST, answered)


def test_a_host_says_nothing_unread() -> None:
    """Not before the client's version is known, and no data to one that is too old."""
    with pytest.raises(ProtocolError):
        RsyncWatch(command(SENDS), "/srv").from_host(HELLO)
    watch = RsyncWatch(command(SENDS), "/srv")
    watch.from_client(struct.pack("<i", 29))
    assert watch.from_host(struct.pack("<i", 30) + bytes(4) + frame(Tag.ERROR, b"rsync 3.0")) == []
    with pytest.raises(ProtocolError):
        watch.from_host(frame(Tag.DATA, b"x"))


def test_files_that_nobody_asked_for_do_not_pile_up() -> None:
    index = Index()
    files = [Entry(b"%02d" % n, FILE, 1, 5) for n in range(30)]
    watch = RsyncWatch(command(TAKES), "/srv")
    watch.from_client(client(listed(*files), *(carried(index, n, b"x") for n in range(WINDOW))))
    with pytest.raises(ProtocolError):
        watch.from_client(frame(Tag.DATA, carried(index, WINDOW, b"x")))
    assert len(watch.end()) == WINDOW + 1


def test_words_that_files_cannot_be_sent_do_not_pile_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.files.rsync_talk.MAX_ENTRIES", 20)
    flood = frame(Tag.NO_SEND, bytes(4)) * 21
    assert Talked(SENDS, tmp_path, NEWEST + flood).broken


def test_a_host_that_asks_for_blocks_or_a_folder() -> None:
    said = client(listed(Entry(b".", FOLDER, 0, 5), Entry(b"a", FILE, 1, 5)))
    asked = Item.TRANSFER.to_bytes(2, "little")
    for answered in (Index().put(0) + asked, Index().put(1) + asked + b"\x01" + NO_SUMS[1:]):
        with pytest.raises(ProtocolError):
            told_by(TAKES, said, host(answered))
    assert told_by(TAKES, said, host(Index().put(1) + asked + NO_SUMS + Index().put(DONE))) == []


@given(st.binary(max_size=120), st.binary(max_size=120), st.sampled_from([TAKES, SENDS]))
def test_any_conversation_is_read_or_refused(said: bytes, answered: bytes, line: str) -> None:
    watch = RsyncWatch(command(line), "/srv")
    try:
        watch.from_client(NEWEST + frame(Tag.DATA, said))
        watch.from_host(host(answered))
    except ProtocolError:
        return
    watch.end()


@given(st.binary(max_size=200))
def test_any_client_is_served_or_refused(tmp_path_factory: pytest.TempPathFactory, said: bytes) -> None:
    home = tmp_path_factory.getbasetemp() / "any"
    home.mkdir(exist_ok=True)
    for line in (TAKES, SENDS):
        talked = Talked(line, home, NEWEST + frame(Tag.DATA, said), way=FROM_HOST)
        assert talked.broken or talked.status in {0, 12, 23}
    assert os.listdir(home) == []


def test_patterns_without_end_are_a_breach() -> None:
    assert run(read_rules(), b"\x01\0\0\0a" * 3 + bytes(4)) == (3, b"")
    for data in (b"\x01\0\0\0a" * (MAX_RULES + 1), b"\0\0\x10\0"):
        with pytest.raises(ProtocolError):
            run(read_rules(), data)
