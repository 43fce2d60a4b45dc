"""Invitations and the login passkeys they lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit import instant
from audit.approvers import Origin
from audit.canonical import unb64
from audit.person_records import CredentialAdded, CredentialRemoved, LoginEnded, PersonInvited
from broker.cases.admit_person import admit_person
from broker.cases.invite import invite, read_invitation
from broker.cases.open_tenant import open_tenant
from broker.cases.register_passkey import (
    begin_another,
    begin_by_invitation,
    fingerprint,
    finish_another,
    finish_by_invitation,
)  # fmt: skip
from broker.cases.remove_passkey import remove_passkey
from broker.cases.start_login import recognise
from broker.domain.people import MAX_CREDENTIALS
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import people
from tests.broker.test_log_in import log_in
from tests.broker.world import HERE, World, accept, first_owner, leaves
from web.demo.authenticator import SoftwareAuthenticator

TINA = {"role": "technician", "name": "Tina", "function": "tecnica", "email": "tina@alfa.example"}


async def why(coroutine) -> Why:
    with pytest.raises(Refused) as no:
        await coroutine
    return no.value.why


async def invited_token(parts: Parts) -> tuple[str, str]:
    owner = await first_owner(parts)
    invited = await admit_person(parts, owner.who, tenant=owner.who.tenant, **TINA)
    return owner.who.tenant, invited.link.rpartition("/")[2]


async def test_an_invitation_says_who_invites_to_what(parts: Parts) -> None:
    _, token = await invited_token(parts)
    view = await read_invitation(parts, token)
    assert (view.name, view.invited_by, view.organisation) == ("Tina", "Olga Owner", "Fornitore Alfa")
    assert await why(read_invitation(parts, "made-up")) is Why.NOT_FOUND


async def test_it_asks_for_a_discoverable_verified_passkey_without_attestation(parts: Parts) -> None:
    _, token = await invited_token(parts)
    options = (await begin_by_invitation(parts, token)).options
    assert options["rp"]["id"] == "localhost"
    assert options["attestation"] == "none"
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert {p["alg"] for p in options["pubKeyCredParams"]} == {-7, -8, -257}


async def test_it_is_good_once_and_for_three_days(parts: Parts, clock) -> None:
    tenant, token = await invited_token(parts)
    key = SoftwareAuthenticator(b"tina", parts.settings.login)
    first = await begin_by_invitation(parts, token)
    second = await begin_by_invitation(parts, token)
    answer = key.registration(unb64(first.options["challenge"]))
    entered = await finish_by_invitation(parts, first.state, answer, HERE, token=token)
    assert entered.who.name == "Tina"
    added = [leaf for leaf in await leaves(parts, tenant) if isinstance(leaf.record, CredentialAdded)][-1]
    assert added.record == CredentialAdded(
        entered.who.person, "login_passkey", fingerprint(answer["id"]), demo_software=False
    )
    assert added.actor.id == entered.who.person
    other = SoftwareAuthenticator(b"tina too", parts.settings.login)
    late = other.registration(unb64(second.options["challenge"]))
    assert (
        await why(finish_by_invitation(parts, second.state, late, HERE, token=token)) is Why.INVITATION_SPENT
    )
    assert await why(begin_by_invitation(parts, token)) is Why.INVITATION_SPENT
    assert await why(read_invitation(parts, token)) is Why.INVITATION_SPENT


async def test_after_three_days_it_has_run_out(parts: Parts, clock) -> None:
    _, token = await invited_token(parts)
    clock.advance(hours=72)
    assert await why(begin_by_invitation(parts, token)) is Why.INVITATION_SPENT


async def test_answers_that_are_no_passkey_of_this_page_are_refused(parts: Parts) -> None:
    _, token = await invited_token(parts)
    site = parts.settings.login
    good = SoftwareAuthenticator(b"tina", site)
    cases = [
        lambda c: SoftwareAuthenticator(b"tina", parts.settings.signing).registration(c),
        lambda c: SoftwareAuthenticator(b"tina", Origin(site.rp_id, "http://evil.example")).registration(c),
        lambda _: good.registration(bytes(32)),
        good.authentication,
        lambda _: {},
        lambda c: {**good.registration(c), "response": {}},
        lambda c: {**good.registration(c), "response": {"clientDataJSON": 5, "attestationObject": None}},
        lambda c: {**good.registration(c), "id": "other"},
    ]
    for make in cases:
        asked = await begin_by_invitation(parts, token)
        answer = make(unb64(asked.options["challenge"]))
        got = await why(finish_by_invitation(parts, asked.state, answer, HERE, token=token))
        assert got is Why.ENVELOPE_INVALID
    asked = await begin_by_invitation(parts, token)  # nothing of that spent the invitation
    answer = good.registration(unb64(asked.options["challenge"]))
    await finish_by_invitation(parts, asked.state, answer, HERE, token=token)


async def test_a_software_key_is_taken_in_a_demo_only_and_marked(parts: Parts) -> None:
    _, token = await invited_token(parts)
    key = SoftwareAuthenticator(b"demo", parts.settings.login)
    asked = await begin_by_invitation(parts, token)
    answer = key.registration(unb64(asked.options["challenge"]))
    got = await why(finish_by_invitation(parts, asked.state, answer, HERE, token=token, demo_software=True))
    assert got is Why.DEMO_NOT_ALLOWED


async def test_in_a_demo_the_mark_is_in_the_record(parts: Parts) -> None:
    demo = replace(parts, settings=replace(parts.settings, demo=True))
    tenant, token = await invited_token(demo)
    key = SoftwareAuthenticator(b"demo", demo.settings.login)
    asked = await begin_by_invitation(demo, token)
    answer = key.registration(unb64(asked.options["challenge"]))
    await finish_by_invitation(demo, asked.state, answer, HERE, token=token, demo_software=True)
    added = [leaf.record for leaf in await leaves(demo, tenant) if isinstance(leaf.record, CredentialAdded)]
    assert [record.demo_software for record in added] == [False, True]


async def test_a_second_passkey_and_the_last_one_stays(parts: Parts) -> None:
    owner = await first_owner(parts)
    [first] = await _ids(parts, owner)
    assert await why(remove_passkey(parts, owner.who, first, token=owner.token)) is Why.PASSKEY_MISSING
    asked = await begin_another(parts, owner.who)
    assert [one["id"] for one in asked.options["excludeCredentials"]] == [first]
    key = SoftwareAuthenticator(b"second", parts.settings.login)
    answer = key.registration(unb64(asked.options["challenge"]))
    second = await finish_another(parts, owner.who, asked.state, answer)
    elsewhere = await log_in(parts, owner.login, "192.0.2.99")
    await remove_passkey(parts, owner.who, first, token=owner.token)
    assert await _ids(parts, owner) == [second]
    *_, removed, ended = [leaf.record for leaf in await leaves(parts, owner.who.tenant)]
    assert removed == CredentialRemoved(owner.id, "login_passkey", fingerprint(first))
    # Whoever holds what was lost is out, also where he had come in before.
    assert ended == LoginEnded(owner.id, "192.0.2.99")
    assert await why(recognise(parts, elsewhere.token, "192.0.2.99")) is Why.LOGIN_NEEDED
    assert (await recognise(parts, owner.token, HERE)).person == owner.id
    asked = await begin_another(parts, owner.who)
    again = owner.login.registration(unb64(asked.options["challenge"]))
    # An id once used names that key for good, also after its removal.
    assert await why(finish_another(parts, owner.who, asked.state, again)) is Why.DUPLICATE


async def _ids(parts: Parts, someone) -> list[str]:
    async with parts.store.read() as work:
        return [c.id for c in await people.credentials(work, someone.who.tenant, someone.id, "login")]


async def test_the_vendor_cannot_let_himself_in_as_a_customer(parts: Parts) -> None:
    """Once a titolare can log in, his people are invited by a titolare only, himself included."""
    world = await World.make(parts)
    for person in (world.titolare, world.ads):
        got = await why(invite(parts, world.owner.who, world.tenant, person.id))
        assert got is Why.TITOLARE_ADMITS
    again = await invite(parts, world.titolare.who, world.tenant, world.ads.id)
    assert (await read_invitation(parts, again.link.rpartition("/")[2])).invited_by == "Teresa Titolare"
    newer = await invite(parts, world.titolare.who, world.tenant, world.ads.id)
    assert await why(read_invitation(parts, again.link.rpartition("/")[2])) is Why.INVITATION_SPENT
    assert newer.link != again.link


@pytest.mark.parametrize(
    ("who", "where", "role", "expected"),
    [
        ("owner", "house", "titolare", Why.BAD_INPUT),
        ("owner", "tenant", "technician", Why.BAD_INPUT),
        ("owner", "tenant", "titolare", Why.TITOLARE_ADMITS),
        ("owner", "tenant", "ads", Why.TITOLARE_ADMITS),
        ("titolare", "house", "ads", Why.NOT_FOUND),
        ("ads", "tenant", "ads", Why.NOT_ALLOWED),
        ("technician", "tenant", "ads", Why.NOT_ALLOWED),
        ("owner", "nowhere", "ads", Why.NOT_FOUND),
    ],
)
async def test_who_may_admit_whom(parts: Parts, who: str, where: str, role, expected: Why) -> None:
    world = await World.make(parts)
    tenant = getattr(world, where, "t-00000000")
    got = await why(
        admit_person(
            parts,
            getattr(world, who).who,
            tenant=tenant,
            role=role,
            name="X",
            function="x",
            email="x@x.example",
        )
    )
    assert got is expected


async def test_nobody_sits_on_both_sides(parts: Parts) -> None:
    """The technician's address cannot become an approver's."""
    world = await World.make(parts)
    email = f"tiziana-technician@{world.house}.example"
    got = await why(
        admit_person(
            parts, world.titolare.who, tenant=world.tenant, role="ads", name="T", function="x", email=email
        )
    )
    assert got is Why.DUPLICATE


async def test_the_first_titolare_ends_what_the_vendor_gave_out(parts: Parts) -> None:
    """Two are admitted before anybody is in: once the first has come, only he lets the other in."""
    owner = await first_owner(parts)
    customer = await open_tenant(parts, owner.who, name="Albergo Esempio", details={})
    form = {"tenant": customer.id, "role": "titolare", "function": "titolare"}
    first = await admit_person(parts, owner.who, name="Teresa", email="t@albergo.example", **form)
    second = await admit_person(parts, owner.who, name="Ugo", email="u@albergo.example", **form)
    teresa = await accept(parts, first.link)
    token = second.link.rpartition("/")[2]
    assert await why(begin_by_invitation(parts, token)) is Why.INVITATION_SPENT
    ugo = await accept(parts, (await invite(parts, teresa.who, customer.id, second.person)).link)
    # Another who comes ends nothing: the titolare's own invitations stand.
    third = await admit_person(parts, ugo.who, name="Vera", email="v@albergo.example", **form)
    assert (await accept(parts, third.link)).who.role == "titolare"


async def test_an_invitation_is_a_record(parts: Parts) -> None:
    world = await World.make(parts)
    given = await invite(parts, world.titolare.who, world.tenant, world.ads.id)
    last = (await leaves(parts, world.tenant))[-1]
    assert last.record == PersonInvited(world.ads.id, instant.to_text(given.expires))
    assert last.actor == world.titolare.who.actor


async def test_nobody_gets_more_passkeys_than_there_is_room_for(parts: Parts) -> None:
    """Many registrations may be begun while there is room; it is counted again when one is finished."""
    owner = await first_owner(parts)
    begun = [await begin_another(parts, owner.who) for _ in range(MAX_CREDENTIALS)]
    told = []
    for n, asked in enumerate(begun):
        key = SoftwareAuthenticator(f"key {n}".encode(), parts.settings.login)
        answer = key.registration(unb64(asked.options["challenge"]))
        try:
            await finish_another(parts, owner.who, asked.state, answer)
        except Refused as no:
            told.append(no.why)
    assert told == [Why.TOO_LARGE]
    assert len(await _ids(parts, owner)) == MAX_CREDENTIALS


async def test_answers_whose_key_lacks_its_parts_or_whose_id_is_endless(parts: Parts) -> None:
    _, token = await invited_token(parts)
    site = parts.settings.login

    bare, endless = SoftwareAuthenticator(b"tina", site), SoftwareAuthenticator(b"tina", site)
    bare._cose = b"\xa0"  # a COSE key that is an empty map
    endless.credential = b"x" * 1024
    for key in (bare, endless):
        asked = await begin_by_invitation(parts, token)
        answer = key.registration(unb64(asked.options["challenge"]))
        got = await why(finish_by_invitation(parts, asked.state, answer, HERE, token=token))
        assert got is Why.ENVELOPE_INVALID


async def test_the_longest_id_and_a_counter_of_32_bits_are_kept(parts: Parts) -> None:
    """WebAuthn allows both, so a database must have room for both."""
    _, token = await invited_token(parts)

    key = SoftwareAuthenticator(b"tina", parts.settings.login)
    key.credential = b"x" * 1023
    asked = await begin_by_invitation(parts, token)
    answer = key.registration(unb64(asked.options["challenge"]))
    entered = await finish_by_invitation(parts, asked.state, answer, HERE, token=token)
    async with parts.store.tx(entered.who.tenant, parts.clock.now()) as tx:
        await people.counted(tx, answer["id"], 2**32 - 1)
    async with parts.store.read() as work:
        [kept] = await people.credentials(work, entered.who.tenant, entered.who.person, "login")
    assert (kept.id, kept.sign_count) == (answer["id"], 2**32 - 1)
