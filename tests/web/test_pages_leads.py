"""Contact without obligation (S-54): a lead and no incident, bounded whoever knocks, and the owner's alone."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from broker.domain.sales_lead import STAY
from broker.jobs import erase
from broker.jobs.deliver import deliver
from broker.store import incidents, leads
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.web.test_english import wrong_on

Browse = Any
EVIL = '"><script>alert(1)</script>'
ASKED = {
    "name": "Nadia Nuova",
    "email": "Nadia@Nuova.example",
    "company": "Nuova",
    "plan": "basic",
    "text": "Quanto costa?",
}


@pytest.fixture
async def anybody(site: FastAPI) -> Any:
    transport = httpx.ASGITransport(site)
    headers = {"origin": "http://localhost:8700"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:8700", headers=headers
    ) as client:
        yield client


async def kept(story: Story) -> list[Any]:
    async with story.parts.store.read() as work:
        return await leads.every(work)


async def test_s54_a_lead_and_no_incident(story: Story, anybody: Any, browse: Browse) -> None:
    """S-54: no incident, no clock, no record in any log; the owner hears of it by a letter that says nothing of who, reads
    it, says that it was answered, and erases it."""
    before = len(await story.world.records())
    page = (await anybody.get("/contatti")).text
    assert "un anno" in page
    assert 'name="website"' in page
    assert "Ricevuto, grazie." in (await anybody.post("/contatti", data=ASKED)).text
    (one,) = await kept(story)
    assert (one.form.email, one.form.plan, one.answered) == ("nadia@nuova.example", "basic", None)
    async with story.parts.store.read() as work:
        assert await incidents.of_tenant(work, story.world.tenant, 9) == []
    assert len(await story.world.records()) == before
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    (letter,) = [email.message_from_bytes(raw, policy=email.policy.default) for raw, _, _ in mailer.sent]
    assert str(letter["Subject"]).startswith("Richieste di contatto da leggere: 1")
    assert "Nadia" not in letter.as_string()
    owner = browse(story.world.owner)
    assert "Nadia Nuova" in (await owner.get("/gestione/contatti")).text
    assert (await owner.get("/api/leads")).json()[0]["text"] == "Quanto costa?"
    for nobody in (story.world.technician, story.world.titolare):
        assert (await browse(nobody).get("/gestione/contatti")).status_code == 403
        assert (await browse(nobody).get("/api/leads")).status_code == 403
    assert (await owner.post(f"/gestione/contatti/{one.id}/risposto")).status_code == 303
    assert (await owner.post(f"/gestione/contatti/{one.id}/risposto")).status_code == 409
    assert "risposto" in (await owner.get("/gestione/contatti")).text
    assert (await owner.post(f"/gestione/contatti/{one.id}/cancella")).status_code == 303
    assert await kept(story) == []
    await erase.tick(story.parts)
    everything = b"".join(
        path.read_bytes() for path in story.parts.settings.state.rglob("*") if path.is_file()
    )
    assert b"nadia@nuova" not in everything


async def test_s54_what_is_wrong_comes_back(story: Story, anybody: Any) -> None:
    for field, wrong in (
        ("email", "nadia"),
        ("plan", "gold"),
        ("name", " "),
        ("phone", "1" * 41),
        ("text", "x" * 2001),
    ):
        answer = await anybody.post("/contatti", data=ASKED | {field: wrong})
        assert answer.status_code in (413, 422), field
        assert "Nuova" in answer.text
    assert await kept(story) == []


async def test_s54_nobody_floods_it(story: Story, anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-54: three from one address in a quarter of an hour, so many from all, so many kept; one letter an hour."""
    for number in range(3):
        assert (await anybody.post("/contatti", data=ASKED | {"name": f"N{number}"})).status_code == 200
    answer = await anybody.post("/contatti", data=ASKED)
    assert (answer.status_code, "tra quindici minuti" in answer.text) == (429, True)
    assert len(await kept(story)) == 3
    story.clock.advance(minutes=16)
    monkeypatch.setattr("broker.cases.take_lead.MOST_OF_ALL", 1)
    assert (await anybody.post("/contatti", data=ASKED)).status_code == 200
    assert (await anybody.post("/contatti", data=ASKED)).status_code == 429
    story.clock.advance(minutes=16)
    monkeypatch.setattr("broker.cases.take_lead.MOST", 4)
    assert (await anybody.post("/contatti", data=ASKED)).status_code == 429
    assert len(await kept(story)) == 4
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    assert len(mailer.sent) == 1
    story.clock.advance(hours=1)
    await deliver(story.parts, mailer)
    assert len(mailer.sent) == 2


async def test_s54_a_program_that_fills_everything_leaves_nothing(story: Story, anybody: Any) -> None:
    answer = await anybody.post("/contatti", data=ASKED | {"website": "http://spam.example"})
    assert "Ricevuto, grazie." in answer.text
    assert await kept(story) == []


async def test_s54_it_is_erased_after_a_year(story: Story, anybody: Any) -> None:
    await anybody.post("/contatti", data=ASKED)
    story.clock.advance(days=STAY.days - 1)
    await erase.tick(story.parts)
    assert len(await kept(story)) == 1
    story.clock.at += timedelta(days=2)
    await erase.tick(story.parts)
    assert await kept(story) == []


async def test_s54_a_stranger_s_words_are_text(story: Story, anybody: Any, browse: Browse) -> None:
    await anybody.post("/contatti", data=ASKED | dict.fromkeys(("name", "company", "text"), EVIL))
    owner = browse(story.world.owner)
    assert "<script>alert" not in (await owner.get("/gestione/contatti")).text
    assert await wrong_on(owner.speak("en"), "/contatti") == {}
