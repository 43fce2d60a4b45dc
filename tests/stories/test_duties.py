"""What has to be on file before anybody may intervene, from the paper to the refusal and the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit.paper_records import CategorySet, DutiesLacking
from audit.person_records import AccessDenied
from broker.cases import subprocessors
from broker.cases.dismiss import dismiss
from broker.cases.file_paper import PaperDraft, file_paper, withdraw_paper
from broker.cases.open_tenant import open_tenant
from broker.cases.see_duties import see_duties, see_subprocessors
from broker.cases.see_requests import see_request
from broker.cases.see_technicians import see_technicians
from broker.cases.set_category import CategoryDraft, see_categories, set_category
from broker.cases.set_matrix import date_duties, set_matrix
from broker.domain.preconditions import Lack
from broker.domain.refusal import Refused, Why
from broker.domain.register import Matrix
from broker.jobs.deliver import deliver
from broker.store import categories, duties
from tests.broker.world import newcomer
from tests.doubles import ListMailer
from tests.stories.telling import Story

ONE = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")


async def refused(doing: Any) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def test_s24_category_one_needs_its_appointment_and_speaks_from_now_on(story: Story) -> None:
    """S-24: a session takes the category that is valid when it starts."""
    world, began = story.world, story.clock.now()
    no = await refused(set_category(story.parts, world.owner.who, world.tenant, CategoryDraft(1)))
    assert no is Why.APPOINTMENT_MISSING
    story.clock.advance(minutes=1)
    await set_category(story.parts, world.owner.who, world.tenant, ONE)
    record = (await story.last("category.set")).record
    assert isinstance(record, CategorySet)
    assert (record.category, record.paper, record.reference) == (1, "appointment", "Prot. 12/2026")
    async with story.parts.store.read() as work:
        assert await categories.at(work, world.tenant, began) == 2
        assert await categories.at(work, world.tenant, story.clock.now()) == 1
    assert len(await see_categories(story.parts, world.ads.who, world.tenant)) == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"reference": "Nomina"}, Why.BAD_INPUT),
        ({"dated": "2026-13-01"}, Why.BAD_INPUT),
        ({"dated": "2099-01-01"}, Why.BAD_INPUT),
        ({"file": "abc"}, Why.BAD_INPUT),
    ],
)
async def test_a_paper_is_named_as_papers_are(story: Story, wrong: dict[str, Any], why: Why) -> None:
    good: dict[str, Any] = {"reference": "Prot. 12/2026", "dated": "2026-11-02"}
    draft = CategoryDraft(1, **good | wrong)
    assert await refused(set_category(story.parts, story.world.owner.who, story.world.tenant, draft)) is why


async def test_nobody_else_sets_it_and_the_house_has_none(story: Story) -> None:
    world = story.world
    two = CategoryDraft(2, until=story.clock.now() + timedelta(days=1))
    assert (
        await refused(set_category(story.parts, world.technician.who, world.tenant, two)) is Why.NOT_ALLOWED
    )
    assert await refused(set_category(story.parts, world.owner.who, world.house, two)) is Why.NOT_FOUND
    assert await refused(see_categories(story.parts, world.owner.who, "t-00000000")) is Why.NOT_FOUND


# ------------------------------------------------------------------------------ papers and the day they block


async def unfiled(story: Story, kind: str) -> None:
    """Take the paper of that kind off again."""
    world = story.world
    tenant = world.tenant if kind == "dpa" else world.house
    async with story.parts.store.read() as work:
        found = await duties.register(work, tenant)
    for one in found.filed:
        if one.paper.kind == kind:
            await withdraw_paper(story.parts, world.owner.who, tenant, one.id)


async def block_now(story: Story) -> None:
    await date_duties(story.parts, story.world.titolare.who, f"{story.clock.now():%Y-%m-%d}")


async def test_l20_a_session_with_access_is_refused_without_the_agreement(story: Story) -> None:
    """L-20: `dpa_missing`, recorded; advice without access asks for no session, and so for no paper."""
    session = await story.granted()
    await unfiled(story, "dpa")
    await block_now(story)
    assert await refused(story.activate(session)) is Why.DPA_MISSING
    told = (await story.last("access.denied")).record
    assert isinstance(told, AccessDenied)
    assert (told.what, told.reason) == ("activation", "dpa_missing")
    assert await refused(story.ask()) is Why.DPA_MISSING
    assert (await story.last("access.denied")).record == AccessDenied(
        story.world.technician.id, "request", "dpa_missing", story.world.technician.who.terminal
    )
    assert await story.findings() == []


@pytest.mark.parametrize(
    ("kind", "why"),
    [("confidentiality", Why.CONFIDENTIALITY_MISSING), ("training", Why.TRAINING_MISSING)],
)
async def test_l33_a_technician_without_his_papers_is_assigned_to_nothing(
    story: Story, kind: str, why: Why
) -> None:
    waiting = await story.ask()
    await unfiled(story, kind)
    await block_now(story)
    assert await refused(story.ask()) is why
    assert await refused(story.approve(waiting.request)) is why
    world = story.world
    draft = PaperDraft(kind, "Prot. 9", f"{story.clock.now():%Y-%m-%d}", person=world.technician.id)
    await file_paper(story.parts, world.owner.who, world.house, draft)
    await story.approve(waiting.request)


async def test_s28_a_customer_without_its_matrix_receives_no_request(story: Story) -> None:
    """S-28; until the day it is told, and a session that is opened all the same says so in the log."""
    world = story.world
    other = await open_tenant(story.parts, world.owner.who, name="Nuovo Cliente", details={})
    titolare = await newcomer(story.parts, world.owner, other.id, "titolare", "Tito Nuovo")
    view = await see_duties(story.parts, world.owner.who, other.id)
    assert [(one.code, one.blocks) for one in view.lacks] == [
        (Why.DPA_MISSING, False),
        (Why.MATRIX_MISSING, False),
    ]
    row = (titolare.id,)
    assert await refused(set_matrix(story.parts, titolare.who, Matrix(row, row, row))) is Why.BAD_INPUT
    stranger = (world.ads.id,)
    assert (
        await refused(set_matrix(story.parts, titolare.who, Matrix(row, stranger, row, row))) is Why.BAD_INPUT
    )
    vendor = (world.house,)
    assert (
        await refused(set_matrix(story.parts, titolare.who, Matrix(vendor, row, row, row))) is Why.BAD_INPUT
    )
    await set_matrix(story.parts, titolare.who, Matrix(row, row, vendor, vendor))
    view = await see_duties(story.parts, titolare.who, other.id)
    assert [one.code for one in view.lacks] == [Why.DPA_MISSING]
    assert view.matrix.train == vendor
    story.clock.advance(days=91)
    view = await see_duties(story.parts, world.owner.who, other.id)
    assert view.lacks == (Lack(Why.DPA_MISSING, blocks=True),)


async def test_who_has_left_stands_in_no_row_of_the_matrix(story: Story) -> None:
    world = story.world
    auditor = await newcomer(story.parts, world.titolare, world.tenant, "auditor", "Dora Dpo")
    mine, his = (world.titolare.id,), (auditor.id,)
    await set_matrix(story.parts, world.titolare.who, Matrix(mine, (*mine, *his), his, mine))
    assert (await see_duties(story.parts, world.owner.who, world.tenant)).lacks == ()
    await dismiss(story.parts, world.titolare.who, world.tenant, auditor.id)
    view = await see_duties(story.parts, world.owner.who, world.tenant)
    assert (view.matrix.supervise, view.matrix.train) == (mine, ())
    assert [one.code for one in view.lacks] == [Why.MATRIX_MISSING]


async def test_what_lacked_while_it_was_only_told_stands_in_the_log(story: Story) -> None:
    await unfiled(story, "dpa")
    session = await story.running()
    leaf = await story.last("duties.lacking")
    request = (await story.session(session)).permit.request
    assert isinstance(leaf.record, DutiesLacking)
    assert (leaf.record.request, leaf.record.lacks) == (request, ("dpa_missing",))
    assert leaf.refs == ((await story.last("session.opened")).n,)
    assert await story.findings() == []


async def test_the_page_names_what_blocks_between_window_and_host(story: Story) -> None:
    receipt = await story.ask()
    await unfiled(story, "dpa")
    await block_now(story)
    await story.agent.cut()
    view = await see_request(story.parts, story.world.technician.who, receipt.request)
    assert view.line.line.lacks == (Why.AUTHORISATION_MISSING, Why.DPA_MISSING, Why.HOST_UNREACHABLE)
    assert view.line.line.papers == (Lack(Why.DPA_MISSING, blocks=True),)


@pytest.mark.parametrize("block", ["mai", "2099-01-01"])
async def test_the_day_is_a_day_within_a_year(story: Story, block: str) -> None:
    assert await refused(date_duties(story.parts, story.world.titolare.who, block)) is Why.BAD_INPUT


async def test_a_paper_belongs_to_whom_it_can_belong(story: Story) -> None:
    world, dated = story.world, "2026-11-02"
    owner = world.owner.who
    of_nobody = PaperDraft("training", "1", dated, person=world.owner.id)
    assert await refused(file_paper(story.parts, owner, world.house, of_nobody)) is Why.BAD_INPUT
    assert (
        await refused(file_paper(story.parts, owner, world.house, PaperDraft("dpa", "1", dated)))
        is Why.BAD_INPUT
    )
    assert (
        await refused(file_paper(story.parts, owner, world.tenant, PaperDraft("training", "1", dated)))
        is Why.BAD_INPUT
    )
    assert (
        await refused(file_paper(story.parts, owner, "t-00000000", PaperDraft("dpa", "1", dated)))
        is Why.NOT_FOUND
    )
    assert await refused(withdraw_paper(story.parts, owner, world.tenant, "f-00000000")) is Why.NOT_FOUND


# ------------------------------------------------------------------------------------------- sub-processors


async def test_l32_a_technician_of_a_company_the_titolare_did_not_let_in_is_assigned_to_nothing(
    story: Story,
) -> None:
    """L-32: after the notice, or at once by the titolare's yes; his objection ends it."""
    world, owner = story.world, story.world.owner.who
    company = await subprocessors.list_subprocessor(story.parts, owner, "Nord  Assistenza", "IT")
    assert company.name == "Nord Assistenza"
    assert await see_subprocessors(story.parts, owner) == [company]
    await subprocessors.employ(story.parts, owner, world.technician.id, company.id)
    assert (await see_technicians(story.parts, owner))[0].employer == company
    assert await refused(story.ask()) is Why.SUBPROCESSOR_NOT_LISTED
    await subprocessors.announce_subprocessor(story.parts, owner, world.tenant, company.id, general=True)
    assert await refused(story.ask()) is Why.SUBPROCESSOR_NOT_LISTED
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    assert [to for _, _, to in mailer.sent if "titolare" in to]
    await subprocessors.answer_subprocessor(story.parts, world.titolare.who, company.id, "agreed")
    await story.ask()
    [shown] = (await see_duties(story.parts, world.titolare.who, world.tenant)).subprocessors
    assert (shown.company, shown.counts) == (company, True)
    await subprocessors.answer_subprocessor(story.parts, world.titolare.who, company.id, "objected")
    assert await refused(story.ask()) is Why.SUBPROCESSOR_NOT_LISTED
    await subprocessors.employ(story.parts, owner, world.technician.id, None)
    await story.ask()


