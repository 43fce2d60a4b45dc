"""Delegation, mandate and a key revoked at the host, with a real broker and a real agent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.kit import BOTH, Demo, run, started
from web.demo.client import Said
from web.demo.processes import program


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Of its own: who may authorise changes here for good."""
    with started(tmp_path_factory.mktemp("warrants")) as demo:
        yield demo


def later(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def appoint(demo: Demo, **of_ads: Any) -> None:
    people = demo.stage.people
    async with demo.stage.logged_in("technician") as technician:
        if not of_ads.get("delegated"):
            await technician.register_signing_key()
    lines = [
        {"person": people["titolare"], "until": later(300)},
        {"person": people["ads"], "until": later(300)} | of_ads,
        *([] if of_ads.get("delegated") else [{"person": people["technician"], "until": later(300)}]),
    ]
    async with demo.stage.logged_in("titolare") as titolare:
        await titolare.sign("approvers", appointments=lines)


async def give(demo: Demo, kind: str, person: str, **more: Any) -> None:
    warrant = {
        "kind": kind,
        "persons": [demo.stage.people[person]],
        "channels": ["terminal", "exec"],
        "until": later(30),
        "administrator": True,
    }
    async with demo.stage.logged_in("titolare") as titolare:
        await titolare.sign("warrant", warrant=warrant | more)


async def test_from_the_delegation_to_the_revoked_key(own_stack: Demo, tmp_path: Path) -> None:
    demo = own_stack
    await demo.whole()
    await appoint(demo, delegated=True)
    request = await demo.ask(*BOTH)
    with pytest.raises(Said) as no:
        await demo.approve(request)
    assert no.value.code == "ads_delegation_missing"
    await give(demo, "delegation", "ads", activities=["GEST"])
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("echo delegato")).out == b"delegato\n"
    await appoint(demo)
    await give(demo, "mandate", "technician", own_requests=True)
    mandated = await demo.open(*BOTH, approver="technician")
    assert (await mandated.ssh("echo mandato")).out == b"mandato\n"
    words = [*program("agent.main"), "revoke", "--approver", demo.stage.people["ads"]]
    assert (await run([*words, "--state", str(demo.state / "agent")])).status == 0
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "revoked_at_host"  # type: ignore[union-attr]
    await demo.record("host.barred")
    await mandated.close()
    await mandated.over()
    found = await demo.verdict(tmp_path)
    assert found["exit"] == 0, found["findings"]
