"""What is done with a customer's data, told from the settings in force."""

from __future__ import annotations

import pytest

from audit.terms import TERMS
from broker.cases import subprocessors
from broker.cases.processing_facts import see_processing
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story


async def test_l34_the_facts_are_those_of_the_settings(story: Story) -> None:
    """L-34: who comes in, what is kept for how long, which measures the rules ask for."""
    world = story.world
    company = await subprocessors.list_subprocessor(story.parts, world.owner.who, "Rete srl", "Italia")
    await subprocessors.announce_subprocessor(
        story.parts, world.owner.who, world.tenant, company.id, general=False
    )
    await subprocessors.answer_subprocessor(story.parts, world.titolare.who, company.id, "agreed")
    found = await see_processing(story.parts, world.titolare.who, world.tenant)
    assert found.customer.id == world.tenant
    assert found.recording is None
    assert {one.retain: one.months for one in found.kept} == {one: t.usual for one, t in TERMS.items()}
    assert {one.role for one in found.access} >= {"titolare", "ads", "technician", "owner"}
    assert [(one.company.name, one.counts) for one in found.companies] == [("Rete srl", True)]
    assert "signed_approvals" in found.measures
    assert found.transfers == ("Italia",)


async def test_l34_another_customers_facts_are_not_found(story: Story) -> None:
    with pytest.raises(Refused) as no:
        await see_processing(story.parts, story.world.titolare.who, "t-00000000")
    assert no.value.why is Why.NOT_FOUND
    with pytest.raises(Refused) as no:
        await see_processing(story.parts, story.world.owner.who, story.world.house)
    assert no.value.why is Why.NOT_FOUND
