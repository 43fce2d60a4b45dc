"""A lost disk: last night's copy comes up, the titolare signs, work goes on, exactly the loss is reported.

A stack of this file's own, real processes all: broker killed, copy restored, `verbale recover`, the
demo's software authenticator at the signing statement, and a session over ssh afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.log_records import ShardOpened
from tests.e2e.kit import Demo, run, started, until
from tests.e2e.test_set_back import bring_back, keep, quiet, said, stopped, worked
from web.demo.processes import program


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("recovery") / "demo") as demo:
        yield demo


async def test_last_nights_copy_a_signature_and_work_goes_on(stack: Demo, tmp_path: Path) -> None:
    demo = stack
    await demo.whole()
    await worked(demo)
    yesterday = await quiet(demo)
    demo.processes.end("broker")
    keep(demo, tmp_path / "yesterday")
    await demo.start_broker()
    await demo.linked()
    await worked(demo)
    today = await quiet(demo)
    demo.kill("broker")
    bring_back(demo, tmp_path / "yesterday")
    await demo.start_broker()
    copy = demo.leaves()
    assert len(yesterday) <= len(copy) < len(today)
    await stopped(demo, copy)
    await said(demo, lambda: "The service went back to an earlier state")
    command = [*program("web.site"), "recover", demo.tenant, "--state", str(demo.state)]
    done = await run(command)
    assert done.status == 0, done.out.decode()
    first, last = map(int, re.findall(r"registrazioni da (\d+) a (\d+)", done.out.decode())[0])
    assert (first, last) == (len(copy), len(today) - 1)
    async with demo.stage.logged_in("titolare") as titolare:
        page = (await titolare.fetch("/titolare")).decode()
        assert "Il registro ha perduto delle registrazioni" in page
        await titolare.sign("recovery")
    await until(
        lambda: "the customer signed for a loss" in demo.processes.words("agente"),
        "the agent follows",
        seconds=120,
    )
    await worked(demo)
    await quiet(demo)
    (link,) = demo.records("shard.opened")
    assert isinstance(link.record, ShardOpened)
    assert (link.n, link.record.cosigned) == (first, last + 1)
    status = await run(
        [*program("agent.main"), "status", "--state", str(demo.running.agent_state), "--lang", "en"]
    )
    assert "earlier state" not in status.out.decode()
    verdict = await demo.verdict(tmp_path)
    assert [(f["class"], f["code"], f["where"]) for f in verdict["findings"]] == [
        ("INCOMPLETE", "records_lost", f"n={first}")
    ]
    assert [s["n"] for s in verdict["steps"] if s["state"] == "failed"] == [8]


async def test_it_survives_another_start_of_both(stack: Demo) -> None:
    demo = stack
    demo.kill("broker")
    demo.kill("agente")
    await demo.whole()
    await worked(demo)
    assert len(demo.records("shard.opened")) == 1
