"""What each page makes a browser fetch: how many bytes of our own scripts, and nothing from anywhere else."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.web.samples import Sample, samples
from tests.web.stand_in import static_path
from web.templating import CSP, Templates

OWN_MOST_B = 100_000
STYLE_MOST_B = 100_000
TEMPLATES = Templates()
IMPORT = re.compile(r'\b(?:from|import)\s*\(?\s*"(\./[\w.-]+\.js)"')
# Libraries of others, on the pages that need them alone: terminal and player, and the screen.
VENDOR_MOST_B = {"terminal": 360_000, "screen": 200_000}
FETCHED = re.compile(
    r"<(?:script|link|img|source|iframe|video|audio|object|embed|use)\b[^>]*?\b(?:src|href|data)=\"([^\"]*)\""
)


@cache
def imported(path: str) -> frozenset[str]:
    """A script and all that it imports, by address."""
    text = static_path(path).read_text(encoding="utf-8")
    folder = path.rpartition("/")[0]
    found = {path}
    for other in IMPORT.findall(text):
        found |= imported(f"{folder}/{other.removeprefix('./')}")
    return frozenset(found)


def size(path: str) -> int:
    return len(static_path(path).read_bytes())


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_page_is_light_and_asks_nobody_else(sample: Sample) -> None:
    html = TEMPLATES.page(sample.template, sample.view, sample.shell)
    asked = [one.partition("?")[0] for one in FETCHED.findall(html) if not one.startswith("#")]
    assert [one for one in asked if not one.startswith("/static/")] == []
    scripts = [one for one in re.findall(r'<script[^>]*src="([^"?]*)', html) if one.startswith("/static/")]
    own = frozenset[str]().union(*(imported(one) for one in scripts if "/vendor/" not in one))
    assert sum(size(one) for one in own) < OWN_MOST_B
    for one in scripts:
        if "/vendor/" in one:
            name = one.rpartition("/")[2].partition(".")[0]
            assert size(one) < VENDOR_MOST_B[name], name
    styles = [one for one in asked if one.endswith(".css")]
    assert sum(size(one) for one in styles) < STYLE_MOST_B


def test_the_policy_lets_nothing_in_line_and_nobody_else_in() -> None:
    rules = dict(one.strip().partition(" ")[::2] for one in CSP.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in CSP
    assert {source for value in rules.values() for source in value.split()} == {"'none'", "'self'"}


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    """The sources themselves, so also what no sample shows."""
    wrong = [
        (file.name, found)
        for file in TEMPLATES.folder.rglob("*.html")
        for found in re.findall(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:",
            file.read_text(encoding="utf-8"),
        )
    ]
    assert wrong == []


def test_no_style_or_script_of_ours_names_another_place() -> None:
    """Nothing is fetched from elsewhere by a sheet or a script."""
    folder = static_path("/static/verbale.css").parent
    for path in (folder / "verbale.css", *sorted((folder / "js").glob("*.js"))):
        text = re.sub(
            r"/\*.*?\*/|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
        )
        assert not re.search(r"""(?:url\(|["'`])\s*(?:https?:)?//""", text), path.name
