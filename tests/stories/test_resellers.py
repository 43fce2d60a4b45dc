"""A reseller from his first program to the hours that he pays, and whose turn his customers' incidents are (S-47 to S-50)."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.record import Actor
from audit.resale import ResoldLine
from audit.statement_parts import Activity
from broker.cases.close_month import close_month
from broker.cases.close_session import Beside
from broker.cases.keep_resale import activate_program, set_autonomous, set_resale_rate, teach_topic
from broker.cases.list_products import list_product
from broker.cases.open_incident import Report, report_incident
from broker.cases.open_tenant import open_tenant
from broker.cases.see_hours import see_hours
from broker.cases.see_resellers import see_reseller, see_resellers, see_served
from broker.cases.serve_customers import Tried, pass_to_vendor, report_for_customer, solve_for_customer
from broker.cases.set_tariff import set_tariff
from broker.cases.supply import set_supplier
from broker.cases.take_over import take_over
from broker.cases.type_work import Draft, type_work
from broker.domain.product import Product
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import Rates
from broker.jobs.deliver import deliver
from broker.store import incidents, log
from tests.broker.world import Someone, newcomer
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged

GEST, TEACH = Activity("GEST", "ASS"), Activity("GEST", "FOR")
TABLE = Rates("R 2026", date(2026, 11, 1), 5500, 4000)
TRIED = Tried("Riavviato il servizio di stampa.", accepted=True)


async def refused(doing: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as no:
        await doing
    return no.value


@dataclass
class Resale:
    """The vendor, a reseller with two programs, and the story's customer, who has both from him."""

    story: Story
    beta: Someone
    old: Product
    new: Product

    @classmethod
    async def begin(cls, story: Story) -> Resale:
        parts, owner = story.parts, story.world.owner
        firm = await open_tenant(parts, owner.who, name="Rivenditore Beta", details={})
        beta = await newcomer(parts, owner, firm.id, "titolare", "Bice Beta")
        old, new = [await list_product(parts, owner.who, name) for name in ("Gestionale", "Presenze")]
        await set_resale_rate(parts, owner.who, firm.id, TABLE)
        # The one a year ago to the day, the other a day later: its free year ends today.
        for product, first in ((old, date(2025, 11, 10)), (new, date(2025, 11, 11))):
            await activate_program(parts, owner.who, firm.id, product.id, first)
            await set_supplier(parts, owner.who, story.world.tenant, product.id, firm.id)
        return cls(story, beta, old, new)

    @property
    def firm(self) -> str:
        return self.beta.who.tenant

    async def report(self, product: Product | None, by: Someone | None = None, **more: Any) -> str:
        by = by or self.story.world.titolare
        product_id = None if product is None else product.id
        report = Report("La stampa si ferma.", "portal", product=product_id, **more)
        return (await report_incident(self.story.parts, by.who, by.who.tenant, report)).incident

    async def state(self, incident: str) -> str:
        async with self.story.parts.store.read() as work:
            return (await incidents.load(work, self.story.world.tenant, incident)).STATE

    async def own_kinds(self) -> list[str]:
        async with self.story.parts.store.read() as work:
            leaves = await log.select_leaves(work, self.firm, limit=log.ALL)
        return [leaf.record.KIND for leaf in leaves if leaf.record.KIND.startswith("resale.")]

    async def typed(self, tenant: str, product: Product, minutes: int, **more: Any) -> None:
        began = self.story.clock.now() - timedelta(minutes=minutes)
        draft = Draft(began, minutes, "staff", "phone", "Aiuto sulla stampa.", (GEST,), product.id, **more)
        await type_work(self.story.parts, self.story.world.technician.who, tenant, draft)

    async def lines(self) -> list[ResoldLine]:
        return (await see_reseller(self.story.parts, self.story.world.owner.who, self.firm)).lines


async def test_s47_no_reseller_is_autonomous_before_three_topics_of_that_program(story: Story) -> None:
    r = await Resale.begin(story)
    parts, owner, technician = story.parts, story.world.owner.who, story.world.technician.who
    assert (await refused(set_autonomous(parts, owner, r.firm, r.old.id))).why is Why.TOPICS_MISSING
    for topic in ("installation", "configuration", "full_use"):
        began = story.clock.now() - timedelta(minutes=30)
        taught = Beside(topic=topic, people="Bice Beta\nCarlo Beta")
        draft = Draft(began, 30, "staff", "visit", "Corso.", (TEACH,), r.old.id, None, taught)
        await type_work(parts, technician, r.firm, draft)
        line = (await see_reseller(parts, owner, r.firm)).register[-1]
        assert (line.product, line.topic) == (r.old.id, topic)
        other = await refused(teach_topic(parts, owner, r.firm, r.new.id, topic, line.training))
        assert (other.why, other.facts["field"]) == (Why.BAD_INPUT, "training")
        await teach_topic(parts, owner, r.firm, r.old.id, topic, line.training)
        again = await refused(teach_topic(parts, owner, r.firm, r.old.id, topic, line.training))
        assert again.why is Why.DUPLICATE
        if topic != "full_use":
            assert (await refused(set_autonomous(parts, owner, r.firm, r.old.id))).why is Why.TOPICS_MISSING
    await set_autonomous(parts, owner, r.firm, r.old.id)
    found = (await see_reseller(parts, owner, r.firm)).found
    assert found is not None
    assert (found.programs[r.old.id].autonomous, found.programs[r.new.id].autonomous) == (True, False)
    assert (await refused(set_autonomous(parts, owner, r.firm, r.new.id))).why is Why.TOPICS_MISSING


