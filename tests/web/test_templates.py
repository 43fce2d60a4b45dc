"""Every page in every state: renders, keeps the strict policy, reads well to axe, fits 360 px, both themes."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.browser import PATIENT_MS, axe, chromium
from tests.web.samples import OWNER_HOURS, Sample, samples
from tests.web.stand_in import static_path
from web.english import ENGLISH
from web.templating import HEADERS, STATIC, Templates

ORIGIN = "http://localhost:8700"
WIDTHS = (1440, 390, 360)
# Where all rules look, and in which language; elsewhere those whose answer a width can change, or a theme.
ALL_RULES = {(1440, "light"): "it", (390, "dark"): "it", (1440, "dark"): "en", (390, "light"): "en"}
COLOURS = ("color-contrast", "link-in-text-block")
MEASURES = (*COLOURS, "target-size", "scrollable-region-focusable")
SAMPLES = samples()
TEMPLATES = Templates()
SHOTS = os.environ.get("VERBALE_SHOTS", "")  # a folder to keep pictures in, for whoever changes the look


def named(sample: Sample) -> str:
    return sample.name


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Tab:
    """One page for all: to make one takes the browser longer than to look at it."""

    page: Page
    html: str = ""
    later: dict[str, str] = field(default_factory=dict)  # what a page fetches once it stands
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def one_tab(browser: Browser) -> Tab:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.set_default_timeout(PATIENT_MS)
    tab = Tab(page)
    serve(tab)
    return tab


@pytest.fixture
def tab(one_tab: Tab) -> Iterator[Tab]:
    """Without a trace of the page before."""
    one_tab.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    one_tab.complaints.clear()
    yield one_tab
    one_tab.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    one_tab.page.goto("about:blank")


def serve(tab: Tab) -> None:
    """Answer the page's own origin as the broker does: the tab's HTML, our static files, nothing else."""
    page, complaints = tab.page, tab.complaints
    kind = "text/html; charset=utf-8"

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/pagina":
            route.fulfill(body=tab.html, headers=HEADERS | {"content-type": kind})
        elif path in tab.later:
            route.fulfill(body=tab.later[path], headers=HEADERS | {"content-type": kind})
        elif path.startswith("/static/"):
            file = static_path(path)
            guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=guessed)
        elif path == "/api/login/rest":  # every page of whoever is logged in asks for it
            route.fulfill(json={"person": "p-1", "left_s": 900})
        else:
            complaints.append(f"asked for {path}")
            route.abort()

    def heard(said: Any) -> None:
        # No broker answers the sockets here; everything else on the console is ours to mend.
        if said.type == "error" and "WebSocket" not in said.text:
            complaints.append(said.text)

    page.route("**/*", answer)
    page.on("console", heard)
    page.on("pageerror", lambda wrong: complaints.append(str(wrong)))


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_page(tab: Tab, sample: Sample, lang: str) -> None:
    """Nothing for axe to find, no sideways scroll, nothing the policy had to block.

    Loaded once; theme and width change in place. All rules look at a desk's width and at a phone's, one language
    in the theme that the other is not; whatever a theme or a width can change is asked again in each of them.
    """
    shell = replace(sample.shell, lang=lang, theme="")  # type: ignore[arg-type]
    tab.html = TEMPLATES.page(sample.template, sample.view, shell)
    tab.later = {"/gestione/ore": TEMPLATES.page("owner_hours.html", OWNER_HOURS, shell)}
    page = tab.page
    page.goto(f"{ORIGIN}/pagina", wait_until="load")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 400 else 740})
        expect(page.locator("[data-later]")).to_have_count(0)
        # Scripts fit terminals to the width a moment later.
        page.wait_for_function(
            "width => document.documentElement.scrollWidth <= width", arg=width, timeout=PATIENT_MS
        )
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{sample.name}-{lang}-{width}-{theme}.png", full_page=True)
            some = MEASURES if theme == "light" else COLOURS
            rules = () if ALL_RULES.get((width, theme)) == lang else some
            assert axe(page, rules) == [], f"at {width} px, {theme}"
    assert tab.complaints == []


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_markup_is_plain(sample: Sample) -> None:
    """No inline style or script, one h1, ids only once, in both languages."""
    for lang in ("it", "en"):
        html = TEMPLATES.page(sample.template, sample.view, replace(sample.shell, lang=lang))
        assert " style=" not in html
        assert not re.search(r"<script(?![^>]*src=)", html)
        assert not re.search(r"\son[a-z]+=", html)
        assert len(re.findall(r"<h1[ >]", html)) == 1
        assert f'<html lang="{lang}"' in html
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert sorted(one for one in set(ids) if ids.count(one) > 1) == []


def words_of_templates() -> set[str]:
    found: set[str] = set()
    for file in TEMPLATES.folder.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for quoted in re.findall(r"""\b_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", text):
            found.add(quoted[1:-1].replace('\\"', '"'))
    return found


