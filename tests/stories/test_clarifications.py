"""*Chiedi un chiarimento*: whoever may approve a request asks about it first, and the technicians answer (S-34)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Awaitable

import pytest

from audit.clarification_records import ClarificationAnswered, ClarificationAsked
from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import ask_clarification
from broker.cases.refuse import refuse
from broker.cases.see_clarifications import see_clarifications
from broker.cases.see_requests import see_open_requests, see_request
from broker.domain.clarifying import MAX_ANSWERS, MAX_QUESTIONS
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.jobs.deliver import deliver
from broker.store.people import everybody
from tests.doubles import ListMailer
from tests.stories.telling import Story

MARKER = "Serve fermare la cassa?"
REPLY = "No, resta accesa: si tocca solo la stampante."


async def refused(doing: Awaitable[object]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def asked(story: Story, request: str, who: Who | None = None, text: str = MARKER) -> int:
    """The record that asked."""
    return (await ask_clarification(story.parts, who or story.world.ads.who, request, text)).question


async def stands(story: Story, who: Who) -> list[str]:
    return [one.line.clarification for one in await see_open_requests(story.parts, who)]


async def test_s34_a_question_is_asked_and_answered_and_the_request_waits_as_before(story: Story) -> None:
    """S-34: both words are sealed records of the request; what is signed stays as it was asked."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    before = (await see_request(parts, world.ads.who, request)).line.found
    assert await stands(story, world.technician.who) == [""]
    question = await asked(story, request)
    assert await stands(story, world.technician.who) == ["asked"]
    assert await answer_clarification(parts, world.technician.who, request, question, REPLY) == 0
    assert await stands(story, world.titolare.who) == ["answered"]
    told = await see_clarifications(parts, world.titolare.who, request)
    assert [(one.role, one.question, one.text) for one in told] == [
        ("ads", None, MARKER), ("technician", question, REPLY),
    ]  # fmt: skip
    leaves = [leaf for leaf in await story.leaves() if leaf.record.KIND.startswith("clarification.")]
    assert [leaf.record for leaf in leaves] == [
        ClarificationAsked(request), ClarificationAnswered(request, question),
    ]  # fmt: skip
    assert question in leaves[1].refs
    assert all(leaf.sealed is not None and b"cassa" not in leaf.encode() for leaf in leaves)
    view = await see_request(parts, world.ads.who, request)
    assert view.line.found == before
    await story.approve(request)
    assert [one.text for one in await see_clarifications(parts, world.technician.who, request)] == [
        MARKER,
        REPLY,
    ]
    assert await story.findings() == []


async def test_s34_either_may_go_on_within_bounds(story: Story) -> None:
    """S-34: another question, another word to the same answer; and no place to keep things in."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    first = await asked(story, request)
    for _ in range(MAX_QUESTIONS - 1):
        await asked(story, request, world.titolare.who)
    assert await refused(asked(story, request)) is Why.TOO_LARGE
    for _ in range(MAX_ANSWERS):
        await answer_clarification(parts, world.technician.who, request, first, REPLY)
    assert await refused(
        answer_clarification(parts, world.technician.who, request, first, REPLY)
    ) is Why.TOO_LARGE  # fmt: skip
    assert await stands(story, world.ads.who) == ["asked"]  # the others are open still
    assert await story.findings() == []


async def test_s34_who_may_neither_ask_nor_answer(story: Story) -> None:
    """S-34: who may approve asks, technicians answer; another customer finds nothing."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    for who in (world.technician.who, world.owner.who):
        assert await refused(asked(story, request, who)) is Why.NOT_ALLOWED
    question = await asked(story, request, world.titolare.who)
    for who in (world.titolare.who, world.ads.who, world.owner.who):
        assert await refused(answer_clarification(parts, who, request, question, REPLY)) is Why.NOT_ALLOWED
    stranger = Who("p-other000", "t-00000009", "ads", "Altra", "10.0.0.9", "passkey")
    assert await refused(asked(story, request, stranger)) is Why.NOT_FOUND
    assert await refused(see_clarifications(parts, stranger, request)) is Why.NOT_FOUND
    other = (await story.ask()).request
    for number in (question + 1, 0, 10**30):
        assert await refused(
            answer_clarification(parts, world.technician.who, request, number, REPLY)
        ) is Why.NOT_FOUND  # fmt: skip
    assert await refused(
        answer_clarification(parts, world.technician.who, other, question, REPLY)
    ) is Why.NOT_FOUND  # fmt: skip


async def test_s34_nothing_is_asked_of_one_that_was_answered(story: Story) -> None:
    """S-34: after the decision the thread is read, and no more."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    question = await asked(story, request)
    await refuse(parts, world.titolare.who, request)
    assert await refused(asked(story, request)) is Why.WRONG_STATE
    assert await refused(
        answer_clarification(parts, world.technician.who, request, question, REPLY)
    ) is Why.WRONG_STATE  # fmt: skip
    assert [one.text for one in await see_clarifications(parts, world.ads.who, request)] == [MARKER]


async def test_s34_what_is_written_is_bounded_and_passwords_are_covered(story: Story) -> None:
    """S-34, L-46."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    assert await refused(asked(story, request, text=" \n ")) is Why.BAD_INPUT
    assert await refused(asked(story, request, text="x" * 501)) is Why.TOO_LARGE
    done = await ask_clarification(parts, world.ads.who, request, "La password è Pippo1234, vero?")
    assert done.covered == 1
    assert (
        await answer_clarification(parts, world.technician.who, request, done.question, "pwd: Pluto99") == 1
    )
    texts = [one.text or "" for one in await see_clarifications(parts, world.ads.who, request)]
    assert not [text for text in texts if "Pippo" in text or "Pluto" in text]


async def test_s34_each_hears_of_the_other_s_word(story: Story) -> None:
    """S-34: one letter while a question is open, one for each question's first answer; none holds what was written, and
    each leads to the request."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    question = await asked(story, request)
    other = await asked(story, request, world.titolare.who)
    assert await told(story, request) == [(world.technician.id, f"Richiesta {request}: un chiarimento")]
    answered = f"Richiesta {request}: la risposta alla sua domanda"
    for _ in range(3):
        await answer_clarification(parts, world.technician.who, request, question, REPLY)
    assert await told(story, request) == [(world.ads.id, answered)]
    story.clock.advance(hours=1, seconds=1)
    await answer_clarification(parts, world.technician.who, request, question, REPLY)
    assert await told(story, request) == [(world.ads.id, answered)]
    await answer_clarification(parts, world.technician.who, request, other, REPLY)
    assert await told(story, request) == [(world.titolare.id, answered)]
    await asked(story, request)
    await refuse(parts, world.titolare.who, request)
    assert await told(story, request) == []  # nothing is to be answered any more


async def told(story: Story, request: str) -> list[tuple[str, str]]:
    """Of the letters about questions: to whom, by person, and the Italian subject."""
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    async with story.parts.store.read() as work:
        people = {
            p.email: p.id for t in (story.world.tenant, story.world.house) for p in await everybody(work, t)
        }
    found = []
    for raw, _, to in mailer.sent:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        text = letter.get_content()
        assert "cassa" not in text
        assert "stampante" not in text
        assert f"/richieste/{request}" in text
        subject = str(letter["Subject"]).split(" · ")[0]
        if subject.startswith(f"Richiesta {request}:"):
            found.append((people[to], subject))
    return found
