"""The broker's own view of a channel's files, and what it says beside the host's note."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.task_group import TaskGroup
from agent.wire.transfers import Fact
from audit.canonical import Value
from audit.commitment import Opening
from audit.host_note import HostNote
from broker.cases.read_note import agrees, opening_of
from broker.live.file_facts import FileFacts

FACT = Fact(2, "to_host", "whole", 0, 3, "/srv/a", "ab" * 32)
OPENING = Opening(bytes(32), {"path": "/srv/a", "sha256": "ab" * 32})
BODY: dict[str, Value] = {
    "channel": "c-1", "number": 2, "direction": "to_host", "result": "whole", "offset": 0, "bytes": 3,
    "file": OPENING.commitment,
}  # fmt: skip


def note(**changes: Value) -> HostNote:
    at = datetime(2026, 11, 3, 10, tzinfo=UTC)
    return HostNote("t-1", "h-1", 7, at, "file.transferred", "s-1", BODY | changes)


class Watch:
    def from_client(self, data: bytes) -> list[Fact]:
        return []

    def from_host(self, data: bytes) -> list[Fact]:
        return [FACT] if data == b"now" else []

    def end(self) -> list[Fact]:
        return [replace(FACT, number=3, result="partial")]


async def test_a_note_that_comes_first_waits() -> None:
    facts = FileFacts(Watch())
    async with TaskGroup() as group:
        waiting = group.create_task(facts.fact(2, 60))
        await asyncio.sleep(0)
        facts.to_host(b"")
        facts.from_host(b"not yet")
        facts.from_host(b"now")
        assert await waiting == FACT
    facts.finish()
    facts.finish()
    assert (await facts.fact(3, 0)) == replace(FACT, number=3, result="partial")
    assert await facts.fact(2, 60) is None  # each is asked for once
    assert await FileFacts(Watch()).fact(2, 0.01) is None


@pytest.mark.parametrize(
    ("told", "fact", "text", "says"),
    [
        (note(), FACT, OPENING, True),
        (note(bytes=4), FACT, OPENING, False),
        (note(), replace(FACT, sha256="cd" * 32), OPENING, False),
        (note(), replace(FACT, path="/srv/b"), OPENING, False),
        (note(), replace(FACT, result="partial", count=2), OPENING, None),
        (note(result="partial", bytes=2), FACT, OPENING, None),
        (note(), None, OPENING, None),
        (note(), FACT, None, None),
    ],
)
def test_whether_both_saw_the_same(
    told: HostNote,
    fact: Fact | None,
    text: Opening | None,
    says: bool | None,  # noqa: FBT001 - a case
) -> None:
    assert agrees(told, text, fact) is says


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        (OPENING.to_value(), True),
        (None, False),
        ({}, False),
        (Opening(bytes(31) + b"x", OPENING.data).to_value(), False),
        (Opening(bytes(32), {"path": "/srv/b"}).to_value(), False),
        (Opening(bytes(32), {"path": "/srv/a", "more": "x"}).to_value(), False),
        (Opening(bytes(32), ["path"]).to_value(), False),
        ({"salt": "AA", "data": {}}, False),
    ],
)
def test_a_text_is_the_one_that_its_note_commits_to(given: dict[str, Value] | None, fits: bool) -> None:  # noqa: FBT001
    assert opening_of(note(), given) == (OPENING if fits else None)
