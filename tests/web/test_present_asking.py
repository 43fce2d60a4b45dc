"""The blank form as it is offered: sent back unchanged it is taken, also in the night that has an hour twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from broker.domain.grants import DEFAULT_WINDOW
from broker.store import requests
from tests.doubles import FakeClock
from tests.stories.telling import Story

Browse = Any
Sent = dict[str, str | list[str]]
QUARTER = timedelta(minutes=15)
BEGINS = datetime(2026, 10, 24, 23, 30, 45, tzinfo=UTC)  # the hour of the request is, or soon will be, twice
ENDS = datetime(2026, 10, 24, 15, 30, 45, tzinfo=UTC)  # eight hours before: the window's end
SPRING = datetime(2027, 3, 28, 0, 45, 45, tzinfo=UTC)
MOMENTS = [
    *(BEGINS + n * QUARTER for n in range(9)),
    *(ENDS + n * QUARTER for n in range(9)),
    SPRING,
    SPRING + QUARTER,
    SPRING - timedelta(hours=8),
    SPRING + QUARTER - timedelta(hours=8),
]


@pytest.fixture(params=MOMENTS, ids=lambda at: f"{at:%m-%dT%H:%MZ}")
def clock(request: pytest.FixtureRequest) -> FakeClock:
    return FakeClock(request.param)


class Fields(HTMLParser):
    """What a browser sends of the form if nobody touches it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: Sent = {}
        self._form, self._select = False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = had.get("id") == "richiesta"
        elif not self._form or "disabled" in had:
            pass
        elif tag == "select":
            self._select = had["name"]
        elif tag == "option" and (self._select not in self.sent or "selected" in had):
            self.sent[self._select] = had["value"]
        elif tag == "input" and had.get("type") == "checkbox":
            if "checked" in had:
                self.sent[had["name"]] = [*self.sent.get(had["name"], []), had["value"]]
        elif tag == "input" and "name" in had:
            self.sent[had["name"]] = had.get("value", "")


async def test_the_hours_offered_are_taken(story: Story, browse: Browse) -> None:
    technician = browse(story.world.technician)
    offered = Fields((await technician.get("/richieste/nuova")).text).sent
    answer = await technician.post("/richieste", **offered | {"title": "Ferma", "reason": "Riavviare"})
    assert answer.status_code == 303, re.findall(r'-error">[^<]*', answer.text)
    request = answer.headers["location"].rsplit("/", 1)[1]
    async with story.parts.store.read() as work:
        asked = (await requests.load(work, story.world.tenant, request)).asked.statement
    assert asked.not_after == story.clock.now().replace(second=0) + DEFAULT_WINDOW, "the one meant of the two"
