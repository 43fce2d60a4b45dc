"""Letters with receipts: put on their way, handed over once, followed by their receipts."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.log_records import LogHeartbeat
from audit.post_records import LetterOverdue, LetterReceipted, LetterSent
from audit.record import BROKER
from broker.cases.post_letter import post_letter
from broker.cases.take_receipt import take_receipt
from broker.domain.dispatch import Certified, Dispatch, Receipt
from broker.domain.refusal import Refused, Why
from broker.domain.registered_letter import MAX_BYTES, Attachment, Letter
from broker.jobs.deliver import deliver
from broker.jobs.letters_with_receipts import IN_HAND, tick
from broker.parts import Parts
from broker.ports import NotTaken, Uncertain
from broker.store import dispatches, openings
from tests.broker.world import World
from tests.doubles import FakeClock, ListChannel, ListMailer

LETTER = Letter(
    "report", "Albergo@PEC.example", "Rapporto\r\nBcc: x@y.example", "Testo.\n",
    (Attachment("rapporto.pdf", "application/pdf", b"%PDF-1.7"),),
)  # fmt: skip


@pytest.fixture
def channel() -> ListChannel:
    return ListChannel("pec", "fornitore@pec.example")


@pytest.fixture
async def world(parts: Parts, channel: ListChannel) -> World:
    return await World.make(replace(parts, channels={"pec": channel}))


async def post(world: World, letter: Letter = LETTER) -> Dispatch:
    async with world.parts.store.tx(world.tenant, world.parts.clock.now(), records=False) as tx:
        return await post_letter(world.parts, tx, letter)


async def now(world: World, one: Dispatch) -> Dispatch:
    async with world.parts.store.read() as work:
        return await dispatches.load(work, one.tenant, one.id)


async def come(world: World, one: Dispatch, *kinds: Certified) -> None:
    for kind in kinds:
        async with world.parts.store.tx(one.tenant, world.parts.clock.now()) as tx:
            mail = await tx.append(LogHeartbeat("2026-11-10"), actor=BROKER)
            await take_receipt(tx, Receipt(kind, one.message_id), one, mail)


async def told(world: World) -> list[str]:
    found = []
    for record in await world.records():
        match record:
            case LetterSent(outcome=outcome):
                found.append(outcome)
            case LetterReceipted(receipt=receipt):
                found.append(receipt)
            case LetterOverdue():
                found.append("overdue")
            case _:
                pass
    return found


async def test_c15_sent_accepted_delivered(world: World, channel: ListChannel) -> None:
    """C-15: handed over once, then each receipt is a record; it waits for nothing afterwards."""
    one = await post(world)
    assert (one.state, one.recipient) == ("waiting", "albergo@pec.example")
    await tick(world.parts)
    await tick(world.parts)
    ((raw, recipient),) = channel.sent
    assert recipient == "albergo@pec.example"
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Message-ID"] == one.message_id
    assert message["Bcc"] is None
    assert message["From"].addresses[0].addr_spec == channel.sender
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("rapporto.pdf", b"%PDF-1.7")
    assert (await now(world, one)).state == "sent"
    await come(world, one, "accepted", "accepted", "delivered")
    assert (await now(world, one)).state == "delivered"
    assert await told(world) == ["taken", "accepted", "delivered"]
    async with world.parts.store.read() as work:
        assert await dispatches.unsettled(work, world.parts.clock.now() + timedelta(days=9), 9) == []


async def test_what_certainly_went_nowhere_is_tried_again(
    world: World, channel: ListChannel, clock: FakeClock
) -> None:
    one = await post(world)
    channel.fails = [NotTaken("busy")] * 2
    await tick(world.parts)
    await tick(world.parts)
    assert ((await now(world, one)).tries, channel.tries) == (1, 1)
    clock.advance(minutes=1)
    await tick(world.parts)
    clock.advance(minutes=10)
    await tick(world.parts)
    assert len(channel.sent) == 1
    assert await told(world) == ["taken"]


async def test_it_is_given_up_after_two_days(world: World, channel: ListChannel, clock: FakeClock) -> None:
    one = await post(world)
    channel.fails = [NotTaken("no")] * 100
    for _ in range(60):
        await tick(world.parts)
        clock.advance(hours=1)
    assert (await now(world, one)).state == "not_taken"
    assert await told(world) == ["not_taken"]
    assert channel.tries == 52


async def test_c15_an_uncertain_letter_is_never_sent_again(
    world: World, channel: ListChannel, clock: FakeClock
) -> None:
    """C-15: the line broke; no second sending, one warning after a day, and a receipt still ends it."""
    one = await post(world)
    channel.fails = [Uncertain("cut")]
    for _ in range(30):
        await tick(world.parts)
        clock.advance(hours=1)
    assert channel.tries == 1
    assert (await now(world, one)).state == "uncertain"
    assert await told(world) == ["uncertain", "overdue"]
    await come(world, one, "delivered")
    assert (await now(world, one)).state == "delivered"


async def test_c15_a_broker_that_died_with_it_in_hand(
    world: World, channel: ListChannel, clock: FakeClock
) -> None:
    """C-15: nobody can say whether it went, so it does not go again."""
    one = await post(world)
    async with world.parts.store.tx(one.tenant, clock.now(), records=False) as tx:
        await dispatches.mark(tx, replace(one, handed="sending"))
    await tick(world.parts)
    assert await told(world) == []
    clock.advance(IN_HAND)
    await tick(world.parts)
    assert await told(world) == ["uncertain"]
    assert channel.sent == []


async def test_a_receipt_that_is_quicker_than_the_sender(world: World, channel: ListChannel) -> None:
    one = await post(world)
    channel.while_sending = lambda: come(world, one, "accepted")
    await tick(world.parts)
    assert await told(world) == ["uncertain", "accepted"]
    assert (await now(world, one)).state == "accepted"


async def test_recipient_and_subject_are_sealed(world: World) -> None:
    await post(world)
    await tick(world.parts)
    n = [record.KIND for record in await world.records()].index(LetterSent.KIND)
    async with world.parts.store.read() as work:
        kept = await openings.get(work, world.tenant, n, wrapping=world.parts.keys.wrapping_key())
    assert kept is not None
    assert kept.data == {"recipient": "albergo@pec.example", "subject": "Rapporto Bcc: x@y.example"}


async def test_what_cannot_go(world: World) -> None:
    with pytest.raises(Refused) as no:
        await post(world, replace(LETTER, attachments=(Attachment("a", "text/plain", b"x" * MAX_BYTES),)))
    assert no.value.why is Why.TOO_LARGE
    with pytest.raises(Refused) as no:
        await post(world, replace(LETTER, recipient="nobody"))
    assert no.value.why is Why.BAD_INPUT
    world.parts.channels.clear()
    with pytest.raises(Refused) as no:
        await post(world)
    assert no.value.why is Why.NOT_FOUND


async def test_c15_a_letter_that_did_not_arrive_is_told(
    world: World, channel: ListChannel, clock: FakeClock
) -> None:
    """C-15: once, to whoever leads the vendor: not delivered, refused, or a day without an outcome."""
    mailer = ListMailer()
    for kinds, letters in (
        (("accepted", "late", "undelivered", "undelivered"), 1), (("refused",), 1), (("accepted", "delivered"), 0),
    ):  # fmt: skip
        one = await post(world)
        await tick(world.parts)
        await come(world, one, *kinds)  # type: ignore[arg-type]
        await deliver(world.parts, mailer)
        assert [to for _, _, to in mailer.sent] == ["olga@alfa.example"] * letters
        mailer.sent.clear()
    await post(world)
    await tick(world.parts)
    clock.advance(hours=24)
    for _ in range(2):
        await tick(world.parts)
        await deliver(world.parts, mailer)
    ((raw, _, _),) = mailer.sent
    text = email.message_from_bytes(raw, policy=email.policy.default).get_content()
    assert f"{world.parts.settings.origin}/posta\r\n" in text