async def test_s48_two_programs_end_on_two_days_and_the_anniversary_is_billed(story: Story) -> None:
    r = await Resale.begin(story)
    view = await see_reseller(story.parts, r.beta.who, r.firm)
    assert view.found is not None
    ends = {one: program.free_until for one, program in view.found.programs.items()}
    assert ends == {r.old.id: date(2026, 11, 9), r.new.id: date(2026, 11, 10)}
    await r.typed(r.firm, r.old, 60)  # today is the anniversary
    await r.typed(r.firm, r.new, 60)  # and here the day before it
    assert [(one.product, one.free, one.minutes, one.cents) for one in await r.lines()] == sorted(
        [(r.old.id, False, 60, 5500), (r.new.id, True, 60, 0)]
    )


async def test_s48_somebody_says_first_what_the_years_after_cost(story: Story) -> None:
    parts, owner = story.parts, story.world.owner.who
    firm = await open_tenant(parts, owner, name="Rivenditore Gamma", details={})
    product = await list_product(parts, owner, "Gestionale")
    first = activate_program(parts, owner, firm.id, product.id, date(2026, 11, 10))
    assert (await refused(first)).why is Why.RESALE_RATE_MISSING
    assert await see_resellers(parts, owner) == []
    other = await refused(set_supplier(parts, owner, story.world.tenant, product.id, firm.id))
    assert (other.why, other.facts["field"]) == (Why.BAD_INPUT, "reseller")
    await set_resale_rate(parts, owner, firm.id, TABLE, product.id)
    await activate_program(parts, owner, firm.id, product.id, date(2026, 11, 10))
    again = activate_program(parts, owner, firm.id, product.id, date(2026, 11, 11))
    assert (await refused(again)).why is Why.DUPLICATE
    assert [one.name for one in await see_resellers(parts, owner)] == ["Rivenditore Gamma"]


async def test_s49_in_the_second_year_his_own_request_asks_and_warns(story: Story) -> None:
    r = await Resale.begin(story)
    silent = await refused(r.report(r.old, r.beta))
    assert (silent.why, silent.facts["field"]) == (Why.BAD_INPUT, "tried")
    unsure = await refused(r.report(r.old, r.beta, tried="Riavviato."))
    assert unsure.why is Why.CHARGE_NOT_ACCEPTED
    assert "resale.charge_accepted" not in await r.own_kinds()
    await r.report(r.old, r.beta, tried="Riavviato.", accepted=True)
    assert (await r.own_kinds()).count("resale.charge_accepted") == 1
    await r.report(r.new, r.beta)  # still free: nothing is asked
    await r.report(None, r.beta)
    assert (await r.own_kinds()).count("resale.charge_accepted") == 1


async def test_s49_a_customers_own_request_goes_to_its_reseller_first(story: Story) -> None:
    r = await Resale.begin(story)
    parts, world = story.parts, story.world
    incident = await r.report(r.old)
    assert await r.state(incident) == "routed"
    assert await r.state(await r.report(r.new)) == "open"  # the free year is the vendor's
    mailer = ListMailer()
    await deliver(parts, mailer)
    assert [to for raw, _, to in mailer.sent if b"/rivendita" in raw] == [f"bice-titolare@{r.firm}.example"]
    assert (await refused(story.ask(incident=incident))).why is Why.WITH_RESELLER
    assert [one.found.known.id for one in (await see_served(parts, r.beta.who)).incidents] == [incident]
    silent = await refused(pass_to_vendor(parts, r.beta.who, world.tenant, incident, Tried()))
    assert silent.facts["field"] == "tried"
    no = await refused(pass_to_vendor(parts, r.beta.who, world.tenant, incident, Tried("Riavviato.")))
    assert no.why is Why.CHARGE_NOT_ACCEPTED
    await pass_to_vendor(parts, r.beta.who, world.tenant, incident, TRIED)
    assert await r.state(incident) == "open"
    passed = await story.last("incident.passed")
    assert passed.actor == Actor(r.firm, "reseller")  # the firm: who of it, its own log says
    assert (await r.own_kinds()).count("resale.charge_accepted") == 1
    assert (
        await refused(pass_to_vendor(parts, r.beta.who, world.tenant, incident, TRIED))
    ).why is Why.WRONG_STATE
    await story.ask(incident=incident)
    assert await story.findings() == []


