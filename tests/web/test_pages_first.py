"""What was seen by hand on the first pages: one click, slips that are no attempts."""

from __future__ import annotations

from typing import Any

from broker.store import incidents
from tests.broker.world import World
from tests.stories.telling import Story

Browse = Any


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
