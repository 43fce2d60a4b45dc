"""Who is connected to this machine, for anybody who asks: what the desk was told, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent import desk_call
from agent.language import Language
from agent.notice import MAX_TEXT, plain

MAX_SHOWN = 32


def lines(folders: Sequence[Path], language: Language) -> list[str]:
    """Of the first of these folders where an agent listens; `DeskSaysNo` where none does. How many there are in
    that language, what of each in the agent's."""
    reply = desk_call.request(folders, {"op": "status"}, language)
    found = [str(reply["text"])]
    for folder in folders:
        for file in sorted((folder / "desk").glob("*.txt"))[:MAX_SHOWN]:
            if file.stem in reply["sessions"]:
                found += [plain(line, 2 * MAX_TEXT) for line in file.read_text("utf-8").splitlines()]
    return found
