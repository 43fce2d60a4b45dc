"""The owner's page: each figure is the rows it leads to, and what is owed leads to where it is done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.breach import open_breach, tell_breach
from broker.cases.close_month import close_month
from broker.cases.contest import contest_session
from broker.cases.log_call import Call, log_call
from broker.cases.open_incident import Report, report_incident
from broker.cases.see_tally import see_tally
from broker.cases.set_category import CategoryDraft, set_category
from broker.cases.set_tariff import set_tariff
from broker.cases.type_work import type_work
from broker.cases.wait_for_customer import begin_waiting
from broker.domain.breach import BreachDraft, Chosen
from tests.broker.test_log_in import log_in
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, worked
from tests.stories.test_work import RATES
from tests.stories.test_work import draft as typed_work
from tests.web.test_english import wrong_on

Browse = Any
TEXTS = {
    "nature": "Un portatile smarrito.",
    "measures": "Chiavi revocate.",
    "contact": "privacy@vendor.example",
}


async def seen(owner: Any) -> tuple[dict[str, tuple[str, str]], str]:
    """Figures with their line, by name; and the page."""
    page = (await owner.get("/gestione")).text
    found = re.findall(
        r'fig-link" href="([^"]+)"><span class="k">([^<]+)</span><span class="n">([^<]+)</span><span class="d[^"]*">([^<]*)<',
        page,
    )
    return {name: (number, line) for _, name, number, line in found}, page


async def hours(owner: Any) -> str:
    return str((await owner.get("/gestione/ore")).text)


def pane(page: str, id: str) -> str:
    """From its heading to the end of it."""
    start = page.index(f'aria-labelledby="{id}"')
    return page[start : page.index("</section>", start)]


async def come_in_again(story: Story, whose: str = "owner") -> Any:
    """A session of days ago is over."""
    someone = getattr(story.world, whose)
    return replace(someone, token=(await log_in(story.parts, someone.login)).token)


async def test_u25_each_figure_of_today_is_the_rows_it_leads_to(story: Story, browse: Browse) -> None:
    """U-25: the queue and its oldest, what is due within two hours of service, what runs, what the customer holds up."""
    world, parts, owner = story.world, story.parts, browse(story.world.owner)
    terms = Terms("enterprise", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7))
    await agree_contract(parts, world.owner.who, world.tenant, terms)
    await story.running()
    figures, page = await seen(owner)
    assert figures["In coda"] == ("0", "nessuno aspetta")
    assert figures["Sessioni aperte"][0] == "1" == str(pane(page, "g1").count("<tr>") - 1)
    await log_call(parts, world.technician.who, Call(world.tenant, "Desk", "Printer down.", ""))
    draft = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(parts, world.owner.who, world.tenant, draft)
    story.clock.advance(minutes=1)
    technician = browse(world.technician)
    due = (await report_incident(parts, world.titolare.who, world.tenant, Report("Down.", "portal"))).incident
    await report_incident(parts, world.titolare.who, world.tenant, Report("Slow.", "portal"))
    for incident, severity in ((due, "A"), (f"I-2026-{int(due[-4:]) + 1:04d}", "C")):
        sent = await technician.post(f"/incidenti/{world.tenant}/{incident}/gravita", severity=severity)
        assert sent.status_code == 303
    await begin_waiting(parts, world.technician.who, world.tenant, due, "customer")
    figures, page = await seen(owner)
    assert figures["In coda"][0] == "2" == str(pane(page, "g3").count('class="q-pos"'))
    assert 'href="/coda"' in page
    rows = pane(page, "scadenze")
    assert (rows.count('scope="row"'), rows.count("t-wait")) == (
        2,
        int(figures["Scadono entro 2 h di servizio"][0]),
    )
    assert rows.index(due) < rows.rindex('scope="row"')
    assert figures["Fermi per il cliente"] == ("2", "1 telefonata, 1 risposta")
    assert pane(page, "fermi").count("<li>") == 2
    story.clock.advance(days=3)
    owner = browse(await come_in_again(story))
    figures, page = await seen(owner)
    assert "già in ritardo" in figures["Scadono entro 2 h di servizio"][1]
    assert "in ritardo di" in pane(page, "scadenze")
    assert await wrong_on(owner.speak("en"), "/gestione") == {}


async def test_u29_what_is_owed_leads_to_where_it_is_done(story: Story, browse: Browse) -> None:
    """U-29: a breach still to be told, a contest, somebody new, appointments that end, the year's verification."""
    world, parts, owner = story.world, story.parts, browse(story.world.owner)
    session = await worked(story)
    now = story.clock.now()
    around = Chosen(now - timedelta(days=1), now + timedelta(minutes=1))
    draft = BreachDraft(now, around, high_risk=False, texts=TEXTS)
    breach, _ = await open_breach(parts, world.owner.who, world.tenant, draft)
    contest = await contest_session(parts, world.titolare.who, session, "Non risulta.")
    asked = {
        "name": "Nadia Nuova",
        "email": "n@nuova.example",
        "company": "Nuova",
        "plan": "basic",
        "text": "Quanto?",
    }
    assert (await owner.post("/contatti", **asked)).status_code == 200
    figures, page = await seen(owner)
    duties = pane(page, "adempimenti")
    assert figures["Adempimenti da fare"][0] == str(duties.count("<li>") - duties.count("in regola"))
    for what, href in (
        ("Violazione da comunicare a Albergo Esempio", f"/protezione/{world.tenant}/violazioni/{breach}"),
        ("Contestazione di Albergo Esempio", f"/contestazioni/{world.tenant}/{contest}"),
        ("Richieste di contatto: 1", "/gestione/contatti"),
    ):
        assert f'<a href="{href}">{what}</a>' in duties
        assert (await owner.get(href)).status_code == 200
    assert duties.index("Violazione") < duties.index("Contestazione")
    assert "Nadia" not in page
    assert "Verifica annuale" not in duties
    await tell_breach(parts, world.owner.who, world.tenant, breach, TEXTS, high_risk=False)
    assert "Violazione da comunicare" not in (await seen(owner))[1]
    story.clock.advance(days=366)
    owner = browse(await come_in_again(story))
    duties = pane((await seen(owner))[1], "adempimenti")
    assert f'<a href="/fascicolo/{world.tenant}">Verifica annuale degli ADS, Albergo Esempio</a>' in duties
    assert "Nomina di chi autorizza: " in duties
    assert "Revisione semestrale degli accessi" in duties
    assert "scaduto il" in duties
    assert await wrong_on(owner.speak("en"), "/gestione") == {}


