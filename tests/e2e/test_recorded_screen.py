"""A screen that has to be recorded, over real processes: used in a browser, played with seek, opened offline."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from playwright.sync_api import Browser, Expect, Page

from audit.player.page import NAME
from tests.agent import viewer
from tests.agent.test_unrecorded import SECRET, window
from tests.e2e.kit import Demo, run, started, until
from tests.e2e.test_desktop import BLUE, PATIENT_MS, Person, aside
from tests.e2e.test_recorded import GROUND
from tests.web.browser import chromium
from tests.web.test_recording_script import pause
from web.demo.processes import program

IDENTITY = pyrage.x25519.Identity.generate()
expect = Expect()
expect.set_options(timeout=PATIENT_MS)
PLAYED_BLUE = BLUE.replace("#scrivania canvas", "#lettore canvas")
NOT_BLUE = f"() => !({PLAYED_BLUE})()"
LEFT_OUT = "keepassxc"
AT_WINDOW = (
    """(canvas) => [...document.querySelector(canvas).getContext("2d").getImageData(650, 450, 1, 1).data]"""
)
BLACK = [0, 0, 0, 255]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with viewer.display(800, 600) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, display: str) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("recorded"), agent_env={"DISPLAY": display}) as found:
        aside(_have_it_recorded(found))
        yield found


async def _have_it_recorded(demo: Demo) -> None:
    account = {
        "host": demo.stage.host,
        "name": pwd.getpwuid(os.geteuid()).pw_name,
        "administrator": os.geteuid() == 0,
    }
    rules: dict[str, Any] = {
        "channels": ["desktop"], "supervision": "waivable", "longest_s": 4 * 3600, "window_s": 8 * 3600,
        "accounts": [account], "recipient": str(IDENTITY.to_public()),
        "recording": {"sessions": "all", "client": GROUND, "vendor": GROUND, "left_out": [LEFT_OUT]},
    }  # fmt: skip
    async with demo.stage.logged_in("titolare") as titolare:
        await titolare.sign("policy", policy=rules)


def _is_sought(page: Page) -> None:
    """The screen was dark at first and blue at the end, and a seek shows either; the window of the list is black."""
    place = page.locator("#punto")
    place.fill(place.get_attribute("max") or "")
    page.wait_for_function(PLAYED_BLUE)
    assert page.evaluate(AT_WINDOW, "#lettore canvas") == BLACK
    place.fill("0")
    page.wait_for_function(NOT_BLUE)
    assert page.evaluate(AT_WINDOW, "#lettore canvas") == BLACK


def test_from_the_technicians_hand_to_the_titolares_own_player(
    demo: Demo, browser: Browser, display: str, tmp_path: Path
) -> None:
    opened = aside(demo.open("control"))
    with (
        window(display, SECRET, "-class", "KeePassXC", "-geometry", "20x8+600+400"),
        viewer.xterm(display, ["sh", "-c", "read line; printf '\\033[44m\\033[2J'; sleep 120"]),
    ):
        technician = Person(demo, browser, "technician", f"/sessioni/{opened.session}")
        technician.sees("technician", tmp_path)
        technician.page.locator("#scrivania canvas").click(position={"x": 200, "y": 200})
        technician.page.keyboard.type("blu\n")
        technician.page.wait_for_function(BLUE)
        assert technician.page.evaluate(AT_WINDOW, "#scrivania canvas") == [
            *SECRET,
            255,
        ]  # L-49: seen, not kept
        channel = aside(demo.record("recording.opened", session=opened.session)).record.recording
        folder = demo.running.broker_state / "recordings" / demo.tenant / channel
        there = len(list(folder.glob("*.age")))
        aside(until(lambda: len(list(folder.glob("*.age"))) > there, "one more segment"))
        aside(opened.close())  # while it is blue: without its window the last picture would be another
    closed = aside(demo.record("recording.closed", session=opened.session)).record
    assert (closed.recording, closed.outcome, closed.masked > 0) == (channel, "complete", True)

    titolare = Person(demo, browser, "titolare", f"/sessioni/{opened.session}/registrazioni")
    titolare.page.get_by_label("Perché guarda").first.select_option("control")
    titolare.page.get_by_role("button", name="Guarda").click()
    expect(titolare.page.locator("#lettore canvas")).to_be_visible()
    pause(titolare.page)
    _is_sought(titolare.page)
    titolare.page.screenshot(path=tmp_path / "played.png")
    [read] = [one.record for one in demo.records("record.read") if one.record.what == "recording"]
    assert (read.recording, read.reason) == (channel, "control")
    assert (technician.faults, titolare.faults) == ([], [])

    _opens_offline(demo, browser, channel, tmp_path)


def _opens_offline(demo: Demo, browser: Browser, channel: str, tmp_path: Path) -> None:
    """The month's bundle is sound, and the titolare's own identity opens it into what a page plays."""
    bundle, trust = aside(demo.month(tmp_path))
    (tmp_path / "mine.txt").write_text(str(IDENTITY))
    words = [*program("audit.cli"), str(bundle), "--trust", str(trust), "--json"]
    verdict = json.loads(aside(run(words, seconds=120)).out)
    assert (verdict["verdict"], verdict["findings"]) == ("sound", [])
    folder = tmp_path / "opened"
    words = [*program("audit.cli"), "open", str(bundle), "--identity", str(tmp_path / "mine.txt")]
    assert aside(run([*words, "--recordings", str(folder)], seconds=60)).status == 0
    page = browser.new_page()
    page.set_default_timeout(PATIENT_MS)
    page.goto((folder / NAME).as_uri())
    page.set_input_files("#file", folder / f"{channel}.fbs")
    expect(page.locator("#lettore canvas")).to_be_visible()
    _is_sought(page)
