"""The command lines by which OpenSSH's `scp -O` and rsync ask for files; read strictly, and run by no shell. Pure.

What begins like one and is not exactly one is refused: never handed to a shell instead.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from agent.wire import rsync_command
from agent.wire.rsync_command import RsyncCommand, Unserved

SFTP = "sftp"  # the subsystem, in the place of a command
MAX_COMMAND_CHARS = 4096
_PROGRAMS = frozenset({"scp", "rsync", "sftp-server", "rcp", "internal-sftp"})
_SHELLS_OWN = frozenset("$`*?[]{}!#~\\")  # a shell would make something else of these
_FLAGS = {"-v": "", "-r": "recursive", "-p": "preserve", "-d": "into_folder"}


@dataclass(frozen=True, slots=True)
class ScpCommand:
    """The host's half of `scp`, old protocol: it sends (`-f`) or takes (`-t`) what `path` names."""

    sends: bool
    path: str
    recursive: bool = False
    preserve: bool = False
    into_folder: bool = False


def is_about_files(command: str) -> bool:
    """Whether it begins with a program whose business files are, whatever comes behind it."""
    first = command.lstrip(" \t\r\n(\\\"'")[:256]
    word = first.replace("\\", "").replace('"', "").replace("'", "")
    for sign in " \t\r\n;&|<>()":
        word = word.partition(sign)[0]
    return word.rpartition("/")[2] in _PROGRAMS


def read(command: str) -> ScpCommand | RsyncCommand | Unserved | None:
    """None for what neither OpenSSH's scp nor rsync would have sent."""
    if command.partition(" ")[0].rpartition("/")[2] == "rsync":
        return rsync_command.read(command)
    if len(command) > MAX_COMMAND_CHARS or any(c in _SHELLS_OWN or not c.isprintable() for c in command):
        return None
    words = _words(command)
    if not words or words[0] != "scp":
        return None
    flags: dict[str, bool] = {}
    rest = words[1:]
    while rest and rest[0] in _FLAGS:
        name = _FLAGS[rest.pop(0)]
        if name:
            flags[name] = True
    if not rest or rest[0] not in {"-t", "-f"}:
        return None
    sends = rest.pop(0) == "-f"
    if rest[:1] == ["--"]:
        rest.pop(0)
    elif rest and rest[0].startswith("-"):
        return None
    if len(rest) != 1 or not rest[0]:
        return None
    return ScpCommand(sends, rest[0], **flags)


def _words(command: str) -> list[str]:
    """As a shell would part them; where it would do anything else, none."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return []
