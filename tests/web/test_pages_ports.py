"""A named port from the form to the technician's page: chosen, read in words by whoever signs, opened by a command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from broker.cases.change_policy import begin_policy
from broker.store import requests
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story, wish

Browse = Any
RDP = NamedPort("rdp", "localhost", 3389)
NAS = NamedPort("nas", "192.168.10.40", 443)


async def ruled(story: Story) -> None:
    channels = ("terminal", "exec", "forward")
    accounts = ((story.world.host.id, ACCOUNT),)
    draft = replace(DRAFT, channels=channels, accounts=accounts, ports=(RDP, NAS), witnesses=0)  # type: ignore[arg-type]
    await story.world.titolare.sign(await begin_policy(story.parts, story.world.titolare.who, draft))
    await story.agent.obey()


async def test_from_the_form_to_the_command(story: Story, browse: Browse) -> None:
    await ruled(story)
    technician = browse(story.world.technician)
    blank = (await technician.get("/richieste/nuova")).text
    assert "la porta 3389 (rdp) di questa macchina" in blank
    asked = {"title": "Ferma", "reason": "Guardo", "channel": ["forward"], "host": story.world.host.id}
    hours = {"not_before": "", "not_after": ""}
    for line in blank.split("<input ")[1:]:
        for name in hours:
            if f'name="{name}"' in line:
                hours[name] = line.split('value="')[1].split('"')[0]
    form = asked | hours | {"longest_s": "3600", "activity": "GEST"}
    without = await technician.post("/richieste", **form)
    assert without.status_code == 422
    assert "Scelga quale porta." in without.text
    answer = await technician.post("/richieste", **form, port=["rdp", "unknown"])
    assert answer.status_code == 303
    request = answer.headers["location"].rsplit("/", 1)[1]
    async with story.parts.store.read() as work:
        found = (await requests.load(work, story.world.tenant, request)).asked.statement
    assert found.channels == (Channel("forward", port=RDP),)
    read = (await browse(story.world.ads).get(f"/richieste/{request}/approva")).text
    assert "raggiungere la porta 3389 (rdp) di questa macchina" in read.lower()


async def test_the_session_s_page_gives_the_commands(story: Story, browse: Browse) -> None:
    await ruled(story)
    session = await story.running(asked=wish(Channel("forward", port=RDP), Channel("forward", port=NAS)))
    page = (await browse(story.world.technician).get(f"/sessioni/{session}")).text
    assert "La porta 3389 (rdp) di questa macchina" in page
    assert f"verbale connect {session}@" in page
    assert "--port rdp" in page
    assert "-N -L 13389:rdp:3389" in page
    assert "-N -L 10443:nas:443" in page
    assert await story.findings() == []
