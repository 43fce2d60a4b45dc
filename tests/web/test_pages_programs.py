"""The vendor's programs on pages: what the owner, a technician and the customer's own people see and press."""

from __future__ import annotations

import re
from typing import Any

from broker.cases.open_incident import Report, report_incident
from broker.jobs import programs as job
from tests.stories.telling import Story
from tests.stories.test_programs import known, published
from tests.web.test_english import italian_in
from tests.web.test_pages_incidents import page_of

Browse = Any


async def product_of(owner: Any) -> str:
    assert (await owner.post("/prodotti", name="Alberghi")).status_code == 303
    return str((await owner.client.get("/api/products")).json()[0]["id"])


def actions(html: str, ends: str) -> list[str]:
    return [one for one in re.findall(r'action="([^"]+)"', html) if one.endswith(ends)]


async def test_s37_u30_the_release_calendar_and_who_is_behind(story: Story, browse: Browse) -> None:
    """U-30: release calendar and clients not updated; S-37: a third half-yearly one asks for its reason."""
    world, owner, tech = story.world, browse(story.world.owner), browse(story.world.technician)
    product = await product_of(owner)
    typed = {"product": product, "components": "program", "half_yearly": "1", "os": "Windows 11 26H2"}
    for version, dated in (("26.1", "2026-03-02"), ("26.2", "2026-09-01")):
        sent = await owner.post("/programmi/versioni", version=version, dated=dated, **typed)
        assert sent.status_code == 303
    third = typed | {"version": "26.3", "dated": "2026-11-20"}
    warned = await owner.post("/programmi/versioni", **third)
    assert warned.status_code == 422
    assert "ha già due aggiornamenti semestrali" in warned.text
    assert 'value="26.3"' in warned.text
    base = f"/programmi/{world.tenant}"
    assert (await tech.post(f"{base}/installata", product=product, version="26.2")).status_code == 303
    assert (await tech.post(f"{base}/installata", product=product, version="")).status_code == 422
    story.clock.advance(minutes=1)
    assert (await owner.post("/programmi/versioni", **third, reason="law")).status_code == 303
    await job.tick(story.parts)
    page = (await owner.get("/programmi")).text
    assert "Tutti alla versione più recente." not in page
    assert "è alla 26.2, c’è la 26.3" in page
    assert "il terzo dell’anno per: cambio di legge" in page
    assert "segue Windows 11 26H2" in page
    assert "Programmi da aggiornare: 1" in (await owner.get("/gestione")).text
    ads = browse(world.ads)
    fetch = actions((await ads.get("/programmi")).text, "/scarico")[0]
    assert (await ads.post(fetch)).status_code == 303
    assert "scaricata dal portale" in (await ads.get("/programmi")).text
    assert "ricevuta, da installare" in (await owner.get("/programmi")).text
    for person, path in ((owner, "/programmi"), (tech, base), (ads, "/programmi")):
        assert italian_in((await person.speak("en").get(path)).text) == []


async def test_u22_a_defect_is_linked_from_the_incidents_page(story: Story, browse: Browse) -> None:
    """U-22, S-38, S-39: remedy and solution side by side; the customer reads his part."""
    world, owner, tech = story.world, browse(story.world.owner), browse(story.world.technician)
    product = await product_of(owner)
    for text in ("Esporta due volte.", "Esporta di nuovo."):
        await report_incident(story.parts, world.ads.who, world.tenant, Report(text, "portal"))
    first, second = page_of(story, "I-2026-0001"), page_of(story, "I-2026-0002")
    new = {"kind": "incoherent_export", "product": product, "text": "Export ripete."}
    assert (await tech.post(f"{first}/criticita", **new)).status_code == 303
    assert (await tech.post(f"{second}/criticita", defect="C-1")).status_code == 303
    assert [len(one.links) for one in (await known(story)).defects.values()] == [2]
    remedied = await tech.post("/programmi/criticita/C-1/rimedio", text="Usare Excel.")
    assert remedied.status_code == 303
    for release, status in (("", 422), (await published(story, product, "26.2"), 303)):
        sent = await tech.post("/programmi/criticita/C-1/soluzione", release=release, text="Corretta.")
        assert sent.status_code == status
    ads = browse(world.ads)
    for page in (
        (await tech.get(first)).text,
        (await ads.get(second)).text,
        (await ads.get("/programmi")).text,
    ):
        assert "Usare Excel." in page
        assert "nella versione 26.2, dal " in page
    assert "/criticita" not in "".join(actions((await ads.get(second)).text, ""))
    assert italian_in((await ads.speak("en").get("/programmi")).text) == []
    assert italian_in((await tech.speak("en").get("/programmi")).text) == []


async def test_s40_s41_s42_a_customisation_on_its_pages(story: Story, browse: Browse) -> None:
    """Fetched, reported on, expired, decided: each on the page of whoever does it (S-40, S-41, S-42)."""
    world, owner, his = story.world, browse(story.world.owner), browse(story.world.titolare)
    product = await product_of(owner)
    made = await published(story, product, "26.2-P1", customer=world.tenant)
    await job.tick(story.parts)
    assert "Ritirare la personalizzazione Alberghi 26.2-P1" in (await his.get("/titolare")).text
    receipt = actions((await owner.get(f"/programmi/{world.tenant}")).text, "/ricevuta")[0]
    proof = {"how": "pec", "received": "2026-11-02T09:00", "reference": "!"}
    assert (await owner.post(receipt, **proof)).status_code == 422
    assert (await owner.post(receipt, **proof | {"received": "ieri"})).status_code == 422
    assert (await his.post(f"/programmi/versioni/{made}/scarico")).status_code == 303
    assert "Collaudare Alberghi 26.2-P1" in (await his.get("/titolare")).text
    page = (await his.get("/programmi")).text
    assert "giorni rimasti: " in page
    report = actions(page, "/malfunzionamento")[0]
    refused = await his.post(report, steps="1. Apra.")
    assert refused.status_code == 422
    assert "1. Apra." in refused.text
    partial = await his.post(report, steps="", actual="Zero.")
    assert partial.status_code == 303
    shown = (await his.get(partial.headers["location"])).text
    assert "segue l’ordine di arrivo: mancano passi per riprodurre" in shown
    whole = {
        "steps": "1. Apra.",
        "expected": "Totale 10.",
        "actual": "Zero.",
        "sample": "1;2",
        "build": "b77",
    }
    sent = await his.post(report, **whole)
    assert "passa davanti alla coda" in (await his.get(sent.headers["location"])).text
    told = (await browse(world.technician).get(sent.headers["location"])).text
    assert "1. Apra." in told
    assert "Collaudo" in told
    late = await published(story, product, "26.1-P1", customer=world.tenant)
    await job.tick(story.parts)
    old = {"how": "pec", "received": "2026-10-20T09:00", "reference": "Prot. 9/2026"}
    sent_late = await owner.post(f"/programmi/{world.tenant}/versioni/{late}/ricevuta", **old)
    assert sent_late.status_code == 303
    await job.tick(story.parts)
    task = (await owner.get("/programmi")).text
    assert "scaduto, da decidere" in task
    assert "Collaudo scaduto" in (await owner.get("/gestione")).text
    decide = actions(task, "/decisione")[0]
    assert (await owner.post(decide, decision="more_time")).status_code == 303
    assert "Altro tempo al cliente" in (await his.get("/programmi")).text
    for person, path in ((owner, "/programmi"), (his, "/programmi"), (his, sent.headers["location"])):
        assert italian_in((await person.speak("en").get(path)).text) == []
