"""The titolare lost his phone: the key on paper, with a real broker and a real agent whose clocks are put forward."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.paper_wait import held_in
from agent.pins_store import load_enrolled
from audit.approvers import Approvers
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.paper_key import WAIT, message
from tests.e2e.eager import AHEAD
from tests.e2e.kit import BOTH, Demo, started, until
from tests.e2e.test_mail import to
from web.demo import machine
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import Browser, Said, payload, site

PAPER = SigningKey(b"p" * 32)


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Of its own: the titolare changes here for good, and it ends days from now."""
    with started(tmp_path_factory.mktemp("paper")) as demo:
        yield demo


def everybody(demo: Demo) -> list[dict[str, Any]]:
    end = (datetime.now(UTC) + timedelta(days=300)).isoformat()
    return [{"person": demo.stage.people[role], "until": end} for role in ("titolare", "ads")]


@asynccontextmanager
async def other_phone(demo: Demo) -> AsyncIterator[Browser]:
    """The titolare, logged in as ever, with another signing passkey."""
    stage = demo.stage
    made = SoftwareAuthenticator(b"another phone", site(stage.signing_origin))
    async with Browser(stage.origin, stage.authenticator("titolare", signing=False), made) as titolare:
        await titolare.log_in()
        yield titolare


async def announce(demo: Demo, titolare: Browser) -> None:
    """On the signing page: by the new passkey, and by what the paper says."""
    begun = await titolare.post(
        "/api/signing/begin", purpose="approvers", appointments=everybody(demo), by_paper=True
    )
    asked = payload(begun["url"])
    statement = unb64(asked["statement"], max_bytes=64 * 1024)
    await titolare.post(
        "/api/signing/finish",
        state=asked["state"],
        assertion=titolare._signing.assertion(Approvers.parse(statement).digest).to_value(),
        paper=b64(PAPER.sign(message(statement))),
    )
    await until(lambda: held_in(demo.state / "agent"), "the host waits")


async def object_(demo: Demo) -> None:
    async with demo.stage.logged_in("ads") as ads:
        asked = await ads._send("POST", "/persone/elenco/opposizione", headers={"Accept": "application/json"})
        await ads.sign_at(asked.json()["go"])
    await until(lambda: held_in(demo.state / "agent") is None, "the host waits no more")


async def later(demo: Demo, patch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Broker and agent begin again, so much later."""
    demo.ahead = ahead
    patch.setenv(AHEAD, str(ahead.total_seconds()))
    await machine.change_broker(demo.running, demo.ports, demo.processes, module="tests.e2e.ahead")


def held(demo: Demo) -> int:
    """The number of the set that the host holds."""
    enrolled = load_enrolled(demo.state / "agent")
    assert enrolled is not None
    return enrolled.pins.approvers.number


async def test_from_the_sheet_to_a_session(
    own_stack: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = own_stack
    async with demo.stage.logged_in("titolare") as titolare:
        await titolare.sign("approvers", appointments=everybody(demo), paper_key=PAPER.public.text)
    named = demo.records("approvers.changed")[-1].record.number  # type: ignore[union-attr]
    await until(lambda: held(demo) == named, "the host holds the set that names the sheet")
    async with other_phone(demo) as titolare:
        await titolare.register_signing_key()
        await announce(demo, titolare)
    for who in ("titolare", "ads"):
        await until(lambda who=who: to(demo, "revoke --approver", who), f"a letter to {who}")  # type: ignore[misc]
    await object_(demo)
    await later(demo, monkeypatch, WAIT + timedelta(hours=1))
    assert held(demo) == named, "objected to, it never counts"
    async with other_phone(demo) as titolare:
        await announce(demo, titolare)
    await later(demo, monkeypatch, 2 * WAIT + timedelta(hours=2))
    await until(lambda: held(demo) == named + 1, "the host holds the announced set")
    await demo.record("approvers.changed", since=demo.records("approvers.objected")[0].n)
    request = await demo.ask(*BOTH)
    with pytest.raises(Said):
        await demo.approve(request, approver="titolare")  # the phone that is lost
    async with other_phone(demo) as titolare:
        await titolare.approve(request, supervision="waived")
        session = (await titolare.get(f"/api/requests/{request}"))["session"]
    await demo.activate(request, session)
    opened = demo.opened(request, session)
    assert (await opened.ssh("echo carta")).out == b"carta\n"
    await opened.close()
    assert [leaf.record.number for leaf in demo.records("approvers.changed")][-2:] == [named, named + 1]  # type: ignore[union-attr]
    found = await demo.verdict(tmp_path)
    assert found["exit"] == 0, found["findings"]