async def test_u29_a_log_that_failed_its_check_is_no_green_line(story: Story, browse: Browse) -> None:
    owner = browse(story.world.owner)
    assert "1 su 1 accettano registrazioni" in (await seen(owner))[1]
    story.parts.store.close_log(story.world.tenant)
    page = (await seen(owner))[1]
    assert "Il registro di Albergo Esempio non è integro" in page
    assert "accettano registrazioni" not in page


async def test_u27_renewals_and_payments_of_sixty_days(story: Story, browse: Browse) -> None:
    """U-27: within sixty days the renewal stands there, and what was to be paid in advance until it is."""
    world, parts, owner = story.world, story.parts, browse(story.world.owner)
    assert "Nessun rinnovo vicino" in (await seen(owner))[1]
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31))
    await agree_contract(parts, world.owner.who, world.tenant, terms)
    rows = pane((await seen(owner))[1], "g7")
    assert "pagamento anticipato" in rows
    assert "rinnovo, Basic" in rows
    assert f'href="/clienti/{world.tenant}/contratto"' in rows


async def test_u25_the_overview_is_exported_and_shows_answers_by_week(story: Story, browse: Browse) -> None:
    """Bars with their table, and the page's rows for a spreadsheet, where no cell is a formula."""
    terms = Terms("professional", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7))
    await agree_contract(story.parts, story.world.owner.who, story.world.tenant, terms)
    await browse(story.world.ads).post("/incidenti", incident_text="=2+2 non stampa.")
    technician, page = browse(story.world.technician), f"/incidenti/{story.world.tenant}/I-2026-0001"
    await technician.post(f"{page}/gravita", severity="B")
    await technician.post(f"{page}/risposta/chiamata")
    owner = browse(story.world.owner)
    shown = (await owner.get("/gestione")).text
    assert "1 in tempo, 0 in ritardo" in shown
    assert '<svg class="chart"' in shown
    given = await owner.get("/gestione/esporta.csv")
    assert given.headers["content-disposition"].startswith('attachment; filename="gestione-2026-')
    lines = given.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == '"Parte";"Cliente";"Che cosa";"Quando";"Stato"'
    assert any("'=2+2 non stampa." in line for line in lines)
    assert any("1 in tempo, 0 in ritardo" in line for line in lines)


