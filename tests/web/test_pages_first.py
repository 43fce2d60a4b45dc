"""What was seen by hand on the first pages: figures that are rows, one click, slips that are no attempts."""

from __future__ import annotations

import re
from typing import Any

from broker.cases.contest import contest_session
from broker.cases.log_call import Call, log_call
from broker.cases.open_incident import Report, report_incident
from broker.cases.set_category import CategoryDraft, set_category
from broker.store import incidents
from tests.broker.world import World
from tests.stories.telling import Story

Browse = Any


async def test_the_owners_figures_are_the_rows_they_lead_to(story: Story, browse: Browse) -> None:
    """Incidents, not requests: a call that waits counts, and so does what is contested."""
    world = story.world
    owner = browse(world.owner)
    session = await story.running()

    async def figures() -> dict[str, tuple[str, str]]:
        page = (await owner.get("/gestione")).text
        found = re.findall(
            r'fig-link" href="([^"]+)"><span class="k">([^<]+)</span><span class="n">([^<]+)<', page
        )
        return {name: (number, href) for href, name, number in found}

    before = await figures()
    assert before["In coda"] == ("0", "/coda")
    assert before["Aspettano il cliente"] == ("0", "/coda")
    assert before["Contestazioni"] == ("0", "/contestazioni")
    call = Call(world.tenant, "Una voce", "Non stampa.", "")
    await log_call(story.parts, world.technician.who, call)
    assert (await figures())["Aspettano il cliente"] == ("1", "/coda")
    desk = (await owner.get("/coda")).text
    assert "Non ancora lavorabili <span>1</span>" in desk
    draft = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(story.parts, world.owner.who, world.tenant, draft)
    story.clock.advance(minutes=1)
    await report_incident(story.parts, world.titolare.who, world.tenant, Report("Fermo.", "portal"))
    await contest_session(story.parts, world.titolare.who, session, "Non risulta.")
    after = await figures()
    assert after["In coda"][0] == str((await owner.get("/coda")).text.count('class="q-pos">1<'))
    assert after["Contestazioni"][0] == "1"


async def test_an_ads_has_everything_in_one_click(world: World, browse: Browse) -> None:
    page = (await browse(world.ads).get("/richieste")).text
    for address in ("/accessi", "/amministratori", "/contestazioni", "/adempimenti"):
        assert f'href="{address}"' in page


async def test_a_category_without_its_paper_is_a_slip_and_no_attempt(world: World, browse: Browse) -> None:
    sent = await browse(world.owner).post(
        f"/adempimenti/{world.tenant}/categoria", category="1", kind="appointment"
    )
    assert sent.status_code == 422
    assert "Manca la nomina" in sent.text
    assert not [one for one in await world.records() if one.KIND == "access.denied"]


async def test_a_request_is_not_called_used_before_its_session_begins(story: Story, browse: Browse) -> None:
    world = story.world
    request = (await story.session(await story.granted())).permit.request
    async with story.parts.store.read() as work:
        (line,) = await incidents.of_tenant(work, world.tenant, 9)
    incident = line.known.id
    page = (await browse(world.technician).get(f"/incidenti/{world.tenant}/{incident}")).text
    assert f"{request}: usata" not in page
    assert f"{request}: può intervenire" in page
