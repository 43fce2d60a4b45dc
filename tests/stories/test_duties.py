"""What has to be on file before anybody may intervene, from the paper to the refusal and the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit.paper_records import CategorySet
from broker.cases.set_category import CategoryDraft, see_categories, set_category
from broker.domain.refusal import Refused, Why
from broker.store import categories
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
async def test_a_paper_is_named_as_papers_are(story: Story, wrong: dict[str, str], why: Why) -> None:
    good = {"reference": "Prot. 12/2026", "dated": "2026-11-02"}
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
