"""The pages of work and hours: typed in Italian and English, hours that tie with the rows, tariffs of the owner."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broker.cases.stop import stop
from tests.stories.telling import Story
from tests.web.test_english import italian_in
from tests.web.test_pages_owner import come_in_again

Browse = Any
RATES = {
    "version": "2026/1",
    "first": "2026-11-01",
    "assistance": "60",
    "training": "48,50",
    "vat_percent": "22",
}


def typed(story: Story, lasted: int = 20, **more: str) -> dict[str, str]:
    began = (story.clock.now() - timedelta(minutes=lasted)).astimezone(ZoneInfo("Europe/Rome"))
    return {
        "day": began.date().isoformat(), "time": f"{began:%H:%M:%S}", "minutes": str(lasted), "asker": "staff",
        "means": "mail", "description": "Come si stampa il listino.", "activity": "GEST",
    } | more  # fmt: skip


async def test_u21_the_close_is_one_form_and_what_was_typed_stays(story: Story, browse: Browse) -> None:
    """U-21: codes, note and what a code asks for on one page; a slip says what lacks and keeps the rest."""
    technician = browse(story.world.technician)
    session = await story.running()
    page = f"/sessioni/{session}/chiudi"
    form = (await technician.get(page)).text
    assert 'value="GEST" checked' in form
    assert 'value="GEST/FOR"' in form
    slip = await technician.post(page, outcome="solved", activity="GEST/FOR", note="Fatto.", topic="Stampe")
    assert slip.status_code == 422
    assert "chi ha partecipato" in slip.text
    assert 'value="Stampe"' in slip.text
    sent = await technician.post(
        page, outcome="solved", activity="GEST/FOR", note="Fatto.", topic="Stampe", people="Anna Prova"
    )
    assert sent.status_code == 303
    assert (await story.last("session.closed")).record.activities == ("GEST/FOR",)
    assert (await story.last("training.given")).record.participants == 1


async def test_s45_work_is_typed_seen_by_its_technician_and_taken_back(story: Story, browse: Browse) -> None:
    technician, page = browse(story.world.technician), f"/clienti/{story.world.tenant}/lavori"
    assert "Nessun lavoro scritto" in (await technician.get(page)).text
    for more, said in (
        ({"activity": "RST"}, "dove si è ripristinato"), ({"minutes": "tanti"}, "i minuti"), ({"day": "ieri"}, "inizio"),
        ({"description": ""}, "che cosa è stato fatto"), ({"day": "2026-11-01"}, "nel giorno in cui finisce"),
    ):  # fmt: skip
        slip = await technician.post(page, **typed(story, **more))
        assert slip.status_code in (409, 422), more
        assert said in slip.text, more
        assert "Come si stampa" in slip.text or more == {"description": ""}
    assert (await technician.post(page, **typed(story))).status_code == 303
    shown = (await technician.get(page)).text
    back = re.search(r'action="([^"]+/ritira)"', shown)[1]  # type: ignore[index]
    assert "Come si stampa il listino." in shown
    assert (await technician.post(back)).status_code == 303
    assert "Nessun lavoro scritto" in (await technician.get(page)).text


async def test_u26_the_owner_sees_hours_that_drill_down_to_their_rows(story: Story, browse: Browse) -> None:
    """U-26, L-43: figures of contracts, each leading to its rows; nobody's name stands beside hours."""
    world, owner = story.world, browse(story.world.owner)
    assert "/ore" in (await owner.get("/gestione")).text
    assert (await owner.post("/ore/tariffario", **RATES)).status_code == 303
    assert (await owner.post("/ore/tariffario", **RATES)).status_code == 409
    for wrong in ({"assistance": "60.50"}, {"vat_percent": "x"}, {"first": "oggi"}, {"version": "autunno"}):
        assert (await owner.post("/ore/tariffario", **(RATES | wrong))).status_code == 422
    own = RATES | {"version": "P-1", "first": "01/12/2026", "until": "2026-12-31", "tenant": world.tenant}
    assert (await owner.post("/ore/tariffario", **own)).status_code == 303
    later = {"first": "01/12/2026", "last": "30/11/2027", "plan": "basic"}
    assert (await owner.post(f"/clienti/{world.tenant}/contratto", **later)).status_code == 303
    waiting = (await owner.get("/ore")).text
    assert "contratto dal 01/12/2026" in waiting
    assert "senza limite" not in waiting
    contract = {
        "first": "2026-01-01",
        "last": "2026-12-31",
        "prepaid": "yes",
        "plan": "basic",
        "included": "10",
        "step": "15",
    }
    assert (await owner.post(f"/clienti/{world.tenant}/contratto", **contract)).status_code == 303
    session = await story.running()
    story.clock.advance(minutes=17)
    await stop(story.parts, world.ads.who, session)
    await story.agent.obey()
    mine, works = browse(world.technician), f"/clienti/{world.tenant}/lavori"
    over = await mine.post(works, **typed(story, product="other"))
    assert over.status_code == 409
    assert f"In quel tempo era in corso la sua sessione {session}" in over.text
    assert "Come si stampa il listino." in over.text
    story.clock.advance(minutes=20)
    assert (await mine.post(works, **typed(story, product="other"))).status_code == 303
    page = (await owner.get("/ore")).text
    assert f"/clienti/{world.tenant}/ore" in page
    assert "in attesa di pagamento" in page
    assert "9:30" in page  # ten hours without the half hour that seventeen minutes count as
    hours = (await owner.get(f"/clienti/{world.tenant}/ore")).text
    assert f"/sessioni/{session}" in hours
    assert "Come si stampa il listino." in hours
    assert "30,00 €" in hours
    assert "Tiziana" not in hours.replace("Come si stampa", "")
    assert "Interventi senza codici di attività: 1." in hours


