"""Last night's database comes back under a running stack: nothing is signed below the witnesses.

A stack of this file's own, with a witness the customer runs beside his machine: real processes all.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.leaf import Leaf
from broker import door
from broker.store import tile_folder
from tests.agent.witness_process import Running, running
from tests.e2e.kit import PATIENT_S, Demo, run, started, until
from web.demo.client import Said
from web.demo.processes import program

PUBLISHED = tile_folder.FOLDER
NAME = "testimone.esempio.it"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("set-back") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def witness(stack: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`verbale-witness`, told of the customer's log by his own trust file."""
    folder = tmp_path_factory.mktemp("witness")
    said = asyncio.run(door.command(stack.running.broker_state, "trust", tenant=stack.tenant))
    (folder / "trust.json").write_text(said["trust"])
    with running(folder / "state", folder / "trust.json", "--name", NAME) as one:
        yield one


def store(demo: Demo) -> list[Path]:
    """The files of the database; beside them only the published log is restored."""
    return sorted(demo.running.broker_state.glob("verbale.db*"))


def keep(demo: Demo, folder: Path) -> None:
    folder.mkdir()
    for path in store(demo):
        shutil.copy2(path, folder)
    shutil.copytree(demo.running.broker_state / PUBLISHED, folder / PUBLISHED)


def bring_back(demo: Demo, folder: Path) -> None:
    """With what was published by then, which else would tell the broker by itself."""
    for path in store(demo):
        path.unlink()
    shutil.rmtree(demo.running.broker_state / PUBLISHED)
    shutil.copytree(folder, demo.running.broker_state, dirs_exist_ok=True)


async def worked(demo: Demo) -> None:
    opened = await demo.open("exec")
    assert (await opened.ssh("echo qui")).out == b"qui\n"
    await opened.close()


async def said(demo: Demo, words: Callable[[], str]) -> None:
    """Until `verbale-agent status` says so."""
    command = [*program("agent.main"), "status", "--state", str(demo.running.agent_state), "--lang", "en"]
    out = ""
    for _ in range(int(PATIENT_S * 2)):
        out = (await run(command)).out.decode()
        if words() in out:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"the agent does not say {words()!r} but {out}")


async def quiet(demo: Demo) -> list[Leaf]:
    """The log, once the agent has been told all of it."""
    await said(demo, lambda: f"log seen up to: {demo.size()}\n")
    return demo.leaves()


async def test_the_customers_own_witness_cosigns_and_is_counted(
    stack: Demo, witness: Running, tmp_path: Path
) -> None:
    async with stack.stage.logged_in("titolare") as titolare:
        await titolare.sign(
            "policy",
            policy={
                "channels": ["terminal", "exec"],
                "accounts": [{"host": stack.stage.host, **account()}],
                "supervision": "waivable",
                "witnesses": 2,
                "external": [{"url": witness.url, "vkey": witness.vkey.text}],
            },
        )
    await worked(stack)
    verdict = await stack.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict
    assert verdict["steps"][3]["state"] == "ok"
    (told,) = [n["en"] for n in verdict["notes"] if n["code"] == "external"]
    assert "cosign this head: 1 of 1." in told


def account() -> dict[str, object]:
    return {"name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}


@pytest.mark.parametrize("who", ["agent", "external"])
async def test_last_nights_copy_signs_nothing_and_opens_nothing(
    stack: Demo, witness: Running, tmp_path: Path, who: str
) -> None:
    """Found at the agent's link-up; with the agent off, by the size the external witness answers with."""
    demo = stack
    await demo.whole()
    await worked(demo)
    await quiet(demo)
    demo.processes.end("broker")
    keep(demo, tmp_path / "yesterday")
    yesterday = demo.leaves()
    await demo.start_broker()
    await demo.linked()
    await worked(demo)
    today = await quiet(demo)
    assert len(today) > len(yesterday)
    demo.processes.end("broker")
    keep(demo, tmp_path / "today")
    if who == "external":
        demo.processes.end("agente")
    bring_back(demo, tmp_path / "yesterday")
    await demo.start_broker()
    try:
        await stopped(demo, yesterday)
        if who == "agent":
            await said(demo, lambda: "The service went back to an earlier state")
    finally:
        demo.processes.end("broker")
        left = demo.leaves()
        bring_back(demo, tmp_path / "today")
    assert left == yesterday, "not even on the way out"
    await demo.whole()
    await worked(demo)
    folder = tmp_path / "verdict"
    folder.mkdir()
    verdict = await demo.verdict(folder)
    assert verdict["verdict"] == "sound", verdict


async def stopped(demo: Demo, yesterday: list[Leaf]) -> None:
    """It says why, lets nobody of the customer in, takes no request, and the log is what was brought back."""
    log = demo.processes.words
    await until(lambda: "LOG STOPPED" in log("broker"), "the broker says that the log stopped", seconds=120)
    with pytest.raises(Said) as no:
        async with demo.stage.logged_in("titolare"):
            pass
    assert no.value.code == "log_behind"
    with pytest.raises(Said) as no:
        await demo.ask("exec")  # the vendor's own log is no part of it: he enters, and asks in vain
    assert no.value.code == "log_behind"
    assert demo.leaves() == yesterday
