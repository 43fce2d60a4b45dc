"""Mail through a real mail server and a real IMAP server: what is sent is what is kept, once, and counts for what it proves."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from audit.mail_evidence.dns import Answer
from audit.mail_record import MailReceived
from broker.cases.post_letter import post_letter
from broker.domain.registered_letter import Letter
from broker.domain.request import AwaitingApproval
from broker.domain.request_code import request_code
from broker.jobs import fetch_mail, letters_with_receipts
from broker.jobs.fetch_mail import take_mail
from broker.live.mail_desk import MailDesk
from broker.out import lmtp
from broker.out.certified_mail import CertifiedMail
from broker.out.imap_box import Account, ImapBox
from broker.parts import Parts
from broker.store import dispatches, mails, requests
from tests.audit.mail_evidence import provider
from tests.audit.mail_evidence.mails import NOW, mail, published, signed
from tests.broker.conftest import clock, parts, quick_passwords, settings, sqlite_store, store
from tests.broker.world import World
from tests.doubles import FakeClock
from tests.mail_servers import PASSWORD, USER, MailServers
from tests.stories.telling import Story

__all__ = ["clock", "parts", "quick_passwords", "settings", "sqlite_store", "store"]
MOST = 16 * 1024 * 1024


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    return sqlite_store


@pytest.fixture(scope="module")
def door() -> Iterator[socket.socket]:
    """Where the broker's listener is, once it is."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture(scope="module")
def shared(door: socket.socket) -> Iterator[MailServers]:
    servers = MailServers.start(door.getsockname()[1])
    yield servers
    servers.stop()


@pytest.fixture
def servers(shared: MailServers) -> MailServers:
    for path in (*shared.folder.glob("Maildir/new/*"), *shared.folder.glob("Maildir/cur/*")):
        path.unlink()
    return shared


class Dns:
    name = "dns of the tests"

    def __init__(self, *domains: str) -> None:
        self.answers = published(*domains)

    def txt(self, name: str) -> Answer | None:
        return self.answers.txt(name)


@pytest.fixture
async def story(parts: Parts, clock: FakeClock, servers: MailServers) -> Story:
    world = await World.make(parts)
    pec = CertifiedMail(
        "localhost", servers.smtps, USER, PASSWORD, "assistenza@pec.fornitore.it", servers.tls
    )
    desk = MailDesk(Dns(f"{world.tenant}.example"), (provider.authority().der,))
    story = await Story.begin(world.of(replace(parts, mail=desk, channels={"pec": pec})))
    clock.at = NOW  # certificates and signatures of the tests' mails are of that day
    return story


@pytest.fixture
def box(servers: MailServers) -> Iterator[ImapBox]:
    found = ImapBox(Account("localhost", servers.imaps, USER, PASSWORD, "INBOX", servers.tls), MOST)
    yield found
    found.close()


def written(
    story: Story, number: int = 1, subject: str = "si proceda", role: str = "titolare", **more: Any
) -> bytes:
    name = "teresa" if role == "titolare" else "aldo"
    domain = f"{story.world.tenant}.example"
    raw = mail(f"<{name}-{role}@{domain}>", message_id=f"<{number}@{domain}>", **more)
    return signed(raw.replace(b"[AUT-7K3M] si proceda", subject.encode()), domain=domain)


async def came(story: Story) -> list[MailReceived]:
    return [one for one in await story.world.records() if isinstance(one, MailReceived)]


async def test_c01_s34_by_imap(story: Story, servers: MailServers, box: ImapBox) -> None:
    """C-01: what is kept is what lies on the server, and ends with the very bytes that were sent. S-34: the same
    verdict from the office and from a phone in another network. C-08: the same mail again is a duplicate."""
    await fetch_mail.fetch(story.parts, box)
    office = written(story, 1, body="Autorizzo l’intervento.\r\n")
    phone = written(
        story, 2, body="Autorizzo.\r\n.\r\nInviato da iPhone\r\n",
        extra=["X-Mailer: iPhone Mail (20H19)", "X-Originating-IP: [198.51.100.9]"],
    )  # fmt: skip
    for number, raw in enumerate((office, phone, office), 1):
        servers.submit(raw, "assistenza@fornitore.it", f"bounce{number}@mobile.example")
        servers.wait(number)
    await fetch_mail.fetch(story.parts, box)
    await fetch_mail.fetch(story.parts, box)
    found = await came(story)
    assert [(one.level, one.code) for one in found] == [
        ("e1", "dkim_aligned"), ("e1", "dkim_aligned"), ("e1", "duplicate"),
    ]  # fmt: skip
    async with story.parts.store.read() as work:
        kept = [await mails.raw(work, one) for one in await mails.listed(work, [story.world.tenant], 9)]
    lying = [one.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for one in servers.lying()]
    assert sorted(one for one in kept if one) == sorted(lying)
    assert [one.digest for one in found] == [hashlib.sha256(one).hexdigest() for one in lying]
    for whole, sent in zip(lying, (office, phone, office), strict=True):
        assert whole.endswith(sent)
    assert all(b"mobile.example" in one for one in lying), (
        "it says where it came from, and nobody judges that"
    )
    assert await story.findings() == []


