"""The catalogue of the vendor's programs, and what a contract covers of it (S-02)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from audit.incident_records import IncidentOpened, ProductDropped, ProductListed
from broker.cases.list_products import MAX_NAME
from tests.stories.telling import Story
from tests.web.test_english import italian_in
from tests.web.test_pages_incidents import page_of

Browse = Any
DAYS = {"first": "2026-01-01", "last": "2026-12-31", "prepaid": "yes", "paid": "2026-01-07", "plan": "basic"}


async def test_s02_what_is_outside_the_contract_says_so_before_it_is_sent(
    story: Story, browse: Browse
) -> None:
    """S-02: a request names a product or "altro"; outside the contract shows "Fuori contratto"."""
    world, owner, ads = story.world, browse(story.world.owner), browse(story.world.ads)
    assert 'name="product"' not in (await ads.get("/incidenti")).text
    for name in ("Gestionale 8", "Presenze"):
        assert (await owner.post("/prodotti", name=name)).status_code == 303
    catalogue = (await ads.client.get("/api/products")).json()
    ids = {one["name"]: one["id"] for one in catalogue}
    terms = DAYS | {"some_products": "yes", "product": ids["Gestionale 8"]}
    assert (await owner.post(f"/clienti/{world.tenant}/contratto", **terms)).status_code == 303
    assert "Gestionale 8" in (await ads.get(f"/clienti/{world.tenant}/contratto")).text
    form = (await ads.get("/incidenti")).text
    labels = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', form[form.index('id="product"') :])
    assert labels[:4] == [
        ("", "Non so"), (ids["Gestionale 8"], "Gestionale 8"), (ids["Presenze"], "Presenze · Fuori contratto"),
        ("other", "Altro · Fuori contratto"),
    ]  # fmt: skip
    for product in (ids["Gestionale 8"], ids["Presenze"], "other"):
        sent = await ads.post("/incidenti", incident_text="Non parte.", product=product)
        assert sent.status_code == 303
    shown = [(await browse(world.technician).get(page_of(story, f"I-2026-000{n}"))).text for n in (1, 2, 3)]
    shown = [one[one.index('class="desk-detail"') :] for one in shown]  # beside it stands the queue
    assert ["Fuori contratto" in one for one in shown] == [False, True, True]
    assert "Altro programma" in shown[2]
    found = [leaf.record.product for leaf in await story.leaves() if isinstance(leaf.record, IncidentOpened)]
    assert found == [ids["Gestionale 8"], ids["Presenze"], "other"]
    wrong = await ads.post("/incidenti", incident_text="Non parte.", product="g-nessuno")
    assert wrong.status_code == 422
    assert "il prodotto" in wrong.text
    assert await story.findings() == []


async def test_the_owner_keeps_the_catalogue(story: Story, browse: Browse) -> None:
    world, owner = story.world, browse(story.world.owner)
    assert "/prodotti" in (await owner.get("/gestione")).text
    assert (await owner.post("/prodotti", name="Gestionale")).status_code == 303
    for name in ("", "Gestionale", "x" * (MAX_NAME + 1), "a\x07b"):
        assert (await owner.post("/prodotti", name=name)).status_code == 422
    page = (await owner.get("/prodotti")).text
    drop = re.search(r'action="(/prodotti/[^"]+/togli)"', page)[1]  # type: ignore[index]
    assert (await owner.post(drop)).status_code == 303
    assert (await owner.post(drop)).status_code == 404
    assert (await owner.post("/prodotti", name="Gestionale")).status_code == 303
    assert italian_in((await owner.speak("en").get("/prodotti")).text) == []
    kept = [
        one for one in await world.records(world.house) if isinstance(one, ProductListed | ProductDropped)
    ]
    assert [type(one) for one in kept] == [ProductListed, ProductDropped, ProductListed]
    unknown = {
        "plan": None,
        "first": str(date(2026, 1, 1)),
        "last": str(date(2026, 12, 31)),
        "products": ["g-nessuno"],
    }
    answer = await owner.client.post(
        f"/api/tenants/{world.tenant}/contracts", json=unknown, headers={"origin": owner.origin}
    )
    assert answer.status_code == 422
