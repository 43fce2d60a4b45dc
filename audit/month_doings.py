"""What was done in a session, for its report: files, ports, screens, clipboard, licensed tools.

Bounded: of each sort the first `LINES` of a session, and `MONTH_LINES` in a month; all of them are counted. The
rest stands in the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit.canonical import MAX_INT, Value
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
from audit.session_records import WatchJoined

LINES = 20
MONTH_LINES = 2000
MAX_NAME = 200  # characters of a path or a tool's name
SORTS = ("files", "refused", "ports", "screens", "clipboard", "tools")
"""In the order in which they take their room in a month. `refused` are files that were."""

WAYS = ("to_host", "from_host")
"""Whose bytes are summed; a sum that a host drives beyond `MAX_INT` stays there, so that its month can be closed."""

DOINGS = frozenset(
    one.KIND
    for one in (
        WatchJoined, ChannelOpened, ChannelClosed, ToolStarted, ToolStopped, FileTransferred, ClipboardCopied,
    )
)  # fmt: skip
"""The records that are read for it."""

FILE_TEXTS = ("path", "name", "to", "sha256")
"""What a line on a file has from its opening."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOOL = "tool "  # before a name: no channel is called so


@dataclass(slots=True)
class Sort:
    """Of one sort: how many there were, the bytes of texts and files each way, and the first of them."""

    count: int = 0
    octets: dict[str, int] = field(default_factory=dict)
    lines: list[dict[str, Value]] = field(default_factory=list)

    def add(self, line: dict[str, Value]) -> bool:
        """Whether it is among those listed."""
        self.count += 1
        if (way := line.get("direction")) in WAYS:
            self.octets[way] = min(self.octets.get(way, 0) + line["bytes"], MAX_INT)
        if len(self.lines) < LINES:
            self.lines.append(line)
            return True
        return False


@dataclass(slots=True)
class Doings:
    """Of one session: feed its records in order, then ask once for a month's report."""

    _sorts: dict[str, Sort] = field(default_factory=dict)
    # channel, or tool -> sort, place in its lines, since when
    _under_way: dict[str, tuple[str, int, datetime]] = field(default_factory=dict)
    _seats: dict[str, list[str]] = field(default_factory=dict)  # terminal -> who watched from there

    def feed(self, leaf: Leaf, technician: str) -> None:
        match leaf.record:
            case WatchJoined(watcher=watcher, terminal=terminal):
                seated = self._seats.setdefault(terminal, [])
                if watcher not in seated:
                    seated.append(watcher)
            case ChannelOpened(kind="forward") as port:
                told = {"port": port.port, "number": port.number}
                self._begun("ports", port.channel, leaf, _said(leaf, told))
            case ChannelOpened(kind="desktop") as screen:
                by = self._watcher(screen.terminal) if screen.via == "watch" else technician
                told = {"by": by, "control": bool(screen.control)}
                self._begun("screens", screen.channel, leaf, _said(leaf, told))
            case ChannelClosed() as closed:
                self._over(closed.channel, leaf, {"in_bytes": closed.in_bytes, "out_bytes": closed.out_bytes})
            case ToolStarted(tool=tool):
                self._begun("tools", _TOOL + tool, leaf, _said(leaf, {"tool": _short(tool)}))
            case ToolStopped(tool=tool, forced=forced, still=still):
                told = {"forced": forced or None, "still": still}
                self._over(_TOOL + tool, leaf, {k: v for k, v in told.items() if v is not None})
            case FileTransferred() as file:
                self._file(leaf, file)
            case ClipboardCopied() as copied:
                told = {"direction": copied.direction, "bytes": copied.bytes}
                self._sort("clipboard").add(_said(leaf, told))
            case _:
                pass

    def value(self, opening_of: Callable[[int], Opening | None], room: int) -> dict[str, Value]:
        """By sort, with no more than `room` lines in all. Which files they were is in their openings."""
        found: dict[str, Value] = {}
        for name in SORTS:
            sort = self._sorts.get(name)
            if sort is None:
                continue
            which = name in ("files", "refused")
            lines = [line | (_texts(opening_of(line["leaf"])) if which else {}) for line in sort.lines[:room]]
            room -= len(lines)
            found[name] = {"count": sort.count, **{w: n for w, n in sort.octets.items() if n}, "lines": lines}
        return found

    def _sort(self, name: str) -> Sort:
        return self._sorts.setdefault(name, Sort())

    def _file(self, leaf: Leaf, file: FileTransferred) -> None:
        told = {
            "direction": file.direction,
            "bytes": file.bytes,
            "result": file.result,
            "offset": file.offset or None,
            "reason": file.reason,
            "agrees": file.agrees if file.agrees is False else None,
        }
        self._sort("refused" if file.result == "refused" else "files").add(_said(leaf, told))

    def _begun(self, name: str, key: str, leaf: Leaf, line: dict[str, Value]) -> None:
        sort = self._sort(name)
        if sort.add(line):
            self._under_way[key] = name, len(sort.lines) - 1, leaf.time
        else:
            self._under_way.pop(key, None)

    def _over(self, key: str, leaf: Leaf, told: dict[str, Value]) -> None:
        """How long it was, and what crossed a port."""
        name, place, since = self._under_way.pop(key, ("", 0, leaf.time))
        if name:
            line = self._sorts[name].lines[place]
            line["seconds"] = max(0, (leaf.time - since) // timedelta(seconds=1))
            line |= {} if name == "screens" else told

    def _watcher(self, terminal: str) -> str | None:
        """Whose screen it is, where no other watched from there."""
        seated = self._seats.get(terminal, [])
        return seated[0] if len(seated) == 1 else None


def lines_of(doings: dict[str, Value]) -> int:
    """How many lines of it are listed."""
    return sum(len(sort["lines"]) for sort in doings.values())


def _said(leaf: Leaf, told: dict[str, Value]) -> dict[str, Value]:
    return {"leaf": leaf.n, **{key: value for key, value in told.items() if value is not None}}


def _texts(opening: Opening | None) -> dict[str, Value]:
    """Path and digest; nothing of what was erased, or is of no form."""
    data = None if opening is None else opening.data
    if not isinstance(data, dict):
        return {}
    found: dict[str, Value] = {
        name: _short(data[name]) for name in ("path", "name", "to") if isinstance(data.get(name), str)
    }
    digest = data.get("sha256")
    if isinstance(digest, str) and _SHA256.fullmatch(digest):
        found["sha256"] = digest
    return found


def _short(text: str) -> str:
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"