async def test_a_server_that_dies_and_counts_anew(story: Story, servers: MailServers, box: ImapBox) -> None:
    """Cut connections, a restart and a new UIDVALIDITY: every mail is recorded once."""
    await fetch_mail.fetch(story.parts, box)
    servers.submit(written(story, 1), "assistenza@fornitore.it")
    servers.wait(1)
    servers.kill("dovecot")
    tick = fetch_mail.fetching(box)
    await tick(story.parts)
    assert await came(story) == []
    servers.start_dovecot()
    await tick(story.parts)
    assert len(await came(story)) == 1
    before = box.look().validity
    servers.kill("dovecot")
    for name in servers.folder.glob("Maildir/dovecot*"):
        name.unlink()
    servers.submit(written(story, 2), "assistenza@fornitore.it")
    servers.wait(2)
    await asyncio.sleep(1.1)  # Dovecot's validity is a second's number
    servers.start_dovecot()
    await tick(story.parts)
    assert box.look().validity != before
    assert [one.code for one in await came(story)] == ["dkim_aligned"] * 2
    flags = [path.name.rpartition(":2,")[2] for path in servers.folder.glob("Maildir/cur/*")]
    assert all("S" not in one for one in flags), "nothing was marked as read"


async def test_c06_by_lmtp_and_what_is_not_kept_stays(
    story: Story, servers: MailServers, door: socket.socket
) -> None:
    """C-06: an answer with its code, by the local mail server, which keeps it until the broker has it on the disk."""
    asked = await story.ask()
    code = request_code(story.parts.keys.wrapping_key(), story.world.tenant, asked.request)
    refusing, tries = True, 0

    async def take(arrived: Any) -> bool:
        nonlocal tries
        tries += 1
        return False if refusing else await take_mail(story.parts, arrived)

    async with lmtp.listening([door.dup()], take, MOST, story.clock):
        await asyncio.to_thread(
            servers.submit, written(story, 1, f"Re: [{code}]", "ads"), "registro@fornitore.it"
        )
        await until(lambda: tries)
        assert await came(story) == []
        refusing = False
        await until(lambda: tries > 1)
        for _ in range(600):
            if found := await came(story):
                break
            await asyncio.sleep(0.1)
    (one,) = found
    async with story.parts.store.read() as work:
        (line,) = await mails.listed(work, [story.world.tenant], 9)
        waiting = await requests.load(work, story.world.tenant, asked.request)
    assert (line.way, line.request, one.code) == ("lmtp", asked.request, "dkim_aligned")
    assert isinstance(waiting, AwaitingApproval)
    assert servers.lying() == []


async def until(true: Any) -> None:
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came")


async def test_c15_a_certified_letter_and_its_receipts(
    story: Story, servers: MailServers, box: ImapBox
) -> None:
    """C-15: by SMTPS to the provider, its signed receipts back through the mailbox; forged ones count for nothing."""
    await fetch_mail.fetch(story.parts, box)
    async with story.parts.store.tx(story.world.tenant, NOW, records=False) as tx:
        letter = await post_letter(
            story.parts, tx, Letter("report", "titolare@pec.studio.it", "Rapporto", "In allegato.\n")
        )
    await letters_with_receipts.tick(story.parts)
    servers.wait(1)
    (raw,) = servers.lying()
    assert email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"] == letter.message_id

    async def state(*kinds: str, by: Any = None) -> str:
        for kind in kinds:
            count = len(servers.lying())
            signed_part = provider.inside(
                provider.daticert(
                    kind=kind, sender="assistenza@pec.fornitore.it", message_id=letter.message_id
                ),
                None,
            )
            signature = provider.cms_signed(
                signed_part, by or provider.gestore(), provider.SENT, detached=True
            )
            receipt = provider.wrapped(signed_part, signature, headers=f"X-Ricevuta: {kind}")
            await asyncio.to_thread(servers.submit, receipt, "assistenza@pec.fornitore.it")
            servers.wait(count + 1)
        await fetch_mail.fetch(story.parts, box)
        async with story.parts.store.read() as work:
            return (await dispatches.load(work, story.world.tenant, letter.id)).state

    forger = provider.party("Gestore di prova", mail="posta-certificata@pec.gestore.it")
    assert await state("avvenuta-consegna", by=forger) == "sent"
    assert await state("accettazione") == "accepted"
    assert await state("avvenuta-consegna", "preavviso-errore-consegna", "accettazione") == "delivered"
    assert await story.findings() == []
