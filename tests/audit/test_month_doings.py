"""What a report lists of a session: files, ports, screens, clipboard, tools; bounded, and counted whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from audit.canonical import MAX_INT
from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ClipboardCopied,
    FileTransferred,
    ToolStarted,
    ToolStopped,
)
from audit.commitment import Opening
from audit.leaf import Leaf
from audit.month_doings import DOINGS, LINES, MAX_NAME, Doings, lines_of
from audit.record import BROKER
from audit.records import AnyRecord
from audit.session_records import WatchJoined
from tests.audit import people
from tests.audit.world import ADS, TECHNICIAN

AT = people.NOW
DIGEST = "ab" * 32
TEXTS = {"path": "/srv/dati/listino.csv", "sha256": DIGEST}


def told(
    records: Iterable[AnyRecord | tuple[int, AnyRecord]],
    data: Any = TEXTS,
    room: int = 10_000,
) -> dict[str, Any]:
    """Each record is one leaf; with a number before it, so many seconds after the start."""
    doings = Doings()
    for n, one in enumerate(records):
        seconds, record = one if isinstance(one, tuple) else (n, one)
        assert record.KIND in DOINGS
        doings.feed(Leaf("t-1", n, AT + timedelta(seconds=seconds), BROKER, record), TECHNICIAN)
    return doings.value(lambda _: None if data is None else Opening(bytes(32), data), room)


def file(**changes: Any) -> FileTransferred:
    said: dict[str, Any] = {
        "channel": "c-1", "number": 1, "direction": "to_host", "result": "whole", "offset": 0, "bytes": 10,
        "file": DIGEST, "reason": None, "agrees": True, "received": "",
    }  # fmt: skip
    return FileTransferred(**said | changes)


def opened(channel: str, kind: Any, via: str = "ssh", **more: Any) -> ChannelOpened:
    return ChannelOpened(channel, kind, via, "10.8.0.31", "", **more)


def closed(channel: str, kind: Any) -> ChannelClosed:
    return ChannelClosed(channel, kind, 120, 4096, DIGEST, agrees=True, exit_status=None, received="")


def test_a_file_with_its_way_size_path_and_digest() -> None:
    found = told([file(), file(direction="from_host", bytes=5, result="partial", offset=7, agrees=False)])
    assert found == {
        "files": {
            "count": 2, "to_host": 10, "from_host": 5,
            "lines": [
                {"leaf": 0, "direction": "to_host", "bytes": 10, "result": "whole", **TEXTS},
                {"leaf": 1, "direction": "from_host", "bytes": 5, "result": "partial", "offset": 7, "agrees": False,
                 **TEXTS},
            ],
        },
    }  # fmt: skip


def test_no_host_drives_a_sum_beyond_what_a_report_can_hold() -> None:
    """Nor gives it a name of its own choice."""
    found = told([file(bytes=MAX_INT), file(bytes=1), file(direction="count", bytes=5)])
    assert {key: value for key, value in found["files"].items() if key != "lines"} == {
        "count": 3,
        "to_host": MAX_INT,
    }


def test_files_that_were_refused_stand_apart_and_take_no_room_of_the_others() -> None:
    refused = file(result="refused", bytes=0, reason="direction", agrees=None)
    found = told([*([refused] * 30), file()], {"path": "/etc/shadow"})
    assert (found["refused"]["count"], len(found["refused"]["lines"])) == (30, LINES)
    assert found["refused"]["lines"][0] == {
        "leaf": 0, "direction": "to_host", "bytes": 0, "result": "refused", "reason": "direction",
        "path": "/etc/shadow",
    }  # fmt: skip
    assert "to_host" not in found["refused"]
    assert [one["leaf"] for one in found["files"]["lines"]] == [30]


@pytest.mark.parametrize("data", [None, 3, "path", {}, {"path": 3, "sha256": None}, {"sha256": "=1+1"}])
def test_texts_that_were_erased_or_are_none_are_left_out(data: Any) -> None:
    assert told([file()], data)["files"]["lines"] == [
        {"leaf": 0, "direction": "to_host", "bytes": 10, "result": "whole"}
    ]


def test_a_long_path_is_cut() -> None:
    [line] = told([file()], {"path": "/" + 4000 * "a", "to": "/b", "name": "c"})["files"]["lines"]
    assert (len(line["path"]), line["path"][-1], line["to"], line["name"]) == (MAX_NAME, "…", "/b", "c")


def test_a_port_with_its_number_bytes_and_seconds() -> None:
    port = opened("c-1", "forward", port="rdp", number=3389)
    found = told([port, (65, closed("c-1", "forward"))])["ports"]
    assert found == {
        "count": 1,
        "lines": [
            {"leaf": 0, "port": "rdp", "number": 3389, "in_bytes": 120, "out_bytes": 4096, "seconds": 65}
        ],
    }
    assert told([port])["ports"]["lines"] == [{"leaf": 0, "port": "rdp", "number": 3389}]


def test_a_screen_with_who_had_it() -> None:
    joined = WatchJoined(ADS, "10.8.0.31")
    used, seen = opened("c-1", "desktop", control=True), opened("c-2", "desktop", "watch", control=False)
    found = told([joined, used, seen, closed("c-2", "desktop"), (59, closed("c-1", "desktop"))])["screens"]
    assert found["lines"] == [
        {"leaf": 1, "by": TECHNICIAN, "control": True, "seconds": 58},
        {"leaf": 2, "by": ADS, "control": False, "seconds": 1},
    ]


def test_of_two_who_watch_from_one_place_nobody_is_named() -> None:
    twice, other = WatchJoined(ADS, "10.8.0.31"), WatchJoined("p-00000009", "10.8.0.31")
    seen = opened("c-2", "desktop", "watch")
    assert told([twice, twice, seen])["screens"]["lines"][0]["by"] == ADS
    assert told([twice, other, seen])["screens"]["lines"] == [{"leaf": 2, "control": False}]
    assert told([seen])["screens"]["lines"] == [{"leaf": 0, "control": False}]


def test_texts_of_the_clipboard_are_counted() -> None:
    one = ClipboardCopied("c-1", "from_host", 12, DIGEST, "")
    assert told([one, one])["clipboard"] == {
        "count": 2, "from_host": 24,
        "lines": [{"leaf": n, "direction": "from_host", "bytes": 12} for n in (0, 1)],
    }  # fmt: skip


def test_a_licensed_tool_and_how_it_ended() -> None:
    started = ToolStarted("supremo", DIGEST, "not_seen", "")
    forced = ToolStopped("supremo", 3, forced=True, content="not_seen", received="", still=2)
    quiet = ToolStopped("supremo", 3, forced=False, content="not_seen", received="")
    assert told([started, (30, forced), (40, started), (41, quiet)])["tools"] == {
        "count": 2,
        "lines": [
            {"leaf": 0, "tool": "supremo", "seconds": 30, "forced": True, "still": 2},
            {"leaf": 2, "tool": "supremo", "seconds": 1},
        ],
    }


def test_what_ends_without_a_beginning_or_beyond_the_list_changes_nothing() -> None:
    other = opened("c-9", "terminal")
    assert told([closed("c-1", "forward"), other, closed("c-9", "terminal")]) == {}
    ports = [opened(f"c-{n}", "forward", port="rdp") for n in range(LINES + 5)]
    found = told([*ports, closed(f"c-{LINES + 1}", "forward")])["ports"]
    assert found["count"] == LINES + 5
    assert not any("seconds" in line for line in found["lines"])


@pytest.mark.parametrize(("room", "left"), [(0, 0), (1, 1), (3, 3), (9, 4)])
def test_a_month_s_room_is_kept(room: int, left: int) -> None:
    text = ClipboardCopied("c-1", "to_host", 1, DIGEST, "")
    tool = ToolStarted("supremo", DIGEST, "not_seen", "")
    found = told([file(), file(), text, tool], room=room)
    assert lines_of(found) == left
    assert [found[name]["count"] for name in ("files", "clipboard", "tools")] == [2, 1, 1]
