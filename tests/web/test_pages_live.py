"""The live view, several sessions at once, and the technician's page, by forms and links alone (U-11 … U-17)."""

from __future__ import annotations

import re
from typing import Any

from broker.cases.watch import join_watch
from broker.store import requests
from broker.store.beside_session import messages
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.web.reading import seen

Browse = Any


async def test_u11_the_card_says_who_where_why_until_when_and_how_it_was_proved(
    story: Story, browse: Browse
) -> None:
    session = await story.running()
    page = (await browse(story.world.ads).get(f"/sessioni/{session}/diretta")).text
    for said in ("La stampa si ferma.", "prova E2 (passkey)", "Terminale", "alle ", "data-ends="):
        assert said in page


async def test_u13_messages_by_form_in_both_pages(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads, technician = browse(story.world.ads), browse(story.world.technician)
    sent = await technician.post(f"/sessioni/{session}/messaggi", text="Riavvio <b>la stampa</b>?")
    assert sent.headers["location"] == f"/sessioni/{session}"
    live = f"/sessioni/{session}/diretta"
    assert "Riavvio &lt;b&gt;la stampa&lt;/b&gt;?" in (await ads.get(live)).text
    sent = await ads.post(f"/sessioni/{session}/messaggi", text="Sì. La password è Pippo1234")
    assert "Sembra una password" in seen((await ads.get(sent.headers["location"])).text)
    page = (await technician.get(f"/sessioni/{session}")).text
    assert "Messaggi con chi guarda" in page
    assert "Sì. La password è" in page
    assert "Pippo1234" not in page
    long = await ads.post(f"/sessioni/{session}/messaggi", text="Riga. " * 100)
    assert long.status_code == 413
    assert "al massimo 500 caratteri" in long.text
    assert "Riga. Riga." in long.text
    async with story.parts.store.read() as work:
        kept = await messages(work, story.world.tenant, session, story.parts.keys.wrapping_key())
    assert len(kept) == 2


async def test_u14_flag_explain_and_take_back_by_form(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads, live = browse(story.world.ads), f"/sessioni/{session}/diretta"
    for _ in range(2):
        assert (await ads.post(f"/sessioni/{session}/segnala")).headers["location"] == live
    first, second = re.findall(
        r'action="(/sessioni/[^"]+/motivo)" method="post" id="segnala', (await ads.get(live)).text
    )
    await ads.post(first, reason="Apre la cartella delle paghe")
    await ads.post(second.replace("/motivo", "/ritira"))
    page = (await ads.get(live)).text
    assert "«Apre la cartella delle paghe»" in page
    assert 'id="segnala-' not in page
    assert await story.findings() == []


async def test_u14_more_time_leads_to_a_signature(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads, technician = browse(story.world.ads), browse(story.world.technician)
    assert 'name="seconds"' in (await ads.get(f"/sessioni/{session}/estendi")).text
    await ads.post(f"/sessioni/{session}/estendi", seconds="3600")
    page = (await technician.get(f"/sessioni/{session}")).text
    assert "Chiedi il tempo proposto da Aldo Ads: 1 h" in page
    asked = await technician.post(f"/sessioni/{session}/estensione?secondi=3600")
    request = asked.headers["location"]
    assert f'href="{request}/approva"' in (await ads.get(f"/sessioni/{session}/diretta")).text
    async with story.parts.store.read() as work:
        found = await requests.load(work, story.world.tenant, request.rsplit("/", 1)[1])
    assert found.asked.statement.longest_s == 3600


async def test_u15_sono_qui_is_asked_of_whoever_supervises_and_of_nobody_else(
    story: Story, browse: Browse
) -> None:
    session = await story.running()
    live = f"/sessioni/{session}/diretta"
    ads = browse(story.world.ads)
    assert 'id="sono-qui"' in (await ads.get(live)).text
    assert 'id="sono-qui"' not in (await browse(story.world.titolare).get(live)).text
    story.clock.advance(minutes=2)
    assert (await ads.post(f"/sessioni/{session}/presenza")).headers["location"] == live
    assert await story.kinds("presence.confirmed") == ["presence.confirmed"]
    assert "Presenza confermata" in (await ads.get(live)).text


async def test_u16_all_that_run_on_one_page_and_why_each_stands_there(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads = browse(story.world.ads)
    page = (await ads.get("/sessioni/dirette")).text
    assert "nessuno la guarda da sola" in page
    assert f'data-socket="/api/sessions/{session}/live"' in page
    assert f'href="/sessioni/{session}/termina"' in page
    audience = story.parts.hub.audience(session)
    audience.come(story.world.ads.who.person, small=True)  # this page alone does not count as watching
    assert "nessuno la guarda da sola" in (await ads.get("/sessioni/dirette")).text
    audience.come(story.world.ads.who.person)
    assert "Guardata, e nulla da segnalare." in (await ads.get("/sessioni/dirette")).text


async def test_the_auditor_looks_on_and_does_nothing(story: Story, browse: Browse) -> None:
    session, world = await story.running(), story.world
    someone = await newcomer(story.parts, world.titolare, world.tenant, "auditor", "Rina Revisora")
    auditor = browse(someone)
    assert (await auditor.get(f"/sessioni/{session}")).headers["location"] == f"/sessioni/{session}/diretta"
    page = (await auditor.get(f"/sessioni/{session}/diretta")).text
    assert f'data-socket="/api/sessions/{session}/live"' in page
    for act in ("termina", "pausa", "segnala", "estendi", "messaggi", "passa"):
        assert f"/sessioni/{session}/{act}" not in page
    await join_watch(story.parts, someone.who, session)
    assert "Rina Revisora" in (await browse(world.ads).get(f"/sessioni/{session}/diretta")).text
    assert await story.findings() == []


async def test_a_technician_holds_his_own_session_and_lets_go_only_of_that(
    story: Story, browse: Browse
) -> None:
    session = await story.running()
    technician, ads = browse(story.world.technician), browse(story.world.ads)
    assert f'action="/sessioni/{session}/pausa"' in (await technician.get(f"/sessioni/{session}")).text
    await technician.post(f"/sessioni/{session}/pausa")
    await story.agent.obey()
    assert f'action="/sessioni/{session}/riprendi"' in (await technician.get(f"/sessioni/{session}")).text
    await technician.post(f"/sessioni/{session}/riprendi")
    await story.agent.obey()
    await ads.post(f"/sessioni/{session}/pausa")
    await story.agent.obey()
    assert f'action="/sessioni/{session}/riprendi"' not in (await technician.get(f"/sessioni/{session}")).text
    assert (await technician.post(f"/sessioni/{session}/riprendi")).status_code == 409
    assert await story.findings() == []