async def test_u25_hours_and_amounts_of_the_month_are_those_of_the_statements(
    story: Story, browse: Browse
) -> None:
    """U-25, U-28: each row is its customer's statement and leads there; *Gestione* itself, asked for at every change,
    reckons none."""
    world, parts = story.world, story.parts
    assert "Nessuna ora negli ultimi sei mesi" in pane(await hours(browse(world.owner)), "g4")
    await set_tariff(parts, world.owner.who, RATES)
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7), included=20)
    await agree_contract(parts, world.owner.who, world.tenant, terms)
    await type_work(parts, world.technician.who, world.tenant, typed_work(story, minutes=31))
    tally = (await see_tally(parts, world.owner.who, world.tenant)).tally
    included = sum(one.billed for one in tally.lines if one.kind == "contract")
    assert (included, tally.billed, tally.cents) == (20, 31, 1100)
    rows = f'href="/clienti/{world.tenant}/rendiconto?dal=2026-11&amp;al=2026-11"'
    owner = browse(world.owner)
    page = await hours(owner)
    month = pane(page, "g10")
    assert rows in month
    assert month.count("11,00 €") == 2  # the row and its sum
    statement = (
        await owner.get(re.findall(r'href="([^"]+rendiconto[^"]+)"', month)[0].replace("&amp;", "&"))
    ).text
    assert '<td class="num">11,00 €</td>' in statement
    chart = pane(page, "g4")
    assert "Ore di novembre 2026: 0:20 in contratto, 0:11 fuori contratto; il mese è parziale" in chart
    assert ">0:31</text>" in chart
    assert "style=" not in chart
    exported = (await owner.get("/gestione/esporta.csv")).content.decode("utf-8-sig")
    assert (
        '"Albergo Esempio";"0:20 in contratto, 0:11 fuori contratto";"Novembre 2026, provvisorio";"11,00 €"'
        in exported
    )
    overview = (await seen(owner))[1]
    assert 'data-later="/gestione/ore"' in overview
    assert "11,00 €" not in overview
    await days_pass(story, DECEMBER)
    await close_month(parts, world.tenant, "2026-11")
    owner = browse(await come_in_again(story))
    page = await hours(owner)
    assert "Novembre 2026: 1 bozza, 11,00 € senza IVA" in pane(page, "g10")
    assert "dai rapporti" in pane(page, "g10")
    assert "da novembre 2026 a dicembre 2026: 0:20 in contratto, 0:11 fuori contratto" in pane(page, "g4")
    assert await wrong_on(owner.speak("en"), "/gestione/ore") == {}


async def test_a_new_server_is_led_to_its_first_session(story: Story, browse: Browse) -> None:
    """The guide stands on *Gestione* until a session began; each step says whether it is done."""
    owner = browse(story.world.owner)
    assert "Primi passi: 7 di 8" in (await owner.get("/gestione")).text
    page = (await owner.get("/primi-passi")).text
    assert "Passo 7 di 8" in page
    assert page.count("<small>fatto</small>") == 4
    assert "lo sa lei" in (await owner.get("/primi-passi?passo=3")).text
    assert (await owner.get("/primi-passi?passo=9")).status_code == 200
    assert await wrong_on(browse(story.world.owner).speak("en"), "/primi-passi", "/primi-passi?passo=3") == {}
    await story.running()
    assert "Primi passi" not in (await owner.get("/gestione")).text
