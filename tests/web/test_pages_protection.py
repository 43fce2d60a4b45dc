"""Protezione dei dati by its pages: the facts sheet, a breach from its opening to its end, corrections; both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from broker.store.tables import people
from tests.stories.telling import Story
from tests.stories.test_months import worked
from tests.web.test_english import wrong_on
from web.present.times import field_value

Browse = Any
MARKER = "Laptop lost."
TEXTS = {"nature": MARKER, "measures": "Keys revoked.", "contact": "privacy@vendor.example"}


async def test_l37_the_owner_opens_tells_and_closes_and_the_titolare_reads(
    story: Story, browse: Browse
) -> None:
    """L-37: what is wrong is said beside the form; the countdown stands on the page."""
    session = await worked(story)
    owner, titolare, tenant = browse(story.world.owner), browse(story.world.titolare), story.world.tenant
    now = story.clock.now()
    span = {"first": field_value(now - timedelta(days=1)), "until": field_value(now + timedelta(minutes=1))}
    base = f"/protezione/{tenant}"
    wrong = await owner.post(f"{base}/violazioni", aware="quando", **span, **TEXTS)
    assert wrong.status_code == 422
    assert "Scriva giorno e ora" in wrong.text
    lacking = await owner.post(f"{base}/violazioni", aware=field_value(now), **span, nature=MARKER)
    assert lacking.status_code == 422
    await owner.post(f"{base}/violazioni", aware=field_value(now), **span, **TEXTS)
    breach = (await story.last("breach.opened")).record.breach
    page = (await owner.get(f"{base}/violazioni/{breach}")).text
    assert session in page
    assert "Va comunicata a lui entro" in page
    await owner.post(f"{base}/violazioni/{breach}/comunicazioni", **TEXTS)
    read = (await titolare.get(f"{base}/violazioni/{breach}")).text
    assert MARKER in read
    assert "72 ore trascorse" in read
    assert 'name="outcome"' not in read
    assert await wrong_on(owner.speak("en"), "/protezione", base, f"{base}/violazioni/{breach}") == {}
    await owner.post(f"{base}/violazioni/{breach}/fine", outcome="contained")
    assert "chiusa" in (await titolare.get(base)).text
    assert (await browse(story.world.technician).get(f"{base}/violazioni/{breach}")).status_code == 403


async def test_l34_the_titolare_reads_the_facts_sheet_and_files_his_assessment(
    story: Story, browse: Browse
) -> None:
    """L-34, L-39: with the warning that systematic monitoring of workers asks for it."""
    titolare = browse(story.world.titolare)
    sheet = (await titolare.get("/protezione")).text
    assert "Il controllo sistematico di chi lavora" in sheet
    assert "Nomi negli accessi: 12 mesi (minimo 6)" in sheet
    wrong = await titolare.post(
        f"/protezione/{story.world.tenant}/valutazione", reference="x", dated="2026-11-01"
    )
    assert wrong.status_code == 422
    await titolare.post(
        f"/protezione/{story.world.tenant}/valutazione", reference="DPIA 1", dated="2026-11-01"
    )
    assert "DPIA 1" in (await titolare.get("/protezione")).text
    assert await wrong_on(titolare.speak("en"), "/protezione") == {}


async def test_l29_l31_corrections_and_reports_stand_beside_a_request(story: Story, browse: Browse) -> None:
    request = (await story.session(await worked(story))).permit.request
    titolare, technician = browse(story.world.titolare), browse(story.world.technician)
    assert f"/richieste/{request}/rettifiche" in (await technician.get(f"/richieste/{request}")).text
    await titolare.post(f"/richieste/{request}/rettifica", what="request", text="Server, not PC.")
    await technician.post(f"/richieste/{request}/segnalazione", text="Not needed.")
    page = (await titolare.get(f"/richieste/{request}/rettifiche")).text
    assert "Server, not PC." in page
    assert "Not needed." in page
    assert await wrong_on(titolare.speak("en"), f"/richieste/{request}/rettifiche") == {}


async def test_a_function_that_is_the_role_is_said_once(story: Story, browse: Browse) -> None:
    """Who can come in, on the facts sheet: name, role, what else his function says."""
    world = story.world
    async with story.parts.store.tx(world.house, story.clock.now(), records=False) as tx:
        await tx.mark(update(people).where(people.c.id == world.owner.id).values(function="Responsabile"))
    shown = (await browse(world.titolare).get(f"/protezione/{world.tenant}")).text
    assert "responsabile, Responsabile" not in shown
    assert "Olga Owner, responsabile" in shown
