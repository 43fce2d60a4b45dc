"""A recorded session over real processes: ssh, a kill in the middle, the bundle, and the titolare's own key."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tests.e2e.kit import Demo, run, running_ssh, started, until
from web.demo.processes import program

IDENTITY = pyrage.x25519.Identity.generate()
GROUND = {"kind": "agreement", "reference": "Accordo 12/2026", "day": "2026-09-01"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A stack of its own: its rules are others than those of the demo."""
    with started(tmp_path_factory.mktemp("recorded")) as demo:
        yield demo


@pytest.fixture
async def recorded(stack: Demo) -> Demo:
    await stack.whole()
    if not stack.records("policy.changed", since=1)[1:]:
        rules: dict[str, Any] = {
            "channels": ["terminal", "exec"], "supervision": "waivable", "longest_s": 4 * 3600, "window_s": 8 * 3600,
            "accounts": [
                {"host": stack.stage.host, "name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}
            ],
            "recipient": str(IDENTITY.to_public()),
            "recording": {"sessions": "all", "client": GROUND, "vendor": GROUND},
        }  # fmt: skip
        async with stack.stage.logged_in("titolare") as titolare:
            await titolare.sign("policy", policy=rules)
    return stack


async def test_from_ssh_to_the_titolares_own_player(recorded: Demo, tmp_path: Path) -> None:
    opened = await recorded.open("exec")
    done = await opened.ssh("echo password=hunter2hunter2; echo riga-$((40+2)); seq 1 2000")
    assert b"hunter2" in done.out  # the technician sees what he always sees
    await opened.close()
    closed = await recorded.record("recording.closed", session=opened.session)
    assert closed.record.outcome == "complete"
    bundle, trust = await recorded.month(tmp_path)
    (tmp_path / "mine.txt").write_text(str(IDENTITY))
    words = [*program("audit.cli"), str(bundle), "--trust", str(trust), "--json"]
    verdict = json.loads((await run(words, seconds=120)).out)
    assert verdict["verdict"] == "sound", verdict["findings"]
    step = next(s for s in verdict["steps"] if s["n"] == 12)
    assert step["state"] == "ok"
    casts = tmp_path / "casts"
    words = [*program("audit.cli"), "open", str(bundle), "--identity", str(tmp_path / "mine.txt")]
    assert (await run([*words, "--recordings", str(casts)], seconds=60)).status == 0
    cast = (casts / f"{closed.record.recording}.cast").read_text()
    assert "riga-42" in cast
    assert "2000" in cast
    assert "hunter2" not in cast


async def test_a_killed_broker_closes_it_when_it_begins_again(recorded: Demo, tmp_path: Path) -> None:
    opened = await recorded.open("exec")
    command = "for i in $(seq 1 100); do echo riga-$i; sleep 0.5; done"
    async with running_ssh(recorded, opened.session, command):
        channel = (await recorded.record("channel.opened", session=opened.session)).record.channel
        folder = recorded.running.broker_state / "recordings" / recorded.tenant / channel
        # A segment's file is there before its place in the recording is: once the next is there too, it has one.
        await until((folder / "1.age").exists, "the second segment")
        recorded.kill("broker")
    await recorded.whole()
    closed = await recorded.record("recording.closed", session=opened.session)
    assert (closed.record.recording, closed.record.outcome) == (channel, "aborted")
    assert closed.record.segments >= 1
    await opened.over()
    verdict = await recorded.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict["findings"]
