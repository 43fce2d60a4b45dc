"""rsync's list of files: there and back, in the order both ends number it by, and hostile ones."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import rsync_list
from agent.wire.frames import ProtocolError
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_list import Entry, in_order, put_list, read_list
from agent.wire.rsync_wire import put_varlong
from tests.agent.test_rsync_wire import run

FILE, FOLDER = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755
PLAIN = RsyncCommand(sends=True, path="x", recursive=True, folders=True)
PARTS = st.binary(min_size=1, max_size=4).filter(
    lambda b: not {b"/"[0], 0} & set(b) and b not in {b".", b".."}
)
NAMES = st.lists(PARTS, min_size=1, max_size=3).map(b"/".join)
ENTRIES = st.lists(
    st.builds(Entry, NAMES, st.sampled_from([FILE, FOLDER]), st.integers(0, 2**40), st.integers(-5, 2**33)),
    max_size=8,
    unique_by=lambda entry: entry.name,
)


@given(ENTRIES, st.booleans(), st.booleans())
def test_there_and_back(entries: list[Entry], owners: bool, numeric: bool) -> None:  # noqa: FBT001
    command = RsyncCommand(
        sends=True, path="x", recursive=True, folders=True, owners=owners, groups=True, numeric=numeric
    )
    data = b"".join(put_list(in_order(entries), command, b"."))
    assert run(read_list(command), data + b"x") == (in_order(entries), b"x")


def test_sums_stand_with_plain_files_alone() -> None:
    command = RsyncCommand(sends=True, path="x", recursive=True, folders=True, checksums=True)
    entries = [Entry(b"a", FILE, 3, 5, bytes(range(16))), Entry(b"d", FOLDER, 0, 5)]
    assert run(read_list(command), b"".join(put_list(entries, command, b"."))) == (entries, b"")


def test_what_the_real_client_sent() -> None:
    """`rsync -a x y host:`, version 3.5.0: two empty files of root's, the second alike in all but its name."""
    command = RsyncCommand(
        sends=False, path=".", recursive=True, folders=True, links=True, owners=True, groups=True, devices=True,
        times=True, modes=True,
    )  # fmt: skip
    data = bytes.fromhex("1901780000006a135008a48100009a017900000000" + "0000")
    expected = [Entry(b"x", FILE, 0, 0x6A085013), Entry(b"y", FILE, 0, 0x6A085013)]
    assert run(read_list(command), data) == (expected, b"")


def test_the_order_is_that_of_protocol_29_and_later() -> None:
    wanted = [
        (b".", FOLDER), (b"a.c", FILE), (b"b", FILE), (b"a-", FOLDER), (b"a-/z", FILE), (b"a", FOLDER),
        (b"a/x", FILE), (b"a/b", FOLDER), (b"a/b/c", FILE), (b"a0", FOLDER), (b"\xc3\xa9", FOLDER),
    ]  # fmt: skip
    entries = [Entry(name, mode, 0, 0) for name, mode in wanted]
    assert in_order(reversed(entries)) == entries


@pytest.mark.parametrize("name", [b"/etc/passwd", b"../x", b"a/../b", b"a//b", b"a/", b"./a", b"..", b"a\0b"])
def test_a_name_that_leads_elsewhere_is_a_breach(name: bytes) -> None:
    data = b"".join(put_list([Entry(name, FILE, 0, 0)], PLAIN, b"."))
    with pytest.raises(ProtocolError):
        run(read_list(PLAIN), data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x20\x05\x01a",
        b"\x04\xff\x01a",
        b"\x01\0",
        b"\x40\xf0\xff\xff\xff\xff",
        b"\x01\x01a" + put_varlong(-1, 3),
    ],
    ids=[
        "more of the last name than it has",
        "unknown flags",
        "no name",
        "a name without end",
        "below nothing",
    ],
)
def test_an_entry_that_nobody_sends_is_a_breach(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        run(read_list(PLAIN), data + bytes(40))


def test_a_list_without_end_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [Entry(b"%03d" % n, FILE, 0, 0) for n in range(12)]
    data = b"".join(put_list(entries, PLAIN, b"."))
    monkeypatch.setattr(rsync_list, "MAX_ENTRIES", 11)
    assert run(read_list(PLAIN), data)[0] is None
    monkeypatch.setattr(rsync_list, "MAX_ENTRIES", 12)
    monkeypatch.setattr(rsync_list, "MAX_NAMES_BYTES", 35)
    assert run(read_list(PLAIN), data)[0] is None
    monkeypatch.setattr(rsync_list, "MAX_NAMES_BYTES", 36)
    assert run(read_list(PLAIN), data)[0] == entries


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    command = RsyncCommand(
        sends=True, path="x", owners=True, groups=True, devices=True, links=True, checksums=True
    )
    try:
        run(read_list(command), data)
    except (EOFError, ProtocolError):
        return
