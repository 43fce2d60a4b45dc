"""What a hostile host and people with hostile names leave in letters, in the month's paper, and in what judges it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdf
import pytest

from audit import cli
from audit.verify import verify
from broker.cases.close_month import close_month
from broker.cases.export_trust import tenant_trust
from broker.cases.read_report import read_report
from broker.cases.stop import stop
from broker.jobs import heartbeat
from broker.jobs.deliver import deliver
from tests import hostile
from tests.audit import second_verifier
from tests.broker import pdf_reading
from tests.broker.letter import read, said
from tests.stories.telling import Story

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
}  # fmt: skip
AFTER = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """One of the two: what is shown of a text does not come from the database."""
    return sqlite_store


class Post:
    """Takes every letter."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str, str]] = []

    async def send(self, message: bytes, sender: str, recipient: str) -> None:
        self.taken.append((message, sender, recipient))


async def test_letters_have_our_headers_and_nothing_that_is_not_read(story: Story) -> None:
    await hostile.rename(story)
    session = await hostile.attacked(story)
    await stop(story.parts, story.world.ads.who, session)
    post = Post()
    for _ in range(3):
        await deliver(story.parts, post)
        story.clock.advance(minutes=5)
    assert len(post.taken) >= 4
    for message, sender, recipient in post.taken:
        found = email.message_from_bytes(message, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        assert set(found.keys()) <= HEADERS, found.keys()
        assert len(found.keys()) == len(set(found.keys()))
        assert [one.addr_spec for one in found["To"].addresses] == [recipient]
        assert [one.addr_spec for one in found["From"].addresses] == [sender]
        parts = {part.get_content_type() for part in found.iter_attachments()}
        assert parts <= {"text/calendar"}
        assert found.get_content_type() == ("multipart/mixed" if parts else "text/plain")
        assert all(len(line) <= 998 for line in message.splitlines())
        for text in (found["Subject"], str(found["To"].addresses[0].display_name), said(found)):
            assert hostile.unseen(text.replace("\r", "")) == []
    assert any(hostile.HIT in said(read(one)) for one, _, _ in post.taken)


async def closed(story: Story) -> str:
    """The month of the attack, closed; its report's number."""
    await hostile.rename(story)
    session = await hostile.attacked(story)
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    while story.clock.now() + timedelta(days=1) < AFTER:
        story.clock.advance(days=1)
        await heartbeat.tick(story.parts)
    story.clock.at = AFTER
    return (await close_month(story.parts, story.world.tenant, "2026-11")).number


def judged(folder: Path, bundle: bytes, trust: Any) -> None:
    """Both verifiers say the same, and what the command prints says nothing to the terminal."""
    second_verifier.agrees(verify(bundle, trust=trust, seen=None).verdict, bundle, trust)
    (folder / "bundle.zip").write_bytes(bundle)
    (folder / "trust.json").write_bytes(trust.encode())


async def test_the_month_s_files(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The paper does nothing when it is opened, its texts are seen; the month's data are data; verdicts are words."""
    number = await closed(story)
    paper = (await read_report(story.parts, story.world.titolare.who, number, "pdf")).data
    bundle = (await read_report(story.parts, story.world.titolare.who, number, "zip")).data
    trust = await tenant_trust(story.parts, story.world.tenant)
    await asyncio.to_thread(judged, tmp_path, bundle, trust)
    words = [str(tmp_path / "bundle.zip"), "--trust", str(tmp_path / "trust.json")]
    await asyncio.to_thread(cli.main, words)  # the PDF library runs an event loop of its own
    out, err = capsys.readouterr()
    assert err == ""
    assert all(line.isprintable() for line in out.splitlines())
    assert max(map(len, out.splitlines())) < 2000
    (tmp_path / "report.pdf").write_bytes(paper)
    await asyncio.to_thread(harmless, tmp_path / "report.pdf")


def harmless(path: Path) -> None:
    text = pdf_reading.text(path)
    # Zero-width blanks and hyphens are the typesetter's own, where a word may be parted; a stranger's is named.
    assert hostile.unseen(text.replace("\u200b", "").replace("\u00ad", "")) == []
    assert hostile.HIT in "".join(text.split())
    reader = pypdf.PdfReader(path)
    assert not {"/OpenAction", "/AA", "/AcroForm/XFA"} & set(reader.root_object)
    for page in reader.pages:
        assert "/AA" not in page
        for note in page.get("/Annots", ()):
            action = note.get_object().get("/A", {})
            assert action.get("/S") in (None, "/GoTo"), action
    for attached in reader.attachments:
        assert re.fullmatch(r"[\w.-]+", attached)
        json.loads(reader.attachments[attached][0])
