"""Texts of hosts, people and files as somebody is shown them: without what hides, turns round or covers."""

from __future__ import annotations

import unicodedata

# Directional overrides and isolates turn a text round; soft hyphens and zero-width signs hide in one; a sign
# that nobody has assigned yet is drawn by nobody; line and paragraph separators break where one line was promised.
_HIDDEN = ("Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp")
_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
# No script piles more on one letter; without an end they cover the lines above.
MAX_MARKS = 8


def visible(text: str, *, keep: str = "", instead: str = "") -> str:
    """Only what is seen of it, and the signs in `keep`; `instead` stands for each sign left out."""
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        hidden = category in _HIDDEN or sign in _BLANK_LETTERS or marks > MAX_MARKS
        shown.append(instead if hidden and sign not in keep else sign)
    return "".join(shown)
