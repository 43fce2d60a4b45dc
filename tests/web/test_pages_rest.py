"""L-75 in pages: what a page asks by itself does not count, Termina works at rest, what was typed stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from broker.parts import Parts
from tests.doubles import FakeClock
from tests.stories.telling import Story
from tests.web import samples as s
from tests.web.browser import with_authenticator
from tests.web.conftest import Browser
from tests.web.stand_in import Broker

ITSELF = {"verbale-itself": "1"}


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, settings=replace(parts.settings, rest_s=15 * 60))


async def test_l75_a_page_that_refreshes_itself_keeps_nobody_awake(
    story: Story, browse, clock: FakeClock
) -> None:
    ads: Browser = browse(story.world.ads)
    clock.advance(minutes=14)
    assert (await ads.get("/titolare", **ITSELF)).status_code == 200
    clock.advance(minutes=1)
    assert (await ads.get("/titolare", **ITSELF)).headers["location"].startswith("/entra?dopo=")
    rest = (await ads.client.get("/api/login/rest")).json()
    assert rest == {"person": story.world.ads.id, "left_s": 0}
    act = await ads.client.post("/api/login/act", headers={"origin": ads.origin})
    assert (act.status_code, act.json()["code"]) == (401, "at_rest")  # to say it wakes nobody


async def test_l75_the_person_keeps_it_awake(story: Story, browse, clock: FakeClock) -> None:
    ads: Browser = browse(story.world.ads)
    for _ in range(4):
        clock.advance(minutes=14)
        assert (await ads.get("/titolare")).status_code == 200
    ads.client.cookies.set("verbale_itself", "1")  # a page that loads itself anew
    clock.advance(minutes=14)
    assert (await ads.get("/titolare")).status_code == 200
    clock.advance(minutes=1)
    assert (await ads.get("/titolare")).status_code == 303


async def test_l75_what_was_typed_stays_in_the_page(story: Story, browse, clock: FakeClock) -> None:
    ads: Browser = browse(story.world.ads)
    clock.advance(minutes=16)
    answer = await ads.post("/sessioni/s-1/motivo", reason="Perché lo dico io")
    assert answer.status_code == 401
    assert "Perché lo dico io" in answer.text


async def test_l75_termina_needs_no_proof_of_who_is_there(story: Story, browse, clock: FakeClock) -> None:
    session = await story.running()
    ads: Browser = browse(story.world.ads)
    clock.advance(minutes=16)
    assert (await ads.get(f"/sessioni/{session}/diretta")).status_code == 303  # he had not begun to watch
    assert (await ads.get(f"/sessioni/{session}/termina")).status_code == 200
    stopped = await ads.post(f"/sessioni/{session}/termina")
    assert stopped.headers["location"] == f"/sessioni/{session}/diretta"


def test_l75_the_page_covers_itself_and_wakes_by_passkey(stand_in: Broker) -> None:
    rest = {"person": "p-1", "left_s": 0}
    stand_in.answers["/api/login/rest"] = lambda route: route.fulfill(json=rest)
    page = stand_in.page
    with_authenticator(page)
    stand_in.answers["/api/login/passkey/begin"] = lambda route: route.fulfill(
        status=503, json={"it": "Aspetti."}
    )
    stand_in.show("preferences.html", s.PREFERENCES, s.SHELL)
    expect(page.get_by_role("heading", name="Qui nessuno fa nulla da un po’")).to_be_visible()
    expect(page.locator("main")).not_to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sono io: uso la passkey").click()
    expect(page.locator("#riposo [role=status]")).to_have_text("Aspetti.")
    rest["left_s"] = 900  # let in by another tab
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("main")).to_be_visible()
    expect(page.locator("#riposo")).not_to_be_visible()


def test_l75_a_live_view_stays_to_be_seen(stand_in: Broker) -> None:
    stand_in.answers["/api/login/rest"] = {"person": "p-1", "left_s": 0}
    page = stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    expect(page.locator("#riposo")).to_be_visible()
    page.locator("h1").first.click()
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Termina ora")).to_be_visible()
