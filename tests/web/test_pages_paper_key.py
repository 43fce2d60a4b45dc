"""The key on paper by its pages: named on the list, used for the next one, objected to; in both languages."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from audit import paper_key
from audit.canonical import unb64
from audit.fingerprint import short_digest
from audit.keys import SigningKey
from broker.cases.finish_signing import finish_signing
from broker.store import statements
from tests.broker.world import link_of
from tests.stories.telling import Story
from tests.stories.test_paper_key import PAPER, in_force, lost_phone
from tests.web.test_english import wrong_on
from tests.web.test_pages_estate import sign

Browse = Any


def fields(story: Story, **more: Any) -> dict[str, Any]:
    people = [story.world.titolare.id, story.world.ads.id]
    until = f"{story.clock.now() + timedelta(days=300):%Y-%m-%d}"
    return {"person": people} | {f"until-{one}": until for one in people} | more


async def announce(story: Story, titolare: Any) -> None:
    """On the list's page, with a new passkey and the sheet."""
    other = await lost_phone(story)
    sent = await titolare.post("/persone/elenco", script=True, **fields(story, by_paper="yes"))
    url = sent.json()["go"]
    state, signed = other.answer(url)
    by_paper = PAPER.sign(paper_key.message(unb64(link_of(url)["statement"], max_bytes=1 << 16)))
    await finish_signing(story.parts, other.who, state, signed, paper=by_paper)


async def test_from_the_sheet_to_an_objection(story: Story, browse: Browse) -> None:
    world = story.world
    titolare, ads = browse(world.titolare), browse(world.ads)
    page = (await titolare.get("/persone/elenco")).text
    assert "Crea una chiave di recupero su carta" in page
    assert 'name="by_paper"' not in page
    page = (await titolare.get(f"/persone/elenco?carta={PAPER.public.text}")).text
    assert short_digest(hashlib.sha256(PAPER.public.raw).digest()) in page
    assert f'name="paper_key" value="{PAPER.public.text}"' in page
    assert (await titolare.get("/persone/elenco?carta=nessuna")).status_code == 422
    sent = await titolare.post("/persone/elenco", script=True, **fields(story, paper_key=PAPER.public.text))
    await sign(story.parts, world.titolare, sent)
    await story.agent.obey()
    assert (await in_force(story)).paper_key == PAPER.public.text
    assert 'name="by_paper"' in (await titolare.get("/persone/elenco")).text
    await announce(story, titolare)
    for person in (titolare, ads):
        home = (await person.get("/titolare" if person is titolare else "/richieste")).text
        assert "Un elenco nuovo di chi può autorizzare aspetta" in home
        assert 'action="/persone/elenco/opposizione"' in home
    await sign(story.parts, world.ads, await ads.post("/persone/elenco/opposizione", script=True))
    month = (await titolare.get("/titolare")).text
    assert "Un elenco nuovo" not in month
    assert "Elenco nuovo con la chiave su carta, in attesa" in month  # among the month's exceptions, for good
    assert "Opposizione all’elenco nuovo" in month
    late = await ads.post("/persone/elenco/opposizione", script=True)
    assert late.status_code == 409
    assert await story.findings() == []


async def test_where_it_is_made(story: Story, browse: Browse) -> None:
    """On the signing site, which is told where to lead back to and nothing else."""
    page = (await browse(story.world.titolare).get("/persone/elenco")).text
    address = next(
        part.split('"')[0]
        for part in page.split('href="')
        if part.startswith(story.parts.settings.signing_origin)
    )
    told = json.loads(unb64(address.split("#", 1)[1]))
    assert set(told) == {"op", "lang", "return", "state"}
    assert told["op"] == "paper-key"


async def test_in_english(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare).speak("en")
    sent = await titolare.post("/persone/elenco", script=True, **fields(story, paper_key=PAPER.public.text))
    await sign(story.parts, story.world.titolare, sent)
    await announce(story, titolare)
    paths = ("/persone/elenco", f"/persone/elenco?carta={SigningKey(b'z' * 32).public.text}", "/titolare")
    assert await wrong_on(titolare, *paths) == {}


async def test_the_key_stays_until_another_is_named(story: Story, browse: Browse) -> None:
    world = story.world
    titolare = browse(world.titolare)
    sent = await titolare.post("/persone/elenco", script=True, **fields(story, paper_key=PAPER.public.text))
    await sign(story.parts, world.titolare, sent)
    await sign(
        story.parts, world.titolare, await titolare.post("/persone/elenco", script=True, **fields(story))
    )
    async with story.parts.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    assert (held.number, held.paper_key) == (3, PAPER.public.text)
    other = SigningKey(b"o" * 32)
    sent = await titolare.post("/persone/elenco", script=True, **fields(story, paper_key=other.public.text))
    await sign(story.parts, world.titolare, sent)
    assert (await in_force(story)).paper_key == other.public.text
