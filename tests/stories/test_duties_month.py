"""A month in which papers lacked, from the records to the report and both verdicts."""

from __future__ import annotations

import json

import pytest

from broker.cases import subprocessors
from broker.cases.close_month import close_month
from broker.cases.set_category import set_category
from tests.stories.telling import Story
from tests.stories.test_duties import ONE, unfiled
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged, worked


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """Months are closed on both databases in `test_months`: a report takes long to print."""
    return sqlite_store


async def test_a_month_tells_what_lacked_and_both_verifiers_find_it_sound(story: Story) -> None:
    world, owner = story.world, story.world.owner.who
    await set_category(story.parts, owner, world.tenant, ONE)
    company = await subprocessors.list_subprocessor(story.parts, owner, "Nord Assistenza", "IT")
    await subprocessors.announce_subprocessor(story.parts, owner, world.tenant, company.id, general=False)
    await unfiled(story, "dpa")
    await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, world.tenant, "2026-11")
    found = await judged(story, issued.number)
    assert [f.code for f in found.verdict.findings] == []
    report = json.loads((await files_of(story, issued.number)).json)
    [told] = [one for one in report["exceptions"] if one["kind"] == "papers_missing"]
    assert (told["session"], told["state"]) == (1, "documented")
    assert "accordo sul trattamento dei dati" in told["what"]
