"""Ports are bound or refused in a sentence; one job's fault is that job's: it is said and tried again."""

from __future__ import annotations

import asyncio
import socket

import pytest

from broker import serve
from broker.domain.refusal import Refused, Why
from broker.live.heads import Heads
from broker.parts import Parts

FAULTS = [RuntimeError("a bug"), OSError("no mail server"), Refused(Why.LOG_UNAVAILABLE)]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_a_job_that_fails_is_named_and_tried_again(
    parts: Parts, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[int] = []
    done = asyncio.Event()

    async def work(_: Parts) -> None:
        turns.append(len(turns))
        if len(turns) < 3:
            raise fault
        done.set()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(serve._repeat(serve.Job("letters", 0.001, work), parts))
        async with asyncio.timeout(60):
            await done.wait()
        running.cancel()
    assert caplog.text.count("the job letters failed") == 2


async def test_a_beat_that_fails_is_named_and_the_next_one_comes(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats: list[int] = []
    done = asyncio.Event()

    async def tick() -> None:
        beats.append(len(beats))
        if len(beats) == 1:
            raise RuntimeError("a bug")
        done.set()

    monkeypatch.setattr(parts.hub, "tick", tick)
    monkeypatch.setattr(serve, "BEAT_S", 0.001)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(serve._beat(parts, Heads(parts.hub, parts.store)))
        async with asyncio.timeout(60):
            await done.wait()
        running.cancel()
    assert "the job beat failed" in caplog.text


def test_a_busy_port_is_a_sentence_that_names_the_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(serve.CannotListen, match=f"{port} è già occupata.*--ssh-port"):
            serve.bind("127.0.0.1", port, "--ssh-port")


def test_what_is_accepted_keeps_little_unsent() -> None:
    """Stale screens must not queue in the kernel (data-path.md §4): accepted sockets inherit the mark."""
    [listener] = serve.bind("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            mark = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
            assert mark == serve.NOT_SENT_LOW_BYTES


def test_any_free_port_is_the_same_on_both_loopbacks() -> None:
    found = serve.bind("localhost", 0)
    assert len({one.getsockname()[1] for one in found}) == 1
    for one in found:
        one.close()
