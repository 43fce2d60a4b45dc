"""How Windows wants command lines, environments and names spelt, and how it says that a process ended. Pure."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping, Sequence

from agent.wire.channel import Exit

RAW_COMMAND = ("/d", "/s", "/c")  # cmd.exe: no autorun; strip the outer quotes; run what is between them
KILLED = 0x5642_0009  # the exit code our own TerminateJobObject gives: no program's own
_STATUS = {
    0xC000_013A: "INT",  # STATUS_CONTROL_C_EXIT: Ctrl-C, or its console was closed
    0xC000_0005: "SEGV",  # STATUS_ACCESS_VIOLATION
    0xC000_001D: "ILL",  # STATUS_ILLEGAL_INSTRUCTION
    0xC000_0094: "FPE",  # STATUS_INTEGER_DIVIDE_BY_ZERO
    0xC000_00FD: "SEGV",  # STATUS_STACK_OVERFLOW
    0xC000_0409: "ABRT",  # STATUS_STACK_BUFFER_OVERRUN, which abort() and fail-fast give, too
    KILLED: "KILL",
}
MAX_STATUS = 255  # what a channel's exit can hold
MAX_SIZE_BYTES = 16  # a line that tells a console its size
_MAX_SIDE = 0x7FFF  # COORD holds a signed short


def command_line(argv: Sequence[str]) -> str:
    """One string, as CreateProcess takes it and the C runtime takes it apart again.

    What cmd.exe is to run is not quoted: it has rules of its own, and whoever wrote the command knows them.
    """
    if tuple(argv[1:4]) == RAW_COMMAND and len(argv) == 5:
        return f'{subprocess.list2cmdline(argv[:4])} "{argv[4]}"'
    return subprocess.list2cmdline(argv)


def environment_block(env: Mapping[str, str]) -> str:
    """NUL after each variable, one more at the end; sorted by name, without regard to case.

    Names with “=” inside or without a letter, and values with NUL, can be told to no process: left out.
    """
    lines = [
        f"{name}={value}\0"
        for name, value in sorted(env.items(), key=lambda item: item[0].upper())
        if name.strip("=") and "=" not in name[1:] and "\0" not in name + value
    ]
    return "".join(lines) + "\0" if lines else "\0\0"


def read_exit_code(code: int) -> Exit:
    """An exit code of 32 bits. One that a channel cannot say becomes 255, and is never taken for success."""
    code &= 0xFFFF_FFFF
    if code in _STATUS:
        return Exit(signal=_STATUS[code])
    return Exit(status=min(code, MAX_STATUS))


def size_line(cols: int, rows: int) -> bytes:
    """What `console.py` is told of its terminal's size."""
    return b"%d %d\n" % (min(cols, _MAX_SIDE), min(rows, _MAX_SIDE))


def read_size(line: bytes) -> tuple[int, int] | None:
    """None for a line that is none."""
    words = line.split(b" ") if line.endswith(b"\n") else []
    if len(words) != 2 or not all(word.strip(b"\n").isdigit() for word in words):
        return None
    cols, rows = (int(word) for word in words)
    return (cols, rows) if 1 <= cols <= _MAX_SIDE and 1 <= rows <= _MAX_SIDE else None


def pipe_name(state_dir: str) -> str:
    """Of the desk's door: one for each state folder, however its path is spelt."""
    return rf"\\.\pipe\verbale-desk-{_digest(state_dir)}"


def event_name(state_dir: str, word: str) -> str:
    """Of an event by which the agent is told something, from whichever session."""
    return rf"Global\verbale-agent-{word}-{_digest(state_dir)}"


def mutex_name(state_dir: str) -> str:
    """Of the one window that a person has for that agent, in each session its own."""
    return rf"Local\verbale-desk-{_digest(state_dir)}"


def _digest(state_dir: str) -> str:
    plain = state_dir.replace("/", "\\").rstrip("\\").casefold()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]
