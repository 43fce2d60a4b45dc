"""Whoever holds the broker and all its keys still opens nothing that nobody at the customer signed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.kit import BOTH, Demo, of_session, ssh, started
from tests.e2e.tampered import CODES
from web.demo import machine

TAMPER = "VERBALE_TAMPER"


@pytest.fixture
async def stolen(demo: Demo) -> AsyncIterator[Demo]:
    await machine.change_broker(demo.running, demo.ports, demo.processes, module="web.demo.thief")
    yield demo
    demo.processes.end("broker")
    await demo.start_broker()
    await demo.linked()


async def test_a_forged_approval_is_refused_by_a_signed_note(stolen: Demo) -> None:
    demo = stolen
    request = await demo.ask(*BOTH)
    session = await demo.approve(request)
    await demo.activate(request, session, phases=("refused",))
    refused = await demo.record("session.refused", session=session)
    assert refused.record.reason == "signature_invalid"
    assert refused.actor.role == "agent"
    assert "note" in {e.kind for e in refused.evidence}, "the agent's own signature stands behind it"
    assert not demo.records("session.started", session=session)
    assert not of_session(session)
    assert (await ssh(demo, session, "true")).status == 255


async def test_the_true_broker_serves_again_and_its_log_is_one(demo: Demo) -> None:
    """The theft stands in the log as the agent's refusals; nothing else is broken by it."""
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("echo di nuovo")).out == b"di nuovo\n"
    await opened.close()


# ------------------------------------------------------------- one thing changed in a genuine order


@pytest.fixture(scope="module")
def _tampered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Path]]:
    """A stack of this file's own: what happens to its agent's trust is final."""
    folder = tmp_path_factory.mktemp("stolen")
    trick = folder / "trick"
    trick.write_text("")
    with pytest.MonkeyPatch.context() as patch, started(folder / "demo") as demo:
        patch.setenv(TAMPER, str(trick))
        yield demo, trick


@pytest.fixture
async def tampered(_tampered: tuple[Demo, Path]) -> tuple[Demo, Path]:
    demo, trick = _tampered
    trick.write_text("")
    if not demo.records("session.started"):
        await machine.change_broker(demo.running, demo.ports, demo.processes, module="tests.e2e.tampered")
        opened = await demo.open("exec", supervision="self")
        assert (await opened.ssh("echo genuina")).out == b"genuina\n", "untouched, the order is obeyed"
        await opened.close()
    return demo, trick


@pytest.mark.parametrize("name", CODES)
async def test_a_genuine_order_with_one_thing_changed(tampered: tuple[Demo, Path], name: str) -> None:
    demo, trick = tampered
    since = demo.size()
    request = await demo.ask("exec")
    session = await demo.approve(request, supervision="self")
    trick.write_text(name)
    async with demo.stage.logged_in("technician") as technician:
        await technician.activate(session)
    refused = await demo.record("session.refused", since=since)
    assert refused.record.reason == CODES[name]
    assert refused.actor.role == "agent"
    assert not demo.records("session.started", since=since)
    assert not of_session(session)


async def test_an_agent_that_saw_two_histories_opens_no_more(tampered: tuple[Demo, Path]) -> None:
    demo, _ = tampered
    since = demo.size()
    request = await demo.ask("exec")
    session = await demo.approve(request, supervision="self")
    await demo.activate(request, session, phases=("refused",))
    assert (await demo.record("session.refused", since=since)).record.reason == "log_forked"
