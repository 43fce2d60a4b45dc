"""The whole way in a real browser: a real provider, a passkey of the browser's own, and the act that asks anew."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path

import playwright.sync_api as playwright
import pytest

from broker.cases.invite import invite
from broker.cases.keep_provider import keep_provider
from broker.domain.provider import Provider
from broker.parts import Parts
from broker.settings import Settings
from tests.broker.world import World
from tests.identity_provider import SECRET, provider
from tests.web.browser import PATIENT_MS, axe, chromium, with_authenticator
from tests.web.on_a_port import door, served, settings_of_door

__all__ = ["door", "served"]

L2 = "https://www.spid.gov.it/SpidL2"


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


@pytest.fixture
async def world(parts: Parts, clock) -> World:  # type: ignore[no-untyped-def]
    clock.at = datetime.now(UTC)
    return await World.made(parts)


def show_oneself(page: playwright.Page) -> None:
    page.get_by_label("Chi").fill("ada")
    page.get_by_label("Livello").fill(L2)
    page.get_by_role("button", name="Sono io").click()


def journey(origin: str, invitation: str, one: str, become_old: object) -> list[str]:
    """What was wrong."""
    with chromium() as browser:
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        with_authenticator(page)
        page.goto(invitation)
        page.get_by_role("button", name="Accetta e crea la passkey").click()
        page.wait_for_url(f"{origin}/invito")
        page.goto(f"{origin}/accesso")
        page.get_by_role("button", name="Collega").click()
        page.wait_for_url("**/chi/**")
        show_oneself(page)
        page.wait_for_url(f"{origin}/accesso")
        playwright.expect(page.get_by_text("collegata oggi")).to_be_visible()
        wrong += axe(page)
        page.get_by_role("button", name="Esci", exact=True).click()
        page.wait_for_url(f"{origin}/entra")
        # By the address his titolare gave him; from now on the door offers it in this browser.
        page.goto(f"{origin}/entra/con/{one}?dopo=/accesso")
        if "/chi/" in page.url:
            show_oneself(page)
        page.wait_for_url(f"{origin}/accesso")
        playwright.expect(page.get_by_text("SPID · Fornitore di prova · livello 2")).to_be_visible()
        assert callable(become_old)
        become_old()
        page.goto(f"{origin}/riga-di-comando")
        page.get_by_role("button", name="Mostra un codice").click()
        playwright.expect(
            page.get_by_role("heading", name="Si faccia riconoscere di nuovo").first
        ).to_be_visible()
        wrong += axe(page)
        page.locator("main").get_by_role("button", name="Sono io: uso la passkey").click()
        playwright.expect(page.get_by_text("Il codice da scrivere quando lo chiede")).to_be_visible()
        # The form waits on the page that asks, and goes on by itself.
        become_old()
        page.goto(f"{origin}/accesso")
        page.get_by_role("button", name="Scollega").click()
        page.locator("main").get_by_role("button", name="Sono io: uso la passkey").click()
        page.wait_for_url(f"{origin}/entra?dopo=/accesso")  # by what is unlinked nobody stays in
        return wrong


async def test_c21_from_the_invitation_to_an_act_that_asks_anew(  # type: ignore[no-untyped-def]
    world: World, parts: Parts, served: str, tmp_path: Path, clock
) -> None:
    object.__setattr__(parts.settings, "proof_s", 300)
    invited = await invite(parts, world.titolare.who, world.tenant, world.ads.id)

    def become_old() -> None:
        clock.advance(minutes=6)

    with provider(tmp_path, back=f"{served}/entra/ritorno") as op:
        new = Provider("", "", "spid", "Fornitore di prova", op.issuer, "verbale")
        one = await keep_provider(parts, world.titolare.who, new, SECRET)
        wrong = await asyncio.to_thread(journey, served, invited.link, one, become_old)
    assert "\n".join(wrong) == ""
