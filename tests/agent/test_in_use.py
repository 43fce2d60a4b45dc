"""What is open is told as it changes: each word once, no flicker, nothing after the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agent import in_use
from agent.in_use import InUse
from audit.folders import DIRECTIONS, FolderLine
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from tests.agent.session_kit import House, eventually, house

PORT = Channel("forward", port=NamedPort("web", "10.0.0.7", 80))
SCREEN, SHELL = Channel("desktop"), Channel("terminal")
FOLDERS = (FolderLine("/srv/dati", DIRECTIONS[0]), FolderLine("/srv/posta\x1b[2J", DIRECTIONS[1]))
FILES = Channel("files", folder="/srv/dati", direction=DIRECTIONS[0])


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_use, "LINGER_S", 0.05)


async def test_each_change_is_told_and_each_new_thing_once() -> None:
    told: list[tuple[str, ...]] = []
    first: list[str] = []
    use = InUse(
        FOLDERS, lambda words: told.append(tuple(it for it, _ in words)), lambda word: first.append(word[0])
    )
    use.begins("c-1", SHELL)
    use.begins("c-2", PORT)
    use.begins("c-3", PORT)
    use.begins("c-4", SCREEN)
    port = "attraverso questa macchina la porta 80 (web) di 10.0.0.7"
    assert told == [
        ("un terminale",),
        (port, "un terminale"),
        (port, "lo schermo, senza toccarlo", "un terminale"),
    ]
    assert first == [port, "lo schermo, senza toccarlo"]
    use.ends("c-2")
    use.ends("c-9")
    await asyncio.sleep(0.2)
    assert len(told) == 3, "another connection to it is still open"
    use.ends("c-3")
    use.begins("c-5", PORT)
    await asyncio.sleep(0.2)
    assert len(told) == 3, "a page opens one after the other"
    use.ends("c-5")
    await eventually(lambda: len(told) == 4)
    assert told[-1] == ("lo schermo, senza toccarlo", "un terminale")
    assert first == [port, "lo schermo, senza toccarlo"]
    use.ends("c-4")
    use.over()
    await asyncio.sleep(0.2)
    assert len(told) == 4


async def test_several_are_counted_and_files_are_told_by_their_folders() -> None:
    told: list[tuple[str, ...]] = []
    first: list[str] = []
    use = InUse(
        FOLDERS, lambda words: told.append(tuple(it for it, _ in words)), lambda word: first.append(word[0])
    )
    use.begins("c-1", SHELL)
    use.begins("c-2", SHELL)
    use.begins("c-3", FILES)
    use.begins("c-4", FILES)
    files = "file: preleva da «/srv/dati», invia in «/srv/posta [2J»"
    assert told == [("un terminale",), ("2 terminali",), ("2 terminali", files)]
    assert first == [files]
    use.ends("c-1")
    await eventually(lambda: len(told) == 4)
    assert told[-1] == (files, "un terminale")


def shown(h: House, session: str) -> list[str]:
    found: list[str] = json.loads((h.state_dir / "desk" / f"{session}.json").read_text())["open"]
    return found


@pytest.mark.usefixtures("patient")
async def test_the_window_s_file_follows_a_channel_that_opens_and_closes(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        assert shown(h, session) == []
        line = await h.channel(session, "terminal")
        await eventually(lambda: shown(h, session) == ["un terminale"])
        line.type(b"exit\n")
        await eventually(lambda: shown(h, session) == [])
