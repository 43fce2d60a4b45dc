"""C-24: packages of all months hold the whole log, each record once, and are handed out on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit import bundle
from audit.leaf import Leaf
from audit.person_records import RecordRead
from audit.preservation import FOLDER, METADATA, Package, verify_preservation
from broker.cases.close_month import close_month
from broker.cases.hand_to_preservation import preservation_package
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story
from tests.stories.test_months import days_pass

DECEMBER, JANUARY = datetime(2026, 12, 1, 6, 30, tzinfo=UTC), datetime(2027, 1, 1, 6, 30, tzinfo=UTC)


async def test_c24_each_month_goes_on_where_the_one_before_ended(story: Story) -> None:
    parts, world = story.parts, story.world
    await days_pass(story, DECEMBER)
    first = await close_month(parts, world.tenant, "2026-11")
    await days_pass(story, JANUARY)
    second = await close_month(parts, world.tenant, "2026-12")
    lines: list[bytes] = []
    for issued in (first, second):
        for profile in ("sincro", "semplice"):
            file = await preservation_package(parts, world.titolare.who, issued.number, profile)
            assert verify_preservation(file.data).sound
        found = bundle.unpack(file.data)
        package = Package.parse(bytes(found[METADATA]))
        assert (package.customer, package.period) == ("Albergo Esempio", issued.period)
        lines += bytes(found[FOLDER + "registro.jsonl"]).splitlines()
        assert {"report", "log", "checkpoint"} <= {one.group for one in package.documents}
    assert [Leaf.parse(line).n for line in lines] == list(range(second.size))
    read = (await story.last("record.read")).record
    assert isinstance(read, RecordRead)
    assert read.what == "preservation"


async def test_c24_of_no_profile_that_is_known_nothing_is_made(story: Story) -> None:
    with pytest.raises(Refused) as no:
        await preservation_package(story.parts, story.world.titolare.who, "x", "altro")
    assert no.value.why is Why.BAD_INPUT
