"""Section 5 of a month: recomputed by both verifiers from the customer's own log; earlier months have none."""

from __future__ import annotations

import json
from typing import Any

from broker.cases.close_month import close_month
from broker.cases.defects import give_remedy, link_defect, open_defect, solve_defect
from broker.cases.receive_release import receive_release
from broker.jobs import programs as job
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged, worked
from tests.stories.test_programs import program, published


async def reported(story: Story, period: str) -> tuple[dict[str, Any], list[str]]:
    issued = await close_month(story.parts, story.world.tenant, period)
    found = await judged(story, issued.number)
    files = await files_of(story, issued.number)
    return json.loads(files.json), [one.code for one in found.verdict.findings]


async def test_u05_s39_defects_releases_and_windows_of_a_month_from_its_log(story: Story) -> None:
    world, me = story.world, story.world.technician.who
    session = await worked(story)
    incident = next(
        leaf.record.body()["incident"]
        for leaf in await story.leaves()
        if leaf.session == session or leaf.record.KIND == "request.opened"
    )
    product = await program(story)
    for kind, text in (
        ("incoherent_export", "Ripete la giornata."),
        ("not_persisted", "Gli incassi non restano."),
    ):
        defect = await open_defect(story.parts, me, kind, product, text)
        await link_defect(story.parts, me, world.tenant, defect, incident, session)
    await give_remedy(story.parts, me, "C-1", "Un giorno alla volta.")
    await solve_defect(
        story.parts, me, "C-1", await published(story, product, "26.2", half_yearly=True), "Corretta."
    )
    made = await published(story, product, "26.2-P1", customer=world.tenant)
    await job.tick(story.parts)
    await receive_release(story.parts, world.titolare.who, world.tenant, made, None)
    await days_pass(story, DECEMBER)
    report, findings = await reported(story, "2026-11")
    assert findings == []
    first, second = report["defects"]
    assert (first["id"], first["kind"], first["state"], first["sessions"]) == (
        "C-1",
        "incoherent_export",
        "solved",
        [1],
    )
    assert first["solution"]["release"] == "26.2"
    assert (second["state"], "remedy" in second, "solution" in second) == ("open", False, False)
    assert report["defect_words"] == [
        {
            "id": "C-1",
            "text": "Ripete la giornata.",
            "remedy": "Un giorno alla volta.",
            "solution": "Corretta.",
        },
        {"id": "C-2", "text": "Gli incassi non restano."},
    ]
    assert [(one["version"], one["kind"], one["defects"]) for one in report["releases"]] == [
        ("26.2", "half_yearly", ["C-1"]), ("26.2-P1", "custom", []),
    ]  # fmt: skip
    assert [(one["state"], one["days_left"]) for one in report["tests"]] == [
        ("expired", 0)
    ]  # its days are over
    counted = {name: report["totals"][name] for name in ("defects", "defects_open", "releases", "tests_open")}
    assert counted == {"defects": 2, "defects_open": 1, "releases": 2, "tests_open": 0}


async def test_u05_without_programs_there_is_no_section(story: Story) -> None:
    await worked(story)
    await days_pass(story, DECEMBER)
    report, findings = await reported(story, "2026-11")
    assert findings == []
    assert not report.keys() & {"defects", "releases", "tests", "defect_words"}
    assert "defects" not in report["totals"]
