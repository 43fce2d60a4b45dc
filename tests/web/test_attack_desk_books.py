"""Incidents, mail, papers and appointments, forged: found by their class, or passed where the claim says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.keys import SigningKey
from audit.note import parse_note
from audit.request_records import RequestOpened
from audit.trust_file import Trust
from audit.verify import verify
from broker.cases.export_trust import export_trust
from broker.cases.gather_bundle import gather, packed
from broker.parts import Parts
from tests.audit import second_verifier
from tests.broker.world import World
from tests.stories.telling import Story
from web.demo.attack import desk_books as b
from web.demo.attack import forgeries as f
from web.demo.attack.books import Books, opened
from web.demo.attack.forgeries import Desk
from web.demo.attack.loot import Loot
from web.demo.authenticator import Origin, SoftwareAuthenticator

UNWITNESSED = "UNWITNESSED"  # these rules ask for a witness, whom nobody asked
PAST = {
    "incident by the customer": b.incident_by_customer,
    "request elsewhere": b.request_elsewhere,
}
FOUND = {
    "incident reworded": (b.incident_reworded, "ALTERED"),
    "request elsewhere": (b.request_elsewhere, "UNAPPROVED"),
    "mail overrated": (b.mail_overrated, "MAIL"),
}
PASSED = {
    "incident invented": b.incident_invented,
    "mail signed by the thief": b.mail_signed_by_thief,
    "paper invented": b.paper_invented,
    "appointment invented": b.appointment_invented,
}


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.made(parts))


@pytest.fixture
async def worked(story: Story) -> tuple[Desk, Trust]:
    """A request with its incident, and the desk of whoever stole all of it then."""
    world = story.world
    await story.ask()
    async with story.parts.store.read() as work:
        found = await gather(story.parts, work, world.tenant)
    books = opened(packed(found, story.parts.keys.wrapping_key()))
    pen = SoftwareAuthenticator(b"thief", Origin("firma.example", "https://firma.example"))
    loot = Loot(world.tenant, story.parts.keys, pen, pen, pen)  # type: ignore[arg-type]
    trust = await export_trust(story.parts, world.titolare.who)
    return Desk(books, loot, len(books.leaves), SigningKey(b"h" * 32)), trust


def classes(books: Books, trust: Trust, *kept: bytes) -> set[str]:
    verdict = verify(books.pack(), trust=trust, kept=[parse_note(one) for one in kept]).verdict
    return {found.cls for found in verdict.findings} - {UNWITNESSED}


async def test_each_is_found_or_not_as_is_claimed(worked: tuple[Desk, Trust]) -> None:
    desk, trust = worked
    assert classes(desk.sign(desk.true), trust) == set()
    for name, forge in PAST.items():
        assert "REWRITTEN" in classes(f.signed(forge)(desk), trust, desk.true.checkpoint), name
    for name, (forge, wanted) in FOUND.items():
        assert wanted in classes(f.signed(forge)(desk), trust), name
    for name, forge in PASSED.items():
        forged = f.signed(forge)(desk)
        assert classes(forged, trust, desk.true.checkpoint) == set(), name
        second_verifier.agrees(verify(forged.pack(), trust=trust).verdict, forged.pack(), trust)


async def test_a_request_that_is_taken_out_takes_its_incident_along(worked: tuple[Desk, Trust]) -> None:
    """Else a case without its work would stand there, and be asked about; one that others hang on stays."""
    books = worked[0].true
    (leaf,) = books.find("request.opened")
    assert isinstance(leaf.record, RequestOpened)
    gone = f._incident_of(books, leaf.record.request)
    assert {books.leaves[n].record.KIND for n in gone} >= {"incident.opened", "request.opened"}
    again = replace(leaf.record, request="r-00000000")
    assert f._incident_of(books.more(again), leaf.record.request) == set()
