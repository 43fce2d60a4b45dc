"""Mail that comes: recorded whole and once, bound by its code, and never a key to anything."""

from __future__ import annotations

import email
import email.policy
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from audit.mail_record import MailReceived
from audit.post_records import LetterReceipted, MailBound
from broker.cases.handle_mail import set_mail_aside
from broker.cases.post_letter import post_letter
from broker.cases.receive_mail import receive_mail
from broker.domain import received_mail
from broker.domain.arrived import Arrived, Place
from broker.domain.received_mail import Mail
from broker.domain.refusal import Refused
from broker.domain.registered_letter import Letter
from broker.domain.request import AwaitingApproval
from broker.domain.request_code import request_code
from broker.jobs.deliver import deliver
from broker.jobs.letters_with_receipts import tick
from broker.live.mail_desk import MailDesk
from broker.parts import Parts
from broker.store import dispatches, mails, requests
from broker.store.post_tables import mails as rows
from broker.store.tables import evidence
from tests.broker.mail_sample import NoDns, judge, mail, receipt
from tests.broker.world import World
from tests.doubles import ListChannel, ListMailer
from tests.stories.telling import Story

UNREAD = "Posta da leggere"


@pytest.fixture
async def story(parts: Parts) -> Story:
    desk = MailDesk(NoDns(), judge=judge)
    channel = ListChannel("pec", "fornitore@pec.example")
    return await Story.begin(await World.make(replace(parts, mail=desk, channels={"pec": channel})))


def address(who: Any) -> str:
    return f"{who.who.name.split(maxsplit=1)[0].lower()}-{who.who.role}@{who.who.tenant}.example"


async def come(story: Story, raw: bytes, place: Place | None = None, **more: Any) -> Mail:
    found = await receive_mail(story.parts, Arrived(raw, story.clock.now(), "imap", **more), place)
    assert found is not None
    return found


def code(story: Story, request: str) -> str:
    return request_code(story.parts.keys.wrapping_key(), story.world.tenant, request)


