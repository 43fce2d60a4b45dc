"""A pane that is fetched once its page stands: it comes in the place of the link that leads to it, or the link stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.web import samples as s
from tests.web.stand_in import TEMPLATES, Broker

PLACE = 'section[data-later="/gestione/ore"]'


def test_the_hours_come_in_the_place_of_their_link(stand_in: Broker) -> None:
    """Nothing of the person's is taken away: as long as the focus stands on the link, it stays."""
    asked: list[Route] = []
    stand_in.answers["/gestione/ore"] = asked.append
    page = stand_in.show("owner.html", s.OWNER)
    expect(page.locator(PLACE)).to_have_attribute("aria-busy", "true")
    expect(page.locator(PLACE)).to_contain_text("Sommo le ore dai registri dei clienti.")
    stand_in.wait_for(lambda: bool(asked), "the hours")
    page.locator(PLACE).get_by_role("link").focus()
    hours = TEMPLATES.page("owner_hours.html", s.OWNER_HOURS, s.SHELL)
    with page.expect_event("requestfinished"):
        asked[0].fulfill(body=hours, headers={"content-type": "text/html; charset=utf-8"})
    page.wait_for_timeout(100)
    expect(page.locator(PLACE)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="Ore per mese")).to_be_visible()
    expect(page.get_by_role("cell", name="5,00 €").first).to_be_visible()
    assert page.locator(PLACE).count() == 0
    assert page.locator("h1").all_inner_texts() == [s.OWNER.title]
    assert not stand_in.complaints


@pytest.mark.parametrize("answer", ["503", "gone"])
def test_without_an_answer_the_link_stays(stand_in: Broker, answer: str) -> None:
    stand_in.answers["/gestione/ore"] = lambda route: (
        route.abort() if answer == "gone" else route.fulfill(status=503, body="")
    )
    page = stand_in.show("owner.html", s.OWNER)
    place = page.locator(PLACE)
    expect(place).not_to_have_attribute("aria-busy", "true")
    expect(place).to_contain_text("Per mese e per cliente, sommati dai registri.")
    expect(place.get_by_role("link", name="Apri ore e importi")).to_be_visible()
    assert not stand_in.complaints
