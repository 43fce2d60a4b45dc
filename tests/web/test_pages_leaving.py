"""Leaving by the pages: asked once more, listed as gone, the name kept or erased with a reason, in both languages."""

from __future__ import annotations

from typing import Any

from audit.retention import ends
from broker.cases.erase import erase_due
from broker.store import name_terms
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.stories.test_erasure import ZONE, customer
from tests.web.test_english import wrong_on

Browse = Any


async def test_somebody_leaves_and_his_name_goes_with_its_term(story: Story, browse: Browse) -> None:
    world = story.world
    new = await newcomer(story.parts, world.titolare, world.tenant, "ads", "Ugo Uscente")
    titolare = browse(world.titolare)
    base = f"/persone/{world.tenant}/{new.id}"
    assert f'href="{base}/uscita"' in (await titolare.get("/persone")).text
    assert f'href="{base}/uscita"' not in (await browse(world.ads).get("/persone")).text
    assert "Da subito non entra più" in (await titolare.get(f"{base}/uscita")).text
    assert "Ugo Uscente non lavora più qui?" in (await titolare.get(f"{base}/uscita")).text
    assert await wrong_on(browse(world.titolare).speak("en"), f"{base}/uscita", f"{base}/nome") == {}
    assert (await titolare.post(f"{base}/uscita")).headers["location"] == "/persone"
    page = (await titolare.get("/persone")).text
    assert "ha lasciato il 10/11/2026" in page
    assert f'href="{base}/nome"' in page
    assert f'href="{base}/uscita"' not in page
    kept = await titolare.post(f"{base}/nome", script=True)
    assert kept.status_code == 409
    assert "Questo nome non si cancella adesso: resta fino al 10/11/2028" in kept.text
    story.clock.at = ends(story.clock.now(), 24, ZONE)
    await erase_due(story.parts, await customer(story))
    async with story.parts.store.read() as work:
        gone = await name_terms.erased(work, world.tenant)
    assert gone == {new.id: f"nome cancellato il 11/11/2028 ({new.id})"}
