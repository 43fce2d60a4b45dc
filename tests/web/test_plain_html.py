"""Journeys in a real browser over a real site: without any script, and by keyboard alone."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from broker.settings import Settings
from tests.broker.world import Someone
from tests.stories.telling import Story
from tests.web.browser import PATIENT_MS, chromium
from tests.web.on_a_port import door, served, settings_of_door

__all__ = ["door", "served"]

SIGNING = "http://firma.localhost:8701"
MOST_TABS = 120


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


class Visit:
    """One person's browser."""

    def __init__(self, browser: Browser, origin: str, someone: Someone | None, *, script: bool) -> None:
        self.origin = origin
        self.context = browser.new_context(
            java_script_enabled=script, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        if someone is not None:
            self.context.add_cookies([{"name": "verbale_session", "value": someone.token, "url": origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENT_MS)
        self.page.route(
            f"{SIGNING}/**",
            lambda route: route.fulfill(body="<title>firma</title>", content_type="text/html"),
        )

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.origin + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        return self.page

    def press(self, name: str) -> None:
        """A button or link of that name, by the mouse, and the page after it."""
        known = re.compile(rf"^{name}( \w)?$")  # its key stands beside it
        found = self.page.get_by_role("button", name=known).or_(self.page.get_by_role("link", name=known))
        found.first.click()
        self.page.wait_for_load_state("load")

    # ---- by keyboard

    def tab_to(self, wanted: Locator) -> None:
        """Tab by Tab, the focus seen at each step and never caught anywhere."""
        before, still = "", 0
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("e => e === document.activeElement"):
                assert wanted.evaluate(RING), "no ring"
                return
            now = str(self.page.evaluate(WHERE))
            still = still + 1 if now == before else 0  # a day and an hour have a stop for each of their parts
            assert still < 8, f"caught at {now}"
            before = now
        raise AssertionError(f"never reached: {wanted}")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name).first

    def type_into(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label).first
        self.tab_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


def unscripted(page: Page) -> str:
    """What stands there for browsers without script. (Chromium's own switch for it does not draw these.)"""
    return " ".join(re.findall(r"<noscript>(.*?)</noscript>", page.content(), re.DOTALL))


RING = "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
WHERE = """() => { const e = document.activeElement, all = [...document.querySelectorAll('*')];
  return e.tagName + all.indexOf(e) }"""


async def test_all_that_reads_or_sends_a_form_works_without_script(story: Story, served: str) -> None:
    """Queue, the next one, a call, a request, refused, withdrawn; settings, owner's page, Pausa and Termina."""
    world = story.world
    await story.granted(text="Non stampa.")

    def technician(browser: Browser) -> str:
        visit = Visit(browser, served, world.technician, script=False)
        page = visit.go("/coda")
        visit.press("Prendi il prossimo")
        expect(page.get_by_text("Non stampa.").first).to_be_visible()
        page = visit.go("/telefonata")
        page.get_by_label("Chi chiama").fill("Reception")
        page.get_by_label("Anomalia").fill("Il terminale è spento.")
        visit.press("Registra e avvisa")
        page.wait_for_url(lambda address: address != f"{served}/telefonata")
        page = visit.go(f"/richieste/nuova?cliente={world.tenant}")
        page.get_by_label("Anomalia, in una riga").fill("La stampa si ferma alla terza pagina.")
        page.get_by_label("Che cosa intende fare").fill("Riavviare il servizio.")
        visit.press("Invia la richiesta")
        page.wait_for_url(re.compile(r"/richieste/r-[0-9a-f]{8}"))
        return page.url.rpartition("/")[2][:10]

    def settle(browser: Browser) -> None:
        visit = Visit(browser, served, world.technician, script=False)
        page = visit.go(f"/sessioni/{session}")
        assert "Il terminale nel browser ha bisogno di JavaScript." in unscripted(page)
        expect(page.locator(".copy code", has_text="ssh ").first).to_be_visible()
        page = visit.go("/preferenze")
        page.get_by_label("English").check()
        visit.press("Salva")
        expect(page.locator("html")).to_have_attribute("lang", "en")  # of the page after it

    def ads(browser: Browser) -> None:
        visit = Visit(browser, served, world.ads, script=False)
        page = visit.go(f"/richieste/{request}/approva")
        assert "Per firmare con passkey serve JavaScript." in unscripted(page)
        visit.press("Rifiuta")
        expect(page.get_by_text("Rifiutata").first).to_be_visible()
        page = visit.go(f"/sessioni/{session}/diretta")
        visit.press("Pausa")
        page = visit.go(f"/sessioni/{session}/diretta")
        visit.press("Termina")
        visit.press("Termina ora")

    def withdraw(browser: Browser) -> None:
        visit = Visit(browser, served, world.technician, script=False)
        page = visit.go(f"/richieste/{asked}/ritiro")
        visit.press("Ritira la richiesta")
        expect(page.get_by_text("Ritirata").first).to_be_visible()

    def others(browser: Browser) -> None:
        owner = Visit(browser, served, world.owner, script=False).go("/gestione")
        expect(owner.get_by_role("heading", level=1)).to_be_visible()
        titolare = Visit(browser, served, world.titolare, script=False)
        for path in ("/titolare", "/regole", "/persone", "/sessioni", "/accessi", "/contestazioni"):
            titolare.go(path)

    def walk(*journeys: Callable[[Browser], Any]) -> list[Any]:
        with chromium() as browser:
            return [journey(browser) for journey in journeys]

    (request,) = await asyncio.to_thread(walk, technician)
    asked = (await story.ask()).request
    session = await story.running()
    await asyncio.to_thread(walk, settle, ads, withdraw, others)
    kinds = await story.kinds(
        "approval.refused", "request.withdrawn", "session.stop_ordered", "contact.logged"
    )
    assert sorted(kinds) == [
        "approval.refused",
        "contact.logged",
        "request.withdrawn",
        "session.stop_ordered",
    ]


async def test_every_journey_by_keyboard_alone(story: Story, served: str) -> None:
    """In, ask, approve as far as the signing page, stop, close, contest: Tab, typing and Enter, nothing else."""
    world = story.world
    first = await story.running()
    asked = (await story.ask()).request

    def come_in(browser: Browser) -> None:
        visit = Visit(browser, served, None, script=True)
        page = visit.go("/entra")
        visit.tab_to(visit.button("Entra con passkey"))
        visit.tab_to(page.locator("summary", has_text="password"))
        page.keyboard.press("Enter")
        visit.type_into("Indirizzo di posta", "nessuno@albergo.example")
        visit.type_into("Password", "sbagliata-del-tutto")
        visit.type_into("Codice a sei cifre", "123456")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").first).to_be_visible()

    def ask(browser: Browser) -> None:
        visit = Visit(browser, served, world.technician, script=True)
        page = visit.go(f"/richieste/nuova?cliente={world.tenant}")
        visit.type_into("Anomalia, in una riga", "La stampa si ferma alla terza pagina.")
        visit.type_into("Che cosa intende fare", "Riavviare il servizio.")
        visit.tab_to(visit.button("Invia la richiesta"))
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/richieste/r-[0-9a-f]{8}"))

    def approve(browser: Browser) -> None:
        visit = Visit(browser, served, world.ads, script=True)
        page = visit.go(f"/richieste/{asked}/approva")
        visit.tab_to(visit.button("Autorizza con passkey"))
        page.keyboard.press("Enter")
        page.wait_for_url(f"{SIGNING}/**")

    def stop(browser: Browser) -> None:
        visit = Visit(browser, served, world.ads, script=True)
        page = visit.go(f"/sessioni/{first}/diretta")
        visit.tab_to(page.locator(".watch-bar .btn-stop"))
        page.keyboard.press("Enter")
        safe = (
            page.get_by_role("button", name="Continua a guardare")
            .or_(page.get_by_role("link", name="Continua a guardare"))
            .first
        )
        expect(safe).to_be_focused()
        page.keyboard.press("Escape")
        expect(safe).to_be_hidden()
        visit.page.keyboard.press("Enter")  # the focus is back on the button that opened it
        expect(safe).to_be_focused()
        visit.tab_to(visit.button("Termina ora"))
        page.keyboard.press("Enter")
        page.get_by_text(re.compile("Ordine dato|ordine|terminata|finita", re.IGNORECASE)).first.wait_for()

    def contest(browser: Browser) -> None:
        visit = Visit(browser, served, world.titolare, script=True)
        page = visit.go(f"/contestazioni?sessione={first}")
        visit.tab_to(page.locator("main textarea").first)
        page.keyboard.type("Nessuno era in ufficio.")
        visit.tab_to(page.locator("main form button[type=submit]").last)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/contestazioni/"))

    def walk() -> None:
        with chromium() as browser:
            for journey in (come_in, ask, approve, stop, contest):
                journey(browser)

    await asyncio.to_thread(walk)
    assert await story.kinds("session.stop_ordered", "contest.opened") == [
        "session.stop_ordered",
        "contest.opened",
    ]
