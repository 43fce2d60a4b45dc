"""What technician, ADS, titolare and owner do all day, in a real browser and in the words they read.

In Italian at a desk and in English on a phone; the auditor's day is `test_journeys`.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from broker.cases.close_month import close_month
from broker.cases.read_log import FOLDER
from broker.jobs.publish import publishing
from broker.settings import Settings
from tests.broker.test_log_in import log_in
from tests.broker.world import Someone
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.web.browser import chromium
from tests.web.on_a_port import door, served, settings_of_door
from tests.web.test_journeys import MONTH, WALKED, Reader, witnessed
from tests.web.test_screens import DECEMBER, awake, watched

__all__ = ["door", "served"]

TAKEN = "Il portale prenotazioni non si apre."
MESSAGE, SEEN = "Salvi prima di chiudere.", "Ha aperto la posta."
FAULT, PLAN, CALL = "La stampa esce bianca.", "Riavvio la coda di stampa.", "Il terminale è spento."
BOTH = {
    "take": ("Prendi il prossimo", "Take the next one"),
    "refuse": ("Rifiuta", "Refuse"),
    "refused": ("Rifiutata", "Refused"),
    "keys": ("Tasti", "Keys"),
    "out": ("Esci da questo", "Sign out there"),
    "signed": ("Firmato il", "Signed on"),
}


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


def word(reader: Reader, key: str) -> str:
    return BOTH[key][reader.lang == "en"]


def technician(reader: Reader, origin: str, customer: str) -> None:
    """The next one taken, access asked for with a slip on the way, a call logged."""
    page = reader.page
    page.goto(f"{origin}/coda")
    page.get_by_role("button", name=re.compile(f"^{word(reader, 'take')}")).first.click()
    page.wait_for_load_state()
    reader.reads(TAKEN)
    page.goto(f"{origin}/richieste/nuova?cliente={customer}")
    page.get_by_label(reader.say("Anomalia, in una riga")).fill(FAULT)
    page.get_by_label(reader.say("Che cosa intende fare")).fill(PLAN)
    page.locator("input[name=channel]:checked").first.uncheck()
    reader.press("Invia la richiesta")
    expect(page.get_by_role("alert").first).to_be_visible()  # which says what lacks, and
    expect(page.get_by_label(reader.say("Che cosa intende fare"))).to_have_value(PLAN)  # loses nothing
    page.locator("input[name=channel][value=terminal]").check()
    reader.press("Invia la richiesta")
    page.wait_for_url(re.compile(r"/richieste/r-[0-9a-f]{8}"))
    reader.reads(reader.say("Posso intervenire?"))
    reader.picture("technician-asked")
    if reader.size == "desktop":
        keys(reader)
    else:
        page.goto(f"{origin}/telefonata")
    page.get_by_label(reader.say("Chi chiama")).fill("Reception")
    page.get_by_label(reader.say("Anomalia"), exact=True).fill(CALL)
    reader.press("Registra e avvisa")
    page.wait_for_url(lambda address: not address.endswith("/telefonata"))
    page.goto(f"{origin}/coda")
    reader.reads(CALL)


def keys(reader: Reader) -> None:
    """From a request to a customer and to a call, and the hand never leaves the keyboard."""
    page = reader.page
    page.keyboard.press("?")
    reader.heading(word(reader, "keys"))
    page.go_back()
    page.keyboard.press("Control+k")
    search = page.locator("#trova-q")
    expect(search).to_be_focused()
    search.press_sequentially("Albergo")
    chosen = page.locator("#trova-voci [aria-selected=true]")
    expect(chosen).to_contain_text("Albergo Esempio")
    address = str(chosen.get_attribute("data-href"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda found: found.endswith(address))
    reader.reads("Albergo Esempio")
    page.keyboard.press("t")
    page.wait_for_url(re.compile(r"/telefonata"))


def ads(reader: Reader, origin: str, request: str, session: str) -> None:
    """A request refused with one press; a session looked at, and ended after a second thought."""
    page = reader.page
    page.goto(f"{origin}/richieste/{request}/approva")
    reader.reads(FAULT)
    page.get_by_role("button", name=word(reader, "refuse"), exact=True).click()
    reader.reads(word(reader, "refused"))
    page.route_web_socket("**/live*", watched)
    page.goto(f"{origin}/sessioni/{session}/diretta")
    page.locator(".xterm-rows", has_text="systemctl").first.wait_for()
    page.locator("#messaggio").fill(MESSAGE)
    page.locator(".chat-form button").click()
    expect(page.locator(".msgs .mine", has_text=MESSAGE)).to_be_visible()
    expect(page.locator("#messaggio")).to_have_value("")
    page.locator("#segnala").click()
    seen = page.locator(".watch-flag input").first
    seen.fill(SEEN)
    seen.press("Enter")
    reader.reads(SEEN)
    page.locator(".watch-bar .btn-stop").first.click()
    safe = page.get_by_role("button", name=reader.say("Continua a guardare")).first
    expect(safe).to_be_visible()
    page.keyboard.press("Escape")
    expect(safe).to_be_hidden()
    reader.picture("ads-looks")
    page.locator(".watch-bar .btn-stop").first.click()
    reader.press("Termina ora")
    reader.reads(reader.say("Ordine inviato. Aspetto la conferma della macchina."))


def titolare(reader: Reader, origin: str) -> None:
    """The month at a glance, its report, and an item that he contests."""
    page = reader.page
    page.goto(f"{origin}/titolare")
    reader.heading(reader.say("Rapporti firmati"))
    expect(page.get_by_role("row", name=MONTH[reader.lang])).to_contain_text(word(reader, "signed"))
    reader.heading(reader.say("Chi può autorizzare"))
    reader.heading(reader.say("Le sue regole"))
    reader.follow(MONTH[reader.lang])
    page.wait_for_url(re.compile(r"/mesi/"))
    expect(page.locator("#mese-nel-registro [data-when=sound]")).to_be_visible()
    reader.picture("titolare-month")
    page.go_back()
    reader.follow(reader.say("Contesto una voce"))
    page.get_by_label(reader.say("Che cosa non le risulta")).fill("Nessuno era in ufficio.")
    reader.press("Contesta")
    page.wait_for_url(re.compile(r"/contestazioni/"))
    reader.reads("Nessuno era in ufficio.")
    reader.picture("titolare-contest")


def owner(reader: Reader, origin: str) -> None:
    """What is contested stands among his duties; from hours to drafts and to the people."""
    page = reader.page
    page.goto(f"{origin}/gestione")
    expect(page.locator("main .duties a[href*='/contestazioni/']").first).to_be_visible()
    reader.heading(reader.say("Ore per mese"))  # which comes once the logs were read
    reader.picture("owner-day")
    reader.follow(reader.say("Bozze di fattura"))
    page.wait_for_url(f"{origin}/gestione/fatture*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(reader.say("Bozze di fattura"))
    answer = page.goto(f"{origin}/ore")
    assert answer is not None
    assert answer.status == 200
    page.goto(f"{origin}/persone")
    reader.heading(reader.say("Persone"))
    page.goto(f"{origin}/accesso")
    expect(page.get_by_role("button", name=word(reader, "out"))).to_have_count(1)  # of the other one
    page.get_by_role("button", name=word(reader, "out")).click()
    expect(page.get_by_role("button", name=word(reader, "out"))).to_have_count(0)


@pytest.mark.parametrize(("lang", "size"), WALKED)
async def test_each_does_what_is_his(story: Story, served: str, tmp_path: Path, lang: str, size: str) -> None:
    parts, world = story.parts, story.world
    await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(parts, world.tenant, "2026-11")
    story.clock.at = DECEMBER + timedelta(hours=2)
    await awake(story, world.owner, world.technician, world.titolare, world.ads)
    await log_in(parts, world.owner.login)  # from a second device
    session = await story.running()
    await witnessed(story)
    await publishing(parts.settings.state / FOLDER)(parts)
    await story.granted(text=TAKEN)
    request = (await story.ask(text=FAULT)).request
    now = story.clock.now()

    def as_one(browser: Browser, someone: Someone, day: Callable[[Reader], None], at: datetime) -> None:
        reader = Reader.at(browser, served, lang, size, tmp_path, at)
        reader.page.context.add_cookies([{"name": "verbale_session", "value": someone.token, "url": served}])
        wrong: list[str] = []
        reader.page.on("pageerror", lambda error: wrong.append(str(error)))
        day(reader)
        assert wrong == []
        reader.page.context.close()

    def all_days() -> None:
        with chromium() as browser:
            as_one(browser, world.technician, lambda reader: technician(reader, served, world.tenant), now)
            as_one(browser, world.ads, lambda reader: ads(reader, served, request, session), now)
            as_one(browser, world.titolare, lambda reader: titolare(reader, served), now)
            as_one(browser, world.owner, lambda reader: owner(reader, served), now)

    acts = (
        "message.sent",
        "moment.flagged",
        "flag.explained",
        "contact.logged",
        "approval.refused",
        "session.stop_ordered",
        "contest.opened",
    )
    before = Counter(await story.kinds(*acts))
    await asyncio.to_thread(all_days)
    assert Counter(await story.kinds(*acts)) - before == Counter(acts)  # each of them once
