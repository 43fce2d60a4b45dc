"""*Notifiche ad altri sistemi*: opened, tried, paused and closed on the page; the secret is shown once."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI

from broker.jobs import webhooks
from tests.stories.telling import Story
from tests.web.test_english import wrong_on

Browse = Any


async def test_a_titolare_opens_one_and_closes_it(story: Story, browse: Browse) -> None:
    titolare, tenant = browse(story.world.titolare), story.world.tenant
    page = await titolare.get(f"/notifiche/{tenant}")
    assert "Nessun altro sistema riceve nulla" in page.text
    assert f"/notifiche/{tenant}" in (await titolare.get("/notifiche")).headers["location"]
    bad = await titolare.post(f"/notifiche/{tenant}", address="http://10.0.0.1/<x>", group="")
    assert bad.status_code == 422
    assert "&lt;x&gt;" in bad.text
    made = await titolare.post(f"/notifiche/{tenant}", address="https://siem.example/x", group="sessions")
    assert made.status_code == 201
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", made.text.replace("&#43;", "+")))
    shown = (await titolare.get(f"/notifiche/{tenant}")).text
    assert secret not in shown
    (hook,) = set(re.findall(r"/(w-[0-9a-f]+)/pausa", shown))
    base = f"/notifiche/{tenant}/{hook}"
    assert "non raggiunto" in (await titolare.post(f"{base}/prova")).text
    assert (await titolare.post(f"{base}/segreto")).status_code == 201
    await titolare.post(f"{base}/pausa")
    assert "in pausa" in (await titolare.get(f"/notifiche/{tenant}")).text
    await titolare.post(f"{base}/riprendi")
    await webhooks.tick(story.parts)
    await titolare.post(f"{base}/chiudi")
    assert "Nessun altro sistema riceve nulla" in (await titolare.get(f"/notifiche/{tenant}")).text


async def test_the_owner_chooses_whose_and_each_language_is_whole(story: Story, browse: Browse) -> None:
    tenant = story.world.tenant
    owner, ads = browse(story.world.owner).speak("en"), browse(story.world.ads).speak("en")
    await owner.post(f"/notifiche/{tenant}", address="https://crm.example/", group="incidents")
    assert await wrong_on(owner, f"/notifiche/{tenant}", f"/notifiche/{story.world.house}") == {}
    assert await wrong_on(ads, f"/notifiche/{tenant}") == {}
    assert "Opened by the vendor" in (await ads.get(f"/notifiche/{tenant}")).text


async def test_the_api_gives_what_was_missed_for_the_secret(
    story: Story, site: FastAPI, browse: Browse
) -> None:
    titolare, tenant = browse(story.world.titolare).client, story.world.tenant
    base, home = f"/api/tenants/{tenant}/webhooks", {"origin": story.parts.settings.origin}
    made = (await titolare.post(base, json={"address": "https://siem.example/"}, headers=home)).json()
    (line,) = (await titolare.get(base)).json()
    assert (line["host"], line["own"], line["state"]) == ("siem.example", True, "active")
    machine = browse().client
    events = f"{base}/{made['webhook']}/events"
    assert (await machine.get(events)).status_code == 401
    wrong = {"authorization": "Bearer whsec_x"}
    assert (await machine.get(events, headers=wrong)).status_code == 401
    own = {"authorization": f"Bearer {made['secret']}"}
    first = (await machine.get(events, params={"limit": 3}, headers=own)).json()
    then = (await machine.get(events, params={"after": first["next"], "limit": 100}, headers=own)).json()
    numbers = [int(one["sequence"]) for one in first["events"] + then["events"]]
    assert first["more"]
    assert numbers == list(range(len(numbers)))
