"""Adempimenti by their pages: seen by everybody whom they concern, filled in by owner and titolare."""

from __future__ import annotations

from typing import Any

from audit.person_records import AccessDenied
from broker.cases.open_tenant import open_tenant
from broker.cases.subprocessors import announce_subprocessor, list_subprocessor
from broker.store import duties
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.stories.test_duties import block_now, unfiled
from tests.web.test_english import wrong_on

Browse = Any
PAPER = {"reference": "Prot. 12/2026", "dated": "2026-11-02"}
ROWS = ("authorise", "supervise", "train", "credentials")


async def test_the_owner_files_what_lacks(story: Story, browse: Browse) -> None:
    world, owner = story.world, browse(story.world.owner)
    here = f"/adempimenti/{world.tenant}"
    await unfiled(story, "dpa")
    await unfiled(story, "training")
    listed = (await owner.get("/adempimenti")).text
    assert "Blocca dal" in listed
    assert "Manca la formazione del tecnico" in listed
    page = (await owner.get(here)).text
    assert "Manca l’accordo sul trattamento dei dati" in page
    assert "90 giorni dall’arrivo del cliente" in page
    wrong = await owner.post(f"{here}/accordo", **PAPER | {"reference": "Accordo", "file": ""})
    assert wrong.status_code == 422
    assert 'value="Accordo"' in wrong.text
    assert (await owner.post(f"{here}/accordo", **PAPER)).status_code == 303
    filed = {"kind": "training", "person": world.technician.id}
    assert (await owner.post("/adempimenti/tecnici", **PAPER, **filed)).status_code == 303
    page = (await owner.get(here)).text
    assert "Non manca nulla." in page
    assert "Prot. 12/2026, del 02/11/2026" in page
    assert "riservatezza e formazione agli atti: 1 di 1" in page
    async with story.parts.store.read() as work:
        [paper] = (await duties.register(work, world.tenant)).filed
        mine = (await duties.register(work, world.house)).filed
    assert (await owner.post(f"{here}/documenti/{paper.id}/togli")).status_code == 303
    assert (await owner.post(f"/adempimenti/tecnici/documenti/{mine[0].id}/togli")).status_code == 303
    slip = await owner.post("/adempimenti/tecnici", **PAPER | {"dated": "x"}, **filed)
    assert slip.status_code == 422


async def test_s24_the_category_and_its_badge(story: Story, browse: Browse) -> None:
    owner, here = browse(story.world.owner), f"/adempimenti/{story.world.tenant}"
    assert "Categoria 2" in (await owner.get(here)).text
    wrong = await owner.post(f"{here}/categoria", category="1", kind="appointment")
    assert wrong.status_code == 422
    assert "Manca la nomina" in wrong.text
    form = {"category": "1", "kind": "appointment", **PAPER}
    assert (await owner.post(f"{here}/categoria", **form)).status_code == 303
    page = (await owner.get(here)).text
    assert "Categoria 1" in page
    assert "Nomina ad amministratore di sistema: Prot. 12/2026, 02/11/2026" in page
    assert "In categoria 1 non serve" in page
    later = await owner.post(f"{here}/categoria", category="2", since="2027-01-01")
    assert later.status_code == 303
    bad = await owner.post(f"{here}/categoria", category="2", since="mai")
    assert bad.status_code == 422


async def test_s28_the_titolare_lays_down_the_matrix_and_it_is_shown_with_a_request(
    story: Story, browse: Browse
) -> None:
    world, titolare = story.world, browse(story.world.titolare)
    page = (await titolare.get("/adempimenti")).text
    assert 'action="/adempimenti/matrice"' in page
    half = {"authorise": [world.titolare.id]}
    assert (await titolare.post("/adempimenti/matrice", **half)).status_code == 422
    rows = {row: [world.ads.id] for row in ROWS} | {"train": [world.house]}
    assert (await titolare.post("/adempimenti/matrice", **rows)).status_code == 303
    page = (await browse(world.ads).get("/adempimenti")).text
    assert "<dt>Chi forma gli utenti</dt><dd>Fornitore Alfa</dd>" in page
    assert "/adempimenti/matrice" not in page
    receipt = await story.ask()
    for reader in (world.titolare, world.technician):
        address = "approva" if reader is world.titolare else ""
        shown = (await browse(reader).get(f"/richieste/{receipt.request}/{address}".rstrip("/"))).text
        assert "Chi forma gli utenti" in shown


async def test_what_lacks_is_shown_to_the_approver_and_named_to_the_technician(
    story: Story, browse: Browse
) -> None:
    world = story.world
    receipt = await story.ask()
    await unfiled(story, "dpa")
    page = (await browse(world.ads).get(f"/richieste/{receipt.request}/approva")).text
    assert "Manca l’accordo sul trattamento dei dati" in page
    assert "si segnala e va nel rapporto" in page
    mine = (await browse(world.technician).get(f"/richieste/{receipt.request}")).text
    assert "manca l’accordo sul trattamento: blocca dal" in mine
    assert '<span class="badge">Categoria 2</span>' in mine
    await story.approve(receipt.request)
    await story.supervise(receipt.request)
    await block_now(story)
    mine = (await browse(world.technician).get(f"/richieste/{receipt.request}")).text
    assert "<b>l’accordo sul trattamento</b>" in mine
    assert "manca l’accordo sul trattamento</span>" in mine
    assert f'href="/adempimenti/{world.tenant}"' in mine


