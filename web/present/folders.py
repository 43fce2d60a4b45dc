"""Folders in forms: two texts with a folder on each line, one for what is taken and one for what is sent."""

from __future__ import annotations

from collections.abc import Iterable

from audit.folders import Direction, FolderLine
from audit.forms import FOLDER


def written(lines: Iterable[FolderLine], way: Direction) -> str:
    """Those of them in which files may go that way, one on each line."""
    return "\n".join(line.folder for line in lines if line.lets(way))


def read(from_host: str, to_host: str) -> tuple[FolderLine, ...] | None:
    """In order of their names; None where a line is no folder."""
    taken, sent = _lines(from_host), _lines(to_host)
    if not all(FOLDER.fits(one) for one in taken | sent):
        return None
    return tuple(FolderLine(one, _way(one in taken, one in sent)) for one in sorted(taken | sent))


def _lines(typed: str) -> set[str]:
    found = (line.strip() for line in typed.splitlines())
    return {line if line == "/" else line.rstrip("/") for line in found if line}


def _way(taken: bool, sent: bool) -> Direction:  # noqa: FBT001 - the two texts of the form
    if taken and sent:
        return "both"
    return "from_host" if taken else "to_host"
