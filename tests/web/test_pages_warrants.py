"""Delegations and mandates by their pages: given, seen and ended by the titolare, used by whom they name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from audit.estate_records import ApproversChanged, DelegationGiven, MandateGiven
from broker.cases.see_warrants import see_warrants
from broker.store import outbox, statements
from tests.broker.world import with_signing_key
from tests.stories.telling import Story
from tests.web.test_english import wrong_on
from tests.web.test_pages_estate import sign

Browse = Any


def until(story: Story, days: int = 90) -> str:
    return f"{story.clock.now() + timedelta(days=days):%Y-%m-%d}"


async def appoint(story: Story, titolare: Any, *, delegated: bool = False, vendor: bool = False) -> None:
    """By the list's own page."""
    world = story.world
    people = [world.titolare.id, world.ads.id, *([world.technician.id] if vendor else [])]
    fields: dict[str, Any] = {f"until-{one}": until(story, 300) for one in people} | {"person": people}
    if delegated:
        fields["delegated"] = [world.ads.id]
    await sign(story.parts, world.titolare, await titolare.post("/persone/elenco", script=True, **fields))
    await story.agent.obey()


async def test_a_delegation_from_the_list_to_its_early_end(story: Story, browse: Browse) -> None:
    world = story.world
    titolare, ads = browse(world.titolare), browse(world.ads)
    assert 'name="delegated"' in (await titolare.get("/persone/elenco")).text
    await appoint(story, titolare, delegated=True)
    async with story.parts.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    assert [line.delegated for line in held.approvers if line.person == world.ads.id] == [True]
    assert "solo con una delega" in (await titolare.get("/titolare")).text
    page = (await titolare.get("/deleghe")).text
    assert 'action="/deleghe/delegation"' in page
    assert 'action="/deleghe/mandate"' not in page
    assert 'action="/deleghe' not in (await ads.get("/deleghe")).text
    form = {
        "person": [world.ads.id],
        "channel": ["exec", "terminal"],
        "activity": ["GEST"],
        "until": until(story),
    }
    await sign(story.parts, world.titolare, await titolare.post("/deleghe/delegation", script=True, **form))
    given = (await story.last(DelegationGiven.KIND)).record
    assert isinstance(given, DelegationGiven)
    page = (await titolare.get("/deleghe")).text
    assert "Delega all’ADS · Aldo Ads" in page
    assert f"{given.warrant}: terminale e comandi singoli; ogni macchina; programma gestionale" in page
    assert "Far finire prima" in (await titolare.get(f"/deleghe/{given.warrant}/fine")).text
    assert (await ads.post(f"/deleghe/{given.warrant}/fine")).status_code == 403
    await titolare.post(f"/deleghe/{given.warrant}/fine")
    page = (await titolare.get("/deleghe")).text
    assert "finita prima del suo giorno" in page
    assert "Fine anticipata" not in page
    assert await story.findings() == []


async def test_it_ends_on_its_day(story: Story, browse: Browse) -> None:
    world = story.world
    titolare = browse(world.titolare)
    await appoint(story, titolare, delegated=True)
    form = {"person": [world.ads.id], "channel": ["exec"], "host": [world.host.id], "until": until(story, 3)}
    await sign(story.parts, world.titolare, await titolare.post("/deleghe/delegation", script=True, **form))
    assert f"{world.host.label}; ogni attività" in (await titolare.get("/deleghe")).text
    story.clock.advance(days=5)
    view = await see_warrants(story.parts, world.titolare.who)
    assert [(one.stands, one.ended) for one in view.given] == [(False, False)]