async def test_l32_a_general_authorisation_counts_after_its_notice(story: Story) -> None:
    """L-32"""
    world, owner = story.world, story.world.owner.who
    company = await subprocessors.list_subprocessor(story.parts, owner, "Nord Assistenza", "IT")
    await subprocessors.employ(story.parts, owner, world.technician.id, company.id)
    await subprocessors.announce_subprocessor(
        story.parts, owner, world.tenant, company.id, general=True, days=15
    )
    story.clock.advance(days=15)
    assert await refused(story.ask()) is Why.SUBPROCESSOR_NOT_LISTED
    story.clock.advance(days=1)
    await story.ask()


async def test_what_is_no_sub_processor_is_not_found(story: Story) -> None:
    world, owner, parts = story.world, story.world.owner.who, story.parts
    company = await subprocessors.list_subprocessor(parts, owner, "Nord Assistenza", "IT")
    again = subprocessors.list_subprocessor(parts, owner, "Nord Assistenza", "CH")
    assert await refused(again) is Why.DUPLICATE
    tell = subprocessors.announce_subprocessor
    assert await refused(tell(parts, owner, world.tenant, company.id, general=True, days=3)) is Why.BAD_INPUT
    assert await refused(tell(parts, owner, world.house, company.id, general=True)) is Why.NOT_FOUND
    assert await refused(tell(parts, owner, world.tenant, "c-00000000", general=True)) is Why.NOT_FOUND
    answer = subprocessors.answer_subprocessor(parts, world.titolare.who, company.id, "agreed")
    assert await refused(answer) is Why.NOT_FOUND
    assert await refused(subprocessors.employ(parts, owner, world.owner.id, company.id)) is Why.NOT_FOUND
    assert await refused(see_duties(parts, owner, world.house)) is Why.NOT_FOUND
