"""*Contesto questa voce* by its pages and over HTTP: opened, answered by the vendor, closed; in both languages."""

from __future__ import annotations

from typing import Any

from audit.report_records import CadenceAgreed, ContestClosed, ContestOpened
from tests.stories.telling import Story
from tests.stories.test_months import worked
from tests.web.test_english import wrong_on

Browse = Any
MARKER = "A quell’ora non c’era nessuno."


async def test_u10_a_session_is_contested_answered_and_closed(story: Story, browse: Browse) -> None:
    session = await worked(story)
    request = (await story.session(session)).permit.request
    titolare, technician = browse(story.world.titolare), browse(story.world.technician)
    form = (await titolare.get(f"/contestazioni?sessione={session}")).text
    assert f'name="session" value="{session}"' in form
    wrong = await titolare.post("/contestazioni", report="VB-nowhere", row="1", text=MARKER)
    assert wrong.status_code == 404
    assert (await titolare.post("/contestazioni", session=session, text="  ")).status_code == 422
    await titolare.post("/contestazioni", session=session, text=MARKER)
    opened = (await story.last("contest.opened")).record
    assert isinstance(opened, ContestOpened)
    assert (opened.request, opened.report, opened.row) == (request, None, None)
    base = f"/contestazioni/{story.world.tenant}/{opened.contest}"
    listed = (await technician.get("/contestazioni")).text
    assert "aperta, senza risposta" in listed
    assert MARKER not in listed
    assert MARKER in (await technician.get(base)).text
    assert 'name="outcome"' not in (await technician.get(base)).text
    await technician.post(f"{base}/risposte", text="L’ADS era collegato dalle 10:04.")
    empty = await technician.post(f"{base}/risposte", text="")
    assert empty.status_code == 422
    page = (await titolare.get(base)).text
    assert "con risposta" in page
    assert "L’ADS era collegato" in page
    assert await wrong_on(technician.speak("en"), "/contestazioni") == {}
    assert await wrong_on(titolare.speak("en"), "/contestazioni", f"/contestazioni?sessione={session}") == {}
    assert (await browse(story.world.ads).post(f"{base}/fine", outcome="explained")).status_code == 403
    assert (await titolare.post(f"{base}/fine", outcome="nothing")).status_code == 422
    await titolare.post(f"{base}/fine", outcome="explained")
    closed = (await story.last("contest.closed")).record
    assert isinstance(closed, ContestClosed)
    assert closed.outcome == "explained"
    assert await story.kinds("hold.placed", "hold.lifted") == ["hold.placed", "hold.lifted"]
    assert (await technician.post(f"{base}/risposte", text="Ancora.")).status_code == 409


async def send(by: Any, path: str, **body: str) -> Any:
    return await by.client.post(path, json=body, headers={"origin": by.origin})


async def test_a_session_is_contested_over_http_before_any_report(story: Story, browse: Browse) -> None:
    session = await worked(story)
    ads, owner = browse(story.world.ads), browse(story.world.owner)
    made = await send(ads, "/api/contests", session=session, text=MARKER)
    assert made.status_code == 201
    contest, tenant = made.json()["contest"], story.world.tenant
    assert f"/contestazioni?sessione={session}" in (await ads.get(f"/sessioni/{session}/diretta")).text
    thread = (await owner.get(f"/api/contests/{tenant}/{contest}")).json()
    assert list(thread["words"].values()) == [MARKER]
    [listed] = (await owner.get("/api/contests")).json()
    assert listed["contest"]["about"]["report"] is None
    answered = await send(
        owner, f"/api/contests/{tenant}/{contest}/answers", text="La password era hunter2hunter2."
    )
    assert answered.status_code == 201
    closed = await send(ads, f"/api/contests/{tenant}/{contest}/closure", outcome="withdrawn")
    assert closed.status_code == 204
    assert await story.findings() == []


async def test_s27_the_titolare_changes_how_often_he_is_reported_to(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare)
    assert "Cambia la cadenza" in (await titolare.get("/titolare")).text
    await titolare.post("/titolare/cadenza", cadence="weekly")
    agreed = (await story.last("report.cadence_agreed")).record
    assert isinstance(agreed, CadenceAgreed)
    assert agreed.cadence == "weekly"
    assert '<option value="weekly" selected>' in (await titolare.get("/titolare")).text
    told = await browse(story.world.owner).get(f"/api/cadence?tenant={story.world.tenant}")
    assert told.json() == {"cadence": "weekly"}
    assert (await titolare.post("/titolare/cadenza", cadence="daily")).status_code == 422
