"""Messages by one click (U-20): each leads the approvers to a page, none opens anything, and none can be repeated at will."""

from __future__ import annotations

from typing import Any

from broker.cases.log_call import Call, log_call
from broker.jobs.deliver import deliver
from broker.store import requests
from tests.broker.letter import read, said
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.web.test_english import wrong_on

Browse = Any


async def told(story: Story) -> list[tuple[str, str, str]]:
    """To whom, the Italian subject, and the whole letter."""
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    found = []
    for raw, _, to in mailer.sent:
        letter = read(raw)
        found.append((to.partition("@")[0], str(letter["Subject"]).split(" · ")[0], said(letter)))
    return found


async def test_u20_the_authorisation_is_asked_for_again(story: Story, browse: Browse) -> None:
    """U-20: of a request that waits, to titolare and ADS, at most once an hour; once it is answered, no more."""
    asked = await story.ask()
    await told(story)
    page = browse(story.world.technician)
    assert "Chiedi di nuovo l’autorizzazione" in (await page.get(f"/richieste/{asked.request}")).text
    address = f"/richieste/{asked.request}/sollecito"
    assert (await page.post(address)).status_code == 303
    letters = await told(story)
    assert {to for to, _, _ in letters} == {"teresa-titolare", "aldo-ads"}
    assert all(
        subject == f"La richiesta {asked.request} aspetta la sua decisione" for _, subject, _ in letters
    )
    assert [text.count(f"/richieste/{asked.request}") for _, _, text in letters] == [2, 2]
    again = await page.post(address)
    assert (again.status_code, "meno di un’ora fa" in again.text) == (409, True)
    story.clock.advance(hours=1, seconds=1)
    assert (await page.post(address)).status_code == 303
    await story.approve(asked.request)
    assert not [one for one in await told(story) if "aspetta la sua decisione" in one[1]]
    assert (await page.post(address)).status_code == 409
    assert (await browse(story.world.ads).post(address)).status_code == 403


async def test_u20_more_time_is_a_new_request(story: Story, browse: Browse) -> None:
    """U-20: for the same host, incident and things, which the approver signs; the session that runs keeps its end, and a
    second click makes no second request."""
    session = await story.running()
    before = (await story.session(session)).permit
    await told(story)
    page = browse(story.world.technician)
    assert "Chiedi estensione" in (await page.get(f"/sessioni/{session}")).text
    answer = await page.post(f"/sessioni/{session}/estensione")
    assert answer.status_code == 303
    new = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    async with story.parts.store.read() as work:
        first = (await requests.load(work, story.world.tenant, before.request)).asked.statement
        second = (await requests.load(work, story.world.tenant, new)).asked.statement
    assert (second.host, second.incident, second.channels, second.activities) == (
        first.host, first.incident, first.channels, first.activities,
    )  # fmt: skip
    assert second.request != first.request
    assert (await story.session(session)).permit == before
    assert session in (await browse(story.world.titolare).get(f"/richieste/{new}")).text
    assert any("Richiesta di accesso" in subject for _, subject, _ in await told(story))
    assert (await page.post(f"/sessioni/{session}/estensione")).status_code == 409
    assert (await browse(story.world.ads).post(f"/sessioni/{session}/estensione")).status_code == 403
    assert await wrong_on(page.speak("en"), f"/sessioni/{session}") == {}
    assert await story.findings() == []


async def test_u20_why_nobody_can_intervene(story: Story, browse: Browse) -> None:
    """U-20, S-30: what is read to whoever rings goes to titolare and ADS in writing; what he said is not in it."""
    call = Call(story.world.tenant, "Carla", "MARKER: it does not print", "")
    logged = await log_call(story.parts, story.world.technician.who, call)
    await told(story)
    page = browse(story.world.technician)
    address = f"/incidenti/{story.world.tenant}/{logged.incident}"
    assert "Spiega perché non posso" in (await page.get(address)).text
    assert (await page.post(f"{address}/spiega")).status_code == 303
    letters = await told(story)
    assert {to for to, _, _ in letters} == {"teresa-titolare", "aldo-ads"}
    assert all(
        "non bastano" in text and "MARKER" not in text and "Carla" not in text for _, _, text in letters
    )
    assert (await page.post(f"{address}/spiega")).status_code == 409
    assert (await browse(story.world.titolare).post(f"{address}/risolvo")).status_code == 303
    story.clock.advance(hours=2)
    assert (await page.post(f"{address}/spiega")).status_code == 409
    assert await wrong_on(page.speak("en"), address) == {}
