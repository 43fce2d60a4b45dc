"""*Calendario*: the secret address is shown once, works for a program without a log-in, and can be taken back."""

from __future__ import annotations

import re
from typing import Any

from tests.stories.telling import Story
from tests.web.test_english import wrong_on

Browse = Any


async def test_an_address_is_made_shown_once_and_taken_back(story: Story, browse: Browse) -> None:
    ads = browse(story.world.ads)
    made = (await ads.post("/calendario")).text
    assert "webcal://localhost:8700/api/calendars/" in made
    (path,) = set(re.findall(r"http://localhost:8700(/api/calendars/[^\"<]+\.ics)", made))
    assert path not in (await ads.get("/calendario")).text
    answer = await browse().client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR")
    await ads.post("/calendario/togli")
    assert (await browse().client.get(path)).status_code == 404
    english = browse(story.world.titolare).speak("en")
    assert await wrong_on(english, "/calendario") == {}


async def test_an_approved_request_gives_its_window(story: Story, browse: Browse) -> None:
    asked = (await story.ask()).request
    technician, ads = browse(story.world.technician), browse(story.world.ads)
    link = f"/api/requests/{asked}/calendar.ics"
    assert link not in (await technician.get(f"/richieste/{asked}")).text
    await story.approve(asked)
    assert link in (await technician.get(f"/richieste/{asked}")).text
    assert (await ads.get(link)).headers["content-disposition"] == 'attachment; filename="finestra.ics"'
