"""The host's screen in real browsers, on a real X server: used by the technician, seen by whoever watches."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Expect, Page

from agent.channels.screen_folder import FOLDER
from tests.agent import viewer
from tests.e2e.kit import Demo, started, until
from tests.web.browser import chromium

PATIENT_MS = 60_000
expect = Expect()
expect.set_options(timeout=PATIENT_MS)
BLUE = """() => {
  const canvas = document.querySelector("#scrivania canvas");
  const [red, , blue] = canvas.getContext("2d").getImageData(200, 200, 1, 1).data;
  return red < 64 && blue > 128;
}"""


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
    folder = tmp_path_factory.mktemp("demo")
    with started(folder, agent_env={"DISPLAY": display}, channels=["desktop"]) as found:
        yield found


def aside(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread: the browser's own loop occupies this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _cookies(demo: Demo, role: str) -> list[dict[str, str]]:
    async with demo.stage.logged_in(role) as person:
        pairs = [one.split("=", 1) for one in person.cookie.split("; ")]
        return [{"name": name, "value": value, "url": demo.stage.origin} for name, value in pairs]


class Person:
    """Somebody logged in at a browser; `faults` is what its page and its strict policy complained of."""

    def __init__(self, demo: Demo, browser: Browser, role: str, path: str) -> None:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="it-IT")
        context.add_cookies(aside(_cookies(demo, role)))  # type: ignore[arg-type]
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENT_MS)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self.page.goto(f"{demo.stage.origin}{path}")

    def sees(self, name: str, folder: Path) -> None:
        expect(self.page.locator("#scrivania[data-state=open] canvas")).to_be_visible()
        self.page.screenshot(path=folder / f"{name}.png")


def test_what_is_typed_in_the_browser_arrives_and_who_watches_sees_it(
    demo: Demo, browser: Browser, display: str, tmp_path: Path
) -> None:
    got = tmp_path / "got"
    opened = aside(demo.open("terminal", "control"))
    state = demo.state / "agent" / FOLDER / opened.session
    watcher = Person(demo, browser, "ads", f"/sessioni/{opened.session}/diretta")
    expect(watcher.page.get_by_text("Il tecnico non ha lo schermo aperto.")).to_have_count(1)
    # When what was typed arrives, its window turns blue.
    paint = f"read line; echo \"$line\" > {got}; printf '\\033[44m\\033[2J'; sleep 120"
    with viewer.xterm(display, ["sh", "-c", paint]):
        technician = Person(demo, browser, "technician", f"/sessioni/{opened.session}")
        technician.page.get_by_role("button", name="Desktop").click()
        technician.sees("technician", tmp_path)
        watcher.sees("watcher", tmp_path)
        technician.page.locator("#scrivania canvas").click(position={"x": 200, "y": 200})
        technician.page.keyboard.type("buongiorno")
        for keys in ("Shift+Slash", "Enter"):
            technician.page.keyboard.press(keys)
        # The shell opens the file before it writes the line.
        aside(until(lambda: got.exists() and got.read_text(), "what was typed"))
        assert got.read_text().strip() == "buongiorno?"
        for person in (technician, watcher):
            person.page.wait_for_function(BLUE)
        watcher.page.locator("#scrivania canvas").click(position={"x": 200, "y": 200})
        watcher.page.keyboard.type("niente\n")
        technician.sees("technician-blue", tmp_path)
        watcher.sees("watcher-blue", tmp_path)
    assert state.exists()
    aside(opened.stop())
    aside(demo.record("session.ended", session=opened.session))
    expect(technician.page.get_by_text("La sessione è finita").first).to_be_visible()
    assert not state.exists()
    assert not viewer.servers_of(state)
    assert (technician.faults, watcher.faults) == ([], [])
    closed = demo.records("channel.closed", session=opened.session)
    assert {(one.record.kind, one.record.agrees) for one in closed} >= {("desktop", True)}  # type: ignore[union-attr]


def test_seen_only_a_dead_server_is_a_sentence_and_a_dead_agent_leaves_none(
    demo: Demo, browser: Browser, display: str, tmp_path: Path
) -> None:
    got = tmp_path / "got"
    opened = aside(demo.open("desktop"))
    state = demo.state / "agent" / FOLDER / opened.session
    with viewer.xterm(display, ["sh", "-c", f'read line; echo "$line" > {got}; sleep 120']):
        technician = Person(demo, browser, "technician", f"/sessioni/{opened.session}")
        technician.sees("seen-only", tmp_path)
        expect(technician.page.get_by_text("Solo visione.")).to_be_visible()
        technician.page.locator("#scrivania canvas").click(position={"x": 200, "y": 200})
        technician.page.keyboard.type("niente\n")
        (server,) = viewer.servers_of(state)
        os.kill(server, signal.SIGKILL)
        status = technician.page.locator("#schermo-stato")
        expect(status).to_have_text(re.compile("Il programma che mostra lo schermo si è chiuso"))
        technician.page.screenshot(path=tmp_path / "dead.png")
        technician.page.get_by_role("button", name="Riapri lo schermo").click()
        technician.sees("again", tmp_path)
        assert not got.exists()
    # An agent that is killed leaves nothing: its guardian ends the server, its next life clears the folder.
    demo.kill("agente")
    aside(until(lambda: not viewer.servers_of(state), "the end of the server"))
    aside(demo.whole())
    ended = aside(demo.record("session.ended", session=opened.session)).record
    assert ended.reason == "agent_restarted"
    assert not state.exists()
    assert technician.faults == []


def test_a_broker_that_dies_closes_the_screen_and_its_server(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    opened = aside(demo.open("desktop"))
    state = demo.state / "agent" / FOLDER / opened.session
    technician = Person(demo, browser, "technician", f"/sessioni/{opened.session}")
    technician.sees("before", tmp_path)
    since = demo.size()
    demo.kill("broker")
    again = technician.page.get_by_role("button", name="Riapri lo schermo")
    expect(again).to_be_visible()
    aside(until(lambda: not viewer.servers_of(state), "the end of the server"))
    aside(demo.start_broker())
    aside(demo.linked())
    closed = aside(demo.record("channel.closed", session=opened.session, since=since)).record
    assert (closed.kind, closed.agrees) == ("desktop", None)
    assert not demo.records("session.ended", session=opened.session)
    again.click()
    technician.sees("after", tmp_path)
    aside(opened.stop())
    aside(demo.record("session.ended", session=opened.session))
    assert not viewer.servers_of(state)


def test_what_is_copied_into_the_screen_is_in_the_log(demo: Demo, browser: Browser, tmp_path: Path) -> None:
    opened = aside(demo.open("clipboard"))
    technician = Person(demo, browser, "technician", f"/sessioni/{opened.session}")
    technician.sees("clipboard", tmp_path)
    technician.page.get_by_text("Appunti", exact=True).click()
    technician.page.get_by_label("Testo degli appunti").fill("perché no")
    technician.page.screenshot(path=tmp_path / "panel.png")
    technician.page.get_by_role("button", name="Manda alla macchina").click()
    copied = aside(demo.record("clipboard.copied", session=opened.session)).record
    assert (copied.direction, copied.bytes) == ("to_host", len("perché no".encode()))
    aside(opened.close())
    assert technician.faults == []
    verdict = aside(demo.verdict(tmp_path))
    assert (verdict["verdict"], verdict["findings"]) == ("sound", [])
