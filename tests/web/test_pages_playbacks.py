"""Who may play a recording besides the titolare: an ADS he lets, an auditor, two of the vendor; and extracts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest

from audit.verify_playbacks import PLAYED
from broker.cases.read_recording import read_recording
from broker.cases.see_recordings import see_recordings
from broker.cases.write_letter import write_letter
from broker.domain.letters import OF_RECORDINGS
from broker.domain.refusal import Refused, Why
from broker.store import outbox
from tests.broker.world import Someone, newcomer
from tests.stories.telling import Story
from tests.stories.test_erasure import decided
from tests.stories.test_recordings import Host, demand_recording, end, recorded
from tests.web.test_english import wrong_on
from tests.web.test_pages_recordings import address, ask

Browse = Any


@pytest.fixture
async def host(story: Story) -> Host:
    await demand_recording(story)
    found = await recorded(story)
    await end(story, found.session)
    return found


def base(host: Host) -> str:
    return f"/sessioni/{host.session}/registrazioni"


def playbacks(page: str) -> list[str]:
    """The ids that the page's buttons name, each once."""
    return list(dict.fromkeys(re.findall(r"/registrazioni/(v-[0-9a-f]{8})/", page)))


async def kept(story: Story, reason: str = "incident") -> list[tuple[str, str, str]]:
    return [
        (leaf.record.what, leaf.record.reason, leaf.record.playback)
        for leaf in await story.leaves()
        if leaf.record.KIND == "record.read" and leaf.record.what in PLAYED
    ]


async def let(story: Story, browse: Browse, host: Host, days: int = 7) -> httpx.Response:
    day = (story.clock.now() + timedelta(days=days)).date().isoformat()
    titolare = browse(story.world.titolare)
    return await titolare.post(
        f"{base(host)}/permessi", person=story.world.ads.id, reason="dispute", until=day
    )


async def test_an_ads_plays_by_the_titolares_leave(story: Story, browse: Browse, host: Host) -> None:
    """L-47."""
    await cannot_be_given(story, browse, host)
    assert (await let(story, browse, host)).status_code == 303
    given = (await story.last("playback.allowed")).record
    assert (given.session, given.person, given.reason) == (host.session, story.world.ads.id, "dispute")
    ads = browse(story.world.ads)
    assert base(host) in (await ads.get("/richieste")).text
    page = (await ads.get(base(host))).text
    assert address(host) in page
    assert "fino a" in page
    assert "/fine" not in page
    assert (await ask(ads, address(host), "access_request")).status_code == 422
    assert "up 3 days" in (await ask(ads, address(host), "control")).json()["cast"]
    assert await kept(story) == [("recording", "control", given.playback)]
    assert await story.findings() == []
    story.clock.advance(timedelta(days=8))
    await no_more(story, story.world.ads, host, "control")


async def cannot_be_given(story: Story, browse: Browse, host: Host) -> None:
    day = (story.clock.now() + timedelta(days=7)).date().isoformat()
    wanted = {"person": story.world.ads.id, "reason": "control", "until": day}
    not_so: list[dict[str, str]] = [
        {"person": story.world.titolare.id},
        {"reason": "access_request"},
        {"until": "2030-01-01"},
        {"until": "x"},
    ]
    titolare = browse(story.world.titolare)
    for bent in not_so:
        assert (await titolare.post(f"{base(host)}/permessi", **(wanted | bent))).status_code == 422, bent
    assert "playback.allowed" not in await story.kinds()


async def no_more(story: Story, someone: Someone, host: Host, reason: str) -> None:
    """The time of his leave is over."""
    with pytest.raises(Refused) as no:
        await read_recording(story.parts, someone.who, host.session, host.channel, reason)
    assert no.value.why is Why.NOT_ALLOWED
    view = await see_recordings(story.parts, someone.who, host.session)
    assert (view.may_play, view.playbacks.found) == (False, ())


async def test_a_leave_is_withdrawn(story: Story, browse: Browse, host: Host) -> None:
    await let(story, browse, host)
    titolare, ads = browse(story.world.titolare), browse(story.world.ads)
    (one,) = playbacks((await titolare.get(base(host))).text)
    assert (await ads.post(f"{base(host)}/{one}/fine")).status_code == 403
    owner = browse(story.world.owner)  # the vendor has no say in it
    assert one not in (await owner.get(base(host))).text
    assert (await owner.post(f"{base(host)}/{one}/fine")).status_code == 403
    assert (await owner.post(f"{base(host)}/{one}/conferma")).status_code == 409
    assert (await titolare.post(f"{base(host)}/{one}/fine")).status_code == 303
    assert (await ask(ads, address(host), "control")).status_code == 403
    assert (await titolare.post(f"{base(host)}/{one}/fine")).status_code == 404
    assert await story.findings() == []


async def colleague(story: Story) -> Someone:
    return await newcomer(story.parts, story.world.owner, story.world.house, "owner", "Oreste Owner")


async def letters(story: Story, host: Host) -> list[tuple[str, str]]:
    """What waits to be sent about recordings: each leads to the page of these."""
    async with story.parts.store.read() as work:
        waiting = await outbox.due(work, story.clock.now(), 50)
    due = [one for one in waiting if one.payload["letter"] in OF_RECORDINGS]
    for one in due:
        letter = await write_letter(story.parts, one, story.clock.now())
        assert letter is not None
        text = message_from_bytes(letter.message, policy=default).get_content()
        assert text.count(story.parts.settings.origin + base(host)) == 2
        assert "Olga Owner" in text
    return [(one.payload["letter"], one.payload["to"]) for one in due]


