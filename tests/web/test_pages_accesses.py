"""The access log and the register of administrators by their pages: filters, files, appointing, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from audit.verify_export import verify_export
from broker.cases.export_trust import export_trust
from tests.broker.pdf_reading import flat
from tests.broker.test_log_in import log_in
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.web.test_english import wrong_on

Browse = Any


async def test_the_titolare_reads_filters_and_carries_away(story: Story, browse: Browse) -> None:
    await story.running()
    world = story.world
    titolare = browse(world.titolare)
    assert 'href="/accessi"' in (await titolare.get("/titolare")).text
    page = (await titolare.get("/accessi")).text
    assert "Inizio intervento" in page
    assert "Tiziana Tecnica" in page
    assert "tecnico occasionale" in page
    assert "amministratore di sistema" in page  # the ADS
    assert "utente assistenza" in page
    his = (
        await titolare.get(f"/accessi?persona={world.technician.id}&ads=&dal=2026-11-01&al=2026-11-30")
    ).text
    assert "Autorizzazione attivata" in his
    assert "Supervisione presa in carico" not in his
    ads = (await titolare.get("/accessi?ads=si")).text
    assert "Autorizzazione attivata" not in ads
    assert "Supervisione presa in carico" in ads
    assert f"/api/accesses/export.zip?tenant={world.tenant}&amp;administrators=true" in ads
    assert "Nessun accesso" in (await titolare.get("/accessi?al=2020-01-01")).text
    for wrong in ("dal=ieri", "prima=x", "persona=%20x", "al=2026-01-01&dal=2026-02-01"):
        assert (await titolare.get(f"/accessi?{wrong}")).status_code == 422
    file = await titolare.get(f"/api/accesses/export.zip?tenant={world.tenant}&administrators=true")
    trust = await export_trust(story.parts, world.titolare.who)
    assert verify_export(file.content, trust=trust).sound
    table = await titolare.get(f"/api/accesses/export.csv?tenant={world.tenant}")
    assert table.content.startswith(b'\xef\xbb\xbf"Registro";"Voce"')
    plain = await titolare.get(f"/api/accesses/export.csv?tenant={world.tenant}&bom=false")
    assert plain.content.startswith(b'"Registro"')
    listed = (await titolare.get(f"/api/accesses?tenant={world.tenant}&limit=1")).json()
    assert listed["entries"][0]["event"] == "log.read"
    assert listed["before"] == listed["entries"][0]["seq"]
    rows = (await titolare.get("/accessi")).text.split("tbody>")[1]
    assert "registro degli accessi" in rows  # what was read, in words
    assert "accesses" not in rows


async def test_older_accesses_are_a_page_further(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare)
    for _ in range(60):
        await browse(story.world.technician).get(f"/api/accesses?tenant={story.world.tenant}")
        story.clock.advance(minutes=2)
    page = (await titolare.get("/accessi")).text
    older = page.partition('href="/accessi?prima=')[2].partition('"')[0]
    assert older.isdigit()
    assert page.count("<tr>") == 51
    assert "voce" in (await titolare.get(f"/accessi?prima={older}")).text


async def test_u23_the_technician_finds_his_own_entries(story: Story, browse: Browse) -> None:
    """And the page says nothing of anybody else (L-43)."""
    await story.running()
    technician = browse(story.world.technician)
    assert 'href="/accessi/miei"' in (await technician.get("/persone")).text
    house = (await technician.get("/accessi/miei")).text
    assert "I miei accessi" in house
    own = (await technician.get(f"/accessi/miei?cliente={story.world.tenant}")).text
    assert "Autorizzazione attivata" in own
    assert "Aldo Ads" not in own
    assert (await technician.get("/accessi")).status_code == 403
    assert (await technician.get("/accessi/conteggi")).status_code == 403
    file = await technician.get(f"/api/accesses/own.csv?tenant={story.world.tenant}")
    assert "Aldo Ads" not in file.text
    assert "Tiziana Tecnica" in file.text
    mine = (await technician.get(f"/api/accesses/own?tenant={story.world.tenant}&person=p-1")).json()
    assert {one["person"] for one in mine["entries"]} == {story.world.technician.id}


async def test_the_owner_sees_counts(story: Story, browse: Browse) -> None:
    await story.running()
    owner = browse(story.world.owner)
    assert 'href="/accessi/conteggi"' in (await owner.get("/gestione")).text
    page = (await owner.get("/accessi/conteggi")).text
    assert "Albergo Esempio" in page
    assert "Solo il totale" in page
    for n in range(2):
        await newcomer(story.parts, story.world.owner, story.world.house, "technician", f"N{n} Tecnico")
    assert "Solo il totale" not in (await owner.get("/accessi/conteggi")).text
    found = (await owner.get("/api/accesses/counts")).json()
    assert {one["name"] for one in found} == {"Fornitore Alfa", "Albergo Esempio"}
    assert (await owner.get("/accessi")).status_code == 403


async def test_the_titolare_appoints_reads_the_list_and_ends_it(
    story: Story, browse: Browse, tmp_path: Any
) -> None:
    world = story.world
    titolare = browse(world.titolare)
    today = story.clock.now().date()
    fields = {
        "person": world.technician.id, "function": "Sistemista", "area": ["GEST", "BKP"], "host": [world.host.id],
        "first": today.isoformat(), "last": (today + timedelta(days=100)).isoformat(),
        "evaluation": "Dieci anni di servizio.", "evaluated_by": "Rosa Prova", "evaluated": today.isoformat(),
    }  # fmt: skip
    page = (await titolare.get("/amministratori")).text
    assert "Aldo Ads" in page
    assert "dall’elenco firmato" in page
    refused = await titolare.post(f"/amministratori/{world.tenant}", **(fields | {"evaluation": ""}))
    assert refused.status_code == 422
    assert "Manca la valutazione" in refused.text
    assert (
        await titolare.post(f"/amministratori/{world.tenant}", **(fields | {"first": "x"}))
    ).status_code == 422
    done = await titolare.post(f"/amministratori/{world.tenant}", **fields)
    assert done.status_code == 303
    page = (await titolare.get("/amministratori")).text
    assert "Sistemista" in page
    assert "Programma gestionale, Copie di dati diversi dal gestionale" in page
    listed = (await titolare.get(f"/api/administrators?tenant={world.tenant}")).json()
    appointment = next(one["appointment"] for one in listed["administrators"] if one["appointment"])
    letter = tmp_path / "letter.pdf"
    letter.write_bytes((await titolare.get(f"/api/administrators/{world.tenant}/{appointment}.pdf")).content)
    assert "Dieci anni di servizio. (Rosa Prova" in flat(letter)
    listing = tmp_path / "list.pdf"
    listing.write_bytes((await titolare.get(f"/api/administrators/list.pdf?tenant={world.tenant}")).content)
    assert "Tiziana Tecnica" in flat(listing)
    assert (
        "Far finire prima" in (await titolare.get(f"/amministratori/{world.tenant}/{appointment}/fine")).text
    )
    story.clock.advance(days=1)
    await browse(await again(story)).post(f"/amministratori/{world.tenant}/{appointment}/fine")
    story.clock.advance(days=1)
    assert "Sistemista" not in (await browse(await again(story)).get("/amministratori")).text
    assert "Sistemista" in (await browse(await again(story)).get(f"/amministratori?giorno={today}")).text


async def again(story: Story) -> Any:
    """The titolare, logged in anew: a day has passed."""
    entered = await log_in(story.parts, story.world.titolare.login)
    return replace(story.world.titolare, token=entered.token)


async def test_l04_the_notice_shows_what_the_titolare_switched_on(story: Story, browse: Browse) -> None:
    titolare, ads = browse(story.world.titolare), browse(story.world.ads)
    assert "non mostra nulla" in (await titolare.get("/amministratori/avviso")).text
    await titolare.post("/amministratori/avviso", shows="functions")
    assert "Aldo Ads" not in (await ads.get("/amministratori/avviso")).text.partition("<main")[2]
    await titolare.post("/amministratori/avviso", shows="names")
    assert "<b>Aldo Ads</b>" in (await ads.get("/amministratori/avviso")).text
    assert (await titolare.post("/amministratori/avviso", shows="x")).status_code == 422
    assert "L’avviso mostra" not in (await ads.get("/amministratori")).text


async def test_the_owner_keeps_the_list_of_his_staff(story: Story, browse: Browse) -> None:
    owner = browse(story.world.owner)
    page = (await owner.get("/amministratori")).text
    assert "Il nostro personale, oggi" in page
    assert "nessun cliente" in page
    assert 'name="cliente"' in page
    staff = (await owner.get("/api/administrators/staff")).json()
    assert [one["name"] for one in staff] == ["Tiziana Tecnica"]
    assert (await browse(story.world.technician).get("/amministratori")).status_code == 403


async def test_in_english_throughout(story: Story, browse: Browse) -> None:
    await story.running()
    world = story.world
    titolare, owner = browse(world.titolare).speak("en"), browse(world.owner).speak("en")
    technician = browse(world.technician).speak("en")
    await titolare.post("/amministratori/avviso", shows="names")
    assert (
        await wrong_on(
            titolare, "/accessi", "/accessi?al=2020-01-01", "/amministratori", "/amministratori/avviso"
        )
        == {}
    )
    assert (
        await wrong_on(
            titolare, f"/amministratori/{world.tenant}/n-1/fine", "/amministratori?giorno=2020-01-01"
        )
        == {}
    )
    assert await wrong_on(owner, "/accessi/conteggi", "/amministratori") == {}
    assert await wrong_on(technician, f"/accessi/miei?cliente={world.tenant}", "/accessi/miei") == {}
