"""The watcher at a real Chromium: his check-in by passkey, the pause when his page is gone, the stop he signs.

The agent of this stack pauses after six seconds instead of two minutes; everything else is as anywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.kit import Demo, started
from tests.e2e.test_browser import DESK, Person, aside, expect, invite, signed_in
from tests.web.browser import chromium

LOST_S = "6"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("watch")
    with started(folder, agent_env={**os.environ, "VERBALE_WATCH_LOST_S": LOST_S}) as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_check_in_pause_resume_and_a_signed_stop(stack: Demo, browser: Browser, tmp_path: Path) -> None:
    """U-15."""
    ads = Person(browser, DESK)
    page = ads.page
    ads.accept(aside(invite(stack, "titolare", "ads")))
    page.get_by_role("button", name="Crea la passkey per firmare").click()
    page.wait_for_url(f"{stack.stage.signing_origin}/**")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{stack.stage.origin}/**")
    aside(signed_in(stack))
    request = aside(stack.ask("terminal", "exec"))
    page.goto(f"{stack.stage.origin}/richieste/{request}/approva")
    page.get_by_role("button", name="Autorizza con passkey").click()
    page.wait_for_url(f"{stack.stage.signing_origin}/**")
    page.get_by_role("button", name="Autorizza con passkey").click()
    page.wait_for_url(f"{stack.stage.origin}/richieste/**")
    # One press, the passkey, and back on the live page, whose key was made before it left.
    page.get_by_role("button", name="Prendo in carico la supervisione").first.click()
    page.wait_for_url(f"{stack.stage.signing_origin}/**")
    expect(page.get_by_text("Tenga aperta la pagina della sessione")).to_be_visible()
    page.get_by_role("button", name="Prendo in carico con passkey").click()
    page.wait_for_url(re.compile(r"/sessioni/s-[0-9a-f]{10}/diretta"))
    live = page.url
    session = live.rsplit("/", 2)[1]
    aside(stack.activate(request, session))
    expect(page.locator("#vista")).to_be_attached()
    opened = stack.opened(request, session)
    first = aside(opened.ssh("echo uno"))
    assert (first.status, first.out) == (0, b"uno\n"), first.err
    # Nobody takes the page's place: closing it is a stop.
    page.goto("about:blank")
    aside(stack.phase(request, "paused"))
    held = aside(opened.ssh("echo due"))
    assert held.status != 0
    assert b"pausa" in held.err
    page.goto(live)
    aside(stack.phase(request, "active"))
    again = aside(opened.ssh("echo tre"))
    assert (again.status, again.out) == (0, b"tre\n"), again.err
    # He holds it himself: his page answers on, and that alone lets nothing through.
    page.get_by_role("button", name="Pausa").click()
    aside(stack.phase(request, "paused"))
    paused = stack.records("session.paused", session=session)[-1].record
    assert paused.reason == "paused_by_watcher"  # type: ignore[union-attr]
    held = aside(opened.ssh("echo quattro"))
    assert (held.status != 0, b"pausa" in held.err) == (True, True), held
    expect(page.get_by_text("Riprende con «Riprendi»")).to_be_visible()
    page.get_by_role("button", name="Riprendi").click()
    aside(stack.phase(request, "active"))
    assert stack.records("session.resumed", session=session)[-1].record.by == paused.by is not None  # type: ignore[union-attr]
    page.get_by_role("button", name="Firma la fine").click()
    page.wait_for_url(f"{stack.stage.signing_origin}/**")
    page.get_by_role("button", name="Termina con passkey").click()
    page.wait_for_url(live)
    aside(stack.phase(request, "stopped_by_ads"))
    ended = stack.records("session.ended", session=session)[0].record
    ordered = stack.records("session.stop_ordered", session=session)[0].record
    assert ended.order == ordered.statement is not None  # type: ignore[union-attr]
    assert ads.faults == []
    verdict = aside(stack.verdict(tmp_path))
    assert (verdict["verdict"], verdict["exit"]) == ("sound", 0), verdict
    assert any(note["code"] == "paused" for note in verdict["notes"])
