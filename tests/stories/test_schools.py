"""A customer that is a school, from the study of its system to the minute of its yearly clean-up (S-51 to S-53)."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.person_records import AccessDenied
from audit.school_order import ROWS
from audit.statement_parts import Activity
from broker.cases.clean_archives import close_clean_up, count_archive
from broker.cases.close_month import close_month
from broker.cases.delegate_archives import begin_delegation, end_delegation
from broker.cases.instruct_clean_up import begin_instruction, decline_clean_up
from broker.cases.issue_document import print_document
from broker.cases.see_school import see_school, see_schools
from broker.cases.type_customer import RowDraft, answer_row, put_in_service, type_customer
from broker.domain.grants import Wish
from broker.domain.refusal import Refused, Why
from broker.domain.school import School
from broker.jobs import duties
from broker.jobs.deliver import deliver
from broker.store import documents
from tests.doubles import ListMailer
from tests.stories.telling import EXEC, TERMINAL, Story
from tests.stories.test_months import days_pass, files_of, judged

LAN, GEST, BKP, RST, OFFICE = (Activity(code, "ASS") for code in ("LAN", "GEST", "BKP", "RST", "OFFICE"))
ARCHIVES = ("Registro elettronico 2021/22", "Prestiti della biblioteca")


def of(*activities: Activity, hours: int | None = None, at: datetime | None = None) -> Wish:
    until = None if hours is None or at is None else at + timedelta(hours=hours)
    return Wish((TERMINAL, EXEC), activities, None, until, None)


async def refused(doing: Awaitable[Any]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def state(story: Story) -> School:
    return (await see_school(story.parts, story.world.owner.who, story.world.tenant)).school


async def school(story: Story, *, clean_up: str = "", in_service: bool = True) -> None:
    owner, tenant = story.world.owner.who, story.world.tenant
    await type_customer(story.parts, owner, tenant, "school", clean_up)
    if in_service:
        for row in ROWS:
            paper = ("ab" * 32, 4096) if row == "document" else ("", None)
            await answer_row(story.parts, owner, tenant, RowDraft(row, "Un solo server.", *paper))
        await put_in_service(story.parts, owner, tenant)


async def delegate(story: Story, *, days: int = 200, to: str = "") -> None:
    titolare = story.world.titolare
    until = story.clock.now() + timedelta(days=days)
    person = to or story.world.technician.id
    await titolare.sign(await begin_delegation(story.parts, titolare.who, [person], until))


async def instruct(story: Story, clean_up: str, archives: tuple[str, ...] = ARCHIVES) -> None:
    titolare = story.world.titolare
    await titolare.sign(await begin_instruction(story.parts, titolare.who, clean_up, archives))


async def count(story: Story, clean_up: str, archive: int, phase: str, rows: int) -> None:
    me, tenant = story.world.technician.who, story.world.tenant
    await count_archive(story.parts, me, tenant, clean_up, archive, phase, rows)


# ------------------------------------------------------------------------------------------- study


async def test_s51_a_school_is_in_service_once_no_row_of_its_study_is_open(story: Story) -> None:
    owner, tenant = story.world.owner.who, story.world.tenant
    assert await refused(answer_row(story.parts, owner, tenant, RowDraft("server", "x"))) is Why.WRONG_STATE
    assert await refused(put_in_service(story.parts, owner, tenant)) is Why.WRONG_STATE
    for who in (story.world.titolare.who, story.world.technician.who):
        assert await refused(type_customer(story.parts, who, tenant, "school")) is Why.NOT_ALLOWED
    assert await refused(type_customer(story.parts, owner, tenant, "school", "29/02")) is Why.BAD_INPUT
    assert await refused(type_customer(story.parts, owner, tenant, "other")) is Why.WRONG_STATE
    await school(story, in_service=False)
    assert (await state(story)).clean_up == "08-31"
    assert [one.customer.id for one in await see_schools(story.parts, owner)] == [tenant]
    assert await refused(put_in_service(story.parts, owner, tenant)) is Why.STUDY_OPEN
    for row in ROWS[:-1]:
        await answer_row(story.parts, owner, tenant, RowDraft(row, "Il server è in segreteria."))
    assert (await state(story)).open_rows == ("document",)
    for draft in (
        RowDraft("document", "Studio"),
        RowDraft("document", "Studio", "ab" * 32),
        RowDraft("document", "Studio", "xy" * 32, 7),
        RowDraft("document", "Studio", "ab" * 32, 0),
        RowDraft("roof", "Studio"),
    ):
        assert await refused(answer_row(story.parts, owner, tenant, draft)) is Why.BAD_INPUT
    vast = RowDraft("document", "Studio", "ab" * 32, (32 << 20) + 1)
    assert await refused(answer_row(story.parts, owner, tenant, vast)) is Why.TOO_LARGE
    assert await refused(put_in_service(story.parts, owner, tenant)) is Why.STUDY_OPEN
    secret = RowDraft("document", "Studio; password: Gx7!prova99", "ab" * 32, 4096)
    assert await answer_row(story.parts, owner, tenant, secret) == 1
    await put_in_service(story.parts, owner, tenant)
    assert await refused(put_in_service(story.parts, owner, tenant)) is Why.WRONG_STATE
    view = await see_school(story.parts, story.world.titolare.who, tenant)
    assert view.school.in_service is not None
    assert "Gx7" not in view.answers["document"]
    assert await story.findings() == []


async def test_s51_before_it_is_in_service_a_session_is_of_what_prepares_it(story: Story) -> None:
    await school(story, in_service=False)
    await delegate(story)
    assert await refused(story.ask(of(GEST))) is Why.SCHOOL_NOT_IN_SERVICE
    assert await refused(story.ask(of(LAN, OFFICE))) is Why.SCHOOL_NOT_IN_SERVICE
    denied = (await story.last("access.denied")).record
    assert isinstance(denied, AccessDenied)
    assert (denied.what, denied.reason) == ("request", "school_not_in_service")
    await story.running(asked=of(LAN))
    assert await story.findings() == []


async def test_s51_a_customer_becomes_a_school_after_it_was_asked_for(story: Story) -> None:
    """What was approved before is judged again when it is opened."""
    session = await story.granted(asked=of(OFFICE))
    await school(story, in_service=False)
    assert await refused(story.activate(session)) is Why.SCHOOL_NOT_IN_SERVICE


# -------------------------------------------------------------------------------------- delegation


@pytest.mark.parametrize("activity", [GEST, BKP, RST], ids=lambda one: one.code)
async def test_s52_a_session_on_archives_without_a_delegation_is_refused(
    story: Story, activity: Activity
) -> None:
    await school(story)
    assert await refused(story.ask(of(activity, LAN))) is Why.ARCHIVES_DELEGATION_MISSING
    denied = (await story.last("access.denied")).record
    assert isinstance(denied, AccessDenied)
    assert denied.reason == "archives_delegation_missing"
    await delegate(story)
    await story.running(asked=of(activity))
    assert await story.findings() == []


async def test_s52_other_work_at_a_school_needs_none(story: Story) -> None:
    await school(story)
    await story.running(asked=of(OFFICE))
    assert await story.findings() == []


async def test_s52_a_delegation_names_the_technician_outlasts_the_window_and_can_be_ended(
    story: Story,
) -> None:
    world, titolare = story.world, story.world.titolare
    await school(story)
    until = story.clock.now() + timedelta(days=20)
    for who in (world.owner.who, world.ads.who, world.technician.who):
        assert (
            await refused(begin_delegation(story.parts, who, [world.technician.id], until)) is Why.NOT_ALLOWED
        )
    for persons in ([], [world.ads.id], [world.owner.id], ["p-00000000"]):
        assert await refused(begin_delegation(story.parts, titolare.who, persons, until)) is Why.BAD_INPUT
    for late in (story.clock.now() + timedelta(days=367), story.clock.now()):
        wrong = begin_delegation(story.parts, titolare.who, [world.technician.id], late)
        assert await refused(wrong) is Why.BAD_INPUT
    await delegate(story, days=1)
    long = of(GEST, hours=30, at=story.clock.now() + timedelta(minutes=0))
    assert await refused(story.ask(long)) is Why.ARCHIVES_DELEGATION_MISSING
    receipt = await story.ask(of(GEST))
    [given] = (await state(story)).delegations
    assert (
        await refused(end_delegation(story.parts, world.owner.who, given.said.delegation)) is Why.NOT_ALLOWED
    )
    await end_delegation(story.parts, titolare.who, given.said.delegation)
    assert await refused(end_delegation(story.parts, titolare.who, given.said.delegation)) is Why.NOT_FOUND
    assert await refused(story.approve(receipt.request)) is Why.ARCHIVES_DELEGATION_MISSING
    assert await refused(story.ask(of(GEST))) is Why.ARCHIVES_DELEGATION_MISSING
    assert await story.findings() == []


async def test_s52_nobody_delegates_who_is_no_school(story: Story) -> None:
    until = story.clock.now() + timedelta(days=20)
    me = story.world.technician.id
    assert (
        await refused(begin_delegation(story.parts, story.world.titolare.who, [me], until)) is Why.WRONG_STATE
    )


# ---------------------------------------------------------------------------------------- clean-up


async def until(story: Story, day: date) -> None:
    """Nine in the morning, days later: the daily job runs."""
    at = datetime(day.year, day.month, day.day, 7, 30, tzinfo=UTC)
    story.clock.advance(seconds=(at - story.clock.now()).total_seconds())
    await duties.tick(story.parts)


async def test_s53_the_yearly_reminder_comes_by_mail_ahead_of_31_august(story: Story) -> None:
    """A month ahead, a week ahead, on the day, and each month after it; once each, whatever the job does."""
    mailer = ListMailer()
    await school(story)
    await until(story, date(2027, 7, 31))
    assert (await state(story)).clean_ups == ()
    seen = []
    for day in (
        date(2027, 8, 1), date(2027, 8, 2), date(2027, 8, 24), date(2027, 8, 31), date(2027, 9, 15),
        date(2027, 9, 30), date(2027, 10, 29),
    ):  # fmt: skip
        await until(story, day)
        await duties.tick(story.parts)
        await deliver(story.parts, mailer)
        subjects = [one for one in mailer.sent if b"pulizia" in one[0] and b"31/08/2027" in one[0]]
        seen.append(len(subjects))
        mailer.sent.clear()
    told = {one.id for one in (story.world.titolare, story.world.owner, story.world.technician)}
    assert seen == [len(told), 0, len(told), len(told), 0, len(told), 0]
    [one] = (await state(story)).clean_ups
    assert (one.id, one.due, one.state) == ("u-2027", date(2027, 8, 31), "due")
    await until(story, date(2028, 8, 2))
    assert len((await state(story)).clean_ups) == 1  # the one before is still open
    await decline_clean_up(story.parts, story.world.titolare.who, "u-2027", "Nulla da cancellare.")
    await duties.tick(story.parts)
    assert [one.id for one in (await state(story)).clean_ups] == ["u-2027", "u-2028"]
    assert await story.findings() == []


async def test_s53_each_school_has_its_own_day(story: Story) -> None:
    await school(story, clean_up="06-30")
    await until(story, date(2027, 6, 1))
    assert [one.due for one in (await state(story)).clean_ups] == [date(2027, 6, 30)]


async def cleaned(story: Story, clean_up: str) -> int:
    for n, (before, after) in enumerate(((900, 100), (40, 0)), 1):
        await count(story, clean_up, n, "before", before)
        await count(story, clean_up, n, "after", after)
    me = story.world.technician.who
    return await close_clean_up(story.parts, me, story.world.tenant, clean_up)


async def test_s53_a_clean_up_is_closed_with_counts_alone_and_its_minute_is_in_the_months_report(
    story: Story,
) -> None:
    world, me, tenant = story.world, story.world.technician.who, story.world.tenant
    mailer = ListMailer()
    await school(story, clean_up="12-05")
    await duties.tick(story.parts)
    one = (await state(story)).clean_ups[0].id
    closing = lambda: close_clean_up(story.parts, me, tenant, one)  # noqa: E731
    assert await refused(closing()) is Why.CLEAN_UP_UNCOUNTED
    assert await refused(count(story, one, 1, "before", 5)) is Why.WRONG_STATE
    for who in (world.owner.who, world.ads.who, me):
        assert await refused(begin_instruction(story.parts, who, one, ARCHIVES)) is Why.NOT_ALLOWED
    for wrong in ((), ("a", "a"), ("a" * 121,), tuple(f"a{n}" for n in range(41))):
        assert await refused(begin_instruction(story.parts, world.titolare.who, one, wrong)) is Why.BAD_INPUT
    await instruct(story, one, ("Tutto",))
    await instruct(story, one)
    assert await refused(closing()) is Why.CLEAN_UP_UNCOUNTED
    assert await refused(count(story, one, 1, "after", 5)) is Why.WRONG_STATE
    for archive, phase, rows in ((3, "before", 1), (0, "before", 1), (1, "between", 1), (1, "before", -1)):
        assert await refused(count(story, one, archive, phase, rows)) is Why.BAD_INPUT
    await count(story, one, 1, "before", 901)
    await count(story, one, 1, "before", 900)
    await count(story, one, 1, "after", 100)
    assert await refused(count(story, one, 1, "before", 900)) is Why.WRONG_STATE
    assert await refused(begin_instruction(story.parts, world.titolare.who, one, ARCHIVES)) is Why.WRONG_STATE
    gone = decline_clean_up(story.parts, world.titolare.who, one, "Ripensato.")
    assert await refused(gone) is Why.WRONG_STATE
    with pytest.raises(Refused) as no:
        await closing()
    assert (no.value.why, no.value.facts["archives"]) == (Why.CLEAN_UP_UNCOUNTED, ARCHIVES[1])
    assert await refused(close_clean_up(story.parts, world.owner.who, tenant, one)) is Why.NOT_ALLOWED
    await count(story, one, 2, "before", 40)
    await count(story, one, 2, "after", 0)
    n = await closing()
    assert await refused(closing()) is Why.WRONG_STATE
    async with story.parts.store.read() as work:
        found = await documents.text(work, tenant, n, story.parts.keys.wrapping_key())
    minute = json.dumps(found, ensure_ascii=False)
    for said in (*ARCHIVES, '"900", "100", "-800"', "Tiziana Tecnica", world.titolare.who.name, "940 e 100"):
        assert said in minute
    assert (await print_document(story.parts, world.titolare.who, tenant, n)).data.startswith(b"%PDF-")
    await deliver(story.parts, mailer)
    assert any(b"conclusa" in message for message, *_ in mailer.sent)
    await days_pass(story, datetime(2026, 12, 1, 8, tzinfo=UTC))
    issued = await close_month(story.parts, tenant, "2026-11")
    verdict = await judged(story, issued.number)
    assert [f.code for f in verdict.verdict.findings] == []
    [told] = json.loads((await files_of(story, issued.number)).json)["clean_ups"]
    assert told["archives"] == [
        {"name": ARCHIVES[0], "before": 900, "after": 100},
        {"name": ARCHIVES[1], "before": 40, "after": 0},
    ]
    leaf = next(leaf for leaf in await story.leaves() if leaf.n == n)
    assert told["minute"] == {"leaf": n, "commitment": leaf.sealed}
    assert told["statement"] == (await story.last("clean_up.instructed")).record.statement  # type: ignore[union-attr]
    assert await story.findings() == []
