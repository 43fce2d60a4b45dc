"""What a line of a tool's own log says of a connection. It is the tool's word, and whoever wrote the file's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent.tools.adapter import LineForm, Says

MAX_LINE = 1024  # signs: the longest line of a known dialect is far below
MAX_PEER = 128


@dataclass(frozen=True, slots=True)
class Heard:
    """`began` and `ended` are times as the log spells them; `peer` is whoever connected, as the log names him."""

    says: Says
    began: str | None = None
    ended: str | None = None
    peer: str | None = None


def heard(line: str, forms: Iterable[LineForm]) -> Heard | None:
    """None for a line that says nothing of a connection, or is none of the tool's."""
    if len(line) > MAX_LINE:
        return None
    for form in forms:
        found = form.pattern.fullmatch(line)
        if found is not None:
            parts = found.groupdict()
            peer = plain(parts.get("peer") or "")
            return Heard(form.says, parts.get("began"), parts.get("ended"), peer or None)
    return None


def plain(text: str) -> str:
    """Printable signs alone, blanks once, at most `MAX_PEER`."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:MAX_PEER]
