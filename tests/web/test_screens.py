"""Pictures for the documentation, of a real site in a real browser: each person's pages, in both languages.

`VERBALE_SCREENS=docs/screens` keeps all of them there (`make docs`); else some are made, looked at and thrown away.
"""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute

from audit.canonical import unb64
from broker.cases.close_month import close_month
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.cases.open_incident import Report, report_incident
from broker.jobs.publish import publishing
from broker.settings import Settings
from broker.store.tile_folder import FOLDER
from tests.broker.world import HERE, Someone
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.web.browser import PATIENT_MS, chromium
from tests.web.on_a_port import door, served, settings_of_door

__all__ = ["door", "served"]

SIZES = {"desktop": (1280, 860), "phone": (390, 780)}
DECEMBER = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
KEPT = os.environ.get("VERBALE_SCREENS", "")
MADE = (
    [(lang, kind) for lang in ("it", "en") for kind in SIZES]
    if KEPT
    else [("it", "desktop"), ("en", "phone")]
)
SMALLEST_B = 8_000  # of a picture that shows something
SHELL = (
    "\x1b[32massistenza@srv-gestionale\x1b[0m:~$ systemctl status stampa\r\n"
    "● stampa.service - Servizio di stampa\r\n     Active: \x1b[31mfailed\x1b[0m (Result: exit-code)\r\n"
    "\x1b[32massistenza@srv-gestionale\x1b[0m:~$ systemctl restart stampa\r\n"
    "\x1b[32massistenza@srv-gestionale\x1b[0m:~$ "
).encode()


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


@dataclass(frozen=True)
class Shot:
    name: str  # person-page
    token: str
    path: str


async def awake(story: Story, *people: Someone) -> None:
    """Logged in again: a night has passed."""
    for one in people:
        asked = await begin_passkey_login(story.parts, HERE)
        answer = one.login.authentication(unb64(asked.options["challenge"]))
        one.token = (await finish_passkey_login(story.parts, asked.state, answer, HERE)).token


def terminal_of(socket: WebSocketRoute) -> None:
    socket.send(b"\x00" + SHELL)


def watched(socket: WebSocketRoute) -> None:
    name = b"c-00000001"
    socket.send(bytes((len(name), 0)) + bytes(8) + name + SHELL)


def drawn(page: Page, shot: Shot) -> None:
    page.evaluate("document.fonts.ready")
    if shot.name in ("technician-session", "ads-live"):
        page.locator(".xterm-rows", has_text="systemctl").first.wait_for()
    if shot.name == "titolare-signed":  # computed by the browser itself over the log as it is published
        page.locator("#mese-nel-registro [data-when=sound]").wait_for()


def photograph(origin: str, shots: list[Shot], folder: Path, now: datetime) -> list[str]:
    """`now`: of the story, and so of whoever looks; else each page says that his clock is wrong."""
    wrong: list[str] = []

    def one(browser: Browser, shot: Shot, lang: str, kind: str) -> None:
        width, height = SIZES[kind]
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme="light"
        )
        context.add_cookies(
            [
                {"name": name, "value": value, "url": origin}
                for name, value in (("verbale_session", shot.token), ("verbale_lang", lang))
            ]
        )
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        page.clock.set_fixed_time(now)
        page.on("pageerror", lambda error: wrong.append(f"{shot.name}: {error}"))
        page.route_web_socket("**/terminal?*", terminal_of)
        page.route_web_socket("**/live*", watched)
        page.goto(origin + shot.path, wait_until="load")
        drawn(page, shot)
        path = folder / lang / f"{shot.name}-{kind}.png"
        page.screenshot(path=path, animations="disabled")
        if path.stat().st_size < SMALLEST_B:
            wrong.append(f"{path.name}: nothing to see")
        context.close()

    with chromium() as browser:
        for shot in shots:
            for lang, kind in MADE:
                (folder / lang).mkdir(parents=True, exist_ok=True)
                one(browser, shot, lang, kind)
    return wrong


async def test_each_person_s_pages_as_they_are(story: Story, served: str, tmp_path: Path) -> None:
    """A month closed, another begun: asked, approved, watched, worked in."""
    world = story.world
    await worked(story)
    await days_pass(story, DECEMBER)
    month = await close_month(story.parts, world.tenant, "2026-11")
    story.clock.at = DECEMBER + timedelta(hours=2)
    await awake(story, world.owner, world.technician, world.titolare, world.ads)
    technician, ads = world.technician.token, world.ads.token
    folder = Path(KEPT or tmp_path).resolve()
    for text in ("La stampa delle schede esce senza intestazione.", "Il portale prenotazioni non si apre."):
        await report_incident(story.parts, world.titolare.who, world.tenant, Report(text, "portal"))
    asked = (await story.ask(text="La stampa delle schede esce senza intestazione.")).request
    story.clock.at += timedelta(minutes=6)
    first = [
        Shot("technician-request", technician, f"/richieste/nuova?cliente={world.tenant}"),
        Shot("ads-approve", ads, f"/richieste/{asked}/approva"),
        Shot("ads-login", "", "/entra"),
    ]
    wrong = await asyncio.to_thread(photograph, served, first, folder, story.clock.now())
    await story.approve(asked)
    second = [
        Shot("technician-queue", technician, f"/richieste/{asked}"),
        Shot("technician-desk", technician, "/coda"),
    ]
    wrong += await asyncio.to_thread(photograph, served, second, folder, story.clock.now())
    await story.supervise(asked)
    session = (await story.session_of(asked)).permit.id
    await story.activate(session)
    await story.agent.obey()
    await publishing(story.parts.settings.state / FOLDER)(story.parts)
    third = [
        Shot("technician-session", technician, f"/sessioni/{session}"),
        Shot("ads-live", ads, f"/sessioni/{session}/diretta"),
        Shot("titolare-month", world.titolare.token, "/titolare"),
        Shot("titolare-signed", world.titolare.token, f"/mesi/{month.number}"),
        Shot("titolare-rules", world.titolare.token, "/regole"),
        Shot("owner-owner", world.owner.token, "/gestione"),
    ]
    wrong += await asyncio.to_thread(photograph, served, third, folder, story.clock.now())
    assert wrong == []
    names = {f"{one.name}-{kind}.png" for one in (*first, *second, *third) for kind in SIZES}
    made = [one for one in folder.rglob("*.png") if one.name in names]
    assert len(made) == len(MADE) * len([*first, *second, *third])
