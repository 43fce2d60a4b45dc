"""A hold on erasure is looked at again: on the morning of its day its people hear of it, once, and while it stands."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime

from broker.cases.hold_erasure import lift_hold, place_hold
from broker.jobs import holds
from broker.jobs.deliver import deliver
from broker.store import outbox
from tests.doubles import ListMailer
from tests.stories.telling import Story

DAY = date(2026, 12, 10)


async def _told(story: Story, at: datetime) -> list[tuple[str, str]]:
    """(recipient, text) of what goes out at that hour."""
    story.clock.at = at
    await holds.tick(story.parts)
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    found = [email.message_from_bytes(one, policy=email.policy.default) for one, _, _ in mailer.sent]
    return [(str(one["To"]), one.get_content()) for one in found]  # type: ignore[attr-defined]


async def test_the_titolare_hears_once_on_the_morning_of_the_day(story: Story) -> None:
    world = story.world
    request = (await story.ask()).request
    await place_hold(
        story.parts, world.titolare.who, world.tenant, request=request, reason="contest", review=DAY
    )
    async with story.parts.store.read() as work:
        assert await outbox.every(work, world.tenant, outbox.HOLD) == []
    assert await _told(story, datetime(2026, 12, 10, 5, 59, tzinfo=UTC)) == []
    ((to, text),) = await _told(story, datetime(2026, 12, 10, 6, tzinfo=UTC))
    assert "Teresa Titolare" in to
    assert "Oggi, 10/12/2026, va rivista la sospensione o-" in text
    assert f"richiesta {request}" in text
    assert "/titolare" in text
    assert await _told(story, datetime(2026, 12, 11, 6, tzinfo=UTC)) == []


async def test_the_vendors_hold_is_the_owners_to_review(story: Story) -> None:
    world = story.world
    await place_hold(story.parts, world.owner.who, world.tenant, request=None, reason="claim", review=DAY)
    ((to, text),) = await _told(story, datetime(2026, 12, 12, 6, tzinfo=UTC))
    assert "Olga Owner" in to
    assert "tutto è tenuto" in text


async def test_of_a_hold_that_was_lifted_nobody_hears(story: Story) -> None:
    world = story.world
    who = world.titolare.who
    first = await place_hold(story.parts, who, world.tenant, request=None, reason="claim", review=DAY)
    await lift_hold(story.parts, who, world.tenant, first)
    second = await place_hold(story.parts, who, world.tenant, request=None, reason="claim", review=DAY)
    story.clock.at = datetime(2026, 12, 10, 6, tzinfo=UTC)
    await holds.tick(story.parts)
    await lift_hold(story.parts, who, world.tenant, second)
    assert await _told(story, datetime(2026, 12, 10, 7, tzinfo=UTC)) == []
