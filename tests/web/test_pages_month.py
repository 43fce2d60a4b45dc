"""A signed report on a page of its own: what it says is what the report says, and each item leads to its contest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from broker.cases.close_month import close_month
from broker.cases.see_month import MonthView
from broker.domain.month_told import told
from broker.domain.people import Who
from broker.store.reports import Issued
from tests.broker.month_sample import encode, sample
from tests.doubles import MORNING
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.web.reading import Page
from tests.web.samples import TITOLARE_SHELL
from tests.web.test_screens import DECEMBER, awake
from web.present.month import page
from web.present.reader import Reader
from web.templating import Templates
from web.views import Lang

LANGS: tuple[Lang, ...] = ("it", "en")


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


def test_an_english_page_says_which_of_its_sentences_are_italian() -> None:
    """WCAG 3.1.2: the program's own sentences are read aloud as English, and what has no English as Italian."""
    ours, unknown = "Nessuno del cliente seguiva l’intervento.", "Il proiettore era spento."
    exception = {"id": "E1", "time": "2026-11-12T09:00:00.000Z", "what": ours, "why": unknown}
    view = MonthView(
        Issued("t-1", "2026-11", "VB-1", partial=False, issued=MORNING, n=9, size=3, bundled=True),
        told(encode(sample(1) | {"exceptions": [exception]})),
        before=None,
        after=None,
    )
    who = Who("p-1", "t-1", "auditor", "Revisore", "192.0.2.7", "passkey")
    shown = {
        lang: Page.of(
            Templates().page(
                "month.html",
                page(view, who, "Fornitore Alfa", Reader(lang, MORNING)),
                replace(TITOLARE_SHELL, lang=lang),
            )
        ).pieces
        for lang in LANGS
    }
    spoken = {lang: {one.text: one.lang for one in pieces} for lang, pieces in shown.items()}
    assert spoken["en"][unknown] == "it"
    assert spoken["en"]["Nobody of the customer followed the session."] == "en"
    assert spoken["it"][unknown] == spoken["it"][ours] == "it"