def test_english_is_complete_and_no_more() -> None:
    assert words_of_templates() == set(ENGLISH)


def test_english_keeps_blanks_and_marks() -> None:
    for italian, english in ENGLISH.items():
        assert english
        for pattern in (r"\{\w+\}", r"</?\w+[^>]*>"):
            assert sorted(re.findall(pattern, italian)) == sorted(re.findall(pattern, english)), italian


PLAIN_FIELDS = {"kind", "mark", "state", "step", "severity", "answer", "icon", "full", "href", "post", "ends"}


def hostile(value: Any) -> Any:
    """The same view with markup in every text a person might have typed."""
    if isinstance(value, tuple):
        return tuple(hostile(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        open_fields = [f.name for f in fields(value) if f.name not in PLAIN_FIELDS]
        return replace(value, **{name: hostile(getattr(value, name)) for name in open_fields})
    if isinstance(value, str) and value:
        return f"{value}<img src=x onerror=alert(1)>\"'{{}}"
    return value


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_text_stays_text(sample: Sample) -> None:
    html = TEMPLATES.page(sample.template, hostile(sample.view), sample.shell)
    assert "<img" not in html


# ------------------------------------------------------------------------------------------ colours


def tokens(theme: int) -> dict[str, str]:
    """Token to #rrggbb, from the style sheet itself: 0 light, 1 dark."""
    css = (STATIC / "verbale.css").read_text(encoding="utf-8").partition("@media print")[0]
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", css))
    for name, *pair in re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css):
        assert found[name] == pair[0], f"--{name} differs where light-dark() is unknown"
        found[name] = pair[theme]
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "text-2", "text-3") for ground in ("paper", "surface", "sunken")],
    ("on-act", "act"), ("on-sign", "sign"), ("on-stop", "stop"),
    ("sign-text", "surface"), ("sign-text", "paper"), ("sign-text", "sign-soft"),
    ("stop-text", "surface"), ("stop-text", "stop-soft"), ("ok-text", "surface"), ("ok-text", "ok-soft"),
    ("wait-text", "surface"), ("wait-text", "wait-soft"),
    ("text", "ok-soft"), ("text", "wait-soft"), ("text", "stop-soft"), ("text-2", "sign-soft"),
]  # fmt: skip
MARK_PAIRS = [
    ("line-strong", "surface"), ("line-strong", "paper"), ("sign", "surface"), ("stop", "surface"),
    ("ok", "surface"), ("wait", "surface"),
]  # fmt: skip
MEASURED = {
    ("text", "surface"): (17.78, 14.71),
    ("on-sign", "sign"): (9.30, 5.35),
    ("on-stop", "stop"): (6.67, 5.05),
}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    """WCAG 2.2: 4.5 for text, 3 for marks and borders, recomputed from the tokens in use."""
    found = tokens(theme)
    assert len({*TEXT_PAIRS, *MARK_PAIRS}) == 31  # those of the design
    for front, back in TEXT_PAIRS:
        assert contrast(found[front], found[back]) >= 4.5, (front, back)
    for front, back in MARK_PAIRS:
        assert contrast(found[front], found[back]) > 3, (front, back)
    for (front, back), figures in MEASURED.items():
        assert contrast(found[front], found[back]) == pytest.approx(figures[theme], abs=0.01)


def test_signing_page_has_the_same_tokens() -> None:
    """The signing site ships its own sheet; its colours may not drift from ours."""
    ours = (STATIC / "verbale.css").read_text(encoding="utf-8")
    theirs = (STATIC.parent / "signing" / "firma.css").read_text(encoding="utf-8")
    block = ours[ours.index("/* ── 1 tokens") : ours.index("/* ── 2 base")]
    assert block in theirs


# -------------------------------------------------------------------------------------- built files


def test_manifest_tells_the_truth() -> None:
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"].values():
        data = (STATIC / "vendor" / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert entry["sha256"][:12] in entry["file"]
    notices = (STATIC / "vendor" / "NOTICES.txt").read_text(encoding="utf-8")
    for name in ("@xterm/xterm", "@xterm/addon-fit", "ibm-plex-sans", "ibm-plex-serif", "ibm-plex-mono"):
        assert name in notices


def test_lock_file_names_no_host() -> None:
    lock = (STATIC.parent / "assets" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
