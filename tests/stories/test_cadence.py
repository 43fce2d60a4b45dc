"""Reports at the cadence agreed: weekly, of each intervention, brought by mail; the months go on beside them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from audit.report_records import ReportDelivered
from audit.statement_parts import Activity
from broker.cases.agree_cadence import agree_cadence, see_cadence
from broker.cases.close_session import close_session
from broker.cases.tell_period import tell_period
from broker.domain.refusal import Refused, Why
from broker.jobs import cadence
from broker.jobs.deliver import deliver
from broker.store import told
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, files_of, judged, worked

MONDAY = datetime(2026, 11, 30, 5, 30, tzinfo=UTC)  # half past six in Rome


async def reports_of(story: Story) -> list[str]:
    async with story.parts.store.read() as work:
        return sorted((await told.periods(work, story.world.tenant)).issued)


async def test_s27_each_week_is_told_of_on_monday_at_six_and_brought_by_mail(story: Story) -> None:
    titolare = story.world.titolare.who
    assert await see_cadence(story.parts, titolare, titolare.tenant) == "monthly"
    await agree_cadence(story.parts, titolare, titolare.tenant, "weekly")
    with pytest.raises(Refused) as no:
        await agree_cadence(story.parts, story.world.owner.who, titolare.tenant, "weekly")
    assert no.value.why == Why.DUPLICATE
    session = await worked(story)
    await days_pass(story, MONDAY.replace(hour=4, minute=59))
    await cadence.tick(story.parts)
    before = await reports_of(story)
    await days_pass(story, MONDAY)
    await cadence.tick(story.parts)
    await cadence.tick(story.parts)
    after = await reports_of(story)
    assert after[-1] == "2026-W48" not in before
    number = f"VB-{titolare.tenant.removeprefix('t-')}-2026-W48"
    report = json.loads((await files_of(story, number)).json)
    assert report["report"]["cadence"] == "weekly"
    told_of = [json.loads((await files_of(story, number.replace("2026-W48", one))).json) for one in after]
    assert [s["id"] for one in told_of for s in one["sessions"]] == [session]  # the idle weeks say zero
    assert {f.code for f in (await judged(story, number)).verdict.findings} == set()

    mailer = ListMailer()
    await deliver(story.parts, mailer)
    letters = [message_from_bytes(one, policy=policy.SMTP) for one, _, _ in mailer.sent]
    [letter] = [one for one in letters if number in str(one["Subject"])]
    [pdf] = list(letter.iter_attachments())
    assert pdf.get_filename() == f"{number}.pdf"
    assert pdf.get_content() == (await files_of(story, number)).pdf
    delivered = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, ReportDelivered)]
    assert (number, titolare.person, "mail", True) in {
        (one.number, one.person, one.channel, one.attached) for one in delivered
    }


async def test_s27_every_intervention_has_a_report_of_its_own(story: Story) -> None:
    tenant = story.world.tenant
    await agree_cadence(story.parts, story.world.owner.who, tenant, "intervention")
    session = await worked(story)
    await cadence.tick(story.parts)
    assert await reports_of(story) == []  # the technician has still to say how it came out
    await close_session(
        story.parts,
        story.world.technician.who,
        session,
        outcome="solved",
        activities=[Activity("GEST", "ASS")],
        note="",
    )
    await cadence.tick(story.parts)
    assert await reports_of(story) == [f"INT-{session}"]
    [number] = [leaf.record.number for leaf in await story.leaves() if leaf.record.KIND == "report.issued"]
    report = json.loads((await files_of(story, number)).json)
    assert [s["id"] for s in report["sessions"]] == [session]
    assert "data_protection" not in report
    assert {f.code for f in (await judged(story, number)).verdict.findings} == set()
    with pytest.raises(Refused) as no:
        await tell_period(story.parts, tenant, f"INT-{session}")
    assert no.value.why == Why.MONTH_CLOSED


async def test_what_is_no_period_that_ended_is_not_told_of(story: Story) -> None:
    for period, why in (
        ("2026-11", Why.BAD_INPUT),
        ("2027-W53", Why.BAD_INPUT),
        ("2027-Q1", Why.MONTH_NOT_ENDED),
        ("INT-s-nobody", Why.NOT_FOUND),
    ):
        with pytest.raises(Refused) as no:
            await tell_period(story.parts, story.world.tenant, period)
        assert no.value.why == why
    assert "period.told" not in await story.kinds()
