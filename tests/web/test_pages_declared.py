"""S-43 on the pages: a host without an agent is asked for, allowed and declared in words that promise nothing more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from broker.api.refusals import sentences
from broker.cases.revoke_host import revoke_host
from broker.domain.refusal import Refused
from broker.store import incidents
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


async def test_s43_a_tool_that_is_not_listed_is_named(story: Story) -> None:
    """The refusal says which field, and what is to stand in it."""
    with pytest.raises(Refused) as no:
        await rules(story, bare_hosts=(replace(LAB, tool="altro"),))
    italian, english = sentences(no.value)
    assert "il nome breve di uno di quelli elencati sopra" in italian
    assert "the short name of one of those listed above" in english


async def test_s43_the_access_list_says_declared(story: Story, browse: Browse) -> None:
    _, session = await allowed(story)
    await declare(story, session, "began")
    story.clock.advance(minutes=9)
    await declare(story, session, "ended")
    page = (await browse(story.world.titolare).get("/accessi")).text
    assert "Inizio dichiarato dal tecnico, non attestato" in page
    assert "Dichiarato, non attestato" in page
    assert LAB.label in page


async def test_s43_an_incident_says_that_its_session_was_declared(story: Story, browse: Browse) -> None:
    """S-43: its first answer and its state are what the technician declared, and no session that an agent attests."""
    _, session = await allowed(story)
    async with story.parts.store.read() as work:
        (line,) = await incidents.of_tenant(work, story.world.tenant, 9)
    technician, page = browse(story.world.technician), f"/incidenti/{story.world.tenant}/{line.known.id}"
    await declare(story, session, "began")
    seen = (await technician.get(page)).text
    assert "sessione avviata" not in seen
    assert seen.count("sessione che il tecnico dichiara di avere iniziato") == 2
    assert "<b>in corso, dice il tecnico</b>. Non attestata" in seen
    story.clock.advance(minutes=20)
    await declare(story, session, "ended")
    seen = (await technician.get(page)).text
    assert "nessuna richiesta di accesso è stata fatta" not in seen
    assert "Sessione dichiarata: <b>finita, dice il tecnico</b>" in seen
    assert "Prima risposta" in seen


async def test_s43_where_no_host_has_an_agent_the_tool_alone_is_offered(story: Story, browse: Browse) -> None:
    """S-43: neither channels nor a promise that somebody closes."""
    await rules(story)
    technician = browse(story.world.technician)
    both = (await technician.get("/richieste/nuova")).text
    assert "data-bare" in both
    assert 'class="bare-only"' in both
    assert 'class="agent-only"' in both
    await revoke_host(story.parts, story.world.titolare.who, story.world.host.id, "retired")
    alone = (await technician.get("/richieste/nuova")).text
    assert "LABORATORIO-07 non ha un agente: si può chiedere solo teleassistenza" in alone
    assert 'name="channel"' not in alone
    assert "l’agente chiude tutto da solo" not in alone
    assert "alla scadenza chiude chi è collegato" in alone
