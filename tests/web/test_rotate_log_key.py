"""`verbale rotate-log-key`: through the running broker alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from broker import door
from broker.parts import Parts
from broker.store import shards
from tests.broker.world import World
from web.commands import rotate_log_key, run_broker


async def test_the_brokers_end(parts: Parts, world: World) -> None:
    said = await run_broker.COMMANDS["rotate_log_key"](parts, {"tenant": world.tenant})
    assert said["origin"].endswith("/2026b")
    async with parts.store.read() as work:
        assert len(await shards.chain(work, world.tenant)) == 2


def test_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Any] = [{"origin": "a/t-1/2026b"}, {"it": "Non c’è."}, door.Unanswered("x"), OSError()]

    async def answer(state: Path, verb: str, **asked: object) -> dict[str, Any]:
        assert (state, verb, asked) == (tmp_path, "rotate_log_key", {"tenant": "t-1"})
        said = answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said  # type: ignore[no-any-return]

    monkeypatch.setattr(door, "command", answer)
    asked = argparse.Namespace(state=tmp_path, tenant="t-1", json=False)
    assert [rotate_log_key.run(asked) for _ in range(4)] == [0, 1, 1, 1]
    out = capsys.readouterr().out
    assert "continua come a/t-1/2026b" in out
    assert "Non c’è." in out
    assert "Nessun broker è in funzione" in out
