"""*Cerca*: nobody finds what he may not see; the palette of Ctrl K; the register of calls; keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playwright.sync_api import expect

from broker.cases.find import EACH, MOST, find
from broker.cases.open_tenant import open_tenant
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.web import samples as s
from tests.web.stand_in import TEMPLATES, Broker
from web import views_finding as f

Browse = Any


async def found(story: Story, person: Any, text: str) -> set[tuple[str, str]]:
    return {(one.kind, one.name) for one in await find(story.parts, person.who, text)}


async def test_u18_each_finds_what_his_lists_show_him(story: Story, browse: Browse) -> None:
    """The house finds customers, hosts, people, numbers and the words of open incidents; a customer his own."""
    world = story.world
    await browse(world.titolare).post("/incidenti", incident_text="Il lettore di badge non legge.")
    asked = await story.ask()
    assert ("customer", "Albergo Esempio") in await found(story, world.technician, "ALBERGO")
    assert await found(story, world.technician, "badge") == {("incident", "Il lettore di badge non legge.")}
    assert [one.id for one in await find(story.parts, world.ads.who, asked.request)] == [asked.request]
    assert ("customer", "Albergo Esempio") not in await found(story, world.titolare, "albergo")
    people = await found(story, world.titolare, "t")
    assert people == set()  # one letter finds everything, so it finds nothing


async def test_nobody_finds_another_customers_things(story: Story, browse: Browse) -> None:
    world = story.world
    await browse(world.titolare).post("/incidenti", incident_text="Il lettore di badge non legge.")
    asked = await story.ask()
    other = await open_tenant(story.parts, world.owner.who, name="Studio Altrui", details={})
    stranger = await newcomer(story.parts, world.owner, other.id, "titolare", "Ugo Straniero")
    for text in ("badge", "reception", "Albergo", "Teresa", asked.request, "I-2026"):
        assert await find(story.parts, stranger.who, text) == (), text
    page = (await browse(stranger).get("/cerca?q=badge")).text
    assert "lettore" not in page
    assert "Niente con queste lettere" in page


async def test_a_search_is_bounded_and_text_stays_text(story: Story, browse: Browse) -> None:
    technician = browse(story.world.technician)
    assert (await technician.get(f"/cerca?q={'x' * 5000}")).status_code == 200
    assert await find(story.parts, story.world.technician.who, "%_") == ()
    assert len(await find(story.parts, story.world.technician.who, "a" * (MOST + 9))) <= 6 * EACH
    page = (await technician.get("/cerca?q=%3Cscript%3Ealert(1)%3C/script%3E")).text
    assert "<script>alert" not in page
    telephone = (await technician.get("/cerca?q=telefon")).text
    assert "Azione" in telephone


async def test_u24_calls_stand_in_a_register(story: Story, browse: Browse) -> None:
    technician = browse(story.world.technician)
    assert "Nessuna telefonata registrata" in (await technician.get("/contatti/registro")).text
    form = {"tenant": story.world.tenant, "caller": "Reception", "anomaly": "Non stampa.", "callback": "12"}
    await technician.post("/telefonata", **form)
    page = (await technician.get("/contatti/registro")).text
    for words in ("Aspettano il sì di titolare o ADS", "Ha chiamato Reception, 12", "Non stampa."):
        assert words in page
    card = (await technician.get(f"/cliente/{story.world.tenant}")).text
    assert "Incidenti aperti: 1" in card
    assert "Non stampa." in card


def test_u18_the_palette_by_keys_alone(stand_in: Broker) -> None:
    """Ctrl K, letters, arrows, Enter; Esc gives the focus back. In a terminal the keys are the terminal's."""
    hits = replace(s.SEARCH, hits=(*s.SEARCH.hits, f.Hit("Pagina", "Arrivo", "/arrivo", icon="link")))
    html = TEMPLATES.page("search.html", hits, s.DESK_SHELL)
    stand_in.answers["/cerca"] = lambda route: route.fulfill(body=html, content_type="text/html")
    stand_in.arrive()
    page = stand_in.show("desk.html", s.OPENED, s.DESK_SHELL)
    page.keyboard.press("j")
    row = page.locator(".q").first
    expect(row).to_be_focused()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Cliente, macchina")
    expect(field).to_be_focused()
    page.keyboard.type("alb")
    options = page.locator("#trova-voci").get_by_role("option")
    expect(options).to_have_count(3)
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(options.first).to_contain_text("Cliente")
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    page.keyboard.press("Control+k")
    expect(options).to_have_count(3)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/arrivo")


def test_a_message_by_its_key_says_that_it_went(stand_in: Broker) -> None:
    """U-20: I writes to titolare and ADS; the page stays, and a toast says so."""
    stand_in.answers["/i/spiega"] = {"go": "/"}
    page = stand_in.show("desk.html", s.OPENED, s.DESK_SHELL)
    page.keyboard.press("i")
    expect(page.get_by_text("Scritto a titolare e ADS.")).to_be_visible()
    assert page.url.endswith("/pagina")
