"""Mail as it really is, signed and certified, from its reception to the verifier who judges it again from the bundle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit.mail_evidence.dns import Answer
from audit.mail_evidence.known import Service, TrustedList
from audit.mail_record import MailReceived
from audit.post_records import MailBound, MailSenderChanged
from broker.cases.close_month import close_month
from broker.cases.know_sender import know_sender
from broker.cases.post_letter import post_letter
from broker.cases.receive_mail import receive_mail
from broker.domain.arrived import Arrived
from broker.domain.registered_letter import Letter
from broker.domain.request_code import request_code
from broker.jobs.letters_with_receipts import tick
from broker.live.mail_desk import MailDesk
from broker.parts import Parts
from broker.store import log
from tests.audit.mail_evidence import papers, provider
from tests.audit.mail_evidence.mails import NOW, mail, published, signed
from tests.broker.world import World
from tests.doubles import ListChannel
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, judged


class Dns:
    name = "dns of the tests"

    def __init__(self, *domains: str) -> None:
        self.answers = published(*domains)

    def txt(self, name: str) -> Answer | None:
        return self.answers.txt(name)


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """What is judged is the same on every database."""
    return sqlite_store


@pytest.fixture
async def story(parts: Parts) -> Story:
    world = await World.make(parts)
    desk = MailDesk(Dns(f"{world.tenant}.example"), (provider.authority().der,))
    channels = {"pec": ListChannel("pec", "assistenza@pec.fornitore.it")}
    return await Story.begin(world.of(replace(parts, mail=desk, channels=channels)))


def address(story: Story) -> str:
    return f"teresa-titolare@{story.world.tenant}.example"


def written(story: Story, number: int, subject: str = "si proceda", author: str = "", **more: Any) -> bytes:
    domain = f"{story.world.tenant}.example"
    raw = mail(author or f"<{address(story)}>", message_id=f"<{number}@{domain}>", **more)
    return signed(raw.replace(b"[AUT-7K3M] si proceda", subject.encode()), domain=domain)


async def come(story: Story, *raws: bytes) -> None:
    for raw in raws:
        await receive_mail(
            story.parts, Arrived(raw, story.clock.now(), "imap", source="posta@mail.example/INBOX")
        )


async def received(story: Story) -> list[tuple[str, str, str]]:
    found = [one for one in await story.world.records() if isinstance(one, MailReceived)]
    return [(one.transport, one.level, one.code) for one in found]


async def test_c07_every_sort_of_mail_is_judged_again_by_the_verifier(story: Story) -> None:
    """C-07: the level of each, and S-34: from wherever it was sent; the bundle proves all of it offline."""
    story.clock.at = NOW
    asked = await story.ask()
    code = request_code(story.parts.keys.wrapping_key(), story.world.tenant, asked.request)
    async with story.parts.store.tx(story.world.tenant, NOW, records=False) as tx:
        letter = await post_letter(story.parts, tx, Letter("report", "x@pec.example", "Rapporto", "Testo."))
    await tick(story.parts)
    answer = written(story, 1, f"Re: [{code}]")
    certified = provider.envelope(
        provider.daticert(sender=address(story)), provider.original(f"<{address(story)}>")
    )
    part = provider.inside(provider.daticert(kind="avvenuta-consegna", message_id=letter.message_id), None)
    signature = provider.cms_signed(part, provider.gestore(), provider.SENT, detached=True)
    await come(
        story,
        answer,
        answer,
        answer.replace(b"Autorizzo", b"AUTORIZZO"),
        written(story, 2, extra=["X-Originating-IP: [198.51.100.9]", "X-Mailer: iPhone Mail"]),
        certified,
        provider.wrapped(part, signature, headers="X-Ricevuta: avvenuta-consegna"),
    )
    assert await received(story) == [
        ("ordinary", "e1", "dkim_aligned"),
        ("ordinary", "e1", "duplicate"),
        ("ordinary", "e0", "dkim_failed"),
        ("ordinary", "e1", "dkim_aligned"),
        ("pec", "e3", "pec_valid"),
        ("receipt", "e0", "pec_receipt"),
    ]
    bound = [one for one in await story.world.records() if isinstance(one, MailBound)]
    assert [one.state for one in bound] == ["awaiting_approval"] * 2, (
        "below E2, and a changed text proves nothing"
    )
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    verdict = (await judged(story, issued.number)).verdict
    assert verdict.findings == ()
    assert next(step.state for step in verdict.steps if step.n == 15) == "ok"


async def test_c05_a_look_alike_is_nobody_we_know(story: Story) -> None:
    """C-05: a domain that only looks like the customer's, signed by its own owner, is a stranger's, and said to imitate."""
    story.clock.at = NOW
    fake = f"teresa-titolare@{story.world.tenant.replace('t-', 't')}.example"
    one = await receive_mail(story.parts, Arrived(written(story, 1, author=f"<{fake}>"), NOW, "imap"))
    assert one is not None
    assert (one.tenant, one.level) == (story.world.house, "e0")
    assert {"unknown_sender", "lookalike_address"} <= set(one.reasons)


async def test_c08_what_was_written_a_day_before_is_not_accepted(story: Story) -> None:
    """C-08: certified mail of two days ago, with the code of a request, waits for the passkey as a mail of no level would."""
    story.clock.at = NOW
    asked = await story.ask()
    code = request_code(story.parts.keys.wrapping_key(), story.world.tenant, asked.request)
    box, old = address(story), NOW - timedelta(days=2)
    text = f"Procedete.\r\n[{code}]\r\n"
    for number, at in enumerate((provider.SENT, old)):
        ident = f"<{number}@{box}>"
        message = provider.original(f"<{box}>", message_id=ident, text=text)
        await come(
            story, provider.envelope(provider.daticert(sender=box, at=at, message_id=ident), message, at=at)
        )
    assert [code for _, _, code in await received(story)] == ["pec_valid", "too_old"]
    bound = [one.state for one in await story.world.records() if isinstance(one, MailBound)]
    assert bound == ["accepted", "awaiting_approval"]


async def test_c26_c07_a_qualified_signature_by_whoever_the_titolare_said(parts: Parts) -> None:
    """C-26, C-07, C-18: once his codice fiscale is registered, a signed paper of his makes a mail E4, also where his
    provider's domain signs the mail; each mail is judged again by what was said when it came, and the number is in no
    record, no list and no state of it."""
    world = await World.make(parts)
    listed = TrustedList(
        NOW - timedelta(days=1), (Service(papers.authority().der, NOW - timedelta(days=300)),)
    )
    resolver = Dns(f"{world.tenant}.example", "provider.example")
    desk = MailDesk(resolver, authorities=(papers.authority().der,), trusted_list=listed)
    story = await Story.begin(world.of(replace(parts, mail=desk)))
    titolare = world.titolare
    story.clock.at = NOW

    def paper(number: int, domain: str) -> bytes:
        p7m = provider.cms_signed(papers.BODY, papers.titolare(), NOW - timedelta(minutes=5))
        raw = papers.carrying("autorizzo.p7m", p7m, author=address(story))
        return signed(raw.replace(b"<a1@", b"<a%d@" % number), domain=domain)

    await come(story, paper(1, f"{story.world.tenant}.example"), paper(2, "provider.example"))
    said = await know_sender(
        story.parts,
        titolare.who,
        titolare.id,
        domain="provider.example",
        box="",
        fiscal_code="rssmra80a01h501u",
    )
    await come(story, paper(3, "provider.example"))
    await know_sender(story.parts, titolare.who, titolare.id, domain="", box="", fiscal_code="")
    await come(story, paper(4, f"{story.world.tenant}.example"))
    assert [(level, code) for _, level, code in await received(story)] == [
        ("e1", "dkim_aligned"), ("e0", "dkim_unaligned"), ("e4", "qualified_signature"), ("e1", "dkim_aligned"),
    ]  # fmt: skip
    assert said.fiscal_code == "RSSMRA80A01H501U"
    changes = [one for one in await story.world.records() if isinstance(one, MailSenderChanged)]
    assert [one.person for one in changes] == [titolare.id] * 2
    async with story.parts.store.read() as work:
        leaves = await log.leaves(work, story.world.tenant, 0, 10_000)
    assert not any(b"RSSMRA80" in leaf for leaf in leaves)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    verdict = (await judged(story, issued.number)).verdict
    assert verdict.findings == ()
    assert next(step.state for step in verdict.steps if step.n == 15) == "ok"
