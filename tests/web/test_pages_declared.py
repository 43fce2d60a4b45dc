"""S-43 on the pages: a host without an agent is asked for, allowed and declared in words that promise nothing more."""

from __future__ import annotations

from typing import Any

from tests.stories.telling import Story
from tests.stories.test_declared import LAB, allowed, asked, declare, lab, rules

Browse = Any
NOT_ATTESTED = "Dichiarata dal tecnico, non attestata"


async def test_s43_the_form_asks_for_the_licensed_tool_alone(story: Story, browse: Browse) -> None:
    await rules(story)
    technician, host = browse(story.world.technician), await lab(story)
    blank = (await technician.get("/richieste/nuova")).text
    assert "LABORATORIO-07 (senza agente: non attestata, solo teleassistenza)" in blank
    hours = {"not_before": "", "not_after": ""}
    for line in blank.split("<input ")[1:]:
        for name in hours:
            if f'name="{name}"' in line:
                hours[name] = line.split('value="')[1].split('"')[0]
    form = {"title": "Ferma", "reason": "Guardo", "channel": ["terminal"], "host": host, "longest_s": "3600"}
    preview = (await technician.post("/richieste/anteprima", **form, **hours, activity="GEST")).text
    assert NOT_ATTESTED.lower() in preview.lower()
    answer = await technician.post("/richieste", **form, **hours, activity="GEST")
    assert answer.status_code == 303
    page = (await technician.get(answer.headers["location"])).text
    assert NOT_ATTESTED in page
    assert "Utente" not in page.split("Chi fa che cosa")[1].split("</section>")[0]


async def test_s43_the_approver_reads_it_before_he_signs(story: Story, browse: Browse) -> None:
    await rules(story)
    request = (await asked(story)).request
    ads = browse(story.world.ads)
    page = (await ads.get(f"/richieste/{request}/approva")).text
    assert NOT_ATTESTED in page
    assert "Nessuno può guardare" in page
    for promise in (
        "Alla scadenza la macchina chiude",
        "poi si chiude da sola",
        "Guardo io",
        "Continuare dopo",
    ):
        assert promise not in page


async def test_s43_start_end_and_outcome(story: Story, browse: Browse) -> None:
    request, session = await allowed(story)
    technician, ads = browse(story.world.technician), browse(story.world.ads)
    page = (await technician.get(f"/richieste/{request}")).text
    assert f"/api/declared/{session}/began/begin" in page
    assert "Dichiaro che inizio" in page
    await declare(story, session, "began")
    running = (await technician.get(f"/richieste/{request}")).text
    assert f"/api/declared/{session}/ended/begin" in running
    inbox = (await ads.get("/richieste")).text
    assert NOT_ATTESTED in inbox
    assert "/diretta" not in inbox.split("LABORATORIO-07")[0].rsplit("href=", 1)[1]
    assert "In corso, dice il tecnico" in (await ads.get("/sessioni")).text
    story.clock.advance(minutes=9)
    await declare(story, session, "ended")
    form = (await technician.get(f"/richieste/{request}/esito")).text
    assert NOT_ATTESTED in form
    assert (await technician.post(f"/richieste/{request}/esito", outcome="solved")).status_code == 422
    done = await technician.post(
        f"/richieste/{request}/esito", outcome="solved", activity="GEST", note="Cavo."
    )
    assert done.status_code == 303
    over = (await technician.get(f"/richieste/{request}")).text
    assert "Finita, dice il tecnico" in over
    assert "Inizio dichiarato dal tecnico, non attestato" in over


async def test_s43_a_revocation_promises_no_stop(story: Story, browse: Browse) -> None:
    request, session = await allowed(story)
    await declare(story, session, "began")
    ads = browse(story.world.ads)
    page = (await ads.get(f"/richieste/{request}/revoca")).text
    assert "chiude anche una sessione già aperta" not in page
    assert "lo chiami" in page
    await ads.post(f"/richieste/{request}/revoca")
    assert "chiami il tecnico" in (await ads.get(f"/richieste/{request}")).text


async def test_s43_the_list_of_hosts_and_its_page(story: Story, browse: Browse) -> None:
    await rules(story)
    titolare, host = browse(story.world.titolare), await lab(story)
    assert "senza agente" in (await titolare.get("/postazioni")).text
    page = (await titolare.get(f"/postazioni/{host}")).text
    assert NOT_ATTESTED in page
    assert "verbale-agent" not in page
    assert "Windows 7" in page


async def test_s43_the_rules_form_names_them(story: Story, browse: Browse) -> None:
    await rules(story)
    titolare = browse(story.world.titolare)
    page = (await titolare.get("/regole")).text
    assert f"{LAB.label} | {LAB.place} | {LAB.os} | {LAB.tool}" in page
