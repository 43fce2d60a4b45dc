"""verifica.html as a person opens it: from a stick, in Chromium, with no network at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from audit import bundle
from audit.channel_records import ToolStarted
from audit.findings import STEPS
from audit.sentences import FIRST, NOTES, STATES
from audit.trust_file import Trust
from audit.verifica.page import page as made
from audit.verify import verify
from tests.audit.verdicts import honest
from tests.audit.world import World
from tests.web.browser import axe, chromium

VECTORS = Path(__file__).parents[1] / "vectors" / "bundles"
PINS = VECTORS / "trust.json"
INDEX: list[dict[str, Any]] = json.loads((VECTORS / "index.json").read_text(encoding="utf-8"))
MARKUP = "<img src=x onerror=document.title=1>"
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def month() -> bytes:
    """A month as the broker packs it, the page among its files. Its report is signed by code that brings its own
    loop, as the browser does: so it is made first."""
    files = honest().entries() | {"verifica.html": made()}
    files[bundle.SUMS] = bundle.sums(files)
    return bundle.pack(files)


@pytest.fixture(scope="module")
def expected() -> dict[str, list[tuple[str, str]]]:
    """For each frozen bundle what the command finds: class with code, and where. Made first, as the month is."""
    trust = Trust.parse(PINS.read_bytes())
    return {
        line["file"]: [
            (f"{f.cls} {f.code}", f.where)
            for f in verify((VECTORS / line["file"]).read_bytes(), trust=trust).verdict.findings
        ]
        for line in INDEX
    }


@pytest.fixture(scope="module")
def browser(month: bytes, expected: object) -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def complaints() -> list[str]:
    """What the page's console says, and exceptions nobody caught."""
    return []


@pytest.fixture
def stick(browser: Browser, tmp_path: Path, complaints: list[str]) -> Iterator[Page]:
    """The page opened from a folder; whatever it would ask of a network, or complain of, fails the test."""
    (tmp_path / "verifica.html").write_bytes(made())
    context = browser.new_context(viewport=NARROW)
    context.set_offline(True)
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(("file:", "blob:")), refuse)
    found = context.new_page()
    found.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    found.on("console", lambda line: complaints.append(line.text))
    found.goto((tmp_path / "verifica.html").as_uri())
    yield found
    context.close()
    assert asked == []
    assert complaints == []


def choose(page: Page, data: Path | bytes, trust: Path | bytes | None = PINS) -> None:
    """Choose the files, press the button, wait for what it comes to."""
    for field, given, name in (("#bundle", data, "pacchetto.zip"), ("#trust", trust, "trust.json")):
        chosen: Any = {"name": name, "mimeType": "", "buffer": given} if isinstance(given, bytes) else given
        page.set_input_files(field, [] if chosen is None else chosen)
    page.get_by_role("button", name="Controlla", exact=True).click()
    expect(page.locator("#answer .note").first).to_be_visible()


def first(page: Page) -> str:
    return page.locator("#answer h2").inner_text()


def test_a_sound_bundle_is_sound(stick: Page) -> None:
    choose(stick, VECTORS / "sound.zip")
    assert first(stick) == FIRST["sound"][0]
    lines = stick.locator("#steps > li")
    assert [one.split("\n")[:2] for one in lines.all_inner_texts()] == [
        [str(n), name] for n, name, _ in STEPS
    ]
    states = lines.locator(".state").all_inner_texts()
    assert states[:11] == [STATES["ok"][0]] * 11
    not_there, unknown = STATES["not_applicable"][0], STATES["unknown"][0]
    assert states[11:] == [not_there, unknown, unknown, not_there]
    for place in (12, 13):
        assert "verbale-verify PACCHETTO.zip" in lines.nth(place).inner_text()
    notes = stick.locator("#notes > li").all_inner_texts()
    assert "impronta SHA-256" in notes[0]
    assert {NOTES[code][0] for code in ("broker_alone", "typed", "together")} <= set(notes)
    assert stick.locator("#findings").count() == 0


def test_its_answer_on_paper(stick: Page) -> None:
    """Black on white whatever the theme, nothing for the hand, no step across two sheets."""
    choose(stick, VECTORS / "sound.zip")
    stick.emulate_media(media="print", color_scheme="dark")
    expect(stick.locator("form, button").locator("visible=true")).to_have_count(0)
    shown = stick.evaluate(
        """() => [...document.querySelectorAll("body, main h1, #answer *")].filter((e) => e.checkVisibility()).map((e) => {
          const style = getComputedStyle(e);
          return [style.color, style.backgroundColor, e.matches("li, .note") ? style.breakInside : "avoid"].join();
        })"""
    )
    white = ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert set(shown) <= {f"rgb(0, 0, 0),{ground},avoid" for ground in white}
    assert len(shown) > len(STEPS)


def test_received_mail_is_for_the_command(stick: Page) -> None:
    choose(stick, VECTORS / "mail.zip")
    said = stick.locator("#steps > li").nth(14).inner_text()
    assert STATES["unknown"][0] in said
    assert "verbale-verify PACCHETTO.zip" in said


