"""A signed report on a page of its own: what it says is what the report says, and each item leads to its contest."""

from __future__ import annotations

import re
from typing import Any

from broker.cases.close_month import close_month
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.web.test_screens import DECEMBER, awake


async def test_u10_a_month_that_was_closed_is_read_like_the_one_that_runs(story: Story, browse: Any) -> None:
    await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(story.parts, story.world.tenant, "2026-11")
    await awake(story, story.world.titolare)
    titolare = browse(story.world.titolare)
    first = (await titolare.get("/titolare")).text
    [address] = set(re.findall(r'href="(/mesi/[^"]+)"', first))
    report = (await titolare.get(address.replace("/mesi/", "/rapporti/") + ".json")).json()
    page = (await titolare.get(address)).text
    assert "<h1>Novembre 2026</h1>" in page
    totals = report["totals"]
    worked_for = (
        f"{totals['minutes'] // 60} h {totals['minutes'] % 60:02d} min"
        if totals["minutes"] > 59
        else f"{totals['minutes']} min"
    )
    assert (
        f'<td class="num hide-s">{totals["sessions"]}</td><td class="num hide-s nowrap">{worked_for}</td>'
        in first
    )
    assert f"{totals['authorised']} su {totals['sessions']}" in page
    assert f'data-size="{report["log"]["size"]}" data-root="{report["log"]["root"]}"' in page
    assert all(f'href="/sessioni/{one["id"]}"' in page for one in report["sessions"])
    number = address.removeprefix("/mesi/")
    contest = f"/contestazioni?rapporto={number}&voce=1"
    assert contest.replace("&", "&amp;") in page
    form = (await titolare.get(contest)).text
    assert re.search(rf'<option value="{number}" selected', form)
    assert re.search(r'name="row"[^>]* value="1"', form)


async def test_u10_whoever_reads_it_is_in_the_log_and_the_auditor_contests_nothing(
    story: Story, browse: Any
) -> None:
    await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    world, address = story.world, f"/mesi/{issued.number}"
    await awake(story, world.ads, world.owner, world.technician)
    before = len(await story.kinds("record.read"))
    assert (await browse(world.ads).get(address)).status_code == 200
    assert len(await story.kinds("record.read")) == before + 1
    owner = (await browse(world.owner).get(address)).text
    assert "/contestazioni?" not in owner
    assert "mese-nel-registro" not in owner  # the customer's published log is the customer's to read
    assert (await browse(world.ads).get(f"{address}x")).status_code == 404
    assert (await browse(world.technician).get(address)).status_code == 403
