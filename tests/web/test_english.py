"""In English a page is English throughout: every page of every role, empty and full, refusals and slips too."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from broker.cases.presume_ended import presume_ended
from broker.cases.refuse import refuse
from tests.stories.telling import Story
from tests.web.italian import ITALIAN

Browse = Any

# What people typed, and names of things (titolare, Verbale): taken out before looking for Italian.
TYPED = (
    "La stampa si ferma.", "Riavviare la stampa.", "Albergo Esempio", "Fornitore Alfa", "Carta finita.",
    "Tiziana Tecnica", "Teresa Titolare", "Aldo Ads", "Olga Owner", "assistenza", "reception", "trust.json",
    "Ugo Uscente", "responsabile", "No grazie", "iscrizione", "IMPRONTA", "CODICE",
)  # fmt: skip


def italian_in(html: str) -> list[str]:
    """What of a page's words, attributes included, is Italian."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    shown = re.findall(r'(?:aria-label|title|data-[a-z]+|placeholder)="([^"]*)"', body)
    shown = [one for one in shown if " " in one]  # an attribute of one word is a name for scripts
    text = unescape(" ".join((re.sub(r"<[^>]+>", " ", body), *shown)))
    text = text.replace("Italiano", "")  # the language's own name, on the page that offers it
    for typed in TYPED:
        text = text.replace(typed, "").replace(typed.lower(), "")
    return [text[max(0, m.start() - 30) : m.end() + 30].replace("\n", " ") for m in ITALIAN.finditer(text)]


async def wrong_on(person: Any, *paths: str) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        answer = await person.get(path)
        assert '<html lang="en"' in answer.text, path
        if italian := italian_in(answer.text):
            found[path] = italian
    return found


async def test_the_net_catches_italian() -> None:
    assert italian_in("<p>Nessuno guarda</p>")
    assert italian_in('<p data-x="Apro la pagina di firma">ok</p>')
    assert italian_in("<p>The titolare or the ADS can give it.</p>") == []


async def test_pages_of_the_vendor(story: Story, browse: Browse) -> None:
    technician, owner = browse(story.world.technician).speak("en"), browse(story.world.owner).speak("en")
    empty = ("/richieste", "/sessioni", "/postazioni", "/persone", "/preferenze")
    assert await wrong_on(technician, *empty, "/richieste/nuova") == {}
    assert (
        await wrong_on(owner, *empty, "/gestione", f"/postazioni/{story.world.host.id}", "/persone/password")
        == {}
    )
    asked = await story.ask()
    assert (
        await wrong_on(technician, f"/richieste/{asked.request}", f"/richieste/{asked.request}/ritiro") == {}
    )
    session = await story.granted()
    request = (await story.session(session)).permit.request
    pages = (f"/richieste/{request}", f"/sessioni/{session}")
    assert await wrong_on(technician, *pages) == {}
    await story.activate(session)
    await story.agent.obey()
    assert await wrong_on(technician, *pages, f"/sessioni/{session}/chiudi") == {}
    assert await wrong_on(owner, *pages, "/gestione", "/richieste", "/sessioni") == {}
    done = await technician.post(
        f"/sessioni/{session}/chiudi", outcome="solved", activity="GEST", note="Carta finita."
    )
    await story.agent.obey()
    assert await wrong_on(technician, *pages, "/richieste", done.headers["location"] + "?coperto=1") == {}


async def test_pages_of_the_customer(story: Story, browse: Browse) -> None:
    titolare, ads = browse(story.world.titolare).speak("en"), browse(story.world.ads).speak("en")
    own = ("/titolare", "/richieste", "/sessioni", "/postazioni", "/persone", "/invito")
    assert await wrong_on(ads, *own) == {}
    signed = (f"/postazioni/{story.world.host.id}", "/regole", "/persone/elenco", "/persone/password")
    assert await wrong_on(titolare, *own, *signed) == {}
    refused = await story.ask()
    await refuse(story.parts, story.world.ads.who, refused.request)
    waiting = await story.ask()
    base = f"/richieste/{refused.request}"
    assert await wrong_on(ads, base, f"/richieste/{waiting.request}/approva", "/titolare", "/richieste") == {}
    await ads.post(f"{base}/motivo", reason="No grazie")
    assert await wrong_on(ads, base) == {}
    session = await story.granted()
    request = (await story.session(session)).permit.request
    pages = (f"/richieste/{request}", f"/richieste/{request}/revoca", f"/sessioni/{session}/diretta")
    assert await wrong_on(ads, *pages) == {}
    await story.activate(session)
    await story.agent.obey()
    assert await wrong_on(ads, *pages, f"/sessioni/{session}/termina", "/titolare", "/richieste") == {}
    await ads.post(f"/sessioni/{session}/termina")
    assert await wrong_on(ads, *pages) == {}
    await story.agent.cut()
    await presume_ended(story.parts, story.world.tenant, session, last_seen=story.clock.now())
    assert await wrong_on(ads, *pages, "/titolare", f"/postazioni/{story.world.host.id}") == {}


async def test_doors_refusals_and_slips(story: Story, browse: Browse) -> None:
    stranger, ads = browse().speak("en"), browse(story.world.ads).speak("en")
    assert await wrong_on(stranger, "/entra", "/preferenze") == {}
    assert await wrong_on(ads, "/nessuna", "/gestione", "/firma/ritorno") == {}
    technician, owner = browse(story.world.technician).speak("en"), browse(story.world.owner).speak("en")
    slips = (
        await stranger.post("/entra", user="x@y.example", password="no", totp="123456"),
        await stranger.post("/richieste", title="x"),
        await technician.post("/richieste", customer=story.world.tenant),
        await technician.post("/persone/chiavi-ssh", key="x"),
        await owner.post("/postazioni", tenant=story.world.tenant, label="", place="x"),
        await owner.post("/persone", role="ads", name="", function="x", email="x"),
        await ads.post("/regole"),
    )
    for answer in slips:
        assert answer.status_code >= 400
        assert italian_in(answer.text) == []
