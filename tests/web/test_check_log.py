"""`verbale check-log`: through the broker, on the store alone, and what a broker does with a log that fails."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from broker import door
from broker.cases.check_logs import check_all
from broker.parts import Parts
from broker.store.database import open_database
from broker.store.tables import entries, nodes
from tests.broker.world import World
from web.commands import check_log, run_broker
from web.commands.run_broker import make_parts, remember


def asked(state: Path, tenant: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(state=state, tenant=tenant, json=False)


def test_a_folder_in_which_none_ever_worked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_log.run(asked(tmp_path)) == 1
    assert "non ha mai lavorato un broker" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_running_broker_answers_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: dict[str, Any] = {"logs": [{"tenant": "t-1", "size": 7, "wrong": None}]}

    async def answer(state: Path, verb: str, **asked: object) -> dict[str, Any]:
        assert (state, verb, asked) == (tmp_path, "check_log", {"tenant": "t-1"})
        return said

    monkeypatch.setattr(door, "command", answer)
    assert check_log.run(asked(tmp_path, "t-1")) == 0
    assert capsys.readouterr().out == "t-1: in ordine, 7 registrazioni.\n"
    said["logs"].append({"tenant": "t-2", "size": 0, "wrong": "Il registro di t-2 è chiuso: …"})
    assert check_log.run(asked(tmp_path, "t-1")) == 1
    assert capsys.readouterr().out.endswith("t-2 è chiuso: …\n")


def test_without_a_broker_the_store_is_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound state, then one with a record taken out, far from the end."""

    async def prepare() -> str:
        async with AsyncExitStack() as stack:
            settings = run_broker.settings_of(_options(tmp_path), 8700, 2222)
            remember(settings)
            world = await World.make(await make_parts(settings, stack))
            return world.tenant

    tenant = asyncio.run(prepare())
    assert check_log.run(asked(tmp_path)) == 0
    assert capsys.readouterr().out.count("in ordine") == 2

    async def touch() -> None:
        database = open_database(f"sqlite:///{tmp_path}/verbale.db")
        async with database.work() as work:
            await work.change(delete(entries).where(entries.c.tenant == tenant, entries.c.n == 1))
        await database.close()

    asyncio.run(touch())
    assert check_log.run(asked(tmp_path, tenant)) == 1
    assert "è chiuso" in capsys.readouterr().out
    assert check_log.run(asked(tmp_path, "t-nobody")) == 1


def _options(state: Path) -> argparse.Namespace:
    from web.commands import serve

    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    return parser.parse_args(["--state", str(state), "--signing-origin", "http://firma.localhost:8701"])


async def test_a_broker_starts_although_a_log_fails(parts: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    """Even its own: it says so, and what can be served is served."""
    world = await World.make(parts)
    async with parts.store.database.work() as work:
        await work.change(update(nodes).where(nodes.c.level == 0).values(hash=bytes(32)))
    assert all(one.wrong for one in await check_all(parts))
    assert await run_broker._first(parts) == []
    await run_broker._greet(argparse.Namespace(json=False), parts)
    assert capsys.readouterr().out == ""
    said = await run_broker.COMMANDS["check_log"](parts, {"tenant": world.tenant})
    assert json.loads(json.dumps(said))["logs"][0]["wrong"]
