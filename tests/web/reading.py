"""What a page says, piece by piece: text nodes and the attributes that are read aloud or shown by scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

SAID = ("aria-label", "title", "placeholder", "alt")
UNREAD = {"script", "style", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Piece:
    text: str
    where: str  # the element's name, or element[attribute]
    lang: str  # of the nearest element that says one


@dataclass
class Page(HTMLParser):
    """`Page.of(html).pieces`"""

    pieces: list[Piece] = field(default_factory=list)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> Page:
        found = cls()
        found.feed(html)
        found.close()
        return found

    @property
    def _lang(self) -> str:
        return self._open[-1][1] if self._open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        lang = dict(attrs).get("lang") or self._lang
        for name, value in attrs:
            if value and (name in SAID or name.startswith("data-")):
                self._keep(value, f"{tag}[{name}]", lang)
        if tag not in VOID:
            self._open.append((tag, lang))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(name in UNREAD for name, _ in self._open):
            self._keep(data, self._open[-1][0] if self._open else "", self._lang)

    def _keep(self, text: str, where: str, lang: str) -> None:
        if said := " ".join(text.split()):
            self.pieces.append(Piece(said, where, lang))


def seen(page: str) -> str:
    """A page without what its script would say later."""
    return re.sub(r' data-covered="[^"]*"', "", page)
