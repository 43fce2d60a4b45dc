"""Invitations and the login passkeys they lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.canonical import unb64
from audit.records import CredentialAdded, CredentialRemoved
from audit.statement import Origin
from broker.cases.admit_person import admit_person
from broker.cases.invite import invite, read_invitation
from broker.cases.register_passkey import (
    begin_another,
    begin_by_invitation,
    fingerprint,
    finish_another,
    finish_by_invitation,
)  # fmt: skip
from broker.cases.remove_passkey import remove_passkey
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from tests.broker.world import HERE, World, first_owner, leaves
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
    assert await why(remove_passkey(parts, owner.who, first)) is Why.PASSKEY_MISSING
    asked = await begin_another(parts, owner.who)
    assert [one["id"] for one in asked.options["excludeCredentials"]] == [first]
    key = SoftwareAuthenticator(b"second", parts.settings.login)
    answer = key.registration(unb64(asked.options["challenge"]))
    second = await finish_another(parts, owner.who, asked.state, answer)
    await remove_passkey(parts, owner.who, first)
    assert await _ids(parts, owner) == [second]
    assert (await leaves(parts, owner.who.tenant))[-1].record == CredentialRemoved(
        owner.id, "login_passkey", fingerprint(first)
    )
    asked = await begin_another(parts, owner.who)
    again = owner.login.registration(unb64(asked.options["challenge"]))
    # An id once used names that key for good, also after its removal.
    assert await why(finish_another(parts, owner.who, asked.state, again)) is Why.DUPLICATE


async def _ids(parts: Parts, someone) -> list[str]:
    from broker.store import people

    async with parts.store.read() as work:
        return [c.id for c in await people.credentials(work, someone.who.tenant, someone.id, "login")]


async def test_the_vendor_cannot_let_himself_in_as_a_customer(parts: Parts) -> None:
    """Who can log in already is invited anew by his own titolare only."""
    world = await World.make(parts)
    assert await why(invite(parts, world.owner.who, world.tenant, world.titolare.id)) is Why.NOT_ALLOWED
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
        ("titolare", "tenant", "titolare", Why.NOT_ALLOWED),
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
            parts, world.owner.who, tenant=world.tenant, role="ads", name="T", function="x", email=email
        )
    )
    assert got is Why.DUPLICATE