async def test_the_titolare_sees_his_own_hours_and_what_they_cost(story: Story, browse: Browse) -> None:
    world = story.world
    titolare = browse(world.titolare)
    path = f"/clienti/{world.tenant}/ore"
    assert path in (await titolare.get("/titolare")).text
    shown = (await titolare.get(path)).text
    assert "Nessun tariffario" in shown
    assert "Nessuna formazione da un anno" not in shown, "a customer of some days"
    story.clock.advance(days=367)
    late = browse(await come_in_again(story, "titolare"))
    assert "Nessuna formazione da un anno" in (await late.get(path)).text
    titolare = late
    assert (await titolare.get(f"{path}?mese=2025-01")).status_code == 422


async def test_in_english_these_pages_are_english(story: Story, browse: Browse) -> None:
    world = story.world
    owner, technician = browse(world.owner), browse(world.technician)
    assert (await owner.post("/ore/tariffario", **RATES)).status_code == 303
    assert (await technician.post(f"/clienti/{world.tenant}/lavori", **typed(story))).status_code == 303
    session = await story.running()
    for person, path in (
        (owner, "/ore"), (owner, f"/clienti/{world.tenant}/ore"), (technician, f"/clienti/{world.tenant}/lavori"),
        (technician, f"/sessioni/{session}/chiudi"), (browse(world.titolare), f"/clienti/{world.tenant}/ore"),
    ):  # fmt: skip
        person.client.cookies.set("verbale_lang", "en")
        text = (await person.get(path)).text.replace("Come si stampa il listino.", "")
        assert italian_in(text) == [], path


async def test_s26_the_owner_changes_the_office_applications(story: Story, browse: Browse) -> None:
    owner = browse(story.world.owner)
    assert (await owner.post("/ore/office", apps="")).status_code == 422
    assert (await owner.post("/ore/office", apps="Word\nTeams")).status_code == 303
    shown = (await browse(story.world.technician).get(f"/clienti/{story.world.tenant}/lavori")).text
    assert 'value="Teams"' in shown
    assert 'value="Outlook"' not in shown