async def test_a_session_that_began_while_papers_lacked_is_told_on_both_pages(
    story: Story, browse: Browse
) -> None:
    await unfiled(story, "dpa")
    session = await story.running()
    request = (await story.session(session)).permit.request
    mine = (await browse(story.world.technician).get(f"/richieste/{request}")).text
    month = (await browse(story.world.titolare).get("/titolare")).text
    for page in (mine, month):
        assert "Aperta con adempimenti mancanti" in page
        assert "l’accordo sul trattamento" in page


async def test_l32_a_sub_processor_from_the_list_to_the_titolares_answer(
    story: Story, browse: Browse
) -> None:
    world = story.world
    owner, titolare = browse(world.owner), browse(world.titolare)
    assert (
        await owner.post("/adempimenti/aziende", name="Nord Assistenza", place="Italia")
    ).status_code == 303
    again = await owner.post("/adempimenti/aziende", name="Nord Assistenza", place="Italia")
    assert again.status_code == 422
    company = (await owner.get(f"/adempimenti/{world.tenant}")).text.partition('<option value="c-')[2][:8]
    here = f"/adempimenti/{world.tenant}/sub-responsabili"
    form = {"company": f"c-{company}", "authorisation": "specific", "days": "30"}
    assert (await owner.post(here, **form | {"days": "3"})).status_code == 422
    assert (await owner.post(here, **form)).status_code == 303
    moved = await owner.post(f"/adempimenti/tecnici/{world.technician.id}/datore", company=f"c-{company}")
    assert moved.status_code == 303
    assert "Lavora per Nord Assistenza" in (await owner.get("/adempimenti")).text
    page = (await titolare.get("/adempimenti")).text
    assert "In attesa" in page
    answers = f"/adempimenti/sub-responsabili/c-{company}"
    assert (await titolare.post(f"{answers}/agreed")).status_code == 303
    page = (await titolare.get("/adempimenti")).text
    assert "Ammesso" in page
    assert f"{answers}/agreed" not in page
    assert (await titolare.post(f"{answers}/objected")).status_code == 303
    assert "Opposizione" in (await titolare.get("/adempimenti")).text
    assert (await titolare.post(f"{answers}/maybe")).status_code == 404
    form["authorisation"] = "general"
    assert (await owner.post(here, **form)).status_code == 303
    assert "preavviso fino al" in (await titolare.get("/adempimenti")).text


async def test_what_somebody_has_still_to_do_stands_where_he_begins(story: Story, browse: Browse) -> None:
    world, owner = story.world, story.world.owner.who
    await unfiled(story, "dpa")
    await unfiled(story, "training")
    page = (await browse(world.owner).get("/gestione")).text
    assert "Albergo Esempio: manca l’accordo sul trattamento" in page
    assert "Tiziana Tecnica: manca la formazione del tecnico" in page
    other = await open_tenant(story.parts, owner, name="Nuovo Cliente", details={})
    tito = await newcomer(story.parts, world.owner, other.id, "titolare", "Tito Nuovo")
    company = await list_subprocessor(story.parts, owner, "Nord", "IT")
    await announce_subprocessor(story.parts, owner, other.id, company.id, general=True)
    month = (await browse(tito).get("/titolare")).text
    assert "Dire chi deve fare che cosa" in month
    assert "vuole che persone di Nord lavorino anche da lei." in month
    assert "Dire chi deve fare" not in (await browse(world.titolare).get("/titolare")).text
    assert await wrong_on(browse(world.owner).speak("en"), "/gestione") == {}


async def test_the_titolare_chooses_the_day(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare)
    assert (await titolare.post("/adempimenti/giorno", block="mai")).status_code == 422
    assert (await titolare.post("/adempimenti/giorno", block="2027-01-15")).status_code == 303
    page = (await titolare.get("/adempimenti")).text
    assert "Fino al 15/01/2027 ciò che manca si segnala soltanto (stabilito dal titolare)." in page
    await block_now(story)
    assert "ciò che manca blocca." in (await titolare.get("/adempimenti")).text


async def test_in_english_it_is_english_and_a_technician_sees_it(story: Story, browse: Browse) -> None:
    world = story.world
    await unfiled(story, "dpa")
    await unfiled(story, "confidentiality")
    here = f"/adempimenti/{world.tenant}"
    for one in (world.owner, world.titolare, world.ads, world.technician):
        assert await wrong_on(browse(one).speak("en"), "/adempimenti", here) == {}
    assert "/adempimenti/tecnici" not in (await browse(world.technician).get("/adempimenti")).text


async def test_another_customers_are_not_there(story: Story, browse: Browse) -> None:
    stranger = browse(await story.stranger())
    here = f"/adempimenti/{story.world.tenant}"
    assert (await stranger.get(here)).status_code == 404
    assert (await stranger.post(f"{here}/accordo", **PAPER)).status_code == 404
    denied = [leaf for leaf in await story.leaves() if isinstance(leaf.record, AccessDenied)]
    assert denied == []