async def test_s49_he_solves_it_or_the_vendor_takes_it_over_with_a_reason(story: Story) -> None:
    r = await Resale.begin(story)
    parts, world = story.parts, story.world
    solved, taken = await r.report(r.old), await r.report(r.old)
    await solve_for_customer(parts, r.beta.who, world.tenant, solved)
    assert (await story.last("incident.closed")).record.outcome == "solved_by_reseller"
    await take_over(parts, world.technician.who, world.tenant, taken, "no_answer")
    told = (await story.last("incident.passed")).record
    assert (told.how, told.reason, told.reseller) == ("taken_over", "no_answer", r.firm)
    assert [one.found.known.id for one in (await see_served(parts, r.beta.who)).incidents] == [solved]
    await r.typed(world.tenant, r.old, 30, incident=taken)
    assert await r.lines() == []  # he asked for nothing, so it is not on his account
    assert (
        await refused(take_over(parts, world.technician.who, world.tenant, taken, "urgent"))
    ).why is Why.WRONG_STATE
    assert await story.findings() == []


async def test_s49_a_reseller_sees_nobody_elses_customers(story: Story) -> None:
    r = await Resale.begin(story)
    parts, world = story.parts, story.world
    gamma = await story.stranger()
    routed, own = await r.report(r.old), await r.report(r.new)
    for doing in (
        pass_to_vendor(parts, gamma.who, world.tenant, routed, TRIED),
        solve_for_customer(parts, gamma.who, world.tenant, routed),
        solve_for_customer(parts, r.beta.who, world.tenant, own),  # his customer's, and none of his
        report_for_customer(parts, gamma.who, world.tenant, r.old.id, "Aiuto.", TRIED),
        report_for_customer(parts, r.beta.who, gamma.who.tenant, r.old.id, "Aiuto.", TRIED),
        see_reseller(parts, gamma.who, r.firm),
    ):
        assert (await refused(doing)).why is Why.NOT_FOUND
    assert (await see_served(parts, gamma.who)).incidents == []
    assert (await refused(see_served(parts, world.technician.who))).why is Why.NOT_ALLOWED


async def test_s50_hours_for_his_customers_are_his_and_cost_them_nothing(story: Story) -> None:
    r = await Resale.begin(story)
    parts, world = story.parts, story.world
    await set_tariff(parts, world.owner.who, Rates("2026/1", date(2026, 11, 1), 9000, 8000))
    done = await report_for_customer(parts, r.beta.who, world.tenant, r.old.id, "La stampa si ferma.", TRIED)
    own = await report_for_customer(parts, r.beta.who, world.tenant, r.new.id, "Un dubbio.", Tried())
    await r.typed(world.tenant, r.old, 90, incident=done.incident)
    await r.typed(world.tenant, r.new, 20, incident=own.incident)
    await r.typed(r.firm, r.old, 30)
    assert [(one.free, one.minutes, one.rate, one.version, one.cents) for one in sorted(await r.lines(), key=lambda one: one.free)] == [
        (False, 120, 5500, "R 2026", 11000),
        (True, 20, 0, "", 0),
    ]  # fmt: skip
    charges: dict[str, Any] = (await see_hours(parts, world.titolare.who, world.tenant)).found.charges
    assert {(row["kind"], row["cents"]) for row in charges["rows"]} == {("reseller", 0)}
    bodies = [leaf.record.body() for leaf in await story.leaves()]
    assert not [one for one in bodies if "R 2026" in str(one)]  # his terms are not his customer's business
    assert await story.findings() == []


async def test_s50_work_across_midnight_of_the_anniversary_is_split(story: Story) -> None:
    r = await Resale.begin(story)
    story.clock.at = datetime.fromisoformat("2026-11-11T00:40:00+01:00")
    await r.typed(r.firm, r.new, 70)  # from 23:30 of the last free day
    assert [(one.free, one.minutes, one.cents) for one in await r.lines()] == [
        (True, 30, 0),
        (False, 40, 3667),
    ]


async def test_s50_reports_of_both_say_it_and_anybody_can_reckon_it_again(story: Story) -> None:
    """The customer's is checked offline with his keys alone; the reseller's has his free and his charged hours."""
    r = await Resale.begin(story)
    parts, world = story.parts, story.world
    done = await report_for_customer(parts, r.beta.who, world.tenant, r.old.id, "La stampa si ferma.", TRIED)
    await r.typed(world.tenant, r.old, 90, incident=done.incident)
    await solve_for_customer(parts, r.beta.who, world.tenant, await r.report(r.old))
    await r.typed(r.firm, r.old, 30)
    await r.typed(r.firm, r.new, 10)
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    assert [f.code for f in (await judged(story, issued.number)).verdict.findings] == []
    told = json.loads((await files_of(story, issued.number)).json)["charges"]
    assert [(one["kind"], one["minutes"], one["cents"]) for one in told["lines"]] == [("reseller", 90, 0)]
    mine = await see_hours(parts, world.owner.who, r.firm, "2026-11")  # by the function that makes his report
    lines = mine.found.charges["lines"]
    assert [(one.get("tariff"), one["minutes"], one["cents"]) for one in lines] == [
        (None, 10, 0),
        ("R 2026", 30, 2750),
    ]
    seen = await see_reseller(parts, world.owner.who, r.firm, "2026-11")
    assert sum(one.cents for one in seen.lines) == 2750 + 8250
