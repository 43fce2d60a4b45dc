"""The service desk's pages without a script: queue, incident, call, contract; and the same over the API."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.set_category import CategoryDraft, set_category
from broker.domain.incident import Closed, Open, Taken, Workable
from broker.store import incidents
from tests.stories.telling import Story
from tests.web.test_english import italian_in

Browse = Any
TERMS = Terms("professional", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7))


async def stands(story: Story, incident: str) -> Any:
    async with story.parts.store.read() as work:
        return await incidents.load(work, story.world.tenant, incident)


def page_of(story: Story, incident: str = "I-2026-0001") -> str:
    return f"/incidenti/{story.world.tenant}/{incident}"


async def category_one(story: Story) -> None:
    draft = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(story.parts, story.world.owner.who, story.world.tenant, draft)


async def call(story: Story, browse: Browse, **changed: str) -> Any:
    form = {
        "tenant": story.world.tenant,
        "caller": "Reception",
        "anomaly": "Non stampa.",
        "callback": "interno 12",
    }
    return await browse(story.world.technician).post("/telefonata", **form | changed)


async def test_s55_u24_a_call_is_four_fields_one_click_from_every_page(story: Story, browse: Browse) -> None:
    """S-55, U-24: from empty to logged, at most four fields; reachable in at most two clicks."""
    technician = browse(story.world.technician)
    for page in ("/coda", "/richieste", "/sessioni", "/postazioni", "/persone", "/telefonata"):
        assert 'href="/telefonata"' in (await technician.get(page)).text
    assert 'href="/telefonata"' in (await browse(story.world.owner).get("/gestione")).text
    form = (await technician.get("/telefonata")).text
    main = form[form.index('<form class="pane') :]
    named = re.findall(r'<(?:input|select|textarea)[^>]*name="(\w+)"', main[: main.index("</form>")])
    assert named == ["caller", "tenant", "anomaly", "callback"]
    sent = await call(story, browse)
    assert (sent.status_code, sent.headers["location"]) == (303, page_of(story))


async def test_a_slip_in_a_call_loses_nothing(story: Story, browse: Browse) -> None:
    sent = await call(story, browse, caller="", callback="347")
    assert sent.status_code == 422
    assert "chi chiama" in sent.text
    assert 'value="347"' in sent.text
    assert "Non stampa." in sent.text


async def test_s30_what_the_technician_sees_of_a_call(story: Story, browse: Browse) -> None:
    """S-30, U-20: the text to read, why he cannot start, and the button that asks."""
    await call(story, browse)
    technician = browse(story.world.technician)
    page = (await technician.get(page_of(story))).text
    assert "Da leggere a chi chiama" in page
    assert "serve il sì scritto del titolare" in page
    assert "Manca <b>l’autorizzazione</b>" in page
    assert "Una telefonata non fa partire il tempo di risposta" in page
    assert f'action="{page_of(story)}/avvisa"' in page
    assert 'aria-disabled="true"' in page
    assert (await technician.post(f"{page_of(story)}/avvisa")).status_code == 303
    desk = (await technician.get("/coda")).text
    assert "Serve il titolare" in desk
    assert "Non ancora lavorabili" in desk
    assert "attesa, senza scadenza" in desk


@pytest.mark.parametrize("who", ["titolare", "ads"])
async def test_s33_the_customer_answers_a_call(story: Story, browse: Browse, who: str) -> None:
    """S-33: *Lo risolvo io* or *Autorizzo il fornitore*, and how long it has waited."""
    await call(story, browse)
    await call(story, browse)
    story.clock.advance(minutes=37)
    person = browse(getattr(story.world, who))
    page = (await person.get(page_of(story))).text
    assert "Lo risolvo io" in page
    assert "Autorizzo il fornitore" in page
    assert "37 min" in page
    assert "Da leggere" not in page
    first = (await person.get("/titolare")).text
    assert first.count("Rispondere a una telefonata") == 2
    assert f'href="{page_of(story)}"' in first
    assert (await person.post(f"{page_of(story)}/segnala")).status_code == 303
    assert isinstance(await stands(story, "I-2026-0001"), Open)
    assert (await person.get("/titolare")).text.count("Rispondere a una telefonata") == 1
    assert "La segnalazione è arrivata." in (await person.get(page_of(story))).text
    assert (await person.post(f"{page_of(story, 'I-2026-0002')}/risolvo")).status_code == 303
    assert isinstance(await stands(story, "I-2026-0002"), Closed)
    assert await story.findings() == []


async def test_a_customer_reports_and_proposes(story: Story, browse: Browse) -> None:
    """S-20: what he proposes is shown, and counts for nothing."""
    titolare = browse(story.world.titolare)
    page = (await titolare.get("/incidenti")).text
    for words in ("perdita o un degrado importante", "il lavoro può continuare", "impedimenti secondari"):
        assert words in page
    assert (await titolare.post("/incidenti", incident_text="", severity="A")).status_code == 422
    sent = await titolare.post("/incidenti", incident_text="Non stampa.", severity="A")
    assert sent.headers["location"] == page_of(story)
    assert "Proposta A" in (await titolare.get("/incidenti")).text
    own = (await titolare.get(page_of(story))).text
    assert "La attribuisce solo un tecnico." in own
    assert f'{page_of(story)}/gravita"' not in own
    assert (await titolare.post(f"{page_of(story)}/gravita", severity="A")).status_code == 403
    assert "Il cliente propone A." in (await browse(story.world.technician).get(page_of(story))).text


@pytest.mark.parametrize(
    ("severity", "words"),
    [
        ("A", "L’azienda ha una perdita o un degrado importante del servizio."),
        ("B", "una perdita o un degrado moderato dei servizi, ma il lavoro può continuare senza impatti."),
        ("C", "L’azienda funziona con impedimenti secondari."),
    ],
)
async def test_s07_s08_s09_the_picker_has_the_definition(
    story: Story, browse: Browse, severity: str, words: str
) -> None:
    """S-07, S-08, S-09: picker text contains the definition; the stored value is the letter. U-19."""
    await agree_contract(story.parts, story.world.owner.who, story.world.tenant, TERMS)
    await browse(story.world.ads).post("/incidenti", incident_text="Non stampa.")
    technician = browse(story.world.technician)
    assert words in (await technician.get(page_of(story))).text
    sent = await technician.post(f"{page_of(story)}/gravita", severity=severity)
    assert sent.status_code == 303
    found = await stands(story, "I-2026-0001")
    assert found.course.rated.severity == severity
    page = (await technician.get(page_of(story))).text
    assert f"<b>{severity}.</b>" in page
    assert "Scadenza" in page
    assert re.search(r"\d\d:\d\d CET", page)


async def test_u19_the_clock_and_its_states(story: Story, browse: Browse) -> None:
    """U-19: time left, local deadline with its zone; near, closed, late, and stopped by an answer. S-19: unpaid."""
    world = story.world
    unpaid = Terms("professional", TERMS.first, TERMS.last)
    await agree_contract(story.parts, world.owner.who, world.tenant, unpaid)
    technician = browse(world.technician)
    await browse(world.ads).post("/incidenti", incident_text="Non stampa.")
    assert "Gravità da attribuire" in (await technician.get(page_of(story))).text
    await technician.post(f"{page_of(story)}/gravita", severity="A")  # 09:00 in Rome, three hours

    async def clock() -> str:
        page = (await technician.get(page_of(story))).text
        return re.search(r'<div class="body clock"(.*?)</div>', page, re.DOTALL)[1]  # type: ignore[index]

    first = await clock()
    assert "3 h <small>" in first
    assert "12:00 CET" in first
    assert "In attesa di pagamento: tempo non garantito." in first
    assert "data-state" not in first
    story.clock.advance(hours=2, minutes=30)
    assert 'data-state="near"' in await clock()
    story.clock.advance(minutes=31)
    assert 'data-state="late"' in await clock()
    assert "in ritardo di" in await clock()
    await technician.post(f"{page_of(story)}/risposta/chiamata")
    answered = await clock()
    assert 'data-state="paused"' in answered
    assert "In ritardo di" in answered
    await browse(world.ads).post("/incidenti", incident_text="Altro.")
    await technician.post(f"{page_of(story, 'I-2026-0002')}/gravita", severity="C")
    story.clock.advance(hours=6)  # in the evening
    page = (await technician.get(page_of(story, "I-2026-0002"))).text
    assert "orario chiuso" in page


async def test_s21_without_a_plan_neither_red_nor_amber(story: Story, browse: Browse) -> None:
    """S-21: "Nessun tempo di risposta concordato"."""
    await browse(story.world.ads).post("/incidenti", incident_text="Non stampa.")
    technician = browse(story.world.technician)
    await technician.post(f"{page_of(story)}/gravita", severity="A")
    story.clock.advance(hours=11)
    page = (await technician.get(page_of(story))).text
    assert "Nessun tempo di risposta concordato" in page
    assert 'data-state="none"' in page
    assert 'data-state="late"' not in page + (await technician.get("/coda")).text
    assert "Senza piano" in page


async def test_s20_another_severity_takes_a_reason_and_both_stay(story: Story, browse: Browse) -> None:
    """S-20: both values stand among the facts."""
    await browse(story.world.ads).post("/incidenti", incident_text="Non stampa.")
    technician = browse(story.world.technician)
    await technician.post(f"{page_of(story)}/gravita", severity="B")
    assert (await technician.post(f"{page_of(story)}/gravita", severity="A")).status_code == 422
    assert (await technician.post(f"{page_of(story)}/gravita", severity="X")).status_code == 422
    await technician.post(f"{page_of(story)}/gravita", severity="A", reason="worsened")
    page = (await technician.get(page_of(story))).text
    assert "B → A: è peggiorato" in page


async def test_u18_the_queue_its_places_and_a_jump(story: Story, browse: Browse) -> None:
    """U-18: *Prendi il prossimo*, visible position and why; another one only with a reason."""
    await category_one(story)
    technician = browse(story.world.technician)
    for text in ("Prima.", "Seconda.", "Terza."):
        story.clock.advance(minutes=1)
        await browse(story.world.ads).post("/incidenti", incident_text=text)
    desk = (await technician.get("/coda")).text
    assert "Le sarà affidato I-2026-0001" in desk
    # What it gives is a page of its own, where the work goes on: the button does not stay here.
    assert '<form action="/coda/prossimo" method="post" class="act-form"><button' in desk
    assert re.findall(r'<span class="q-pos">(\d)<small>(\d\d:\d\d)', desk) == [
        ("1", "09:01"),
        ("2", "09:02"),
        ("3", "09:03"),
    ]
    second = (await technician.get(page_of(story, "I-2026-0002"))).text
    assert "Salta la coda" in second
    assert "al posto 2" in second
    assert (await technician.post(f"{page_of(story, 'I-2026-0002')}/prendi")).status_code == 409
    sent = await technician.post(f"{page_of(story, 'I-2026-0002')}/prendi", reason="appointment")
    assert sent.status_code == 303
    taken = await technician.post("/coda/prossimo")
    assert taken.headers["location"] == page_of(story, "I-2026-0001")
    assert isinstance(await stands(story, "I-2026-0001"), Taken)
    mine = (await technician.get("/coda")).text
    assert "In mano a me" in mine
    assert (await technician.post(f"{page_of(story, 'I-2026-0001')}/rilascia")).status_code == 303
    assert isinstance(await stands(story, "I-2026-0001"), Workable)
    await technician.post(f"{page_of(story, 'I-2026-0002')}/chiudi", outcome="solved")
    assert isinstance(await stands(story, "I-2026-0002"), Closed)
    assert (await technician.post(f"{page_of(story)}/risposta/altro")).status_code == 404
    assert (await technician.post(f"{page_of(story)}/chiudi", outcome="x")).status_code == 422
    owner = (await browse(story.world.owner).get("/coda")).text
    assert "Lo prende un tecnico." in owner
    assert await story.findings() == []


async def test_a_jump_to_come_is_announced(story: Story, browse: Browse) -> None:
    """U-18: with its time and rule."""
    await category_one(story)
    terms = Terms("enterprise", TERMS.first, TERMS.last, prepaid=False)
    await agree_contract(story.parts, story.world.owner.who, story.world.tenant, terms)
    technician = browse(story.world.technician)
    for text in ("Prima.", "Seconda."):
        story.clock.advance(minutes=1)
        await browse(story.world.ads).post("/incidenti", incident_text=text)
    await technician.post(f"{page_of(story, 'I-2026-0002')}/gravita", severity="A")
    desk = (await technician.get("/coda")).text
    assert "Passa in testa oggi alle 09:32, se nessuno lo prende prima" in desk
    story.clock.advance(minutes=40)
    assert "la sua scadenza è entro 30 minuti di servizio" in (await technician.get("/coda")).text


async def test_u19_may_i_start_says_what_is_missing(story: Story, browse: Browse) -> None:
    """U-19, U-20: the missing item in words, and the button that asks for it; one incident, one request."""
    technician = browse(story.world.technician)
    await story.stranger()
    await browse(story.world.ads).post("/incidenti", incident_text="Non stampa le ricevute.")
    page = (await technician.get(page_of(story))).text
    assert "nessuna richiesta di accesso è stata fatta" in page
    ask = re.search(r'href="(/richieste/nuova\?cliente=[^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    form = (await technician.get(ask)).text
    assert 'name="incident" value="I-2026-0001"' in form
    assert 'value="Non stampa le ricevute."' in form
    assert f'href="{page_of(story)}">I-2026-0001</a>' in form
    assert "Cambia cliente" not in form  # an incident is of one
    assert "Cambia cliente" in (await technician.get(ask.partition("&")[0])).text
    receipt = await story.ask(incident="I-2026-0001")
    waits = (await technician.get(page_of(story))).text
    assert "Manca l’autorizzazione" in waits
    await story.approve(receipt.request)
    assert "Manca la supervisione" in (await technician.get(page_of(story))).text
    await story.supervise(receipt.request)
    ready = (await technician.get(page_of(story))).text
    assert "Può lavorare su" in ready
    assert "Vai all’incidente I-2026-0001" in (await technician.get(f"/richieste/{receipt.request}")).text
    await story.activate((await story.session_of(receipt.request)).permit.id)
    await story.agent.obey()
    assert "è stata avviata" in (await technician.get(page_of(story))).text
    assert (
        await technician.get("/richieste/nuova?cliente=" + story.world.tenant + "&incidente=I-2026-0009")
    ).status_code == 404


async def test_u19_what_runs_is_not_called_over(story: Story, browse: Browse) -> None:
    """The row in the queue, while its session runs and afterwards."""
    session = await story.running()
    technician = browse(story.world.technician)
    page = (await technician.get("/coda")).text
    assert "Sessione in corso" in page
    assert "Richiesta finita" not in page
    await story.stop_signed(session)
    await story.agent.obey()
    assert "Sessione in corso" not in (await technician.get("/coda")).text


async def test_s19_the_contract_page(story: Story, browse: Browse) -> None:
    """S-19: one day short is rejected; unpaid shows "In attesa di pagamento"."""
    page = f"/clienti/{story.world.tenant}/contratto"
    owner = browse(story.world.owner)
    assert page in (await owner.get("/gestione")).text
    assert "Nessun contratto in corso" in (await owner.get(page)).text
    form = {
        "plan": "basic",
        "first": "2026-01-01",
        "last": "2026-12-30",
        "prepaid": "yes",
        "closures": "2026-12-24, 2026-12-31",
    }
    short = await owner.post(page, **form)
    assert short.status_code == 422
    assert "almeno un anno" in short.text
    assert 'value="2026-12-30"' in short.text
    assert 'name="prepaid" value="yes" checked' in short.text
    assert 'value="basic" checked' in short.text
    unticked = {name: text for name, text in form.items() if name != "prepaid"} | {"half_shifts": "yes"}
    left = (await owner.post(page, **unticked)).text
    assert 'name="prepaid" value="yes">' in left
    assert 'name="half_shifts" value="yes" checked' in left
    assert (await owner.post(page, **form | {"first": "ieri"})).status_code == 422
    assert (await owner.post(page, **form | {"last": "2027-01-31"})).status_code == 303
    seen = (await owner.get(page)).text
    assert "In attesa di pagamento" in seen
    assert "24/12/2026, 31/12/2026" in seen
    assert (
        await owner.post(
            page,
            **form | {"last": "2027-01-31", "paid": "2026-01-10", "half_shifts": "yes", "patron": "06-24"},
        )
    ).status_code == 303
    titolare = (await browse(story.world.titolare).get(page)).text
    assert "In attesa di pagamento" not in titolare
    assert "per semiturni interi" in titolare
    assert "1. Basic, 01/01/2026 – 31/01/2027" in titolare
    assert "Nuovo contratto" not in titolare


async def test_everything_by_the_api(story: Story, browse: Browse) -> None:
    world = story.world
    await category_one(story)
    owner, technician, ads = (browse(one).client for one in (world.owner, world.technician, world.ads))
    base, origin = f"/api/tenants/{world.tenant}", {"origin": browse(world.ads).origin}

    async def post(client: Any, path: str, **body: Any) -> Any:
        return await client.post(path, json=body, headers=origin)

    agreed = await post(
        owner,
        f"{base}/contracts",
        plan="basic",
        first="2026-01-01",
        last="2026-12-31",
        closures=["2026-12-24"],
    )
    assert agreed.status_code == 201
    assert agreed.json()["guaranteed"] is False
    assert (await technician.get(f"{base}/contracts")).json()["now"] == 1
    first = (await post(ads, f"{base}/incidents", text="Prima.", proposed="A")).json()["incident"]
    rang = (
        await post(technician, "/api/calls", tenant=world.tenant, caller="Reception", anomaly="Seconda.")
    ).json()
    assert rang["authorisable"] is True
    one = f"{base}/incidents/{first}"
    denied = await post(ads, f"{one}/severity", severity="A")
    assert denied.status_code == 403
    assert (await post(technician, f"{one}/severity", severity="B")).status_code == 204
    assert (await post(technician, f"{one}/answer", how="message")).status_code == 204
    queue = (await technician.get("/api/queue")).json()
    assert queue["next"]["incident"] == first
    assert [x["place"] for x in queue["incidents"]] == [1, 2]
    refused = await post(technician, f"{base}/incidents/{rang['incident']}/taking")
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_turn")
    assert (await post(technician, "/api/queue/next")).json()["incident"] == first
    assert (await post(technician, f"{one}/release")).status_code == 204
    jumped = await post(technician, f"{base}/incidents/{rang['incident']}/taking", reason="expertise")
    assert jumped.json()["jumped"] == "expertise"
    assert (await post(technician, f"{one}/closing", outcome="duplicate")).status_code == 204
    seen = (await ads.get(one)).json()
    assert (seen["state"], seen["severity"], seen["proposed"], seen["answered"]["how"]) == (
        "closed",
        "B",
        "A",
        "message",
    )
    assert seen["due"] == "2026-11-10T17:00:00.000Z"
    assert [x["incident"] for x in (await ads.get(f"{base}/incidents")).json()] == [rang["incident"], first]
    assert await story.findings() == []


async def test_in_english_they_are_english(story: Story, browse: Browse) -> None:
    await agree_contract(
        story.parts, story.world.owner.who, story.world.tenant, Terms("basic", TERMS.first, TERMS.last)
    )
    await call(story, browse)
    await browse(story.world.ads).post("/incidenti", incident_text="La stampa si ferma.", severity="B")
    await browse(story.world.technician).post(f"{page_of(story, 'I-2026-0002')}/gravita", severity="B")
    pages = (
        "/coda",
        "/telefonata",
        page_of(story, "I-2026-0002"),
        f"/clienti/{story.world.tenant}/contratto",
        "/incidenti",
    )
    for someone in (story.world.technician, story.world.owner, story.world.titolare):
        browser = browse(someone).speak("en")
        for path in pages:
            shown = await browser.get(path)
            if shown.status_code == 200:
                assert italian_in(shown.text.replace("Non stampa.", "")) == [], path
    shown = (await browse(story.world.technician).speak("en").get(page_of(story))).text
    assert italian_in(shown.replace("Non stampa.", "")) == []


async def test_s23_the_request_says_that_it_is_not_its_turn(story: Story, browse: Browse) -> None:
    """S-23: with where to take it."""
    await category_one(story)
    await browse(story.world.ads).post("/incidenti", incident_text="Prima.")
    story.clock.advance(minutes=1)
    receipt = await story.ask()
    await story.approve(receipt.request, supervision="waived")
    technician = browse(story.world.technician)
    page = (await technician.get(f"/richieste/{receipt.request}")).text
    assert "<b>prossimo della coda</b>" in page
    assert f'href="{page_of(story, "I-2026-0002")}"' in page
    await technician.post(f"{page_of(story, 'I-2026-0002')}/prendi", reason="expertise")
    assert "prossimo della coda" not in (await technician.get(f"/richieste/{receipt.request}")).text


async def test_u19_in_attesa_del_cliente_by_one_button(story: Story, browse: Browse) -> None:
    """U-19: the state on *Coda*, the minutes beside the clock, in both languages; over the API as well."""
    await category_one(story)
    sent = await browse(story.world.ads).post("/incidenti", incident_text="La stampa si ferma.")
    page = sent.headers["location"]
    technician = browse(story.world.technician)
    shown = (await technician.get(page)).text
    assert f'action="{page}/attesa/cliente"' in shown
    assert f'action="{page}/attesa/autorizzazione"' in shown
    assert (await technician.post(f"{page}/attesa/altro")).status_code == 404
    assert (await technician.post(f"{page}/attesa/cliente")).status_code == 303
    story.clock.advance(minutes=25)
    assert "In attesa del cliente" in (await technician.get("/coda")).text
    shown = (await technician.get(page)).text
    assert "in tutto 25 min. Il tempo di risposta non si ferma." in shown
    assert f'action="{page}/attesa/fine"' in shown
    english = (await browse(story.world.technician).speak("en").get(page)).text
    assert "Waiting for the customer since" in english
    assert "The wait is over" in english
    assert "attesa/" not in (await browse(story.world.ads).get(page)).text
    assert (await technician.post(f"{page}/attesa/fine")).status_code == 303
    assert "Attesa di altri, in tutto: 25 min." in (await technician.get(page)).text
    assert "Attesa iniziata" in (await technician.get(page)).text
    assert await story.findings() == []
