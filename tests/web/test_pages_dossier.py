"""Fascicolo by its pages: a year verified, documents, a person's request, the end of a contract; in both languages."""

from __future__ import annotations

import re
from typing import Any

from audit.duty_records import LeavingConfirmed, RightAnswered, VerificationClosed
from broker.cases.hold_erasure import place_hold
from tests.stories.telling import Story
from tests.stories.test_erasure import worked
from tests.web.test_english import wrong_on

Browse = Any


async def test_l06_the_titolare_verifies_a_year_by_the_page(story: Story, browse: Browse) -> None:
    """L-06: the sample, a judgement on each item, the minute as a signed PDF."""
    await worked(story)
    titolare, owner = browse(story.world.titolare), browse(story.world.owner)
    here = f"/fascicolo/{story.world.tenant}"
    assert (await titolare.get("/fascicolo")).headers["location"] == here
    today = story.clock.now().date().isoformat()
    wrong = await titolare.post(f"{here}/verifiche", first=today, until="2031-01-01")
    assert wrong.status_code == 422
    assert (await titolare.post(f"{here}/verifiche", first=today, until=today)).status_code == 303
    [name] = re.findall(r"verifiche/(y-[0-9a-f]+)", (await titolare.get(here)).text)
    base = f"{here}/verifiche/{name}"
    page = (await titolare.get(base)).text
    items = re.findall(r'<option value="([^"]+)">(?:n=|s-)', page)
    assert items
    assert await wrong_on(titolare.speak("en"), here, base) == {}
    for item in items:
        page = (await titolare.post(base, item=item, outcome="regular", note="")).text
    assert 'name="conclusion"' in page
    assert (await titolare.post(f"{base}/fine", conclusion="compliant", place="")).status_code == 422
    await titolare.post(f"{base}/fine", conclusion="compliant", place="Trento", remarks="")
    closed = await story.last("verification.closed")
    assert isinstance(closed.record, VerificationClosed)
    minute = await titolare.get(f"{here}/documenti/{closed.refs[0]}.pdf")
    assert minute.content.startswith(b"%PDF-")
    assert (await owner.get(f"{here}/documenti/{closed.refs[0]}.pdf")).status_code == 404
    assert (await owner.get(base)).status_code == 403


async def test_l22_l50_terms_bounds_holds_and_what_went(story: Story, browse: Browse) -> None:
    """L-22, L-50: every class with its term, default, bounds; whose hold, why, and until when."""
    titolare, owner = browse(story.world.titolare), browse(story.world.owner)
    await worked(story)
    review = story.clock.now().date().replace(month=12, day=31)
    await place_hold(
        story.parts, story.world.titolare.who, story.world.tenant, request=None, reason="claim", review=review
    )
    page = (await owner.get(f"/fascicolo/{story.world.tenant}")).text
    for said in (
        "12 mesi",
        "6–24",
        "2 mesi",
        "1–6",
        "pretesa in corso",
        "del titolare",
        "PCI DSS 10.5.1",
        "rispettato",
    ):
        assert said in page
    assert await wrong_on(owner.speak("en"), f"/fascicolo/{story.world.tenant}", "/utenze") == {}
    assert await wrong_on(titolare.speak("en"), f"/fascicolo/{story.world.tenant}", "/utenze") == {}


async def test_l52_documents_are_issued_by_the_page(story: Story, browse: Browse) -> None:
    owner, here = browse(story.world.owner), f"/fascicolo/{story.world.tenant}"
    for kind in ("dpa_annex", "processing_register", "measures", "suppliers_people"):
        assert (await owner.post(f"{here}/documenti", kind=kind)).status_code == 303
        [n] = [leaf.n for leaf in (await story.leaves())[-1:]]
        assert (await owner.get(f"{here}/documenti/{n}.pdf")).content.startswith(b"%PDF-")
    assert (await owner.post(f"{here}/documenti", kind="novel")).status_code == 422


async def test_l27_l28_a_request_is_noted_and_answered(story: Story, browse: Browse) -> None:
    """L-27, L-28: its due day, the extract, the text that names the duty."""
    await worked(story)
    titolare, here = browse(story.world.titolare), f"/fascicolo/{story.world.tenant}"
    today = story.clock.now().date().isoformat()
    form = {"person": "Tiziana Tecnica", "subject": story.world.technician.id, "received": today, "words": ""}
    assert (await titolare.post(f"{here}/diritti", asked="erasure", **form)).status_code == 303
    assert (
        await titolare.post(f"{here}/diritti", asked="erasure", **form | {"person": ""})
    ).status_code == 422
    [name] = set(re.findall(r"diritti/(d-[0-9a-f]+)", (await titolare.get(here)).text))
    page = (await titolare.get(f"{here}/diritti/{name}")).text
    assert "27 novembre 2008, punto 4.5 lettera f" in page
    got = await titolare.get(f"{here}/diritti/{name}/estratto.zip")
    assert got.content.startswith(b"PK")
    assert (await titolare.post(f"{here}/diritti/{name}/proroga", reason="")).status_code == 422
    await titolare.post(f"{here}/diritti/{name}/proroga", reason="Molte richieste.")
    assert (
        await titolare.post(f"{here}/diritti/{name}/risposta", outcome="refused", text="")
    ).status_code == 422
    await titolare.post(f"{here}/diritti/{name}/risposta", outcome="in_part", text="In parte.")
    answered = (await story.last("right.answered")).record
    assert isinstance(answered, RightAnswered)
    assert answered.outcome == "in_part"


async def test_l35_two_people_and_a_stop_button(story: Story, browse: Browse) -> None:
    owner, titolare = browse(story.world.owner), browse(story.world.titolare)
    here = f"/fascicolo/{story.world.tenant}"
    await owner.post(f"{here}/uscita/avvia")
    assert "uscita/conferma" not in (await owner.get(here)).text
    assert "uscita/conferma" in (await titolare.get(here)).text
    await titolare.post(f"{here}/uscita/conferma")
    assert isinstance((await story.last("leaving.confirmed")).record, LeavingConfirmed)
    assert "si può fermare fino al" in (await owner.get(here)).text
    assert await wrong_on(owner.speak("en"), here) == {}
    await owner.post(f"{here}/uscita/ferma")
    assert await story.kinds("leaving.stopped") == ["leaving.stopped"]
    assert (await owner.post(f"{here}/uscita/altro")).status_code == 404


async def test_l72_the_owner_reviews_accounts_by_the_page(story: Story, browse: Browse) -> None:
    owner = browse(story.world.owner)
    page = (await owner.get("/utenze")).text
    kept = re.findall(r'name="kept" value="([^"]+)"', page)
    assert len(kept) > 1
    assert (await owner.post("/utenze", kept=kept[0])).status_code == 409
    assert (
        await owner.client.post("/utenze", data={"kept": kept}, headers={"origin": owner.origin})
    ).status_code == 303
    assert "Riesaminate il" in (await owner.get("/utenze")).text
