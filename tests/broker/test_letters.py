"""Mails: what they say, that names cannot become headers, and a real SMTP server that takes or refuses them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from audit.channel_words import all_can
from audit.folders import DIRECTIONS
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from broker.cases.refuse import refuse
from broker.cases.withdraw import withdraw
from broker.domain import envelope, letters
from broker.domain.letters import KINDS, Facts, compose, one_line
from broker.jobs import deliver as job
from broker.jobs import lapse
from broker.jobs.deliver import MAX_TRIES, back_off, deliver, delivery
from broker.out.mail import SmtpMailer
from broker.parts import Parts
from broker.store.tables import outbox, people
from tests.broker.letter import read, said
from tests.broker.world import World
from tests.doubles import FakeClock, ListMailer
from tests.stories.telling import Story

AT = datetime(2026, 11, 12, 9, 2, tzinfo=UTC)
FACTS = Facts(
    "r-1a2b3c4d", "Tecnico 1", "Fornitore Alfa", "Albergo Esempio", "srv-gestionale", "I-2026-0412",
    AT + timedelta(minutes=28), AT + timedelta(hours=4), "Europe/Rome", "Aldo Ads",
)  # fmt: skip


MUCH = (
    Channel("terminal"),
    Channel("files", folder="/srv/dati", direction=DIRECTIONS[0]),
    Channel("forward", port=NamedPort("rdp", "127.0.0.1", 3389)),
    Channel("desktop", control=True, clipboard=True),
    Channel("tool", "anydesk"),
)


def write(kind: str, facts: Facts = FACTS, to: Address | None = None) -> bytes:
    to = to or letters.address("Aldo Ads", "aldo@esempio.example")
    around = envelope.Envelope(to, "verbale@alfa.example", "<t.1@alfa.example>", AT)
    return compose(kind, facts, around, "http://localhost:8700/richieste/r-1a2b3c4d")


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_and_its_approval_say_what_may_be_done(kind: str) -> None:
    """As the pages say it: to see a screen is another thing than to use it."""
    text = read(write(kind, replace(FACTS, account="root", may=all_can(MUCH)))).get_content()
    listed = [line for line in text.splitlines() if line.startswith("- ")]
    if kind not in letters.OF_POWERS:
        assert listed == []
        return
    assert "Può, come utente root:" in text
    assert "May, as account root:" in text
    assert listed == [f"- {italian}" for italian, _ in all_can(MUCH)] + [f"- {e}" for _, e in all_can(MUCH)]
    assert "- Vedere lo schermo di quell’utente e usarne mouse e tastiera" in listed
    seen = read(write(kind, replace(FACTS, account="root", may=all_can([Channel("desktop")])))).get_content()
    assert "senza toccare nulla" in seen
    assert "mouse" not in seen


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_says_it_twice_and_its_link_has_no_power(kind: str) -> None:
    found = read(write(kind))
    text = found.get_content()
    assert "srv-gestionale" in text
    assert "da solo non autorizza nulla" in text
    assert "by itself it authorises nothing" in text
    assert text.count("http://localhost:8700/richieste/r-1a2b3c4d") == 2
    assert found.get_content_type() == "text/plain"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "{" not in text + found["Subject"]


def test_hours_are_those_of_the_customer() -> None:
    assert "12/11/2026 10:30 – 14:02 (CET)" in read(write("request_opened")).get_content()
    over_night = replace(FACTS, not_after=AT + timedelta(hours=20))
    assert "12/11/2026 10:30 – 13/11/2026 06:02 (CET)" in read(write("approved", over_night)).get_content()


@given(st.text(max_size=300))
def test_no_name_begins_a_header(name: str) -> None:
    evil = f"{name}\r\nBcc: all@example.com\n\nx"
    found = read(
        write(
            "request_opened", replace(FACTS, host=evil, technician=evil), letters.address(evil, "a@b.example")
        )
    )
    assert found["Bcc"] is None
    assert len(found.get_all("To")) == 1
    assert found["To"].addresses[0].addr_spec == "a@b.example"
    assert "\n" not in one_line(evil)


def test_back_off() -> None:
    waits = [back_off(n).total_seconds() for n in range(1, MAX_TRIES)]
    assert waits == sorted(waits)
    assert waits[0] == 10
    assert 46 * 3600 < sum(waits) < 72 * 3600


# ------------------------------------------------------------------------------- a real SMTP server


class Inbox:
    """What the server took; `busy` makes it answer 451."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.busy = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.busy:
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[Controller]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    yield controller
    controller.stop(no_assert=True)


