"""Windows' spellings, judged here: they are pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.system.windows.spelling import (
    KILLED,
    MAX_SIZE_BYTES,
    RAW_COMMAND,
    command_line,
    environment_block,
    event_name,
    mutex_name,
    pipe_name,
    read_exit_code,
    read_size,
    size_line,
)
from agent.wire.channel import Exit

WORDS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1)


def split(line: str) -> list[str]:
    """As Microsoft's C runtime takes a command line apart, after the program's own name ("Parsing C
    command-line arguments": 2n backslashes before a quote are n and the quote's end, 2n+1 are n and a quote)."""
    words, word, is_quoted, started, at = [], "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        at += slashes
        if at < len(line) and line[at] == '"':
            word += "\\" * (slashes // 2)
            started = True
            if slashes % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
            at += 1
            continue
        word += "\\" * slashes
        started = started or slashes > 0
        if at < len(line) and (is_quoted or line[at] not in " \t"):
            word += line[at]
            started = True
            at += 1
        elif at < len(line):
            if started:
                words.append(word)
            word, started = "", False
            at += 1
    return [*words, word] if started else words


@given(WORDS)
def test_words_come_apart_as_they_were_put_together(words: list[str]) -> None:
    line = command_line(["program.exe", *words])
    assert split(line.removeprefix("program.exe")) == words


@pytest.mark.parametrize(
    "command", ['dir "C:\\Program Files"', "echo %PATH% & whoami", 'findstr /c:"a b" x', ""]
)
def test_a_command_for_cmd_is_what_was_asked(command: str) -> None:
    """With /s cmd.exe takes off the first and the last quote, and runs what is between."""
    shell = "C:\\Windows\\System32\\cmd.exe"
    assert command_line([shell, *RAW_COMMAND, command]) == f'{shell} /d /s /c "{command}"'


def test_environment_is_sorted_and_ends_twice() -> None:
    assert environment_block({"b": "2", "A": "1", "=C:": "C:\\x"}) == "=C:=C:\\x\0A=1\0b=2\0\0"
    assert environment_block({}) == "\0\0"


@pytest.mark.parametrize("bad", [{"": "x"}, {"a=b": "x"}, {"a": "x\0y"}, {"a\0": "x"}, {"=": "x"}])
def test_what_no_process_can_be_told_is_left_out(bad: dict[str, str]) -> None:
    assert environment_block({"ok": "1"} | bad) == "ok=1\0\0"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (0, Exit(status=0)),
        (3, Exit(status=3)),
        (255, Exit(status=255)),
        (256, Exit(status=255)),
        (0xFFFF_FFFF, Exit(status=255)),
        (-1, Exit(status=255)),
        (KILLED, Exit(signal="KILL")),
        (0xC000_013A, Exit(signal="INT")),
        (-1073741510, Exit(signal="INT")),
        (0xC000_0005, Exit(signal="SEGV")),
    ],
)
def test_how_a_process_ended(code: int, found: Exit) -> None:
    assert read_exit_code(code) == found


@given(st.integers(1, 0xFFFF_FFFF))
def test_no_failure_is_read_as_success(code: int) -> None:
    assert read_exit_code(code) != Exit(status=0)


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_size_is_heard_as_it_was_told(cols: int, rows: int) -> None:
    line = size_line(cols, rows)
    assert len(line) <= MAX_SIZE_BYTES
    assert read_size(line) == (cols, rows)


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"80\n", b"80 24", b"0 24\n", b"80 -1\n", b"80 24 1\n", b"a b\n", b"99999 24\n"]
)
def test_what_is_no_size_changes_nothing(line: bytes) -> None:
    assert read_size(line) is None


def test_one_state_folder_has_one_door_however_it_is_spelt() -> None:
    names = {pipe_name(path) for path in ("C:\\ProgramData\\Verbale", "c:/programdata/verbale/")}
    assert len(names) == 1
    (name,) = names
    assert name.startswith("\\\\.\\pipe\\verbale-desk-")
    assert "\\" not in name.removeprefix("\\\\.\\pipe\\")
    assert pipe_name("C:\\other") != name


def test_one_window_a_session_and_folder_however_it_is_spelt() -> None:
    assert (
        mutex_name("C:\\ProgramData\\Verbale") == mutex_name("c:/programdata/verbale/") != mutex_name("C:\\a")
    )
    assert mutex_name("C:\\a").startswith("Local\\verbale-desk-")


def test_events_differ_by_word_and_folder() -> None:
    names = {event_name(path, word) for path in ("C:\\a", "C:\\b") for word in ("stop", "bar")}
    assert len(names) == 4
    assert all(name.startswith("Global\\") and name.count("\\") == 1 for name in names)
