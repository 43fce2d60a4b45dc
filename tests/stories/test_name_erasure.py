"""Names of people who have left: each log gives them up at its own terms, and then they are in no file."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from audit.retention import ends
from broker.api.refusals import sentences
from broker.cases.add_ssh_key import add_ssh_key
from broker.cases.change_policy import begin_policy
from broker.cases.close_month import close_month
from broker.cases.dismiss import dismiss
from broker.cases.erase import erase_due
from broker.cases.erase_name import erase_name
from broker.cases.gather_month import Month, gather
from broker.cases.hold_erasure import lift_hold, place_hold
from broker.cases.read_report import read_report
from broker.cases.see_requests import see_request
from broker.domain.refusal import Refused, Why
from broker.jobs import erase as daily
from broker.jobs import publish
from broker.store import log, people
from broker.store.tables import openings, subject_keys
from broker.store.tile_folder import FOLDER
from tests.broker.world import ACCOUNT, DRAFT, Someone, newcomer, ssh_line
from tests.stories.telling import Story
from tests.stories.test_erasure import ZONE, customer, hunted, worked
from tests.stories.test_months import DECEMBER, days_pass, judged

NAME = "MARKER-NAME-6c1f"


async def leaver(story: Story, name: str = NAME) -> Someone:
    """An ADS of the customer who came in once, and left."""
    world = story.world
    new = await newcomer(story.parts, world.titolare, world.tenant, "ads", name)
    await dismiss(story.parts, world.titolare.who, world.tenant, new.id)
    return new


async def sealed(story: Story, person: str) -> list[bytes]:
    """His name, and pieces of what sealed it."""
    async with story.parts.store.read() as work:
        texts = await work.run(select(openings.c.sealed).where(openings.c.subject == person))
        keys = await work.run(select(subject_keys.c.wrapped).where(subject_keys.c.subject == person))
    assert texts
    return [NAME.encode(), *(bytes(row[0])[:64] for row in (*texts, *keys))]


async def test_a_name_goes_with_its_last_term_and_is_in_no_file(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    """Admission: 24 months; accesses: 12. Nothing else of him was kept: no month was closed with him in it."""
    caplog.set_level(logging.DEBUG)
    new = await leaver(story)
    await publish.publishing(story.parts.settings.state / FOLDER)(story.parts)
    wanted, place = await sealed(story, new.id), await customer(story)
    if story.parts.store.database.dialect == "sqlite":
        assert hunted(story, wanted)
    left = story.clock.now()
    story.clock.at = ends(left, 24, ZONE) - timedelta(minutes=1)
    assert (await erase_due(story.parts, place)).refs == ()
    story.clock.at = ends(left, 24, ZONE)
    found = await erase_due(story.parts, place)
    assert len(found.texts) == 1
    assert (await story.kinds())[-1] == "erasure.executed"
    await publish.publishing(story.parts.settings.state / FOLDER)(story.parts)
    assert hunted(story, wanted) == []
    assert NAME not in caplog.text
    assert (await erase_due(story.parts, place)).refs == ()
    async with story.parts.store.read() as work:
        kept = await people.person(work, story.world.tenant, new.id)
        head = await log.head(work, place.id)
        assert head is not None
        late = Month(place, "2026-11", False, story.clock.now(), story.clock.now(), head.size - 1)
        estate = (await gather(story.parts, work, late)).estate
    assert kept is not None
    assert (kept.name, kept.function, kept.email) == (new.id, "", new.id)
    # A month that names him and is closed only now names his pseudonym.
    shown = next(one for one in estate.people if one.id == new.id)
    assert (shown.name, shown.function) == (f"nome cancellato il 11/11/2028 ({new.id})", "")
    assert await story.findings() == []


async def test_a_hold_stays_names(story: Story) -> None:
    world, parts = story.world, story.parts
    await leaver(story)
    review = story.clock.now().date() + timedelta(days=90)
    request = (await story.ask()).request
    hold = await place_hold(
        parts, world.owner.who, world.tenant, request=request, reason="claim", review=review
    )
    story.clock.at = ends(story.clock.now(), 30, ZONE)
    place = await customer(story)
    assert (await erase_due(parts, place)).refs == ()
    await lift_hold(parts, world.owner.who, world.tenant, hold)
    assert len((await erase_due(parts, place)).texts) == 1


async def test_a_name_somebody_still_uses_is_never_erased(story: Story) -> None:
    story.clock.at = ends(story.clock.now(), 300, ZONE)
    assert (await erase_due(story.parts, await customer(story))).refs == ()


async def test_a_reports_names_go_with_it_and_the_vendors_with_the_last_customer(story: Story) -> None:
    """A month's report names whoever could come in, and the technician: both names go with it, after ten years.

    The vendor's own row of his technician goes when no customer's log uses it any more.
    """
    world, parts = story.world, story.parts
    technician = await newcomer(parts, world.owner, world.house, "technician", NAME)
    world.technician, other = technician, world.technician
    technician.ssh_fingerprint = (await add_ssh_key(parts, technician.who, ssh_line(b"another"))).fingerprint
    ads = await newcomer(parts, world.titolare, world.tenant, "ads", f"{NAME} bis")
    request = await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    data = (await read_report(parts, world.titolare.who, issued.number, "json")).data
    assert data.count(NAME.encode()) == 2
    await dismiss(parts, world.owner.who, world.house, technician.id)
    await dismiss(parts, world.titolare.who, world.tenant, ads.id)
    wanted = [*await sealed(story, technician.id), *await sealed(story, ads.id)]
    story.clock.at = ends(DECEMBER, 119, ZONE)
    await daily.tick(parts)
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.titolare.who, world.tenant, ads.id)
    assert (no.value.why, no.value.facts["what"]) == (Why.NAME_KEPT, "report")
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.owner.who, world.house, technician.id)
    assert (no.value.why, no.value.facts["what"]) == (Why.NAME_KEPT, "customer")
    assert (await see_request(parts, world.titolare.who, request)).line.line.technician == NAME
    story.clock.at = ends(DECEMBER, 120, ZONE) + timedelta(hours=1)
    await daily.tick(parts)
    shown = f"nome cancellato il {story.clock.now():%d/%m/%Y} ({technician.id})"
    for who in (world.titolare.who, other.who):
        assert (await see_request(parts, who, request)).line.line.technician == shown
    assert await _row(story, world.house, technician) == (NAME, "technician")
    await daily.tick(parts)
    assert await _row(story, world.house, technician) == (technician.id, "")
    assert await _row(story, world.tenant, ads) == (ads.id, "")
    assert hunted(story, wanted) == []
    checked = await judged(story, issued.number)
    assert checked.verdict.sound, checked.verdict.findings


async def _row(story: Story, tenant: str, someone: Someone) -> tuple[str, str]:
    async with story.parts.store.read() as work:
        kept = await people.person(work, tenant, someone.id)
    assert kept is not None
    return kept.name, kept.function


# ------------------------------------------------------------------------------- asked for sooner


async def test_who_asks_for_it_sooner_hears_which_term_keeps_it(story: Story) -> None:
    """Art. 17 gives way to what the law has kept; the day is that of the rules in force."""
    world, parts = story.world, story.parts
    new = await leaver(story)
    story.clock.at = ends(story.clock.now(), 2, ZONE)
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.titolare.who, world.tenant, new.id)
    assert sentences(no.value)[0] == (
        "Questo nome non si cancella adesso: resta fino al 10/11/2028, termine dell’ammissione (mai meno di un mese, "
        "secondo le regole)."
    )
    shorter = replace(DRAFT, retention=(("access", 6), ("log", 1)), accounts=((world.host.id, ACCOUNT),))
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, shorter))
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.titolare.who, world.tenant, new.id)
    assert no.value.facts == {"what": "access", "until": "10/05/2027"}
    story.clock.at = datetime(2027, 5, 10, 22, tzinfo=UTC)
    await erase_name(parts, world.titolare.who, world.tenant, new.id)
    assert hunted(story, [NAME.encode()]) == []
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.titolare.who, world.tenant, new.id)
    assert no.value.facts == {"what": "erased"}


async def test_only_ones_own_people_and_only_who_has_left(story: Story) -> None:
    world, parts = story.world, story.parts
    new = await leaver(story)
    tried = (
        (world.owner, world.tenant, new.id, Why.NOT_ALLOWED),
        (world.ads, world.tenant, new.id, Why.NOT_ALLOWED),
        (world.titolare, world.tenant, world.ads.id, Why.WRONG_STATE),
        (world.titolare, world.tenant, world.technician.id, Why.NOT_FOUND),
    )
    for by, tenant, person, why in tried:
        with pytest.raises(Refused) as no:
            await erase_name(parts, by.who, tenant, person)
        assert no.value.why is why
