"""Stories run on the broker tests' parts: a real database of each kind, a clock that is told."""

from __future__ import annotations

import pytest

from broker.parts import Parts
from tests.broker.conftest import clock, database_url, parts, quick_passwords, settings, sqlite_store, store
from tests.broker.world import World
from tests.stories.telling import Story

__all__ = ["clock", "database_url", "parts", "quick_passwords", "settings", "sqlite_store", "store"]


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))
