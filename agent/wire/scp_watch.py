"""The old protocol of `scp -O`, read by both ends: which files went over. Pure.

One side sends, line by line (`C0644 5 name`, `D0755 0 name`, `E`, `T…`), and a file's bytes behind its
line; the other answers each with a zero byte, or with 1 or 2 and a sentence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from agent.wire import sftp
from agent.wire.files_command import ScpCommand
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.paths import absolute, shown
from agent.wire.transfers import Fact, Numbered

MAX_LINE_BYTES = 4096 + 64
MAX_DEPTH = 256
OK, WARNING, ERROR = 0, 1, 2
PREFIX = b"scp: "  # of what the host's end says


@dataclass(slots=True)
class _File:
    path: str
    name: str | None
    size: int
    left: int
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    answered: bool = False  # its line: the bytes may come
    marked: int | None = None  # the byte behind them: the sender's own word that they are whole


class ScpWatch:
    """Of one command. The sender is the host for `-f`, the technician's program for `-t`."""

    def __init__(self, command: ScpCommand, home: str) -> None:
        self._command = command
        self._target = absolute(command.path.encode(), home.encode())
        # Whether a target names a folder is seen from its letters only; else the name stands beside it.
        self._into = command.into_folder or command.path.endswith("/") or command.path in {".", ".."}
        self._folders: list[bytes] = []
        self._asked: bytes | None = None  # a folder's line without an answer yet
        self._file: _File | None = None
        self._line = bytearray()
        self._said = bytearray()
        self._facts = Numbered()
        self._way = "from_host" if command.sends else "to_host"

    def from_client(self, data: bytes) -> list[Fact]:
        return self._answers(data) if self._command.sends else self._sent(data)

    def from_host(self, data: bytes) -> list[Fact]:
        return self._sent(data) if self._command.sends else self._answers(data)

    def end(self) -> list[Fact]:
        one, self._file = self._file, None
        if one is None or not (one.answered or one.left < one.size):
            return []
        return [self._told(one, "partial")]

    # --------------------------------------------------------------------------- from who sends

    def _sent(self, data: bytes) -> list[Fact]:
        found: list[Fact] = []
        rest = memoryview(data)
        while rest:
            one = self._file
            if one is not None and one.left:
                taken = rest[: one.left]
                one.digest.update(taken)
                one.left -= len(taken)
                rest = rest[len(taken) :]
            elif one is not None and one.marked is None:
                one.marked, rest = rest[0], rest[1:]
            else:
                found += self._read_line(rest[0])
                rest = rest[1:]
        return found

    def _read_line(self, sign: int) -> list[Fact]:
        if sign != ord("\n"):
            self._line.append(sign)
            if len(self._line) > MAX_LINE_BYTES:
                raise ProtocolError(CLOSE_BREACH, "a line of scp is too long")
            return []
        line, self._line = bytes(self._line), bytearray()
        match line[:1]:
            case b"C" | b"D":
                self._named(line)
            case b"E":
                del self._folders[-1:]
            case b"\x01" | b"\x02" if self._command.sends:
                return self._facts.refusal("from_host", shown(self._below()), _why(line[1:]))
            case _:
                pass
        return []

    def _named(self, line: bytes) -> None:
        parts = line.split(b" ", 2)
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 18 or self._file is not None:
            raise ProtocolError(CLOSE_BREACH, "a line of scp is not of its form")
        if line[:1] == b"D":
            if len(self._folders) >= MAX_DEPTH:
                raise ProtocolError(CLOSE_BREACH, "folders of scp nest too deep")
            self._asked = parts[2]
            if self._command.sends:
                self._folders.append(parts[2])
            return
        size = int(parts[1])
        path, name = self._place(parts[2])
        self._file = _File(path, name, size, size)

    def _below(self) -> bytes:
        """The folder that is being sent. The first one is the target itself."""
        deeper = self._folders if self._into and not self._command.sends else self._folders[1:]
        return b"/".join([self._target, *deeper])

    def _place(self, name: bytes) -> tuple[str, str | None]:
        if self._folders:
            return shown(self._below() + b"/" + name), None
        if self._command.sends:
            return shown(self._target), None
        if self._into:
            return shown(self._target + b"/" + name), None
        return shown(self._target), shown(name)

    # --------------------------------------------------------------------------- from who takes

    def _answers(self, data: bytes) -> list[Fact]:
        found: list[Fact] = []
        for sign in data:
            if self._said or sign in {WARNING, ERROR}:
                self._said.append(sign)
                if len(self._said) > MAX_LINE_BYTES:
                    raise ProtocolError(CLOSE_BREACH, "an answer of scp is too long")
                if sign == ord("\n"):
                    sentence, self._said = bytes(self._said[1:]), bytearray()
                    found += self._refused(_why(sentence))
            else:
                found += self._accepted()
        return found

    def _accepted(self) -> list[Fact]:
        one = self._file
        if self._asked is not None:
            if not self._command.sends:
                self._folders.append(self._asked)
            self._asked = None
        elif one is not None and not one.answered:
            one.answered = True
        elif one is not None and one.marked is not None:
            self._file = None
            return [self._told(one, "whole" if one.marked == OK else "partial")]
        return []

    def _refused(self, reason: str) -> list[Fact]:
        """The sender passes over what was refused before its bytes; behind them, it is partial."""
        one, self._file = self._file, None
        if self._asked is not None:
            path = shown(self._below() + b"/" + self._asked)
            if self._command.sends:
                del self._folders[-1:]
            self._asked = None
            return [] if self._command.sends else self._facts.refusal("to_host", path, reason)
        if one is None:
            return [] if self._command.sends else self._facts.refusal("to_host", shown(self._target), reason)
        if not one.answered and one.left == one.size and one.marked is None:
            return [] if self._command.sends else self._facts.refusal("to_host", one.path, reason, one.name)
        return [self._told(one, "partial", reason)]

    def _told(self, one: _File, result: str, reason: str | None = None) -> Fact:
        return self._facts.fact(
            self._way, result, one.path,
            count=one.size - one.left, sha256=one.digest.hexdigest(), name=one.name, reason=reason,
        )  # fmt: skip


def _why(sentence: bytes) -> str:
    plain = sentence.removeprefix(PREFIX).decode("utf-8", "replace").strip()
    return sftp.reason_of(plain.partition(": ")[2] or plain)
