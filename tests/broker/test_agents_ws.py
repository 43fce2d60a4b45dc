"""What an agent is told at its link when the broker cannot serve it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.websockets import WebSocketState

from agent.wire.frames import CLOSE_AUTH_FAILED, CLOSE_BREACH, CLOSE_RETIRED, CLOSE_SILENT, CLOSE_SUPERSEDED
from agent.wire.link import LinkBroken
from broker.api import agents_ws
from broker.api.agents_ws import CLOSE_TRY_LATER
from broker.domain.refusal import Refused, Why
from broker.parts import Parts


def refusing(why: Why) -> Any:
    async def no(*_: object, **__: object) -> None:
        raise Refused(why)

    return no


def end_of(parts: Parts) -> agents_ws._End:
    socket: Any = SimpleNamespace(client=None)
    return agents_ws._End(socket, parts)


def said(end: agents_ws._End) -> list[int]:
    return [event.code for event in end._link.events() if isinstance(event, LinkBroken)]


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (Why.LOG_UNAVAILABLE, CLOSE_TRY_LATER),
        (Why.HOST_NOT_ENROLLED, CLOSE_RETIRED),
        (Why.NOT_RECOGNISED, CLOSE_AUTH_FAILED),
    ],
)
async def test_a_log_that_is_away_turns_no_agent_away_for_good(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, why: Why, code: int
) -> None:
    """An agent that is dismissed waits a quarter of an hour; the database is back sooner."""
    monkeypatch.setattr(agents_ws, "link_up", refusing(why))
    end = end_of(parts)
    hello: Any = None
    await end._greet(hello, "nonce")
    assert said(end) == [code]


@pytest.mark.parametrize(
    ("why", "code"), [(Why.LOG_UNAVAILABLE, CLOSE_TRY_LATER), (Why.BAD_INPUT, CLOSE_BREACH)]
)
async def test_a_note_the_log_cannot_take_now_is_asked_for_again(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, why: Why, code: int
) -> None:
    monkeypatch.setattr(agents_ws, "take_report", refusing(why))
    end = end_of(parts)
    host: Any = None
    await end._note(host, "note", None)
    assert said(end) == [code]


async def test_a_link_ended_by_somebody_else_is_seen_at_once(parts: Parts) -> None:
    """A newer link of the same host, or an agent that takes nothing: not at the next ping, half a minute on."""
    end = end_of(parts)
    listening = asyncio.Event()

    async def never() -> None:
        listening.set()
        await asyncio.Event().wait()

    end._socket.receive = never  # type: ignore[assignment]
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        waiting = group.create_task(end._next())
        await listening.wait()
        end._link.close(CLOSE_SUPERSEDED, "the agent has dialled anew")
        end._wake()
    assert waiting.result() is None
    end._wake()  # and later it does no harm


async def test_a_socket_that_takes_nothing_is_left_all_the_same(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents_ws, "LATE_S", 0.1)
    end = end_of(parts)

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    end._socket.application_state = WebSocketState.CONNECTED
    end._socket.close = never  # type: ignore[method-assign, assignment]
    async with asyncio.timeout(60):
        await end._leave(CLOSE_SILENT, "takes nothing")
    async with asyncio.timeout(60):
        await agents_ws.ChannelSocket(end._socket).close()
