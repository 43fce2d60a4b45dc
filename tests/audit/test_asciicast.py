"""What players read: times from the first piece on, windows, and signs that a cut parted."""

from __future__ import annotations

import json

from audit.asciicast import asciicast
from audit.recording_segment import Event, Piece, window


def lines(*pieces: Piece) -> list[object]:
    return [json.loads(line) for line in asciicast(pieces).splitlines()]


def out(at_ms: int, data: bytes) -> Piece:
    return Piece(at_ms, Event.OUTPUT, data)


def test_output_and_windows() -> None:
    assert lines(window(5_000, 100, 30), out(5_000, b"$ "), window(6_500, 80, 24), out(7_250, b"ls\r\n")) == [
        {"version": 2, "width": 100, "height": 30, "timestamp": 5},
        [0.0, "r", "100x30"], [0.0, "o", "$ "], [1.5, "r", "80x24"], [2.25, "o", "ls\r\n"],
    ]  # fmt: skip


def test_lines_of_a_command_without_a_terminal_begin_at_the_left() -> None:
    assert lines(out(0, b"uno\ndue\n"))[1] == [0.0, "o", "uno\r\ndue\r\n"]
    assert lines(window(0, 80, 24), out(0, b"\x1b[3Buno\n"))[2] == [0.0, "o", "\x1b[3Buno\n"]


def test_nothing_and_no_window() -> None:
    assert lines() == [{"version": 2, "width": 80, "height": 24, "timestamp": 0}]
    assert lines(out(0, b"x"))[0] == {"version": 2, "width": 80, "height": 24, "timestamp": 0}


def test_a_sign_parted_by_a_cut_is_put_together() -> None:
    for sign in ("è", "€", "🖥"):
        raw = sign.encode()
        for cut in range(1, len(raw)):
            found = lines(out(0, b"a" + raw[:cut]), out(1000, raw[cut:] + b"b"))
            assert "".join(str(one[2]) for one in found[1:]) == f"a{sign}b"  # type: ignore[index]


def test_what_is_no_utf8_is_shown_as_such() -> None:
    assert lines(out(0, b"\xff\xfe"), out(1, b"\x80\x80\x80\x80\x80"))[-1][2].count("�") > 0  # type: ignore[index]
    assert lines(out(0, b"a\xe2\x82"))[1:] == [[0.0, "o", "a"], [0.0, "o", "�"]]
    assert lines(out(0, b"a\xe2"), window(1000, 80, 24))[-1] == [1.0, "o", "�"]