def test_without_pins_it_says_so(stick: Page) -> None:
    choose(stick, VECTORS / "untrusted.zip", None)
    assert first(stick) == FIRST["unpinned"][0]
    assert STATES["unknown"][0] in stick.locator("#steps > li").nth(1).inner_text()


def test_every_broken_bundle_is_found_as_the_command_finds_it(
    stick: Page, expected: dict[str, list[tuple[str, str]]]
) -> None:
    for line in INDEX:
        if line["class"] in {None, "TIME", "REPORT", "MAIL"}:  # stamps, reports and mail are for the command
            continue
        choose(stick, VECTORS / line["file"])
        found = [one.partition(" · ") for one in stick.locator("#findings .code").all_inner_texts()]
        assert [(code, where) for code, _, where in found] == expected[line["file"]], line
        assert first(stick) == f"non integro: {line['class']}"


def test_in_english_too(stick: Page) -> None:
    choose(stick, VECTORS / "disputed.zip")
    stick.get_by_role("button", name="English").click()
    assert first(stick) == "not sound: DISPUTED"
    assert stick.locator("html").get_attribute("lang") == "en"
    assert stick.title() == "Check · Verbale"
    text = stick.inner_text("body")
    assert STEPS[0][2] in text
    assert STEPS[0][1] not in text
    assert NOTES["typed"][1] in text
    stick.get_by_role("button", name="Italiano").click()
    assert first(stick) == "non integro: DISPUTED"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_anybody_can_read_it(stick: Page, theme: Any) -> None:
    stick.emulate_media(color_scheme=theme)
    for name in (None, "sound.zip", "disputed.zip"):
        if name is not None:
            choose(stick, VECTORS / name)
        for size in (NARROW, WIDE):
            stick.set_viewport_size(size)  # type: ignore[arg-type]
            assert stick.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(stick) == []


def test_what_a_bundle_says_is_never_markup(stick: Page) -> None:
    """A host runs a tool of a name that would be an element, in a session that may run none."""
    w = World()
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(ToolStarted(MARKUP, "ab" * 32, "not_seen", ""), session=session)
    choose(stick, bundle.pack(w.entries()), w.trust().encode())
    assert MARKUP in stick.inner_text("#findings")
    assert stick.locator("#answer img").count() == 0
    assert stick.title() == "Verifica · Verbale"


@pytest.mark.parametrize("data", [b"", b"PK", b"\0" * 1000, b"PK\x03\x04" + b"\xff" * 100], ids=len)
def test_what_is_no_bundle(stick: Page, data: bytes) -> None:
    choose(stick, data)
    assert first(stick) == "non integro: DAMAGED"


def test_a_bundle_of_many_lies(stick: Page) -> None:
    """Sizes that no file has, in every header: bounded work, and one answer."""
    data = bytearray((VECTORS / "sound.zip").read_bytes())
    at = 0
    while (at := data.find(b"PK\x03\x04", at)) >= 0:
        data[at + 18 : at + 26] = b"\xff" * 8
        at += 4
    choose(stick, bytes(data))
    assert first(stick) == "non integro: DAMAGED"


def test_misuse_is_no_verdict(stick: Page) -> None:
    stick.get_by_role("button", name="Controlla", exact=True).click()
    expect(stick.locator("#answer")).to_contain_text("Scelga prima il pacchetto")
    choose(stick, VECTORS / "sound.zip", b"{}")
    expect(stick.locator("#answer")).to_contain_text("Il file delle chiavi non si legge")
    assert stick.locator("#steps").count() == 0


def test_files_may_be_dropped(stick: Page) -> None:
    given = {name: list((VECTORS / name).read_bytes()) for name in ("sound.zip", "trust.json")}
    stick.evaluate(
        """(given) => {
          const dataTransfer = new DataTransfer();
          for (const [name, bytes] of Object.entries(given)) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true, bubbles: true }));
        }""",
        given,
    )
    stick.get_by_role("button", name="Controlla", exact=True).click()
    expect(stick.locator("#answer h2")).to_have_text(FIRST["sound"][0])


def test_its_policy_lets_nothing_else_run(stick: Page, complaints: list[str]) -> None:
    """Nothing calls anywhere; an element that somebody slipped in would do nothing."""
    assert stick.evaluate("fetch('https://example.org/').then(() => 'came', () => 'refused')") == "refused"
    stick.evaluate(
        """() => {
          const one = document.createElement("script");
          one.textContent = "document.title = 'ran'";
          document.body.append(one);
        }"""
    )
    assert stick.title() == "Verifica · Verbale"
    assert len(complaints) >= 2
    assert all("Content Security Policy" in one for one in complaints)
    complaints.clear()


def test_honest_months_are_sound(stick: Page, month: bytes) -> None:
    choose(stick, month, honest().trust().encode())
    assert first(stick) == FIRST["sound"][0]
