"""The page of a session's recordings: with a reason, recorded before a byte is shown."""

from __future__ import annotations

from typing import Any

import httpx

from broker.store import recordings
from broker.store.recording_folder import FOLDER
from tests.stories.telling import EXEC, Story, wish
from tests.stories.test_erasure import decided
from tests.stories.test_recordings import Host, demand_recording, end, recorded

Browse = Any


def address(host: Host) -> str:
    return f"/api/sessions/{host.session}/recordings/{host.channel}"


async def ask(browser: Any, path: str, reason: str) -> httpx.Response:
    found: httpx.Response = await browser.client.post(
        path, json={"reason": reason}, headers={"origin": browser.origin, "accept": "application/json"}
    )
    return found


async def test_the_titolare_reads_it_with_a_reason(story: Story, browse: Browse) -> None:
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    titolare = browse(story.world.titolare)
    page = (await titolare.get(f"/sessioni/{host.session}/registrazioni")).text
    assert address(host) in page
    assert "<b>Comandi singoli</b>" in page
    assert (
        f"/sessioni/{host.session}/registrazioni"
        in (await titolare.get(f"/sessioni/{host.session}/diretta")).text
    )
    before = len(await story.leaves())
    assert (await ask(titolare, address(host), "curiosity")).status_code == 422
    assert len(await story.leaves()) == before
    answer = await ask(titolare, address(host), "dispute")
    assert answer.status_code == 200
    assert "up 3 days" in answer.json()["cast"]
    assert "hunter2" not in answer.text
    read = await story.last("record.read")
    assert (read.record.what, read.record.recording, read.record.reason) == (
        "recording",
        host.channel,
        "dispute",
    )
    assert read.actor.id == story.world.titolare.who.person


async def test_nobody_else_reads_it(story: Story, browse: Browse) -> None:
    """An ADS and the vendor's owner see that there is one, and what they need; a technician not even that (§3.5)."""
    await demand_recording(story)
    host = await recorded(story)
    page = f"/sessioni/{host.session}/registrazioni"
    for one in (story.world.ads, story.world.technician, story.world.owner):
        assert (await ask(browse(one), address(host), "incident")).status_code == 403
    assert (await browse(story.world.technician).get(page)).status_code == 403
    for one, need in ((story.world.ads, "permesso del titolare"), (story.world.owner, "in due")):
        shown = (await browse(one).get(page)).text
        assert need in shown
        assert address(host) not in shown
    assert "record.read" not in await story.kinds()
    other = await story.stranger()
    assert (await ask(browse(other), address(host), "control")).status_code == 404


async def test_one_that_was_altered_or_erased_is_not_shown(story: Story, browse: Browse) -> None:
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    titolare = browse(story.world.titolare)
    folder = story.parts.settings.state / FOLDER / story.world.tenant / host.channel
    whole = (folder / "0.age").read_bytes()
    (folder / "0.age").write_bytes((folder / "1.age").read_bytes())
    no = await ask(titolare, address(host), "control")
    assert (no.status_code, no.json()["code"]) == (500, "recording_damaged")
    assert (await story.last("record.read")).record.recording == host.channel
    (folder / "0.age").write_bytes(whole)
    await decided(story, (await story.session(host.session)).permit.request)
    no = await ask(titolare, address(host), "control")
    assert (no.status_code, no.json()["code"]) == (410, "recording_erased")
    page = (await titolare.get(f"/sessioni/{host.session}/registrazioni")).text
    assert "cancellata" in page
    assert address(host) not in page


async def test_one_of_another_session_is_not_found(story: Story, browse: Browse) -> None:
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    second = await story.running(asked=wish(EXEC))
    titolare = browse(story.world.titolare)
    answer = await ask(titolare, f"/api/sessions/{second}/recordings/{host.channel}", "control")
    assert answer.status_code == 404
    assert "non ha registrazioni" in (await titolare.get(f"/sessioni/{second}/registrazioni")).text
    async with story.parts.store.read() as work:
        assert len(await recordings.every(work, story.world.tenant)) == 1
