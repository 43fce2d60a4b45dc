"""The one file: everything in it is of this version, and nothing outside it is asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from audit import bundle_files
from audit.sentences import FINDINGS, NOTES, WHYS
from audit.verifica import page as made
from audit.verifica import tables

TEXT = made.page().decode()


class _Elements(HTMLParser):
    """Elements that can bring something from elsewhere, and the text inside script and style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if self._within:
            self.inside.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = False


def elements() -> _Elements:
    found = _Elements()
    found.feed(TEXT)
    return found


def test_nothing_comes_from_outside() -> None:
    for tag, attributes in elements().tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
        assert not attributes.keys() & {"src", "href", "srcset", "action", "style"}, tag
        assert not any(name.startswith("on") for name in attributes)
    assert "http:" not in TEXT.replace("http://www.w3.org", "")
    assert not re.search(
        r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|importScripts|eval|innerHTML)\b", TEXT
    )


def test_the_policy_names_its_script_and_style_and_nothing_else() -> None:
    found = elements()
    style, core, script = found.inside
    digests = [
        "sha256-" + base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (style, script)
    ]
    policy = next(a["content"] for tag, a in found.tags if tag == "meta" and "http-equiv" in a)
    assert policy == (
        f"default-src 'none'; script-src '{digests[1]}'; style-src '{digests[0]}'; worker-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    for part in (style, core, script):
        assert "<!--" not in part
        assert "</" not in part


def test_sentences_and_tables_are_those_of_this_version() -> None:
    modules = made.modules()
    words = json.loads(modules["sentences.js"].removeprefix("export const SENTENCES = ").removesuffix(";\n"))
    for name, table in (("findings", FINDINGS), ("notes", NOTES), ("whys", WHYS)):
        assert words[name] == {code: list(pair) for code, pair in table.items()}
    assert (
        json.loads(modules["format.js"].removeprefix("export const FORMAT = ").removesuffix(";\n"))
        == tables.read()
    )
    core = made.core()
    for name, source in modules.items():
        if name in {"sentences.js", "format.js"}:
            assert source.removeprefix("export ") in core
        assert f"const module_{name.removesuffix('.js')} = " in core, f"nobody imports {name}"
    assert core in TEXT


def test_it_is_the_same_each_time_and_fits_into_a_bundle() -> None:
    made.page.cache_clear()
    assert made.page() == TEXT.encode()
    assert made.digest() == hashlib.sha256(TEXT.encode()).hexdigest()
    assert len(TEXT.encode()) <= (bundle_files.limit(made.NAME, 1) or 0)


def test_modules_are_small() -> None:
    """The scale of house.md, for JavaScript too."""
    for name, source in made.modules().items():
        assert len(source.splitlines()) <= 250, name
