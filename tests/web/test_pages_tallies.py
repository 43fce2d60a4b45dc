"""The pages of statements and draft invoices: what titolare and owner see, download and enter."""

from __future__ import annotations

from typing import Any

from broker.cases.set_tariff import set_tariff
from broker.cases.type_work import type_work
from tests.stories.telling import Story
from tests.stories.test_work import RATES, draft
from tests.web.test_english import italian_in

Browse = Any
DATA = {
    "vat": "00743110157",
    "street": "Via Roma 1",
    "postal_code": "00184",
    "town": "Roma",
    "regime": "RF01",
}


async def test_u28_drafts_of_a_month_lead_to_their_rows_and_files(story: Story, browse: Browse) -> None:
    """U-28, L-43: each figure leads to the rows that make it; the tariff in force; nobody's name beside hours."""
    world, owner = story.world, browse(story.world.owner)
    await set_tariff(story.parts, world.owner.who, RATES)
    await type_work(story.parts, world.technician.who, world.tenant, draft(story, minutes=31))
    assert "/gestione/fatture" in (await owner.get("/gestione")).text
    page = (await owner.get("/gestione/fatture?mese=2026-11")).text
    rows = f"/clienti/{world.tenant}/rendiconto?dal=2026-11&amp;al=2026-11"
    assert "31,00 €" in page
    assert "37,82 €" in page
    assert "2026/1, dal 01/11/2026" in page
    assert rows in page
    assert "Mancano dati" in page
    for tenant in (world.house, world.tenant):
        assert (await owner.post(f"/clienti/{tenant}/fatturazione", **DATA)).status_code == 303
    page = (await owner.get("/gestione/fatture?mese=2026-11")).text
    file = await owner.get(f"/api/invoices/2026-11/{world.tenant}.xml")
    assert f"/api/invoices/2026-11/{world.tenant}.xml" in page
    assert file.headers["content-disposition"].endswith('.xml"')
    assert (await owner.get("/gestione/fatture?mese=2020-01")).status_code == 422
    shown = (await owner.get(rows.replace("&amp;", "&"))).text
    assert "31,00 €" in shown
    assert world.technician.who.name not in shown
    owner.client.cookies.set("verbale_lang", "en")
    for address in (
        "/gestione/fatture?mese=2026-11",
        rows.replace("&amp;", "&"),
        f"/clienti/{world.house}/fatturazione",
    ):
        assert italian_in((await owner.get(address)).text) == [], address


async def test_a_titolare_fetches_his_own_statement_and_no_draft(story: Story, browse: Browse) -> None:
    world, titolare = story.world, browse(story.world.titolare)
    await set_tariff(story.parts, world.owner.who, RATES)
    await type_work(story.parts, world.technician.who, world.tenant, draft(story, minutes=31))
    assert f"/clienti/{world.tenant}/rendiconto" in (await titolare.get(f"/clienti/{world.tenant}/ore")).text
    shown = (await titolare.get(f"/clienti/{world.tenant}/rendiconto")).text
    assert "provvisorio" in shown
    for form in ("csv", "xlsx"):
        file = await titolare.get(f"/api/tenants/{world.tenant}/statement.{form}")
        assert (file.status_code, file.headers["cache-control"]) == (200, "no-store")
    told = (await titolare.get(f"/api/tenants/{world.tenant}/statement")).json()
    assert (told["cents"], told["months"][0]["lines"][0]["rate_cents_hour"]) == (3100, 6000)
    assert (await titolare.get("/gestione/fatture")).status_code == 403
    stranger = browse(await story.stranger())
    assert (await stranger.get(f"/clienti/{world.tenant}/rendiconto")).status_code == 404


async def test_c29_billing_data_that_are_mistyped_stay_in_the_form(story: Story, browse: Browse) -> None:
    owner, page = browse(story.world.owner), f"/clienti/{story.world.tenant}/fatturazione"
    slip = await owner.post(page, **(DATA | {"postal_code": "00", "legal_name": "Albergo Nuovo S.r.l."}))
    assert slip.status_code == 422
    assert "il CAP" in slip.text
    assert 'value="Albergo Nuovo S.r.l."' in slip.text
    order = await owner.post(f"{page}/contratto", contract="1", cig="Z123456789")
    assert order.status_code == 422
