"""A month in which something of section 8 happened, from the records to the report and both verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.cases import subprocessors
from broker.cases.agree_cadence import agree_cadence
from broker.cases.breach import open_breach, tell_breach
from broker.cases.change_policy import begin_policy
from broker.cases.close_month import close_month
from broker.cases.rectify import rectify
from broker.domain.breach import BreachDraft, Chosen
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story
from tests.stories.test_breaches import MARKER, TEXTS
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged, worked


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """Months are closed on both databases in `test_months`: a report takes long to print."""
    return sqlite_store


async def test_u08_a_month_s_section_eight_is_recounted_by_the_verifier(story: Story) -> None:
    """U-08, L-24: breaches, settings with who and when, sub-processors, corrections; no text of a breach is printed."""
    world, parts, owner = story.world, story.parts, story.world.owner.who
    session = await worked(story)
    request = (await story.session(session)).permit.request
    rules = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), retention=(("access", 9),))
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, rules))
    await agree_cadence(parts, world.titolare.who, world.tenant, "weekly")
    company = await subprocessors.list_subprocessor(parts, owner, "Nord Assistenza", "IT")
    await subprocessors.announce_subprocessor(parts, owner, world.tenant, company.id, general=False)
    now = story.clock.now()
    near = Chosen(now - timedelta(days=1), now + timedelta(minutes=1))
    breach, _ = await open_breach(
        parts, owner, world.tenant, BreachDraft(now, near, high_risk=False, texts=TEXTS)
    )
    await tell_breach(parts, owner, world.tenant, breach, TEXTS, high_risk=False)
    await rectify(parts, world.titolare.who, request, "request", "Era il server.")
    await story.agent.obey()
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    assert [f.code for f in (await judged(story, issued.number)).verdict.findings] == []
    data = (await files_of(story, issued.number)).json
    assert MARKER.encode() not in data
    report = json.loads(data)
    log, told = report["protection"], report["data_protection"]
    [known] = log["breaches"]
    assert (known["id"], known["sessions"], "told" in known) == (breach, 1, True)
    assert log["rectified"] == 1
    said = " / ".join(one["what"] for one in told["settings"])
    assert "conservazione di nomi negli accessi da «12 mesi» a «9 mesi»" in said
    assert "Cadenza dei rapporti: ogni settimana" in said
    [one] = told["subprocessors"]
    assert (one["name"], one["counts"], one["change"]) == ("Nord Assistenza", False, "announced")
    assert [one["dated"] for one in told["technicians"]] == [f"{now:%Y-%m-%d}"]
