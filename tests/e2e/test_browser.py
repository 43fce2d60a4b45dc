"""The whole path in Chromium, with passkeys of a virtual authenticator: ask, approve on the signing site,
supervise, work in the terminal, watch, stop, and carry the report away. No page is reloaded by hand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.kit import Demo
from tests.web.browser import CHROMIUM, QUIET
from web.demo.hands import _appoint_newcomers, _invitation

PATIENT_MS = 20_000
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def person(browser: Browser, complaints: list[str], width: int) -> AsyncIterator[Page]:
    """Somebody at his own device; what his pages complain of is kept."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
    page = await context.new_page()
    page.set_default_timeout(PATIENT_MS)
    page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    devices = await context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    await context.close()


async def come_in(demo: Demo, page: Page, role: str) -> None:
    """By an invitation, with a passkey made there and then."""
    by = "owner" if role == "technician" else "titolare"
    async with demo.stage.logged_in(by) as host:
        link = (await _invitation(demo.running, host, role)).split()[0]
    await page.goto(link)
    await page.get_by_role("button", name="Accetta e crea la passkey").click()
    await page.wait_for_url("**/richieste")


async def make_signing_key(demo: Demo, page: Page) -> None:
    """On the signing site, and into the list that the titolare signs."""
    await page.goto(f"{demo.stage.origin}/persone")
    await page.get_by_role("button", name=re.compile("passkey per firmare")).click()
    await page.wait_for_url(f"{demo.stage.signing_origin}/**")
    await page.get_by_role("button", name="Crea la passkey di firma").click()
    await page.wait_for_url("**/persone")
    await _appoint_newcomers(demo.running)


async def ask(demo: Demo, page: Page) -> str:
    await page.goto(f"{demo.stage.origin}/richieste/nuova")
    await page.fill("#title", "La stampa dei corrispettivi si ferma")
    await page.fill("#reason", "Riavvio il servizio di stampa")
    await expect(page.locator("#anteprima")).to_contain_text("Riavvio il servizio di stampa")
    await page.get_by_role("button", name="Invia la richiesta").click()
    await page.wait_for_url("**/richieste/r-*")
    await expect(page.locator(".may-word")).to_have_text("No")
    return page.url.rsplit("/", 1)[1]


async def approve(demo: Demo, page: Page, request: str) -> None:
    await page.goto(f"{demo.stage.origin}/richieste/{request}/approva")
    await page.get_by_label("Guardo io").check()
    await page.get_by_role("button", name="Autorizza con passkey").click()
    await page.wait_for_url(f"{demo.stage.signing_origin}/**")
    await expect(page.locator("body")).to_contain_text("Riavvio il servizio di stampa")
    await page.get_by_role("button", name="Autorizza con passkey").click()
    await page.wait_for_url(f"{demo.stage.origin}/richieste/{request}")
    await expect(page.locator(".state").first).to_have_text("Firmata")


async def test_the_whole_path(demo: Demo, chromium: Browser) -> None:
    complaints: list[str] = []
    async with person(chromium, complaints, 1440) as technician, person(chromium, complaints, 390) as ads:
        await come_in(demo, technician, "technician")
        await come_in(demo, ads, "ads")
        await make_signing_key(demo, ads)
        request = await ask(demo, technician)
        await approve(demo, ads, request)
        await expect(technician.locator(".may-word")).to_have_text("Non ancora")
        await ads.get_by_role("button", name="Prendo in carico la supervisione").click()
        await expect(technician.locator(".may-word")).to_have_text("Sì")

        await technician.locator("#may-start").click()
        await technician.get_by_role("button", name="Avvia sessione").click()
        await technician.locator("#terminale .xterm-helper-textarea").wait_for(state="attached")
        await ads.get_by_role("link", name="Guarda la sessione").click()
        await technician.locator("#terminale .xterm-helper-textarea").focus()
        await technician.keyboard.type("echo so''no qui\n")
        for page in (technician, ads):
            await expect(page.locator(".xterm-rows").first).to_contain_text("sono qui")
        await expect(technician.locator(".ses-facts")).to_contain_text("guarda Niccolò Campione")

        await ads.get_by_role("link", name="Termina").click()
        await ads.get_by_role("button", name="Termina ora").click()
        await expect(ads.locator("main")).to_have_attribute("data-state", "ended")
        await expect(technician.locator("main")).to_have_attribute("data-state", "ended")
        await expect(technician.locator(".note")).to_contain_text("terminata da chi guardava")
    assert complaints == []


async def test_the_titolare_carries_his_report_away(demo: Demo, chromium: Browser) -> None:
    complaints: list[str] = []
    await demo.snapshot()
    async with demo.stage.logged_in("titolare") as known, person(chromium, complaints, 390) as titolare:
        cookie = known.cookie.partition("=")[2]
        await titolare.context.add_cookies(
            [{"name": "verbale_session", "value": cookie, "url": demo.stage.origin}]
        )
        await titolare.goto(f"{demo.stage.origin}/titolare")
        for label, head in (("PDF", b"%PDF"), ("Pacchetto", b"PK")):
            async with titolare.expect_download() as started:
                await titolare.locator("table a", has_text=label).first.click()
            path = await (await started.value).path()
            assert path.read_bytes().startswith(head)
    assert complaints == []