async def went(story: Story) -> list[tuple[str, str]]:
    """To whom, and the Italian subject."""
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    return [
        (to, str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"]).split(" · ")[0])
        for raw, _, to in mailer.sent
    ]


async def sent(story: Story) -> list[tuple[str, str]]:
    """The same, but for what technicians hear of mail that is to be read."""
    return [one for one in await went(story) if not one[1].startswith(UNREAD)]


async def of(story: Story, kind: type) -> Sequence[Any]:
    return [one for one in await story.world.records() if isinstance(one, kind)]


async def test_c01_the_bytes_as_they_came(story: Story) -> None:
    """C-01: raw bytes, SHA-256, reception, envelope and the answers of the DNS, in the record's own transaction."""
    raw = mail(address(story.world.titolare)) + b"\xff\xfe odd bytes \x00\r\n.\r\n"
    came = story.clock.now() - timedelta(minutes=3)
    one = await receive_mail(
        story.parts, Arrived(raw, came, "lmtp", "bounce@x.example", ("a@alfa.example",), "192.0.2.7")
    )
    assert one is not None
    assert one.tenant == story.world.tenant
    (record,) = await of(story, MailReceived)
    assert (record.digest, record.size, record.level) == (hashlib.sha256(raw).hexdigest(), len(raw), "e1")
    async with story.parts.store.read() as work:
        assert await mails.raw(work, one) == raw
        kept = await work.run(select(evidence.c.kind).where(evidence.c.tenant == one.tenant))
        assert {"mail", "dns"} <= {row.kind for row in kept}
    assert await story.findings() == []


async def test_c08_the_same_mail_twice(story: Story) -> None:
    """C-08: the second is a duplicate, whatever way it came: recorded, and nothing comes of it."""
    receipt = await story.ask()
    raw = mail(address(story.world.titolare), f"Re: [{code(story, receipt.request)}]")
    first = await come(story, raw)
    await sent(story)
    second = await come(story, b"Received: from elsewhere\r\n" + raw)
    assert (first.code, second.code, second.request, second.state) == (
        "dkim_aligned",
        "duplicate",
        None,
        "nothing",
    )
    assert len(await of(story, MailReceived)) == 2
    assert len(await of(story, MailBound)) == 1
    assert await sent(story) == []
    assert await story.findings() == []


async def test_c06_an_answer_with_the_code(story: Story) -> None:
    """C-06, C-07: bound to its request by the code; under the least level it waits, and nothing is approved. The sender gets
    the confirm link at the registered address."""
    asked = await story.ask()
    await sent(story)
    text = f"Va bene, autorizzo.\n> [{code(story, asked.request).lower()}]\n"
    one = await come(story, mail(address(story.world.ads), "Re: Richiesta", text))
    assert (one.request, one.state) == (asked.request, "bound")
    (bound,) = await of(story, MailBound)
    assert (bound.request, bound.by, bound.state) == (asked.request, "code", "awaiting_approval")
    told = dict(await sent(story))
    assert told[address(story.world.ads)].startswith("La sua mail sulla richiesta")
    assert "Mail di Albergo Esempio" in told[address(story.world.technician)]
    async with story.parts.store.read() as work:
        assert isinstance(await requests.load(work, story.world.tenant, asked.request), AwaitingApproval)
    assert await story.findings() == []


async def test_c06_without_a_code_somebody_reads_it(story: Story) -> None:
    """C-06: a free mail is never bound by itself, nor is one with a code that somebody made up."""
    asked = await story.ask()
    await sent(story)
    other = request_code(bytes(32), story.world.tenant, asked.request)
    for number, text in enumerate(["Aiuto!", f"[{other}]", f"richiesta {asked.request}"]):
        one = await come(story, mail(address(story.world.titolare), text, number=number))
        assert (one.state, one.tenant) == ("open", story.world.tenant)
    assert await of(story, MailBound) == []
    assert await sent(story) == []


async def test_c07_a_certified_mail_counts_as_evidence_and_opens_nothing(story: Story) -> None:
    """C-07: from E2 on the mail is accepted as evidence; the request still awaits a passkey."""
    asked = await story.ask()
    one = await come(story, mail(address(story.world.titolare), f"[{code(story, asked.request)}]", level=3))
    (bound,) = await of(story, MailBound)
    assert (one.level, bound.state) == ("e3", "accepted")
    async with story.parts.store.read() as work:
        assert isinstance(await requests.load(work, story.world.tenant, asked.request), AwaitingApproval)


async def test_a_program_that_answers_every_letter_gets_no_answer_for_ever(story: Story) -> None:
    asked = await story.ask()
    await sent(story)
    told = []
    for number in range(6):
        await come(
            story, mail(address(story.world.titolare), f"[{code(story, asked.request)}]", number=number)
        )
        told += [to for to, _ in await sent(story)]
    assert told.count(address(story.world.titolare)) == 3
    assert len(await of(story, MailBound)) == 6


async def test_a_stolen_code_binds_nothing(story: Story) -> None:
    asked = await story.ask()
    await sent(story)
    one = await come(story, mail("ladro@altrove.example", f"[{code(story, asked.request)}]"))
    assert (one.tenant, one.code, one.request) == (story.world.tenant, "unknown_sender", None)
    assert await sent(story) == []


async def test_a_stranger_is_in_no_customer_s_log(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = mail("chiunque@altrove.example")
    one = await come(story, raw)
    assert (one.tenant, one.n, one.level) == (story.world.house, None, "e0")
    assert await of(story, MailReceived) == []
    async with story.parts.store.read() as work:
        assert await mails.raw(work, one) == raw
    assert (await come(story, raw)).code == "duplicate"
    monkeypatch.setattr("broker.cases.keep_stranger.MOST_STRANGERS", 2)
    with pytest.raises(Refused):
        await come(story, mail("chiunque@altrove.example", number=3))
    story.clock.advance(received_mail.STRANGERS_STAY + timedelta(seconds=1))
    await come(story, mail("chiunque@altrove.example", number=4))
    async with story.parts.store.read() as work:
        assert len(await mails.listed(work, [story.world.house], 9)) == 1


async def test_who_knows_an_address_fills_no_log(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.cases.receive_mail.MOST_UNPROVEN", 2)
    found = [
        await come(story, mail(address(story.world.titolare), level=0, number=number)) for number in range(3)
    ]
    assert [one.tenant for one in found] == [story.world.tenant] * 2 + [story.world.house]
    assert (await come(story, mail(address(story.world.titolare), number=9))).tenant == story.world.tenant


async def test_s36_an_ads_whose_appointment_ended(story: Story) -> None:
    """S-36: the day after, his mail counts as nobody's word, and the titolare is told; before, the titolare gets a copy."""
    ads, titolare = address(story.world.ads), address(story.world.titolare)
    await sent(story)
    one = await come(story, mail(ads, "Aiuto", level=3))
    assert one.code == "dkim_aligned"
    assert dict(await sent(story))[titolare].startswith("Copia per lei")
    story.clock.advance(days=301)
    one = await come(story, mail(ads, "Ancora", level=3, number=2))
    assert (one.code, one.level) == ("delegation_expired", "e3")
    assert "senza una delega" in dict(await sent(story))[titolare]
    await come(story, mail(ads, "Terza", level=0, number=3))
    assert await sent(story) == [], "of a mail that proves nothing nobody says that the ADS wrote it"


async def test_c15_receipts_that_come_by_mail(story: Story) -> None:
    """C-15: each is a mail of its own in the customer's log, and moves the letter it names."""
    async with story.parts.store.tx(story.world.tenant, story.clock.now(), records=False) as tx:
        letter = await post_letter(story.parts, tx, Letter("report", "a@pec.example", "Rapporto", "Testo."))
    await tick(story.parts)
    for number, kind in enumerate(["avvenuta-consegna", "accettazione", "accettazione", "presa-in-carico"]):
        one = await come(story, receipt(kind, letter.message_id, number))
        assert (one.tenant, one.state) == (story.world.tenant, "nothing")
    await come(story, receipt("accettazione", "<other@alfa.example>", 9))
    assert [one.receipt for one in await of(story, LetterReceipted)] == ["delivered", "accepted"]
    async with story.parts.store.read() as work:
        assert (await dispatches.load(work, story.world.tenant, letter.id)).state == "delivered"
    assert await story.findings() == []


async def test_a_mail_that_cannot_be_recorded_leaves_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the disk")

    monkeypatch.setattr("broker.cases.receive_mail.tell_of_mail", broken)
    with pytest.raises(RuntimeError):
        await come(story, mail(address(story.world.titolare)))
    async with story.parts.store.read() as work:
        assert await work.run(select(rows.c.id)) == []
    assert await of(story, MailReceived) == []


async def test_c06_technicians_hear_of_mail_to_be_read(story: Story) -> None:
    """C-06: of what no code bound they are written to, at most once an hour; what came meanwhile is told at its end, and
    nothing where somebody has dealt with it."""
    technician, titolare = address(story.world.technician), address(story.world.titolare)
    asked = await story.ask()
    story.clock.advance(minutes=40)
    await went(story)
    first = await come(story, mail(titolare, "Aiuto"))
    assert await went(story) == [(technician, f"{UNREAD}: 1")]
    for number in (2, 3):
        await come(story, mail(titolare, "Ancora", number=number))
    assert await went(story) == []
    story.clock.advance(hours=1)
    assert await went(story) == [(technician, f"{UNREAD}: 3")]
    await come(story, mail(titolare, f"[{code(story, asked.request)}]", number=4))
    assert UNREAD not in dict(await went(story))[technician]
    fourth = await come(story, mail(titolare, "Quarta", number=5))
    async with story.parts.store.read() as work:
        waiting = [one for one in await mails.listed(work, [story.world.tenant], 9) if one.state == "open"]
    assert {one.id for one in waiting} >= {first.id, fourth.id}
    for one in waiting:
        await set_mail_aside(story.parts, story.world.technician.who, one.id)
    story.clock.advance(hours=1)
    assert await went(story) == []
    assert await story.findings() == []


async def test_c06_strangers_make_one_letter_a_day(story: Story) -> None:
    """Anybody can write: who does it all day makes one letter, and none at all of a copy."""
    await went(story)
    for number in range(5):
        await come(story, mail("chiunque@altrove.example", number=number))
        story.clock.advance(hours=2)
    assert await went(story) == [(address(story.world.technician), f"{UNREAD}: 5")]
    story.clock.advance(hours=15)
    await come(story, mail("chiunque@altrove.example", number=0))
    assert await went(story) == []
    await come(story, mail("chiunque@altrove.example", number=9))
    assert await went(story) == [(address(story.world.technician), f"{UNREAD}: 6")]
