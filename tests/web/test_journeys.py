"""A person's whole way in a real browser, by clicking and typing, and the words read there: the auditor's.

In Italian at a desk and in English on a phone. `VERBALE_SCREENS=docs/screens` keeps the pictures (`make docs`).
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.sentences import FIRST
from broker.cases.admit_person import admit_person
from broker.cases.close_month import close_month
from broker.live.heads import Heads
from broker.settings import Settings
from broker.store.tx import Announcement
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.web.browser import PATIENT_MS, chromium, with_authenticator
from tests.web.on_a_port import door, served, settings_of_door
from tests.web.test_screens import DECEMBER, KEPT, SIZES, awake, watched
from web.english import ENGLISH

__all__ = ["door", "served"]

WALKED = [("it", "desktop"), ("en", "phone"), *([("en", "desktop")] if KEPT else [])]
MONTH = {"it": "Novembre 2026", "en": "November 2026"}


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


@dataclass(frozen=True)
class Reader:
    """Somebody at a browser, who reads in his language."""

    page: Page
    lang: str
    size: str
    kept: Path

    @classmethod
    def at(cls, browser: Browser, origin: str, lang: str, size: str, kept: Path, now: datetime) -> Reader:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme="light"
        )
        context.add_cookies([{"name": "verbale_lang", "value": lang, "url": origin}])
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        page.clock.set_fixed_time(now)
        with_authenticator(page)
        return cls(page, lang, size, kept)

    def say(self, italian: str) -> str:
        return italian if self.lang == "it" else ENGLISH[italian]

    def reads(self, words: str) -> None:
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", name=words).first).to_be_visible()

    def press(self, italian: str) -> None:
        self.page.get_by_role("button", name=self.say(italian)).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def download(self, name: str) -> Path:
        with self.page.expect_download() as coming:
            self.follow(name)
        path = self.kept / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def picture(self, name: str) -> None:
        self.page.evaluate("document.fonts.ready")
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}: sideways"
        folder = (Path(KEPT).resolve() if KEPT else self.kept) / self.lang
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}-{self.size}.png", animations="disabled")


async def witnessed(story: Story) -> None:
    """The head as it stands, cosigned by the host: his rules ask for one witness."""
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()


def looks_and_checks(
    reader: Reader, origin: str, invitation: str, session: str, cosign: Callable[[], object]
) -> None:
    page = reader.page
    page.route_web_socket("**/live*", watched)
    page.goto(invitation)
    reader.reads({"it": "revisore (DPO)", "en": "auditor (DPO)"}[reader.lang])
    reader.press("Accetta e crea la passkey")
    page.wait_for_url(f"{origin}/titolare")
    reader.heading(reader.say("Rapporti firmati"))
    row = page.get_by_role("row", name=MONTH[reader.lang])
    expect(row).to_contain_text({"it": "Firmato il", "en": "Signed on"}[reader.lang])
    reader.picture("auditor-month")
    cosign()  # a host does within a second: his coming is in the log, and the bundle goes up to the newest head
    bundle = reader.download(reader.say("Pacchetto di {month}").format(month=MONTH[reader.lang]))
    trust = reader.download(reader.say("Scarica trust.json"))
    verifier = reader.download(reader.say("Scarica verifica.html"))
    # What is going on now: he looks on, and nothing there is his to press.
    reader.follow(reader.say("Sessioni"))
    page.locator(f'a[href^="/sessioni/{session}"]').first.click()
    page.wait_for_url(re.compile(r"/diretta$"))
    page.locator(".xterm-rows", has_text="systemctl").first.wait_for()
    acts = re.compile(
        {"it": "^(Pausa|Termina|Segnala|Estendi)", "en": "^(Pause|Terminate|Report|Extend)"}[reader.lang]
    )
    expect(page.get_by_role("button", name=acts)).to_have_count(0)
    expect(page.get_by_role("link", name=acts)).to_have_count(0)
    page.goto(f"{origin}/titolare")
    reader.follow(reader.say("Registro degli accessi"))
    reader.heading(reader.say("Accessi, dal più recente"))
    # At his own desk, without a network, with what he took away.
    page.context.set_offline(True)
    page.goto(verifier.as_uri())
    if reader.lang == "en":
        page.get_by_role("button", name="English").click()
    page.set_input_files("#bundle", bundle)
    page.set_input_files("#trust", trust)
    page.locator("form button[type=submit]").click()
    expect(page.locator("#answer h2").first).to_have_text(FIRST["sound"][reader.lang == "en"])
    page.locator("#answer h2").first.scroll_into_view_if_needed()
    reader.picture("auditor-verdict")


@pytest.mark.parametrize(("lang", "size"), WALKED)
async def test_the_auditor_reads_looks_on_takes_the_month_and_checks_it(
    story: Story, served: str, tmp_path: Path, lang: str, size: str
) -> None:
    parts, world = story.parts, story.world
    await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(parts, world.tenant, "2026-11")
    story.clock.at = DECEMBER + timedelta(hours=2)
    await awake(story, world.technician, world.titolare, world.ads)
    session = await story.running()
    invited = await admit_person(
        parts, world.titolare.who, tenant=world.tenant, role="auditor", name="Rina Revisora",
        function="DPO", email="rina@cliente.example",
    )  # fmt: skip
    now, loop = story.clock.now(), asyncio.get_running_loop()

    def cosign() -> None:
        asyncio.run_coroutine_threadsafe(witnessed(story), loop).result(PATIENT_MS / 1000)

    def journey() -> None:
        with chromium() as browser:
            reader = Reader.at(browser, served, lang, size, tmp_path, now)
            wrong: list[str] = []
            reader.page.on("pageerror", lambda error: wrong.append(str(error)))
            looks_and_checks(reader, served, invited.link, session, cosign)
            assert wrong == []

    await asyncio.to_thread(journey)
    assert await story.findings() == []