async def test_a_mandate_and_the_technician_s_own_page(story: Story, browse: Browse) -> None:
    world = story.world
    titolare, technician = browse(world.titolare), browse(world.technician)
    assert "/persone/passkey-di-firma" in (await technician.get("/persone")).text
    await with_signing_key(world.technician)
    page = (await titolare.get("/persone/elenco")).text
    assert "tecnico del fornitore, solo con un suo mandato" in page
    receipt = await story.ask()
    base = f"/richieste/{receipt.request}"
    assert "Autorizza in mandato" not in (await technician.get(base)).text
    assert (await technician.get(f"{base}/approva")).status_code == 403
    assert "Non può approvarla nessuno di" in (await technician.get("/richieste/nuova")).text
    await appoint(story, titolare, vendor=True)
    month = (await titolare.get("/titolare")).text
    assert "Tiziana Tecnica" in month
    assert "tecnico del fornitore, solo con un suo mandato" in month
    assert f'href="{base}/approva"' in (await technician.get(base)).text
    form = {
        "person": [world.technician.id], "channel": ["exec", "terminal"], "until": until(story),
        "own": "yes", "administrator": "yes",
    }  # fmt: skip
    await sign(story.parts, world.titolare, await titolare.post("/deleghe/mandate", script=True, **form))
    given = (await story.last(MandateGiven.KIND)).record
    assert isinstance(given, MandateGiven)
    page = (await titolare.get("/deleghe")).text
    assert "anche da amministratore; anche richieste proprie" in page
    page = (await technician.get("/richieste/nuova")).text
    assert "può approvarla solo Tiziana Tecnica, entro un mandato del titolare" in page
    page = (await technician.get(f"{base}/approva")).text
    assert "Autorizza in mandato con passkey" in page
    assert 'value="self"' not in page
    assert "Rifiuta" not in page
    await sign(
        story.parts, world.technician, await technician.post(f"{base}/autorizza", script=True, watch="waived")
    )
    assert await story.kinds("approval.given", "grant.issued") == ["approval.given", "grant.issued"]
    assert (await technician.get(f"{base}/approva")).status_code == 200
    number = (await see_warrants(story.parts, world.titolare.who)).given[0].warrant.warrant
    receipt_page = (await titolare.get(base)).text
    assert f"in mandato {number}, su una richiesta propria." in receipt_page
    assert f"Tiziana Tecnica, in mandato {number}, con passkey" in (await technician.get(base)).text
    assert f"in mandato {number}" in (await technician.get(base)).text
    async with story.parts.store.read() as work:
        letters = {one.payload["letter"] for one in await outbox.due(work, story.clock.now(), 50)}
    assert "approved_own" in letters
    assert "approved" not in letters
    session = (await story.session_of(receipt.request)).permit.id
    await story.activate(session)
    await story.agent.obey()
    month = (await titolare.get("/titolare")).text
    assert "Autoapprovate in mandato" in month
    assert "1 sessione, autorizzate da chi le ha chieste." in month
    assert await story.findings() == []


async def test_slips_in_the_form(story: Story, browse: Browse) -> None:
    world = story.world
    titolare = browse(world.titolare)
    await appoint(story, titolare, delegated=True)
    good = {"person": [world.ads.id], "channel": ["exec"], "until": until(story)}
    for wrong in ({"until": "domani"}, {"person": []}, {"channel": []}, {"person": [world.titolare.id]}):
        answer = await titolare.post("/deleghe/delegation", script=True, **(good | wrong))
        assert answer.status_code == 422, wrong
    assert (await titolare.post("/deleghe/procura", script=True, **good)).status_code == 404
    assert (await browse(world.ads).post("/deleghe/delegation", script=True, **good)).status_code == 403
    assert (await titolare.get("/deleghe")).text.count("Nessuna.") == 1
    assert len(await story.kinds(ApproversChanged.KIND)) == 2


async def test_in_english(story: Story, browse: Browse) -> None:
    world = story.world
    titolare = browse(world.titolare).speak("en")
    await with_signing_key(world.technician)
    await appoint(story, titolare, delegated=True, vendor=True)
    form = {"person": [world.ads.id], "channel": ["exec"], "until": until(story)}
    await sign(story.parts, world.titolare, await titolare.post("/deleghe/delegation", script=True, **form))
    given = (await story.last(DelegationGiven.KIND)).record
    assert isinstance(given, DelegationGiven)
    paths = ("/deleghe", "/persone/elenco", "/titolare", f"/deleghe/{given.warrant}/fine")
    assert await wrong_on(titolare, *paths) == {}
