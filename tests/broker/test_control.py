"""The running broker's Unix socket: one line in, one line out."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker import control, door
from broker.domain.refusal import Refused, Why
from broker.parts import Parts


async def _double(_: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"twice": asked["number"] * 2}


async def _no(_: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    raise Refused(Why.MONTH_NOT_ENDED, period=str(asked["period"]))


async def test_a_command_is_answered_and_a_refusal_is_a_sentence(parts: Parts, tmp_path: Path) -> None:
    async with control.listening(parts, {"double": _double, "no": _no}):
        assert await door.command(tmp_path, "double", number=21) == {"twice": 42}
        said = await door.command(tmp_path, "no", period="2026-12")
        assert said["refused"] == "month_not_ended"
        assert said["it"].endswith(".")
        assert (await door.command(tmp_path, "unheard-of"))["refused"] == "bad_input"
        mode = stat.S_IMODE((tmp_path / door.SOCKET).stat().st_mode)
        assert mode & 0o077 == 0, "nobody else may command"
    with pytest.raises(FileNotFoundError):
        await door.command(tmp_path, "double", number=1)


async def test_a_folder_may_lie_deep(parts: Parts, tmp_path: Path) -> None:
    """A Unix socket's address is at most 107 bytes long."""
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    parts = replace(parts, settings=replace(parts.settings, state=deep))
    async with control.listening(parts, {"double": _double}):
        assert await door.command(deep, "double", number=21) == {"twice": 42}
    assert not (deep / door.SOCKET).exists()


async def _bug(_: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    raise RuntimeError("a bug")


async def test_a_command_that_fails_is_answered_and_the_broker_goes_on(
    parts: Parts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with control.listening(parts, {"bug": _bug, "double": _double}):
        said = await door.command(tmp_path, "bug")
        assert said["it"].endswith(".")
        assert "a bug" in caplog.text
        assert (await door.command(tmp_path, "double", number="x" * control.MAX_LINE))[
            "refused"
        ] == "bad_input"
        assert await door.command(tmp_path, "double", number=1) == {"twice": 2}


async def test_a_broker_that_ends_before_it_answers_is_no_answer(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    with door.place(tmp_path) as address:
        server = await asyncio.start_unix_server(hang_up, address)
    async with server:
        with pytest.raises(door.Unanswered):
            await door.command(tmp_path, "close_month")
