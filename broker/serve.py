"""Runs a built broker: web server, SSH front and jobs side by side, until told to stop.

Ports are bound before anything else, so that port 0 is known by the time settings are made and a
busy port is one clear sentence.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI

from agent.task_group import TaskGroup
from agent.wire.frames import MAX_FRAME_BYTES
from broker.api.refusals import sentence
from broker.bastion import front
from broker.cases.keep_seen import keep_seen
from broker.live.heads import Heads
from broker.live.nursery import Nursery
from broker.live.seat import Seats
from broker.live.tools import Tools
from broker.parts import Parts

_log = logging.getLogger("verbale.broker")
SHUTDOWN_S = 5
BEAT_S = 1.0
NOT_SENT_LOW_BYTES = 128 * 1024  # data-path.md §4


WHY_NOT = {
    errno.EADDRINUSE: "La porta {port} è già occupata: chiuda l’altro programma o scelga {option}.",
    errno.EACCES: "La porta {port} è riservata all’amministratore della macchina: scelga {option}.",
}


class CannotListen(OSError):
    """Somebody else listens there, or the port is not ours to have. The message is for a person."""


def bind(host: str, port: int, option: str = "--port") -> list[socket.socket]:
    """Listening sockets on `host`; for ``localhost`` both loopback addresses, on one port.

    Browsers try ::1 first for localhost, so a broker on 127.0.0.1 alone looks dead to some. `option`
    is what somebody changes when the port is busy.
    """
    if host != "localhost":
        return [_listen(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port, option)]
    first = _listen(socket.AF_INET, "127.0.0.1", port, option)
    try:
        return [first, _listen(socket.AF_INET6, "::1", first.getsockname()[1], option)]
    except CannotListen:
        first.close()
        raise
    except OSError:
        return [first]  # a machine without IPv6


def _listen(family: socket.AddressFamily, host: str, port: int, option: str) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit this: a channel whose agent vanished is noticed, though nobody speaks on it.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
    # Inherited too: what is not yet on the wire waits here, where a newer screen can still overtake it.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, NOT_SENT_LOW_BYTES)
    if family is socket.AF_INET6:
        found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        found.bind((host, port))
    except OSError as wrong:
        found.close()
        if wrong.errno in WHY_NOT:
            raise CannotListen(WHY_NOT[wrong.errno].format(port=port, option=option)) from wrong
        raise
    found.listen(1024)
    return found


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again; `work` is a case-like tick."""

    name: str
    every_s: float
    work: Callable[[Parts], Awaitable[None]]


async def serve(
    parts: Parts,
    app: FastAPI,
    sockets: list[socket.socket],
    ssh_sockets: list[socket.socket],
    jobs: Sequence[Job],
    *,
    first: Sequence[Callable[[], Awaitable[object]]] = (),
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT. `first` is begun before anybody is served; `ready` is called once
    everything listens."""
    heads = Heads(parts.hub, parts.store)
    parts.store.listen(parts.bus.publish)
    parts.store.listen(heads.noticed)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME_BYTES + 1024,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            http="httptools",
            access_log=False,
            log_level="warning",
            server_header=False,
            # The source address stands in records: only a proxy that was named may say it.
            proxy_headers=bool(parts.settings.trusted_proxies),
            forwarded_allow_ips=parts.settings.trusted_proxies or None,
            timeout_graceful_shutdown=SHUTDOWN_S,
            lifespan="off",
        )
    )
    key = front.host_key(parts.settings.state / "keys")
    async with Nursery() as nursery:
        app.state.tools = Tools(nursery)
        app.state.seats = Seats(nursery)
        async with (
            front.listening(parts, nursery, key, sentence, ssh_sockets),
            TaskGroup() as group,
        ):
            running: list[asyncio.Task[Any]] = [
                group.create_task(_survive("the beginning", one())) for one in first
            ]
            running += [group.create_task(_repeat(job, parts)) for job in jobs]
            running.append(group.create_task(_beat(parts, heads)))
            # What stands by now stays: to look through it for rubbish again and again costs appends a tenth.
            gc.collect()
            gc.freeze()
            ready()
            await server.serve(sockets=sockets)
            for task in running:
                task.cancel()
    await _survive("signs of life", keep_seen(parts))


async def _beat(parts: Parts, heads: Heads) -> None:
    while True:
        await _survive("beat", _tick(parts, heads))
        await asyncio.sleep(BEAT_S)


async def _tick(parts: Parts, heads: Heads) -> None:
    await parts.hub.tick()
    await heads.tick()
    await keep_seen(parts)


async def _repeat(job: Job, parts: Parts) -> None:
    while True:
        parts.meters.job_runs.labels(job.name).inc()
        if not await _survive(job.name, job.work(parts)):
            parts.meters.job_failures.labels(job.name).inc()
        await asyncio.sleep(job.every_s)


async def _survive(name: str, work: Awaitable[object]) -> bool:
    """Whether it went well. A turn that fails is said and tried again at the next; it never takes *Termina* down with
    it."""
    try:
        await work
    except Exception:  # noqa: BLE001 - the boundary between one job and the process
        _log.exception("the job %s failed; it is tried again at its next turn", name)
        return False
    return True
