"""Work and what it costs, from the close of a session to section 7 of a month that a customer's verifier checks."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.statement_parts import Activity
from audit.work_records import OfficeAppsSet, TariffSet, TrainingGiven
from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.close_month import close_month
from broker.cases.close_session import Beside, close_session
from broker.cases.see_hours import see_hours, see_standings
from broker.cases.set_tariff import (
    see_office_apps,
    see_tariffs,
    set_office_apps,
    set_own_tariff,
    set_tariff,
)
from broker.cases.stop import stop
from broker.cases.type_work import Draft, see_own_work, type_work, withdraw_work
from broker.domain.grants import Wish
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import Rates
from tests.stories.telling import Story, wish
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged

GEST, TEACH, RESTORE = Activity("GEST", "ASS"), Activity("GEST", "FOR"), Activity("RST", "ASS")
RATES = Rates("2026/1", date(2026, 11, 1), 6000, 4800)


async def refused(doing: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as no:
        await doing
    return no.value


def asking(*codes: str) -> Wish:
    return replace(wish(), activities=tuple(Activity(code, "ASS") for code in codes))


def draft(story: Story, minutes: int = 20, **more: Any) -> Draft:
    began = story.clock.now() - timedelta(minutes=minutes)
    return replace(Draft(began, minutes, "staff", "mail", "Come si stampa il listino.", (GEST,)), **more)


async def closed(story: Story, session: str, *activities: Activity, **more: Any) -> None:
    technician = story.world.technician.who
    await close_session(
        story.parts, technician, session, outcome="solved", activities=activities or (GEST,), note="", **more
    )
    await story.agent.obey()


async def test_s26_a_session_is_closed_with_codes_that_were_approved(story: Story) -> None:
    """S-26, S-32: without a code refused, with one nobody approved refused; a restore says where to."""
    technician, parts = story.world.technician.who, story.parts
    session = await story.running(asked=asking("GEST", "RST"))
    close = {"outcome": "solved", "note": ""}
    none = await refused(close_session(parts, technician, session, activities=[], **close))
    assert (none.why, none.facts["field"]) == (Why.BAD_INPUT, "activities")
    other = await refused(
        close_session(parts, technician, session, activities=[Activity("LAN", "ASS")], **close)
    )
    assert other.why is Why.ACTIVITY_NOT_APPROVED
    bare = await refused(close_session(parts, technician, session, activities=[RESTORE], **close))
    assert bare.facts["field"] == "target"
    await closed(story, session, RESTORE, GEST, beside=Beside(target="NAS in sala server"))
    assert (await story.last("session.closed")).record.activities == ("GEST", "RST")
    assert await story.findings() == []


async def test_s26_the_session_ends_whatever_is_said_of_it_and_its_codes_are_owed(story: Story) -> None:
    """U-21: evidence is never lost for a form that nobody filled in."""
    world, parts = story.world, story.parts
    await set_tariff(parts, world.owner.who, RATES)
    session = await story.running()
    story.clock.advance(minutes=7)
    await stop(parts, world.ads.who, session)
    await story.agent.obey()
    found = await see_hours(parts, world.owner.who, world.tenant)
    assert found.found.charges["codes_missing"] == 1
    assert [row["minutes"] for row in found.found.charges["rows"]] == [7]
    await closed(story, session)
    found = await see_hours(parts, world.owner.who, world.tenant)
    assert found.found.charges["codes_missing"] == 0


async def test_s29_a_training_session_fills_the_register(story: Story) -> None:
    world, parts = story.world, story.parts
    session = await story.running()
    close = {"outcome": "solved", "activities": [TEACH], "note": ""}
    nobody = await refused(close_session(parts, world.technician.who, session, **close))
    assert nobody.facts["field"] == "trained"
    taught = Beside(topic="Gruppi e caparre", people="Anna Prova\nBruno Prova\n")
    await closed(story, session, TEACH, beside=taught)
    record = (await story.last(TrainingGiven.KIND)).record
    assert record.participants == 2
    seen = await see_hours(parts, world.titolare.who, world.tenant)
    assert not seen.gap
    assert [one.words["people"] for one in seen.lessons] == [["Anna Prova", "Bruno Prova"]]
    assert await story.findings() == []


async def test_s46_a_question_of_the_staff_is_charged_without_a_token(story: Story) -> None:
    """S-46: answered by mail, without access: no request, no grant, and it can be charged."""
    world, parts = story.world, story.parts
    await set_tariff(parts, world.owner.who, RATES)
    work = await type_work(parts, world.technician.who, world.tenant, draft(story))
    assert await story.kinds("request.opened", "grant.issued") == []
    found = await see_hours(parts, world.titolare.who, world.tenant)
    [row] = found.found.charges["rows"]
    assert (row["work"], row["kind"], row["minutes"], row["cents"]) == (work, "extra", 20, 2000)
    assert found.said == {work: "Come si stampa il listino."}
    own = await see_own_work(parts, world.technician.who, world.tenant)
    assert [one.record.work for one in own.lines] == [work]


async def test_s45_nobodys_hour_is_charged_twice(story: Story) -> None:
    """Work typed for the time of one's own session is refused by the session's name; before and after it may be."""
    world, parts, technician = story.world, story.parts, story.world.technician.who
    session = await story.running()
    story.clock.advance(minutes=3)
    while_it_runs = await refused(type_work(parts, technician, world.tenant, draft(story, 5)))
    assert (while_it_runs.why, while_it_runs.facts) == (Why.IN_SESSION, {"session": session})
    story.clock.advance(minutes=30)
    await stop(parts, world.ads.who, session)
    await story.agent.obey()
    ended = story.clock.now()
    assert (await refused(type_work(parts, technician, world.tenant, draft(story, 5)))).why is Why.IN_SESSION
    story.clock.advance(minutes=20)
    assert await type_work(parts, technician, world.tenant, draft(story, began=ended, minutes=20))
    before = draft(story, began=ended - timedelta(minutes=45), minutes=10)
    assert await type_work(parts, technician, world.tenant, before)
    assert (
        await refused(type_work(parts, technician, world.tenant, replace(before, minutes=20)))
    ).why is Why.IN_SESSION
    assert await story.findings() == []


async def test_s45_work_is_typed_the_same_day_and_taken_back_in_its_month(story: Story) -> None:
    world, parts, technician = story.world, story.parts, story.world.technician.who
    late = draft(story, began=story.clock.now() - timedelta(days=1))
    assert (await refused(type_work(parts, technician, world.tenant, late))).why is Why.NOT_SAME_DAY
    first = await type_work(parts, technician, world.tenant, draft(story))
    second = await type_work(parts, technician, world.tenant, draft(story, product="other"))
    await withdraw_work(parts, technician, world.tenant, first)
    assert (await refused(withdraw_work(parts, technician, world.tenant, first))).why is Why.NOT_FOUND
    await days_pass(story, DECEMBER)
    assert (await refused(withdraw_work(parts, technician, world.tenant, second))).why is Why.MONTH_ENDED
    unknown = draft(story, minutes=1, product="g-nessuno")
    assert (await refused(type_work(parts, technician, world.tenant, unknown))).facts["field"] == "product"
    unknown = draft(story, minutes=1, incident="I-2026-0999")
    assert (await refused(type_work(parts, technician, world.tenant, unknown))).facts["field"] == "incident"


async def test_s44_the_month_says_what_is_to_be_paid_and_anybody_can_reckon_it_again(story: Story) -> None:
    """S-44, S-45, U-07: hours of the contract, what exceeds them, a pause, training, and the sums of page 1."""
    world, parts, technician = story.world, story.parts, story.world.technician.who
    await set_tariff(parts, world.owner.who, RATES)
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7), included=40, step=15)
    await agree_contract(parts, world.owner.who, world.tenant, terms)
    session = await story.running()
    story.clock.advance(minutes=17)
    await closed(story, session)
    story.clock.advance(minutes=20)
    await type_work(parts, technician, world.tenant, draft(story, minutes=20))
    await type_work(parts, technician, world.tenant, draft(story, minutes=10, product="other"))
    taught = draft(
        story, product="other", activities=(TEACH,), beside=Beside(topic="Stampe", people="Anna Prova")
    )
    await type_work(parts, technician, world.tenant, taught)
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    found = await judged(story, issued.number)
    assert [f.code for f in found.verdict.findings] == []
    report = json.loads((await files_of(story, issued.number)).json)
    told = report["charges"]
    lines = [(one["kind"], one["minutes"], one["billed_minutes"], one["cents"]) for one in told["lines"]]
    assert sum(one["minutes"] for one in told["rows"] if "n" in one) == report["totals"]["minutes"] == 17
    assert [kind for kind, *_ in lines] == ["contract", "extra", "training"]
    assert sum(billed for kind, _, billed, _ in lines if kind == "contract") == 40
    assert told["hours"] == [
        {"from": "2026-01-01", "included_minutes": 40, "used_before_minutes": 0, "used_now_minutes": 40, "left_minutes": 0},
    ]  # fmt: skip
    # 17 and 20 minutes are 30 each: 20 beyond the hours at 60 euro; 10 are 15; 20 of training are 30 at 48 euro.
    assert told["cents"] == 2000 + 1500 + 2400 == sum(one["cents"] for one in told["lines"])
    standing = await see_hours(parts, world.owner.who, world.tenant, "2026-11")
    assert standing.found.charges == told


async def test_s44_the_tariff_of_the_day_of_execution(story: Story) -> None:
    """S-44: 31/12 23:30 to 00:30 with a new tariff from 01/01: 30 minutes at the old one, 30 at the new."""
    world, parts = story.world, story.parts
    await set_tariff(parts, world.owner.who, RATES)
    await set_tariff(
        parts, world.owner.who, replace(RATES, version="2027/1", first=date(2027, 1, 1), assistance=6600)
    )
    await days_pass(story, datetime(2026, 12, 31, 23, 40, tzinfo=UTC))
    night = draft(story, minutes=60, began=datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    await type_work(parts, world.technician.who, world.tenant, night)
    rows = (await see_hours(parts, world.owner.who, world.tenant, "2027-01")).found.charges["rows"]
    assert [(one["tariff"], one["minutes"], one["cents"]) for one in rows] == [
        ("2026/1", 30, 3000), ("2027/1", 30, 3300),
    ]  # fmt: skip


async def test_s44_every_customers_log_is_told_of_the_houses_tariff(story: Story) -> None:
    world, parts, owner = story.world, story.parts, story.world.owner.who
    other = await story.stranger()
    await set_tariff(parts, owner, RATES)
    assert (await refused(set_tariff(parts, owner, RATES))).why is Why.DUPLICATE
    for tenant in (world.tenant, other.who.tenant, world.house):
        assert [one.version for one in await see_tariffs(parts, owner, tenant)] == ["2026/1"]
    await set_own_tariff(
        parts, owner, world.tenant, replace(RATES, version="P-7", assistance=4000, last=date(2026, 12, 31))
    )
    await type_work(parts, world.technician.who, world.tenant, draft(story, minutes=60))
    seen = await see_hours(parts, owner, world.tenant)
    assert [one["rate_cents_hour"] for one in seen.found.charges["rows"]] == [4000]
    later = (
        await story.stranger()
    )  # opened afterwards: told before its first month is closed, or with its first work
    await type_work(parts, world.technician.who, later.who.tenant, draft(story))
    assert [one.version for one in await see_tariffs(parts, owner, later.who.tenant)] == ["2026/1"]
    told = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, TariffSet)]
    assert [one.own for one in told] == [False, True]


async def test_a_customer_without_a_tariff_has_no_section_7(story: Story) -> None:
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    assert "charges" not in json.loads((await files_of(story, issued.number)).json)
    seen = await see_hours(story.parts, story.world.titolare.who, story.world.tenant)
    assert seen.found.charges == {}
    assert seen.months == ("2026-12", "2026-11")
    for period in ("2026-10", "2027-01", "novembre"):
        no = await refused(see_hours(story.parts, story.world.owner.who, story.world.tenant, period))
        assert no.facts["field"] == "period"


async def test_s19_renewals_and_payments_awaited_are_told(story: Story) -> None:
    """S-19, U-27: a contract that ends within 60 days, and one to be paid in advance that was not."""
    world, parts = story.world, story.parts
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=None)
    await agree_contract(parts, world.owner.who, world.tenant, terms)
    [one] = await see_standings(parts, world.owner.who)
    assert (one.renews, one.unpaid, one.hours) == (True, True, None)
    later = replace(
        terms, first=date(2026, 11, 1), last=date(2027, 12, 31), paid=date(2026, 11, 2), included=600
    )
    await agree_contract(parts, world.owner.who, world.tenant, later)
    await set_tariff(parts, world.owner.who, RATES)
    [one] = await see_standings(parts, world.owner.who)
    assert (one.renews, one.unpaid) == (False, False)
    assert one.hours is not None
    assert one.hours["left_minutes"] == 600


async def test_s26_the_list_of_office_applications_is_the_owners(story: Story) -> None:
    world, parts = story.world, story.parts
    assert "Outlook" in await see_office_apps(parts, world.technician.who)
    await set_office_apps(parts, world.owner.who, ["Word", "Teams"])
    assert await see_office_apps(parts, world.technician.who) == ("Word", "Teams")
    office = (Activity("OFFICE", "ASS"),)
    for app, fits in (("Teams", True), ("Outlook", False)):
        one = draft(story, minutes=1, activities=office, beside=Beside(apps=(app,)))
        if fits:
            await type_work(parts, world.technician.who, world.tenant, one)
        else:
            assert (await refused(type_work(parts, world.technician.who, world.tenant, one))).facts[
                "field"
            ] == "apps"
    house = await world.records(world.house)
    assert sum(isinstance(one, OfficeAppsSet) for one in house) == 1
