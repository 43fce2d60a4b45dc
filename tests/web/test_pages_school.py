"""Scuola by its pages: from the study to the minute, in both languages; hours by school."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from broker.cases.stop import stop
from broker.jobs import duties
from tests.stories.telling import Story
from tests.stories.test_schools import ARCHIVES, GEST, LAN, of, school, state
from tests.web.test_english import wrong_on
from tests.web.test_pages_estate import sign
from tests.web.test_pages_work import RATES

Browse = Any


async def test_s51_s52_s53_a_school_by_its_pages(story: Story, browse: Browse) -> None:
    """Owner, titolare and technician, each by what his page offers; nobody is offered another's act."""
    world = story.world
    owner, titolare, technician = browse(world.owner), browse(world.titolare), browse(world.technician)
    here = f"/scuola/{world.tenant}"
    assert (await titolare.get("/scuola")).headers["location"] == here
    assert here in (await owner.get("/scuola")).text
    assert (await owner.post(f"{here}/tipo", type="school", clean_up="30/02")).status_code == 422
    assert (await owner.post(f"{here}/tipo", type="school", clean_up="05/12")).status_code == 303
    page = (await owner.get(here)).text
    assert f'action="{here}/esercizio"' not in page
    answer = {"answer": "Un server in segreteria."}
    assert (await owner.post(f"{here}/studio", row="document", **answer)).status_code == 422
    for row in ("topology", "server", "database", "workstations", "access", "credentials", "privacy"):
        assert (await owner.post(f"{here}/studio", row=row, **answer)).status_code == 303
    assert (await owner.post(f"{here}/esercizio")).status_code == 409
    paper = {"file": "ab" * 32, "octets": "12.345"}
    assert (await owner.post(f"{here}/studio", row="document", **answer, **paper)).status_code == 303
    assert "12.345 byte" in (await owner.get(here)).text
    assert (await owner.post(f"{here}/esercizio")).status_code == 303
    await duties.tick(story.parts)

    first = (await titolare.get("/titolare")).text
    assert "Firmare la delega per archivi e database" in first
    assert "Dire quali archivi pulire" in first
    page = (await titolare.get(here)).text
    assert "/tipo" not in page
    until = f"{story.clock.now() + timedelta(days=90):%Y-%m-%d}"
    form = {"person": [world.technician.id], "until": until}
    await sign(story.parts, world.titolare, await titolare.post("/scuola/deleghe", script=True, **form))
    [given] = (await state(story)).delegations
    [one] = (await state(story)).clean_ups
    named = {"archives": "\n".join(ARCHIVES)}
    await sign(
        story.parts, world.titolare, await titolare.post(f"/scuola/pulizie/{one.id}", script=True, **named)
    )
    first = (await titolare.get("/titolare")).text
    assert "Firmare la delega per archivi e database" not in first
    assert "Dire quali archivi pulire" not in first

    base = f"{here}/pulizie/{one.id}"
    assert ARCHIVES[0] in (await technician.get(here)).text
    assert (await technician.post(f"{base}/fine")).status_code == 409
    wrong = await technician.post(f"{base}/conteggi", archive="1", phase="before", rows="molte")
    assert wrong.status_code == 422
    for archive, phase, rows in (
        ("1", "before", "1.200"),
        ("1", "after", "0"),
        ("2", "before", "7"),
        ("2", "after", "7"),
    ):
        posted = await technician.post(f"{base}/conteggi", archive=archive, phase=phase, rows=rows)
        assert posted.status_code == 303
    assert "1.200" in (await technician.get(here)).text
    assert (await technician.post(f"{base}/fine")).status_code == 303
    n = (await state(story)).clean_ups[0].minute
    minute = f"/fascicolo/{world.tenant}/documenti/{n}.pdf"
    assert minute in (await titolare.get(here)).text
    assert minute not in (await technician.get(here)).text
    assert (await titolare.get(minute)).content.startswith(b"%PDF-")
    ended = await titolare.post(f"/scuola/deleghe/{given.said.delegation}/fine")
    assert ended.status_code == 303
    assert "revocata" in (await titolare.get(here)).text
    for reader in (owner, titolare, technician):
        assert await wrong_on(reader.speak("en"), here) == {}
    assert await wrong_on(owner.speak("en"), "/scuola") == {}


async def test_s51_s52_what_a_school_lacks_is_said_before_anybody_is_refused(
    story: Story, browse: Browse
) -> None:
    """On the form of a request, and on a request that waits: not only when somebody presses."""
    world = story.world
    technician = browse(world.technician)
    form = f"/richieste/nuova?cliente={world.tenant}"
    assert "Ora non si chiede" not in (await technician.get(form)).text
    asked = (await story.ask(of(GEST))).request
    await school(story, in_service=False)
    page = (await technician.get(form)).text
    assert "Ora non si chiede GEST, PROC, OFFICE" in page
    assert "La scuola non è in esercizio" in page
    page = (await technician.get(f"/richieste/{asked}")).text
    assert "manca l’entrata in esercizio della scuola" in page
    assert 'data-may="no"' in page
    assert await wrong_on(technician.speak("en"), form) == {}
    assert await wrong_on(technician, f"/richieste/{asked}") == {}


async def test_s52_a_missing_delegation_is_said_before_anybody_is_refused(
    story: Story, browse: Browse
) -> None:
    world = story.world
    technician = browse(world.technician)
    asked = (await story.ask(of(GEST))).request
    await school(story)
    page = (await technician.get(f"/richieste/nuova?cliente={world.tenant}")).text
    assert "Ora non si chiede GEST, BKP, RST. Manca la delega" in page
    assert "manca la delega per gli archivi" in (await technician.get(f"/richieste/{asked}")).text


async def test_s53_a_titolare_says_that_none_is_needed(story: Story, browse: Browse) -> None:
    await school(story, clean_up="12-05")
    await duties.tick(story.parts)
    titolare = browse(story.world.titolare)
    assert (await titolare.post("/scuola/pulizie/u-2026/rifiuto", reason="")).status_code == 422
    assert (await titolare.post("/scuola/pulizie/u-2026/rifiuto", reason="Nulla.")).status_code == 303
    assert "non voluta" in (await titolare.get(f"/scuola/{story.world.tenant}")).text


async def test_u26_hours_by_school_lead_to_their_rows(story: Story, browse: Browse) -> None:
    """U-26, L-43: the hours of each school of this month, and where its rows are; nobody's name beside them."""
    world = story.world
    await school(story)
    assert (
        "0:17" not in (await browse(world.owner).get("/scuola")).text
    )  # without a tariff nothing is counted
    assert (await browse(world.owner).post("/ore/tariffario", **RATES)).status_code == 303
    session = await story.running(asked=of(LAN))
    story.clock.advance(minutes=17)
    await stop(story.parts, world.ads.who, session)
    await story.agent.obey()
    page = (await browse(world.owner).get("/scuola")).text
    assert "Ore del mese per scuola" in page
    assert "0:17" in page
    assert f"/clienti/{world.tenant}/ore" in page
    assert world.technician.who.name not in page
    assert "Ore del mese" not in (await browse(world.technician).get("/scuola")).text