async def test_approvers_get_the_mail_and_a_busy_server_is_tried_again(
    parts: Parts, clock: FakeClock, inbox: Inbox, smtp: Controller
) -> None:
    """A request is asked, the server is busy, then takes both mails; nothing is sent twice."""
    story = await Story.begin(await World.make(parts))
    receipt = await story.ask()
    mailer = SmtpMailer("127.0.0.1", smtp.port)
    inbox.busy = True
    await deliver(parts, mailer)
    inbox.busy = False
    await deliver(parts, mailer)
    assert inbox.taken == []  # not yet due again
    clock.advance(minutes=31)  # the titolare's waits for the ADS so long
    await deliver(parts, mailer)
    assert len(inbox.taken) == 2
    await deliver(parts, mailer)
    assert len(inbox.taken) == 2
    assert {e.rcpt_tos[0] for e in inbox.taken} == {
        await _email(parts, p.id) for p in (story.world.titolare, story.world.ads)
    }
    found = read(bytes(inbox.taken[0].content))  # type: ignore[arg-type]
    assert f"/richieste/{receipt.request}" in found.get_content()
    assert "La stampa si ferma" not in found.get_content()
    await refuse(parts, story.world.ads.who, receipt.request)
    await delivery(mailer)(parts)
    assert "Aldo Ads ha rifiutato" in read(bytes(inbox.taken[-1].content)).get_content()  # type: ignore[arg-type]


async def test_no_server_at_all() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OSError):
        await SmtpMailer("127.0.0.1", port).send(b"Subject: x\r\n\r\nx", "a@b.example", "c@d.example")


async def _email(parts: Parts, person: str) -> str:
    async with parts.store.read() as work:
        return (await work.run(select(people.c.email).where(people.c.id == person)))[0].email


async def _waiting(parts: Parts) -> list[Any]:
    async with parts.store.read() as work:
        return list(await work.run(select(outbox).where(outbox.c.done.is_(None))))


async def test_given_up_after_two_days_or_stale(
    parts: Parts, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await Story.begin(await World.make(parts))
    await story.ask()
    mailer = ListMailer()
    mailer.refuse = lambda _recipient: True
    monkeypatch.setattr(job, "MAX_TRIES", 2)
    await deliver(parts, mailer)
    for _ in range(2):  # the titolare's was due later
        clock.advance(hours=1)
        await deliver(parts, mailer)
    assert await _waiting(parts) == []
    mailer.refuse = lambda _recipient: False
    await story.ask()
    clock.advance(hours=73)
    await deliver(parts, mailer)
    assert await _waiting(parts) == []


async def test_a_letter_that_cannot_be_written_keeps_no_other_back(
    parts: Parts, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said in the journal, and waits its turn like one that was not taken."""
    story = await Story.begin(await World.make(parts))
    await story.ask()
    async with parts.store.tx(story.world.tenant, clock.now()) as tx:
        await tx.mark(update(people).where(people.c.id == story.world.ads.id).values(email="no address"))
    mailer = ListMailer()
    clock.advance(minutes=31)
    await deliver(parts, mailer)
    assert [to for _, _, to in mailer.sent] == [await _email(parts, story.world.titolare.id)]
    [waiting] = await _waiting(parts)
    assert waiting.tries == 1
    assert f"the mail of {waiting.id} failed" in caplog.text


async def test_a_letter_tells_of_the_answer_it_was_written_for(parts: Parts, clock: FakeClock) -> None:
    """The ADS approved and the technician withdrew before any mail left: it was the ADS who approved."""
    story = await Story.begin(await World.make(parts))
    receipt, mailer = await story.ask(), ListMailer()
    await deliver(parts, mailer)
    mailer.sent.clear()
    await story.approve(receipt.request)
    await withdraw(parts, story.world.technician.who, receipt.request)
    other = await story.ask()
    await story.approve(other.request, by=story.world.titolare)
    clock.advance(hours=9)
    await lapse.tick(parts)
    await deliver(parts, mailer)
    texts = [said(read(message)) for message, _, _ in mailer.sent]
    approved = [text for text in texts if "ha autorizzato" in text]
    assert len(approved) == 6
    assert sum("Aldo Ads ha autorizzato Tiziana Tecnica" in text for text in approved) == 3
    assert sum("Teresa Titolare ha autorizzato Tiziana Tecnica" in text for text in approved) == 3