async def test_two_of_the_vendor(story: Story, browse: Browse, host: Host) -> None:
    second = await colleague(story)
    first, other = browse(story.world.owner), browse(second)
    titolare = browse(story.world.titolare)
    assert base(host) in (await first.get(f"/sessioni/{host.session}")).text
    assert (await first.post(f"{base(host)}/incidente")).status_code == 303
    assert (await first.post(f"{base(host)}/incidente")).status_code == 409
    (one,) = playbacks((await other.get(base(host))).text)
    assert f"{one}/conferma" not in (await first.get(base(host))).text
    assert (await first.post(f"{base(host)}/{one}/conferma")).status_code == 403
    assert (await ask(first, address(host), "incident")).status_code == 403
    assert "chiede di guardare una registrazione" in (await titolare.get("/titolare")).text
    assert (await other.post(f"{base(host)}/{one}/conferma")).status_code == 303
    assert (await other.post(f"{base(host)}/{one}/conferma")).status_code == 409
    assert (await ask(first, address(host), "control")).status_code == 422
    assert "up 3 days" in (await ask(first, address(host), "incident")).text
    assert (await ask(other, address(host), "incident")).status_code == 403
    assert await kept(story) == [("recording", "incident", one)]
    assert await letters(story, host) == [
        ("playback_asked", story.world.titolare.id),
        ("playback_second", second.id),
        ("playback_allowed", story.world.titolare.id),
    ]
    assert "può guardare una registrazione" in (await titolare.get("/titolare")).text
    await noted(story, titolare, host)
    assert await wrong_on(browse(story.world.titolare).speak("en"), "/titolare", base(host)) == {}
    assert await wrong_on(browse(second).speak("en"), base(host)) == {}
    assert await story.findings() == []
    story.clock.advance(timedelta(hours=24))
    await no_more(story, story.world.owner, host, "incident")


async def test_the_titolare_turns_the_vendor_down(story: Story, browse: Browse, host: Host) -> None:
    second = await colleague(story)
    await browse(story.world.owner).post(f"{base(host)}/incidente")
    (one,) = playbacks((await browse(story.world.titolare).get(base(host))).text)
    assert playbacks((await browse(story.world.ads).get(base(host))).text) == []
    assert (await browse(story.world.titolare).post(f"{base(host)}/{one}/fine")).status_code == 303
    assert (await browse(second).post(f"{base(host)}/{one}/conferma")).status_code == 404
    assert await story.findings() == []


async def test_there_is_nothing_to_ask_where_nothing_was_recorded(story: Story, browse: Browse) -> None:
    session = await story.running()
    owner = browse(story.world.owner)
    assert "incidente" not in (await owner.get(f"/sessioni/{session}/registrazioni")).text
    assert (await owner.post(f"/sessioni/{session}/registrazioni/incidente")).status_code == 404


async def noted(story: Story, titolare: Any, host: Host) -> str:
    today = story.clock.now().date().isoformat()
    assert (await titolare.post(f"{base(host)}/interessato", received=today)).status_code == 303
    return playbacks((await titolare.get(base(host))).text)[-1]


async def test_an_extract_for_a_person_it_concerns(story: Story, browse: Browse, host: Host) -> None:
    titolare = browse(story.world.titolare)
    one = await noted(story, titolare, host)
    assert "da evadere entro" in (await titolare.get("/titolare")).text
    await ask(titolare, address(host), "access_request")
    answer = await titolare.post(f"{base(host)}/{one}/estratto")
    assert answer.headers["content-type"] == "application/zip"
    assert await kept(story) == [("recording", "access_request", one), ("extract", "access_request", one)]
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    assert files.namelist() == ["LEGGIMI.txt", "accessi.json", f"registrazioni/{host.channel}.cast"]
    assert "up 3 days" in files.read(f"registrazioni/{host.channel}.cast").decode()
    accesses = json.loads(files.read("accessi.json"))
    assert {"session.opened", "session.started", "channel.opened", "session.ended"} <= {
        a["kind"] for a in accesses
    }
    assert story.world.technician.id.encode() not in files.read("accessi.json")
    assert one in files.read("LEGGIMI.txt").decode()
    await decided(story, (await story.session(host.session)).permit.request)
    files = zipfile.ZipFile(io.BytesIO((await titolare.post(f"{base(host)}/{one}/estratto")).content))
    assert files.namelist() == ["LEGGIMI.txt", "accessi.json"]
    assert host.channel in files.read("LEGGIMI.txt").decode()
    await titolare.post(f"{base(host)}/{one}/fine")
    assert (await titolare.post(f"{base(host)}/{one}/estratto")).status_code == 404
    tomorrow = (story.clock.now() + timedelta(days=1)).date().isoformat()
    assert (await titolare.post(f"{base(host)}/interessato", received=tomorrow)).status_code == 422
    assert await story.findings() == []


async def test_an_auditor_reads_and_does_nothing_else(story: Story, browse: Browse, host: Host) -> None:
    someone = await newcomer(story.parts, story.world.titolare, story.world.tenant, "auditor", "Dora Dpo")
    auditor = browse(someone)
    assert (await auditor.get("/")).headers["location"] == "/titolare"
    month = (await auditor.get("/titolare")).text
    assert "Lei legge e controlla" in month
    assert "/regole" not in month
    assert "/richieste" not in month
    assert f"/sessioni/{host.session}" in (await auditor.get("/sessioni")).text
    session = (await auditor.get(f"/sessioni/{host.session}")).text
    assert base(host) in session
    assert "Torna alle sessioni" in session
    assert address(host) in (await auditor.get(base(host))).text
    assert "up 3 days" in (await ask(auditor, address(host), "control")).text
    assert await kept(story) == [("recording", "control", None)]
    assert (await auditor.get("/persone")).status_code == 200
    assert "Dora Dpo" not in (await browse(story.world.titolare).get("/persone/elenco")).text
    assert await story.findings() == []
