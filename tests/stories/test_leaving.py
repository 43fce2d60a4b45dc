"""Who leaves comes in no more, by any door, and what he had open ends; nobody is let go who may still sign."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.canonical import b64
from broker.cases.admit_person import admit_person
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.dismiss import dismiss
from broker.cases.invite import invite, read_invitation
from broker.cases.see_estate import see_people
from broker.cases.start_login import recognise
from broker.domain.refusal import Refused, Why
from broker.domain.request import Withdrawn
from broker.store import people, requests
from tests.broker.world import HERE, Someone, leaves, newcomer
from tests.stories.telling import Story


async def _kinds(story: Story, tenant: str) -> list[str]:
    return [leaf.record.KIND for leaf in await leaves(story.parts, tenant)]


async def _shut_out(story: Story, someone: Someone) -> None:
    with pytest.raises(Refused) as no:
        await recognise(story.parts, someone.token, HERE)
    assert no.value.why is Why.LOGIN_NEEDED


async def test_a_customers_person_leaves(story: Story) -> None:
    """Logins, passkeys, links and address go at once; the name stays, until its terms have ended."""
    parts, world = story.parts, story.world
    new = await newcomer(parts, world.titolare, world.tenant, "ads", "Ugo Uscente")
    link = (await invite(parts, world.titolare.who, world.tenant, new.id)).link
    await dismiss(parts, world.titolare.who, world.tenant, new.id)
    assert (await _kinds(story, world.tenant))[-2:] == ["login.ended", "person.left"]
    await _shut_out(story, new)
    assert new.id not in {one.id for one in await see_people(parts, world.titolare.who, world.tenant)}
    async with parts.store.read() as work:
        found = await people.person(work, world.tenant, new.id)
        assert await people.find_login_credential(work, b64(new.login.credential)) is None
        assert await people.credentials(work, world.tenant, new.id, "login") == []
    assert found is not None
    assert (found.name, found.email, found.active) == ("Ugo Uscente", new.id, False)
    assert found.left == parts.clock.now()
    for gone in (invite(parts, world.titolare.who, world.tenant, new.id), read_invitation(parts, link[-43:])):
        with pytest.raises(Refused) as no:
            await gone
        assert no.value.why is Why.NOT_FOUND
    again = await admit_person(
        parts, world.titolare.who, tenant=world.tenant, role="ads", name="Ugo Uscente", function="ADS",
        email=f"ugo-ads@{world.tenant}.example",
    )  # fmt: skip
    assert again.person != new.id
    assert await story.findings() == []


async def test_a_technician_leaves_and_what_he_had_open_ends(story: Story) -> None:
    parts, world = story.parts, story.world
    session = await story.running()
    waiting = (await story.ask()).request
    await dismiss(parts, world.owner.who, world.house, world.technician.id)
    assert (await _kinds(story, world.house))[-1] == "person.left"
    await _shut_out(story, world.technician)
    async with parts.store.read() as work:
        assert await people.find_ssh_key(work, world.technician.ssh_fingerprint) is None
        assert isinstance(await requests.load(work, world.tenant, waiting), Withdrawn)
    assert await story.kinds("grant.revoked", "session.stop_ordered") == [
        "grant.revoked",
        "session.stop_ordered",
    ]
    await story.agent.obey()
    ended = await story.last("session.ended")
    assert ended.session == session
    assert await story.findings() == []


async def test_a_grant_nobody_used_dies_with_him(story: Story) -> None:
    await story.granted()
    await dismiss(story.parts, story.world.owner.who, story.world.house, story.world.technician.id)
    assert (await story.kinds())[-2:] == ["request.withdrawn", "grant.revoked"]
    assert await story.findings() == []


async def test_whoever_may_still_sign_is_not_let_go(story: Story) -> None:
    """Hosts would go on taking his signature: the titolare first signs a list without him."""
    parts, world = story.parts, story.world
    with pytest.raises(Refused) as no:
        await dismiss(parts, world.titolare.who, world.tenant, world.ads.id)
    assert (no.value.why, no.value.facts) == (Why.STILL_APPOINTED, {"person": "Aldo Ads"})
    alone = [Appointment(world.titolare.id, parts.clock.now() + timedelta(days=300))]
    await world.titolare.sign(await begin_approvers(parts, world.titolare.who, alone))
    await dismiss(parts, world.titolare.who, world.tenant, world.ads.id)
    await _shut_out(story, world.ads)


async def test_nobody_lets_himself_go_and_strangers_let_go_nobody(story: Story) -> None:
    parts, world = story.parts, story.world
    tried = (
        (world.titolare, world.tenant, world.titolare.id, Why.NOT_ALLOWED),
        (world.ads, world.tenant, world.titolare.id, Why.NOT_ALLOWED),
        (world.technician, world.house, world.owner.id, Why.NOT_ALLOWED),
        (world.owner, world.tenant, world.ads.id, Why.TITOLARE_ADMITS),
        (world.titolare, world.house, world.technician.id, Why.NOT_FOUND),
        (world.titolare, world.tenant, world.technician.id, Why.NOT_FOUND),
        (await story.stranger(), world.tenant, world.ads.id, Why.NOT_FOUND),
    )
    for by, tenant, person, why in tried:
        with pytest.raises(Refused) as no:
            await dismiss(parts, by.who, tenant, person)
        assert no.value.why is why
    assert "person.left" not in [*await _kinds(story, world.house), *await story.kinds()]
