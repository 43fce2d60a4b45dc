"""The page that plays recorded screens offline, from a folder, asking nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.player.page import NAME, page
from tests.web.screen_tape import PIXEL, recorded


@pytest.fixture
def player(chrome: Browser, tmp_path: Path) -> Iterator[Page]:
    (tmp_path / NAME).write_bytes(page())
    complaints: list[str] = []
    context = chrome.new_context()
    context.set_offline(True)
    found = context.new_page()
    found.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    found.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    found.goto((tmp_path / NAME).as_uri())
    yield found
    context.close()
    assert complaints == []


def choose(player: Page, data: bytes) -> None:
    player.set_input_files("#file", {"name": "c-1.fbs", "mimeType": "", "buffer": data})


def test_a_recording_is_played_and_sought(player: Page) -> None:
    choose(player, recorded())
    expect(player.locator("#schermo")).to_be_visible()
    player.get_by_label("Punto").fill("1.5")
    player.wait_for_function(f"() => ({PIXEL})([12, 12]) === '64 48 0 0 255 255'")
    player.get_by_label("Velocità").select_option("4")
    player.get_by_role("button", name="Riproduci").click()
    player.wait_for_function(f"() => ({PIXEL})([12, 12]) === '32 16 0 0 0 255'")
    expect(player.locator("#ora")).to_have_text("0:04")


def test_the_last_picture_is_reached_wherever_it_comes(player: Page) -> None:
    """The slider moves by tenths of a second, and pictures come between them."""
    choose(player, recorded(whole=False, white_at_ms=2_070))
    place = player.get_by_label("Punto")
    expect(place).to_be_visible()  # once the file is open it has an end
    place.fill(place.get_attribute("max") or "")
    player.wait_for_function(f"() => ({PIXEL})([1, 0]) === '64 48 255 255 255 255'")
    expect(player.locator("#ora")).to_have_text("0:02")
    place.press("ArrowLeft")
    player.wait_for_function(f"() => ({PIXEL})([1, 0]) === '64 48 255 0 0 255'")


def test_another_file_is_a_sentence(player: Page) -> None:
    choose(player, b"no recording")
    expect(player.locator("#stato")).to_contain_text("danneggiato")
    expect(player.locator("#lettore")).to_be_hidden()
    choose(player, recorded())
    expect(player.locator("#lettore")).to_be_visible()
