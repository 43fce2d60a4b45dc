"""The site of a story on a port of this machine, for a browser that calls it. Fixtures: import all three."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import uvicorn
from fastapi import FastAPI

from agent.task_group import TaskGroup
from broker.settings import Settings

__all__ = ["door", "served", "settings_of_door"]


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Where a browser calls; held from here on, so that nobody else takes the port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        yield found


def settings_of_door(settings: Settings, door: socket.socket) -> Settings:
    port = door.getsockname()[1]
    return replace(settings, origin=f"http://localhost:{port}", port=port)


@pytest.fixture
async def served(site: FastAPI, settings: Settings, door: socket.socket) -> AsyncIterator[str]:
    """Its origin."""
    server = uvicorn.Server(uvicorn.Config(site, ws="websockets-sansio", log_level="error", lifespan="off"))
    async with TaskGroup() as group:
        running = group.create_task(server.serve(sockets=[door]))
        async with asyncio.timeout(60):
            while not server.started:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)
        yield settings.origin
        server.should_exit = True
        server.force_exit = True
        await running
