"""What an agent is told at its link when the broker cannot serve it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.websockets import WebSocketState

from agent.wire import frames
from agent.wire.frames import CLOSE_AUTH_FAILED, CLOSE_BREACH, CLOSE_RETIRED, CLOSE_SILENT, CLOSE_SUPERSEDED
from agent.wire.link import Link, LinkBroken
from broker.api import agents_ws
from broker.api.agents_ws import CLOSE_TRY_LATER
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import Refused, Why
from broker.live.hub import AgentLink
from broker.parts import Parts
from tests.doubles import MORNING


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


class Away:
    """A log that takes nothing until it is `back`; what was handed to it."""

    def __init__(self, why: Why) -> None:
        self.why = why
        self.back = False
        self.tried: list[bytes] = []

    async def __call__(self, parts: Parts, host: EnrolledHost, note: bytes, opening: object) -> int:
        self.tried.append(note)
        if not self.back:
            raise Refused(self.why)
        return len(self.tried)


def up(end: agents_ws._End) -> list[frames.Frame]:
    """Greeted and let in; what it sends from now on."""
    sent: list[frames.Frame] = []

    async def send(text: str) -> None:
        sent.append(frames.decode(text))

    agent_end = Link("agent", 0.0)
    for text in end._link.to_send():
        agent_end.receive(text, 0.0)
    agent_end.events()
    agent_end.send(frames.Hello("t-1", "h-1", "1", "boot", "2026-11-10T08:00:00.000Z", 1, 0, "A" * 86))
    for text in agent_end.to_send():
        end._link.receive(text, 0.0)
    end._link.events()
    end._link.send(frames.Welcome("2026-11-10T08:00:00.000Z", 0))
    end._link.to_send()
    end._agent = AgentLink("t-1", "h-1", end._link, send, 0, MORNING)
    end._host = EnrolledHost("t-1", "h-1", "Cassa", "key", "key", confirmed=True, next_host_n=1)
    return sent


@pytest.mark.parametrize("why", [Why.LOG_UNAVAILABLE, Why.LOG_BEHIND])
async def test_a_note_the_log_does_not_take_waits_and_the_link_stays(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, why: Why
) -> None:
    """An order to stop finds its agent. What came after the note has to come again, in order."""
    monkeypatch.setattr(agents_ws, "AGAIN_S", 0.0)
    away = Away(why)
    monkeypatch.setattr(agents_ws, "take_report", away)
    end = end_of(parts)
    sent = up(end)
    await end._take(frames.NoteFrame("first"))
    await end._try_again()
    assert end._link.state == "up"
    await end._take(frames.NoteFrame("second"))
    assert away.tried == [b"first", b"first"]
    away.back = True
    await end._try_again()
    assert sent == [frames.Ack(3)]
    assert said(end) == [CLOSE_TRY_LATER]


async def test_a_note_that_waited_alone_costs_no_new_link(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents_ws, "AGAIN_S", 0.0)
    away = Away(Why.LOG_UNAVAILABLE)
    monkeypatch.setattr(agents_ws, "take_report", away)
    end = end_of(parts)
    sent = up(end)
    await end._take(frames.NoteFrame("first"))
    away.back = True
    await end._try_again()
    await end._try_again()
    await end._take(frames.NoteFrame("second"))
    await end._flush()
    assert sent == [frames.Ack(2), frames.Ack(3)]
    assert end._link.state == "up"


async def test_the_log_is_asked_again_while_the_agent_says_nothing(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents_ws, "AGAIN_S", 0.05)
    away = Away(Why.LOG_UNAVAILABLE)
    monkeypatch.setattr(agents_ws, "take_report", away)
    end = end_of(parts)
    up(end)
    await end._take(frames.NoteFrame("first"))
    end._socket.receive = asyncio.Event().wait  # type: ignore[assignment]
    async with asyncio.timeout(60):
        assert await end._next() is None


async def test_a_note_that_is_none_ends_the_link(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents_ws, "take_report", refusing(Why.BAD_INPUT))
    end = end_of(parts)
    up(end)
    await end._take(frames.NoteFrame("note"))
    assert said(end) == [CLOSE_BREACH]


async def test_a_cosignature_the_log_does_not_take_ends_nothing(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents_ws, "take_cosignature", refusing(Why.LOG_UNAVAILABLE))
    end = end_of(parts)
    up(end)
    await end._take(frames.Cosignature(1, "line"))
    assert end._link.state == "up"
    monkeypatch.setattr(agents_ws, "take_cosignature", refusing(Why.BAD_INPUT))
    with pytest.raises(Refused):
        await end._take(frames.Cosignature(1, "line"))


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
