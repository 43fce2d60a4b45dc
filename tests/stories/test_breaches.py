"""A breach from its opening to its end: the sessions found, the titolare told by letter, both verifiers content."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import instant
from audit.protection_records import BreachOpened
from broker.cases.breach import close_breach, open_breach, set_breach_term, tell_breach
from broker.cases.see_breaches import see_breach, see_breach_term, see_breaches
from broker.domain.breach import BreachDraft, Chosen
from broker.domain.refusal import Refused, Why
from broker.jobs.deliver import deliver
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_months import worked

MARKER = "Un portatile del tecnico è stato smarrito."
TEXTS = {"nature": MARKER, "measures": "Chiavi revocate.", "contact": "privacy@vendor.example"}


async def test_l37_opened_told_and_closed(story: Story) -> None:
    """L-37: the sessions are those of the search; the letter says when the 72 hours end and not what happened."""
    world, parts = story.world, story.parts
    session = await worked(story)
    now = story.clock.now()
    near = Chosen(now - timedelta(days=1), now + timedelta(minutes=1))
    draft = BreachDraft(now, near, high_risk=False, texts=TEXTS)
    breach, _ = await open_breach(parts, world.owner.who, world.tenant, draft)
    record = (await story.last("breach.opened")).record
    assert isinstance(record, BreachOpened)
    assert record.sessions == (session,)
    assert instant.parse(record.due) - instant.parse(record.aware) == timedelta(hours=72)
    assert instant.parse(record.tell_by) - instant.parse(record.aware) == timedelta(hours=24)

    with pytest.raises(Refused) as no:
        await close_breach(parts, world.owner.who, world.tenant, breach, "contained")
    assert no.value.why is Why.WRONG_STATE
    more = {**TEXTS, "people": "Cambiate la password."}
    await tell_breach(parts, world.owner.who, world.tenant, breach, more, high_risk=True)
    mailer = ListMailer()
    await deliver(parts, mailer)
    letters = [text for text in map(str, mailer.sent) if breach in text]
    assert len(letters) == 1
    assert MARKER not in letters[0]
    view = await see_breach(parts, world.titolare.who, world.tenant, breach)
    assert view.texts["nature"] == MARKER
    assert (view.breach.state, view.breach.high_risk) == ("told", True)
    await close_breach(parts, world.owner.who, world.tenant, breach, "contained")
    [closed] = await see_breaches(parts, world.titolare.who, world.tenant)
    assert closed.state == "closed"
    assert await story.findings() == []


async def test_l37_the_search_keeps_to_its_host_and_its_person(story: Story) -> None:
    world, parts = story.world, story.parts
    session = await worked(story)
    now = story.clock.now()
    begin, end = now - timedelta(days=1), now + timedelta(minutes=1)
    technician = world.technician.who.person
    for chosen, expected in (
        (Chosen(begin, end, person=technician), (session,)),
        (Chosen(begin, end, host="h-00000000"), ()),
        (Chosen(begin, end, person="p-00000000"), ()),
        (Chosen(begin - timedelta(days=9), begin), ()),
    ):
        draft = BreachDraft(now, chosen, high_risk=False, texts=TEXTS)
        await open_breach(parts, world.owner.who, world.tenant, draft)
        record = (await story.last("breach.opened")).record
        assert isinstance(record, BreachOpened)
        assert record.sessions == expected


async def test_l37_the_vendors_term_is_its_policy(story: Story) -> None:
    world, parts = story.world, story.parts
    assert await see_breach_term(parts) == 24
    await set_breach_term(parts, world.owner.who, 12)
    assert await see_breach_term(parts) == 12
    for who in (world.titolare.who, world.technician.who):
        with pytest.raises(Refused) as no:
            await set_breach_term(parts, who, 6)
        assert no.value.why is Why.NOT_ALLOWED
