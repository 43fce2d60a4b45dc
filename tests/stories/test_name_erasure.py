"""Names of people who have left: each log gives them up at its own terms, and then they are in no file."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from audit.retention import ends
from broker.cases.add_ssh_key import add_ssh_key
from broker.cases.close_month import close_month
from broker.cases.dismiss import dismiss
from broker.cases.erase import erase_due
from broker.cases.hold_erasure import lift_hold, place_hold
from broker.cases.read_report import read_report
from broker.cases.see_requests import see_request
from broker.jobs import erase as daily
from broker.store import people
from broker.store.tables import openings, subject_keys
from tests.broker.world import Someone, newcomer, ssh_line
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


async def test_a_name_goes_with_its_last_term_and_is_in_no_file(story: Story) -> None:
    """Admission: 24 months; accesses: 12. Nothing else of him was kept: no month was closed with him in it."""
    new = await leaver(story)
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
    assert hunted(story, wanted) == []
    assert (await erase_due(story.parts, place)).refs == ()
    async with story.parts.store.read() as work:
        kept = await people.person(work, story.world.tenant, new.id)
    assert kept is not None
    assert (kept.name, kept.function, kept.email) == (new.id, "", new.id)
    assert await story.findings() == []


async def test_what_prints_a_name_keeps_it_and_the_verifier_is_content(story: Story) -> None:
    """A month's report names whoever could come in: his name goes with it, after ten years; the next month's
    bundle brings no name, and is sound."""
    world, parts = story.world, story.parts
    new = await newcomer(parts, world.titolare, world.tenant, "ads", NAME)
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    assert NAME.encode() in (await read_report(parts, world.titolare.who, issued.number, "json")).data
    await dismiss(parts, world.titolare.who, world.tenant, new.id)
    wanted, place = await sealed(story, new.id), await customer(story)
    story.clock.at = ends(story.clock.now(), 30, ZONE)
    assert (await erase_due(parts, place)).refs == ()
    story.clock.at = ends(DECEMBER, 120, ZONE)
    found = await erase_due(parts, place)
    assert len(found.reports) == 1
    assert hunted(story, wanted) == []
    checked = await judged(story, issued.number)
    assert checked.verdict.sound, checked.verdict.findings
    assert checked.verdict.counts["erased"] == 2  # the name, and the report's commercial part


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


async def test_the_vendors_technician_goes_from_each_log_and_then_from_the_vendors(story: Story) -> None:
    """The customer's copy at the customer's term; the vendor's own row when the last customer's is gone."""
    world, parts = story.world, story.parts
    technician = await newcomer(parts, world.owner, world.house, "technician", NAME)
    world.technician, old = technician, world.technician

    technician.ssh_fingerprint = (await add_ssh_key(parts, technician.who, ssh_line(b"another"))).fingerprint
    request = await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(parts, world.tenant, "2026-11")
    await dismiss(parts, world.owner.who, world.house, technician.id)
    wanted = [*await sealed(story, technician.id)]
    story.clock.at = ends(story.clock.now(), 119, ZONE)
    await daily.tick(parts)
    view = await see_request(parts, world.titolare.who, request)
    assert view.line.line.technician == NAME
    story.clock.at = ends(DECEMBER, 120, ZONE) + timedelta(hours=1)
    await daily.tick(parts)
    shown = f"nome cancellato il {story.clock.now():%d/%m/%Y} ({technician.id})"
    for who in (world.titolare.who, old.who):
        assert (await see_request(parts, who, request)).line.line.technician == shown
    async with parts.store.read() as work:
        kept = await people.person(work, world.house, technician.id)
    assert kept is not None
    assert kept.name == NAME
    await daily.tick(parts)
    async with parts.store.read() as work:
        kept = await people.person(work, world.house, technician.id)
    assert kept is not None
    assert kept.name == technician.id
    assert hunted(story, wanted) == []
    checked = await judged(story, issued.number)
    assert checked.verdict.sound, checked.verdict.findings
