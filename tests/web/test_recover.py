"""`verbale recover` and what comes of it on the titolare's page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from audit.leaf import Leaf
from broker import door
from broker.cases.finish_signing import finish_signing
from broker.cases.recover_log import NotHeard
from broker.parts import Parts
from broker.store import log, next_log
from tests.broker.world import World, leaves
from web.commands import recover, run_broker

Browse = Any


def test_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Any] = [
        {"origin": "a/t-1/2026b", "first": 7, "last": 9}, {"it": "No."}, door.Unanswered("x"), OSError(),
    ]  # fmt: skip

    async def answer(state: Path, verb: str, **asked: object) -> dict[str, Any]:
        assert (state, verb, asked) == (tmp_path, "recover", {"tenant": "t-1", "now": True})
        said = answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said  # type: ignore[no-any-return]

    monkeypatch.setattr(door, "command", answer)
    parser = argparse.ArgumentParser()
    recover.add_options(parser)
    asked = parser.parse_args(["t-1", "--state", str(tmp_path), "--now"])
    assert [recover.run(asked) for _ in range(4)] == [0, 1, 1, 1]
    out = capsys.readouterr().out
    assert "Perdute le registrazioni da 7 a 9: il registro continua come a/t-1/2026b." in out
    assert "Nessun broker è in funzione" in out


async def test_the_brokers_end_says_what_it_waits_for(
    parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await run_broker.COMMANDS["recover"](parts, {"tenant": world.tenant})
    assert said["refused"] == "not_heard"
    assert "srv-gestionale" in said["it"]
    said = await run_broker.COMMANDS["recover"](parts, {"tenant": world.tenant, "now": True})
    assert said["refused"] == "wrong_state"

    async def done(*_: object, **__: object) -> Any:
        raise NotHeard("x")

    monkeypatch.setattr(run_broker, "recover_log", done)
    assert (await run_broker.COMMANDS["recover"](parts, {"tenant": "t-1"}))["refused"] == "not_heard"


async def lost(parts: Parts, world: World) -> tuple[int, int]:
    """The log goes on without three records that a host holds a head of."""
    async with parts.store.tx(world.tenant, parts.clock.now()) as tx:
        here = tx.grown.signed
        longer = log.signed_head(
            here.origin, here.size + 3, bytes(range(32)), parts.keys.log_key(here.origin)
        )
        await next_log.open_without(tx, tx.grown, longer.size, longer.note)
    return here.size, here.size + 2


async def test_the_titolare_reads_and_signs(parts: Parts, world: World, browse: Browse) -> None:
    first, last = await lost(parts, world)
    ads = browse(world.ads)
    page = (await ads.get("/titolare")).text
    assert "finché il titolare non lo riconosce" in page
    assert "/titolare/ripresa" not in page
    titolare = browse(world.titolare)
    page = (await titolare.get("/titolare")).text
    assert f"Mancano le registrazioni {first}–{last}" in page
    answer = await titolare.post("/titolare/ripresa", script=True)
    state, signed = world.titolare.answer(answer.json()["go"])
    done = await finish_signing(parts, world.titolare.who, state, signed)
    assert done.next == "/titolare"
    assert "ha perduto" not in (await titolare.get("/titolare")).text
    found: list[Leaf] = await leaves(parts, world.tenant)
    assert [leaf.record.KIND for leaf in found if leaf.n >= first and "log." in leaf.record.KIND] == [
        "log.recovered"
    ]
    assert (await titolare.post("/titolare/ripresa", script=True)).json()["code"] == "wrong_state"
    assert (await ads.post("/titolare/ripresa", script=True)).json()["code"] == "not_allowed"
