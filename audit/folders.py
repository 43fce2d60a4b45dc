"""Folders that a session's files may be in, and which way they may go (FORMAT.md §4).

Pure and lexical: it says what was approved. How a host stays inside a folder is `agent.files.folders`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import FOLDER

Direction = Literal["from_host", "to_host", "both"]
DIRECTIONS: tuple[Direction, ...] = ("from_host", "to_host", "both")
"""`from_host` to the technician; `to_host` from him. The words of a clipboard's too."""
MAX_FOLDERS = 16  # of one policy: what somebody can read before he signs


@dataclass(frozen=True, slots=True)
class FolderLine:
    """A folder with all that is below it, and the direction in which files of it may go."""

    folder: str
    direction: Direction

    def to_value(self) -> Value:
        return {"folder": self.folder, "direction": self.direction}

    @classmethod
    def from_value(cls, value: Value) -> FolderLine:
        f = Fields(value, "folder line")
        found = cls(f.formed("folder", FOLDER), read_direction(f.text("direction")))
        f.done()
        return found

    def lets(self, direction: Direction) -> bool:
        return self.direction in ("both", direction)

    def covers(self, asked: FolderLine) -> bool:
        """Whether `asked` lies in or below this folder, with a direction that this one has too."""
        below = asked.folder == self.folder or asked.folder.startswith(self.folder.rstrip("/") + "/")
        return below and self.lets(asked.direction)


def read_direction(found: str) -> Direction:
    if found not in DIRECTIONS:
        raise Malformed(f"a direction is not one of {', '.join(DIRECTIONS)}")
    return found


def read_folders(lines: list[Value] | None) -> tuple[FolderLine, ...]:
    """Of a policy: absent where none is allowed; else in order, no folder twice."""
    if lines is None:
        return ()
    found = tuple(FolderLine.from_value(line) for line in lines)
    names = [line.folder for line in found]
    if not 0 < len(found) <= MAX_FOLDERS or names != sorted(set(names)):
        raise Malformed("a policy names 1 to 16 folders in order, none twice, or leaves the list out")
    return found


def allowed(asked: FolderLine, lines: Iterable[FolderLine]) -> bool:
    """Whether one of these lines covers what is asked for."""
    return any(line.covers(asked) for line in lines)
