"""The pages of resellers: the vendor's owner makes one, and the reseller serves his customers from his own."""

from __future__ import annotations

import re
from typing import Any

from tests.stories.telling import Story
from tests.stories.test_resellers import Resale
from tests.web.test_english import italian_in

Browse = Any


async def test_s48_u26_hours_by_reseller_and_program_drill_to_the_one(story: Story, browse: Browse) -> None:
    """U-26: free until a date, then billed; the sums are those of the rows."""
    r = await Resale.begin(story)
    await r.typed(r.firm, r.old, 65)
    await r.typed(r.firm, r.new, 20)
    owner = browse(story.world.owner)
    page = (await owner.get("/rivenditori")).text
    assert f'href="/rivenditori/{r.firm}"' in page
    for said in (
        "59,58 €",
        "1:05",
        "0:20",
        "1:25",
        "gratuito fino al 10/11/2026, ultimo giorno",
        "tariffa R 2026",
    ):
        assert said in page, said
    one = (await owner.get(f"/rivenditori/{r.firm}")).text
    assert "R 2026, tutti i programmi, dal 01/11/2026: assistenza 55,00 €" in one
    assert 'href="/rivenditori"' in (await owner.get("/gestione")).text
    owner.client.cookies.set("verbale_lang", "en")
    for address in ("/rivenditori", f"/rivenditori/{r.firm}"):
        assert italian_in((await owner.get(address)).text) == []


async def test_s47_the_owner_enters_what_a_resale_contract_says(story: Story, browse: Browse) -> None:
    r = await Resale.begin(story)
    owner, page = browse(story.world.owner), f"/rivenditori/{r.firm}"
    rate = {
        "product": r.old.id,
        "version": "R 2027",
        "first": "2026-12-01",
        "assistance": "60,50",
        "training": "50",
    }
    assert (await owner.post(f"{page}/tariffa", **rate)).status_code == 303
    again = await owner.post(f"{page}/tariffa", **rate)
    assert (again.status_code, 'value="R 2027"' in again.text) == (409, True)
    slip = await owner.post(f"{page}/attivazione", product=r.old.id, first="2026-11-01")
    assert slip.status_code == 409
    assert (await owner.post(f"{page}/autonomo/{r.old.id}")).status_code == 409
    ends = {"customer": story.world.tenant, "product": r.old.id, "ends": "yes"}
    assert (await owner.post(f"{page}/cliente", **ends)).status_code == 303
    assert (await story.last("customer.resold")).record.reseller is None
    assert (await owner.post(f"{page}/altro")).status_code == 404


async def test_s49_a_year_two_request_shows_the_cost_and_needs_a_yes(story: Story, browse: Browse) -> None:
    r = await Resale.begin(story)
    beta = browse(r.beta)
    form = (await beta.get("/incidenti")).text
    for said in ("Avete già tentato?", "Gestionale: 55,00 € l’ora", 'name="accepted"', 'href="/rivendita"'):
        assert said in form, said
    typed = {"incident_text": "Non stampa.", "product": r.old.id, "severity": "", "tried": "Riavviato."}
    no = await beta.post("/incidenti", **typed)
    assert no.status_code == 422
    assert "Confermi l’addebito" in no.text
    assert "Riavviato." in no.text
    assert (await beta.post("/incidenti", **typed, accepted="yes")).status_code == 303
    plain = (await browse(story.world.titolare).get("/incidenti")).text
    assert "Avete già tentato?" not in plain  # who is no reseller is asked nothing


async def test_s49_he_passes_an_incident_on_from_his_page_and_the_technician_reads_what_he_tried(
    story: Story, browse: Browse
) -> None:
    r = await Resale.begin(story)
    incident = await r.report(r.old)
    where = f"/incidenti/{story.world.tenant}/{incident}"
    titolare, technician, beta = browse(story.world.titolare), browse(story.world.technician), browse(r.beta)
    assert "Se ne occupa prima Rivenditore Beta." in (await titolare.get(where)).text
    assert "Subentra" in (await technician.get(where)).text
    assert "Dal rivenditore" in (await technician.get("/coda")).text
    mine = (await beta.get("/rivendita")).text
    assert re.search(r"So che le ore del fornitore si addebitano a noi\.\s*Gestionale: 55,00 € l’ora", mine)
    assert (await beta.get(where)).status_code == 404  # the incident itself is its customer's
    base = f"/rivendita/{story.world.tenant}/{incident}"
    slip = await beta.post(f"{base}/passa", tried="Riavviato il servizio.")
    assert (slip.status_code, "Riavviato il servizio." in slip.text) == (409, True)
    assert (
        await beta.post(f"{base}/passa", tried="Riavviato il servizio.", accepted="yes")
    ).status_code == 303
    assert "Riavviato il servizio." in (await technician.get(where)).text
    beta.client.cookies.set("verbale_lang", "en")
    assert italian_in((await beta.get("/rivendita")).text) == []


async def test_s49_help_is_asked_for_a_customer_and_taken_over_with_a_reason(
    story: Story, browse: Browse
) -> None:
    r = await Resale.begin(story)
    beta, technician = browse(r.beta), browse(story.world.technician)
    sent = {"for": f"{story.world.tenant} {r.new.id}", "text": "Un dubbio sulle presenze."}
    assert (await beta.post("/rivendita", **sent)).status_code == 303
    assert (await story.last("incident.passed")).record.how == "reported"
    incident = await r.report(r.old)
    base = f"/incidenti/{story.world.tenant}/{incident}/subentra"
    assert (await technician.post(base)).status_code == 422
    assert (await technician.post(base, reason="urgent")).status_code == 303
    assert (await story.last("incident.passed")).record.reason == "urgent"
