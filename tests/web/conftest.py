"""A broker with its pages over a real database, and people with browsers that run no script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import cast

import httpx
import playwright.sync_api as playwright
import pytest
from fastapi import FastAPI

from broker import app
from broker.live.nursery import Nursery
from broker.live.seat import Seats
from broker.live.tools import Tools
from broker.parts import Parts
from tests.broker.conftest import clock, parts, quick_passwords, settings, sqlite_store, store
from tests.broker.world import Someone, World
from tests.stories.telling import Story
from tests.web.browser import chromium
from tests.web.stand_in import Broker
from web.mount import mount

__all__ = ["clock", "parts", "quick_passwords", "settings", "sqlite_store", "store"]


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """Pages are the same on every database; the store's own tests go over both."""
    return sqlite_store


@pytest.fixture(scope="session")
def pages() -> FastAPI:
    """Whose routes and compiled templates every site here takes: to prepare them costs more than most tests."""
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in app.ROUTERS:
        made.include_router(router)
    mount(made, cast(Parts, None))
    return made


@pytest.fixture
async def site(parts: Parts, pages: FastAPI) -> AsyncIterator[FastAPI]:
    built = app.build(parts)
    mount(built, parts)
    assert [type(route) for route in built.router.routes] == [type(route) for route in pages.router.routes]
    built.router.routes[:] = pages.router.routes
    built.state.templates = pages.state.templates
    built.state.ssh_port = 2222
    built.state.ssh_fingerprint = "SHA256:" + "A" * 43
    async with Nursery() as nursery:
        built.state.tools = Tools(nursery)
        built.state.seats = Seats(nursery)
        yield built


@pytest.fixture
async def world(parts: Parts) -> World:
    return await World.make(parts)


@pytest.fixture
async def story(world: World) -> Story:
    return await Story.begin(world)


class Browser:
    """A person's browser: cookie, Origin, no script."""

    def __init__(self, site: FastAPI, origin: str, someone: Someone | None) -> None:
        cookies = {} if someone is None else {"verbale_session": someone.token}
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(site, raise_app_exceptions=True), base_url=origin, cookies=cookies
        )
        self.origin = origin

    def speak(self, language: str) -> Browser:
        self.client.cookies.set("verbale_lang", language)
        return self

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"accept": "text/html", **headers})

    async def post(self, path: str, /, *, script: bool = False, **fields: str | list[str]) -> httpx.Response:
        accept = "application/json" if script else "text/html"
        headers = {"origin": self.origin, "accept": accept}
        return await self.client.post(path, data=fields, headers=headers)


@pytest.fixture
async def browse(site: FastAPI, parts: Parts) -> AsyncIterator[object]:
    opened: list[Browser] = []

    def make(someone: Someone | None = None) -> Browser:
        opened.append(Browser(site, parts.settings.origin, someone))
        return opened[-1]

    yield make
    for one in opened:
        await one.client.aclose()


@pytest.fixture(scope="module")
def chrome() -> Iterator[playwright.Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def stand_in(chrome: playwright.Browser) -> Iterator[Broker]:
    made = Broker(chrome)
    yield made
    made.page.context.close()
    assert made.complaints == []
