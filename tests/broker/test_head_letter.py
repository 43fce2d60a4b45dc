"""The weekly letter with the log's head: what it says, once a week, taken by a real SMTP server, then recorded."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import update

import audit
from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.merkle import Tree
from audit.note import VerifierKey, parse_note
from broker.cases.close_month import close_month
from broker.cases.export_trust import tenant_trust
from broker.cases.read_report import read_report
from broker.domain import letters
from broker.domain.envelope import Envelope
from broker.domain.head_letter import HeadFacts, compose, week_of
from broker.jobs import head_letters, heartbeat
from broker.jobs.deliver import deliver
from broker.out.mail import SmtpMailer
from broker.parts import Parts
from broker.store import log
from broker.store.standing import Ahead
from broker.store.tables import people
from tests.broker.letter import read, said
from tests.broker.test_letters import Inbox, inbox, smtp
from tests.broker.world import World, newcomer
from tests.doubles import FakeClock, ListMailer

__all__ = ["inbox", "smtp"]
ROME = "Europe/Rome"


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), "2026-W47"),  # Monday, one minute to seven in Rome
        (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 3, 29, 21, 0, tzinfo=UTC), "2026-W13"),  # the Sunday with an hour less
        (datetime(2026, 3, 30, 5, 0, tzinfo=UTC), "2026-W14"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_week_begins_on_monday_at_seven(at: datetime, week: str) -> None:
    assert week_of(at, ROME) == week


def test_it_says_it_twice_and_no_name_begins_a_header() -> None:
    facts = HeadFacts("Albergo\r\nBcc: all@example.com", 7, "a\n7\nroot\n\n— a AAAA\n", b"a note\r\n\n", ROME)
    found = read(
        compose(facts, Envelope(letters.address("Teresa", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>", datetime(2026, 11, 23, 6, 0, tzinfo=UTC)))
    )  # fmt: skip
    text = said(found)
    assert text.count("--trust trust.json --head testa-7.note") == 2
    assert text.count("a\n7\nroot\n\n— a AAAA\n") == 2
    assert "23/11/2026 07:00 (CET)" in text
    assert "La conservi" in text
    assert "Keep it" in text
    assert found["Bcc"] is None
    [attached] = found.iter_attachments()
    assert attached.get_filename() == "testa-7.note"
    assert attached.get_content() == b"a note\r\n\n", "not a byte is re-worded on its way"


async def _week(parts: Parts, clock: FakeClock, days: int) -> None:
    """The log beats on every day passed."""
    for _ in range(days):
        clock.advance(days=1)
        await heartbeat.tick(parts)
        await head_letters.tick(parts)
        await head_letters.tick(parts)


async def _head(parts: Parts, tenant: str) -> log.Head:
    async with parts.store.read() as work:
        found = await log.head(work, tenant)
    assert found is not None
    return found


async def _sent(world: World) -> list[tuple[int, str]]:
    return [(r.size, r.person) for r in await world.records() if r.KIND == "head.sent"]  # type: ignore[union-attr]


async def test_no_head_of_a_log_below_its_witnesses_is_mailed(
    parts: Parts, clock: FakeClock, inbox: Inbox, smtp: Controller
) -> None:
    world = await World.make(parts)
    await _week(parts, clock, 6)
    parts.store.standing.found(world.tenant, Ahead("h-1", 9_999, forked=False))
    await deliver(parts, SmtpMailer("127.0.0.1", smtp.port))
    assert inbox.taken == []


async def test_once_a_week_to_every_titolare_and_recorded_when_taken(
    parts: Parts, clock: FakeClock, inbox: Inbox, smtp: Controller
) -> None:
    """From Tuesday 10 November on; the server is busy at first."""
    world = await World.make(parts)
    second = await newcomer(parts, world.titolare, world.tenant, "titolare", "Tullio Secondo")
    mailer = SmtpMailer("127.0.0.1", smtp.port)
    await _week(parts, clock, 5)
    await deliver(parts, mailer)
    assert inbox.taken == [], "the week he came in has passed with the keys"
    await _week(parts, clock, 1)
    size = (await _head(parts, world.tenant)).size
    inbox.busy = True
    await deliver(parts, mailer)
    assert await _sent(world) == [], "queued is not sent"
    inbox.busy = False
    clock.advance(seconds=11)
    await deliver(parts, mailer)
    await deliver(parts, mailer)
    assert len(inbox.taken) == 2
    assert sorted(await _sent(world)) == sorted([(size, world.titolare.id), (size, second.id)])
    await _week(parts, clock, 6)
    await deliver(parts, mailer)
    assert len(inbox.taken) == 2, "nothing more that week"
    await _week(parts, clock, 1)
    await deliver(parts, mailer)
    assert len(inbox.taken) == 4


async def test_the_attachment_is_a_head_of_this_log(parts: Parts, clock: FakeClock, tmp_path: Path) -> None:
    world = await World.make(parts)
    await _week(parts, clock, 6)
    mailer = ListMailer()
    await deliver(parts, mailer)
    [(message, _, recipient)] = mailer.sent
    assert recipient.startswith("teresa-titolare@")
    [attached] = read(message).iter_attachments()
    note = parse_note(attached.get_content())
    here = await _head(parts, world.tenant)
    note.check(VerifierKey.log(here.origin, parts.keys.log_key(here.origin).public))
    head = checkpoint.parse(note.text)
    tree = Tree()
    async with parts.store.read() as work:
        for leaf in await log.leaves(work, world.tenant, 0, head.size):
            tree.append(leaf)
    assert head == Checkpoint(here.origin, tree.size, tree.root())
    assert note.text in said(read(message))
    # What the letter says to do with it, at the end of the month.
    await _week(parts, clock, 15)
    issued = await close_month(parts, world.tenant, "2026-11")
    (tmp_path / "mese.zip").write_bytes(
        (await read_report(parts, world.titolare.who, issued.number, "zip")).data
    )
    (tmp_path / "trust.json").write_bytes((await tenant_trust(parts, world.tenant)).encode())
    name = attached.get_filename()
    assert name == f"testa-{head.size}.note"
    for content, rewritten, word in (
        (attached.get_content(), False, "sta in questo registro"),
        (
            log.signed_head(here.origin, head.size, bytes(31) + b"\1", parts.keys.log_key(here.origin)).note,
            True,
            "REWRITTEN",
        ),
    ):
        (tmp_path / name).write_bytes(content)
        command = ["mese.zip", "--trust", "trust.json", "--head", name]
        done = await asyncio.to_thread(_verify, tmp_path, command)
        assert word in done.stdout
        # One witness is asked for, and this host has no link: that is found in both.
        assert "UNWITNESSED" in done.stdout.splitlines()[0]
        assert ("REWRITTEN" in done.stdout.splitlines()[0]) == rewritten


def _verify(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    root = Path(audit.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "audit.cli", *command], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip


async def test_nobody_to_write_to(parts: Parts, clock: FakeClock) -> None:
    """He left between the letter's queueing and its sending: nothing goes out, nothing is recorded."""
    world = await World.make(parts)
    await _week(parts, clock, 6)
    async with parts.store.tx(world.tenant, clock.now()) as tx:
        await tx.mark(update(people).where(people.c.id == world.titolare.id).values(active=False))
    mailer = ListMailer()
    await deliver(parts, mailer)
    assert mailer.sent == []
    assert await _sent(world) == []
