"""From a session to a statement and a draft invoice, with the report between them (S-45, S-50, U-28, C-29)."""

from __future__ import annotations

import json
from datetime import date

from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.close_month import close_month
from broker.cases.contest import contest_session
from broker.cases.draft_invoices import (
    export_drafts,
    export_fattura,
    see_drafts,
    see_party,
    set_order,
    set_party,
)
from broker.cases.see_tally import export_tally, see_tally
from broker.cases.serve_customers import report_for_customer
from broker.cases.set_tariff import set_tariff
from broker.cases.type_work import type_work
from broker.domain.refusal import Why
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, files_of
from tests.stories.test_resellers import TRIED, Resale
from tests.stories.test_work import RATES, closed, draft, refused

DATA = {"vat": "00743110157", "street": "Via Roma 1", "postal_code": "00184", "town": "Roma"}


async def test_u28_a_statement_is_drawn_from_the_report_and_a_draft_from_it(story: Story) -> None:
    """C-29: provisional until the month is closed, then from its report by number and digest; the same cents in
    section 7, statement, table and draft; nobody's name among them (L-43)."""
    world, parts, owner = story.world, story.parts, story.world.owner.who
    await set_tariff(parts, owner, RATES)
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7), included=20)
    await agree_contract(parts, owner, world.tenant, terms)
    session = await story.running()
    story.clock.advance(minutes=37)
    await closed(story, session)
    story.clock.advance(minutes=15)
    await type_work(parts, world.technician.who, world.tenant, draft(story, minutes=15, product="other"))
    before = (await see_tally(parts, world.titolare.who, world.tenant)).tally
    assert before.provisional
    assert (await export_tally(parts, world.titolare.who, world.tenant, "csv")).data.count(
        b"provvisorio"
    ) == 3
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    told = json.loads((await files_of(story, issued.number)).json)["charges"]
    view = await see_tally(parts, world.titolare.who, world.tenant, "2026-11", "2026-12")
    tally = view.tally
    assert [one.source.number if one.source else None for one in tally.months] == [issued.number, None]
    assert tally.cents == before.cents == told["cents"] == 1700 + 1500
    assert [(one.minutes, one.cents, one.free) for one in tally.lines] == [
        (20, 0, "contract"), (17, 1700, None), (15, 1500, None),
    ]  # fmt: skip
    assert tally.lines[0].session == session
    assert tally.lines[0].incident
    [month, _] = tally.months
    assert [(one.included, one.now, one.left) for one in month.prepaid] == [(20, 20, 0)]
    file = await export_tally(parts, world.titolare.who, world.tenant, "csv", "2026-11", "2026-11", 1)
    assert issued.number.encode() in file.data
    for person in (world.technician, world.titolare):
        assert person.who.name.encode() not in file.data
    pdf = await export_tally(parts, world.titolare.who, world.tenant, "pdf", "2026-11", "2026-11")
    assert pdf.data.startswith(b"%PDF")
    found = await see_drafts(parts, owner)
    assert (found.period, [one.net for one in found.drafts]) == ("2026-11", [3200])
    [made] = found.drafts
    assert (made.tax, made.source) == (704, month.source)
    assert "customer.postal_code" in made.lacks


async def test_c29_billing_data_of_both_sides_make_a_fattura(story: Story) -> None:
    world, parts, owner = story.world, story.parts, story.world.owner.who
    await set_tariff(parts, owner, RATES)
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), included=1)
    await agree_contract(parts, owner, world.tenant, terms)
    await type_work(parts, world.technician.who, world.tenant, draft(story, minutes=31))
    no = await refused(export_fattura(parts, owner, world.tenant, "2026-11"))
    assert no.why is Why.INVOICE_DATA_MISSING
    await set_party(parts, owner, world.house, DATA)
    wrong = await refused(set_party(parts, owner, world.tenant, DATA | {"postal_code": "1"}))
    assert wrong.facts["field"] == "postal_code"
    await set_party(parts, owner, world.tenant, DATA | {"recipient": "UF1234", "split": "yes"})
    assert (await refused(set_order(parts, owner, world.tenant, 2, ("Z123456789", "")))).facts[
        "field"
    ] == "contract"
    await set_order(parts, owner, world.tenant, 1, ("Z123456789", ""))
    assert (await see_party(parts, owner, world.tenant)).party.order(1) == ("Z123456789", "")
    file = await export_fattura(parts, owner, world.tenant, "2026-11")
    assert b"<EsigibilitaIVA>S</EsigibilitaIVA>" in file.data
    assert b"<CodiceCIG>Z123456789</CodiceCIG>" in file.data
    table = await export_drafts(parts, owner, "2026-11", "csv", bom=False)
    assert table.data.count(b"30,00") == 1
    nobody = await story.stranger()
    assert (await refused(export_fattura(parts, owner, nobody.who.tenant, "2026-11"))).why is Why.NOT_FOUND


async def test_a_contested_session_is_marked_and_its_amount_stays(story: Story) -> None:
    world, parts = story.world, story.parts
    await set_tariff(parts, world.owner.who, RATES)
    session = await story.running()
    story.clock.advance(minutes=10)
    await closed(story, session)
    [line] = (await see_tally(parts, world.titolare.who, world.tenant)).tally.lines
    await contest_session(parts, world.titolare.who, session, "Dieci minuti sono troppi.")
    [again] = (await see_tally(parts, world.titolare.who, world.tenant)).tally.lines
    assert (line.disputed, again.disputed, again.cents) == (None, "open", line.cents)


async def test_s50_a_resellers_statement_has_his_customers_hours_and_his_programs(story: Story) -> None:
    """S-50: by program and customer; the owner's draft is made out to the reseller, and the customer pays nothing."""
    r = await Resale.begin(story)
    parts, world, owner = story.parts, story.world, story.world.owner.who
    await set_tariff(parts, owner, RATES)
    done = await report_for_customer(parts, r.beta.who, world.tenant, r.old.id, "La stampa si ferma.", TRIED)
    await r.typed(world.tenant, r.old, 90, incident=done.incident)
    await r.typed(r.firm, r.old, 30)
    tally = (await see_tally(parts, r.beta.who, r.firm)).tally
    shared = await r.lines()
    assert (tally.cents, tally.billed) == (
        sum(one.cents for one in shared),
        sum(one.billed for one in shared),
    )
    assert tally.cents == 11000
    assert {(line.customer != "", line.minutes, tally.program(line)) for line in tally.lines} == {
        (True, 90, "Gestionale"), (False, 30, "Gestionale"),
    }  # fmt: skip
    [his] = (await see_tally(parts, world.titolare.who, world.tenant)).tally.lines
    assert (his.cents, his.free) == (0, "on_reseller")
    drafts = (await see_drafts(parts, owner, "2026-11")).drafts
    assert [(one.tenant, one.net, one.tax) for one in drafts] == [(r.firm, 11000, 2420)]
