"""L-61: the titolare exports what happened, sessions whole, and that he did is a record."""

from __future__ import annotations

from datetime import date

import pytest

from audit import bundle
from audit.incident_export import SUMMARY_IT
from audit.leaf import Leaf
from audit.person_records import RecordRead
from audit.verify_incident import verify_incident
from broker.cases.export_incident import export_incident
from broker.domain.refusal import Refused, Why
from tests.doubles import FakeClock
from tests.stories.telling import Story

DAY = date(2026, 11, 12)


async def test_l61_a_session_of_two_days_is_exported_whole(story: Story, clock: FakeClock) -> None:
    session = await story.running()
    clock.advance(days=1)
    day = clock.now().date()
    file = await export_incident(story.parts, story.world.titolare.who, story.world.tenant, day, day)
    assert verify_incident(file.data).sound
    found = bundle.unpack(file.data)
    kinds = {Leaf.parse(bytes(found[n])).record.KIND for n in found if n.startswith("leaves/")}
    assert {"request.opened", "approval.given", "grant.issued", "session.opened"} <= kinds
    assert session.encode() in bytes(found[SUMMARY_IT])
    read = (await story.last("record.read")).record
    assert isinstance(read, RecordRead)
    assert (read.person, read.what) == (story.world.titolare.id, "incident_evidence")


async def test_l61_it_is_bounded_and_the_customers(story: Story) -> None:
    for who, since, until, why in (
        (story.world.titolare.who, DAY, date(2026, 11, 11), Why.BAD_INPUT),
        (story.world.titolare.who, date(2020, 1, 1), DAY, Why.BAD_INPUT),
        (story.world.technician.who, DAY, DAY, Why.NOT_ALLOWED),
        ((await story.stranger()).who, DAY, DAY, Why.NOT_FOUND),
    ):
        with pytest.raises(Refused) as no:
            await export_incident(story.parts, who, story.world.tenant, since, until)
        assert no.value.why is why
