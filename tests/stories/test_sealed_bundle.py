"""The titolare's own key: what the broker seals he opens too, also when there is no broker any more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pyrage
import pytest
from sqlalchemy import select

from audit import bundle
from audit.age_keys import opened_with
from audit.sealed import opened, subject_of_key
from audit.verify import verify
from broker.cases.change_policy import begin_policy
from broker.cases.close_month import close_month
from broker.cases.export_bundle import sealed_bundle
from broker.cases.export_trust import tenant_trust
from broker.cases.read_report import read_report
from broker.domain.refusal import Refused, Why
from broker.store.tables import subject_keys
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story
from tests.stories.test_erasure import FAULT, decided, worked
from tests.stories.test_months import DECEMBER, days_pass, judged


async def names_key(story: Story, recipient: str | None) -> None:
    """The titolare signs rules that name this recipient."""
    accounts = ((story.world.host.id, ACCOUNT),)
    draft = replace(DRAFT, accounts=accounts, recipient=recipient)
    await story.world.titolare.sign(await begin_policy(story.parts, story.world.titolare.who, draft))


async def escrowed(story: Story) -> dict[str, bytes | None]:
    async with story.parts.store.read() as work:
        rows = await work.run(select(subject_keys).where(subject_keys.c.tenant == story.world.tenant))
    return {row.subject: None if row.titolare is None else bytes(row.titolare) for row in rows}


async def test_he_opens_what_is_sealed_without_the_broker(story: Story) -> None:
    """The sealed bundle and his identity are all it takes; what comes out is the plain bundle, and sound."""
    mine = pyrage.x25519.Identity.generate()
    request = await worked(story)
    await names_key(story, str(mine.to_public()))
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    assert (await judged(story, issued.number)).verdict.sound
    trust = await tenant_trust(story.parts, story.world.tenant)
    data = await sealed_bundle(story.parts, story.world.tenant)
    assert FAULT.encode() not in data
    files = bundle.unpack(data)
    keys = {
        subject: opened_with(str(mine), files[name])
        for name in files
        if (subject := subject_of_key(name)) is not None
    }
    assert request in keys
    plain = bundle.pack(opened(files, keys))
    assert FAULT.encode() in plain
    assert f"reports/{issued.number}.pdf" in bundle.unpack(plain)
    unopened = (await asyncio.to_thread(verify, data, trust=trust)).verdict
    assert {f.code for f in unopened.findings} <= {"quorum_missing"}  # of the newest head, not cosigned yet
    whole = (await asyncio.to_thread(verify, plain, trust=trust)).verdict
    assert {f.code for f in whole.findings} <= {"quorum_missing"}
    assert whole.counts["openings"] == len(
        [n for n in files if n.startswith("sealed/") and "/openings/" in n]
    )


async def test_keys_follow_his_rules(story: Story) -> None:
    """Made before he named one, or for the one he named before: all are sealed for the one in force."""
    first, second = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    await worked(story)
    assert set((await escrowed(story)).values()) == {None}
    for mine in (first, second):
        await names_key(story, str(mine.to_public()))
        later = await story.ask()
        held = await escrowed(story)
        assert later.request in held
        assert {len(opened_with(str(mine), data)) for data in held.values() if data} == {32}
        assert None not in held.values()
    await names_key(story, None)
    assert set((await escrowed(story)).values()) == {None}


async def test_erased_his_copy_of_the_key_goes_too(story: Story) -> None:
    mine = pyrage.x25519.Identity.generate()
    request = await worked(story)
    await names_key(story, str(mine.to_public()))
    assert request in await escrowed(story)
    await decided(story, request)
    assert request not in await escrowed(story)


async def test_without_a_key_nothing_is_sealed_for_him_and_it_is_said(story: Story) -> None:
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    with pytest.raises(Refused) as no:
        await read_report(story.parts, story.world.titolare.who, issued.number, "sealed.zip")
    assert no.value.why is Why.RECIPIENT_MISSING


async def test_a_key_with_a_sign_mistyped_is_refused_before_he_signs(story: Story) -> None:
    good = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises(Refused) as no:
        await names_key(story, good[:-1] + ("q" if good[-1] != "q" else "p"))
    assert no.value.facts == {"field": "policy"}
