"""L-75 on a real broker, in a real browser: covered when nobody did anything, and let go on by the person's passkey."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from audit.person_records import LoginSucceeded
from broker.cases.invite import invite
from broker.parts import Parts
from broker.settings import Settings
from tests.broker.world import World
from tests.stories.telling import Story
from tests.web.browser import PATIENT_MS, axe, chromium, with_authenticator
from tests.web.on_a_port import door, served, settings_of_door

__all__ = ["door", "served"]

QUESTION = "Serve davvero l’utente root?"


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return replace(settings_of_door(settings, door), rest_s=15 * 60)


@pytest.fixture
async def world(parts: Parts, clock) -> World:  # type: ignore[no-untyped-def]
    clock.at = datetime.now(UTC)
    return await World.made(parts)


def rests(origin: str, invitation: str, request: str, sleep: Callable[[], None]) -> list[str]:
    """What was wrong."""
    with chromium() as browser:
        page = browser.new_context().new_page()
        page.set_default_timeout(PATIENT_MS)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        with_authenticator(page)
        page.goto(invitation)
        page.get_by_role("button", name="Accetta e crea la passkey").click()
        page.wait_for_url(f"{origin}/invito")
        page.goto(f"{origin}/richieste/{request}/approva")
        page.locator("summary", has_text="chiarimento").click()
        text = page.locator("textarea[name=text]")
        text.fill(QUESTION)
        sleep()
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.get_by_role("heading", name="Qui nessuno fa nulla da un po’")).to_be_visible()
        expect(page.locator("main")).not_to_be_visible()
        wrong += axe(page)
        refused = page.context.request.get(f"{origin}/richieste/{request}", max_redirects=0)
        if refused.status == 200:
            wrong.append("at rest the server shows the request")
        page.get_by_role("button", name="Sono io: uso la passkey").click()
        expect(text).to_be_visible()
        expect(text).to_have_value(QUESTION)
        page.get_by_role("button", name="Invia la domanda").click()
        expect(page.get_by_text(QUESTION)).to_be_visible()
        return wrong


async def test_l75_a_covered_page_goes_on_after_the_passkey(
    world: World,
    parts: Parts,
    served: str,
    clock,  # type: ignore[no-untyped-def]
) -> None:
    story = await Story.begin(world)
    request = (await story.ask()).request
    invited = await invite(parts, world.titolare.who, world.tenant, world.ads.id)

    def sleep() -> None:
        clock.advance(minutes=16)

    wrong = await asyncio.to_thread(rests, served, invited.link, request, sleep)
    assert "\n".join(wrong) == ""
    logins = [one for one in await world.records() if isinstance(one, LoginSucceeded)]
    assert [one.person for one in logins][-2:] == [world.ads.id] * 2
