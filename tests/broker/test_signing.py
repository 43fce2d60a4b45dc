"""Statements signed on the signing page: who may, with what, and what is kept of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.approvers import Approvers, Origin
from audit.canonical import b64, unb64
from audit.estate_records import ApproversChanged, PolicyChanged
from audit.passkey import Assertion
from audit.person_records import AccessDenied, CredentialAdded
from audit.policy import Policy, Tool
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.finish_signing import finish_signing
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.signing import NewKey
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import people, statements
from tests.broker.world import DRAFT, Someone, World, leaves, link_of, newcomer, with_signing_key
from web.demo.authenticator import SoftwareAuthenticator


async def why(coroutine) -> Why:
    with pytest.raises(Refused) as no:
        await coroutine
    return no.value.why


def everybody(world: World, **until: float) -> list[Appointment]:
    at = world.parts.clock.now() + timedelta(**(until or {"days": 300}))
    return [Appointment(world.titolare.id, at), Appointment(world.ads.id, at)]


async def test_the_link_carries_all_the_page_must_show(parts: Parts) -> None:
    world = await World.make(parts)
    url = await begin_approvers(parts, world.titolare.who, everybody(world))
    assert url.startswith("http://firma.localhost:8701/#")
    link = link_of(url)
    assert link["op"] == "sign"
    assert link["return"] == "http://localhost:8700/firma/ritorno"
    assert link["shown"] == {
        world.tenant: "Albergo Esempio",
        world.titolare.id: "Teresa Titolare",
        world.ads.id: "Aldo Ads",
    }
    assert link["credentials"] == [b64(world.titolare.signing.credential)]
    new = Approvers.parse(unb64(link["statement"], max_bytes=65536))
    assert (new.number, new.signing) == (2, Origin("firma.localhost", "http://firma.localhost:8701"))


async def test_a_signed_set_is_kept_verbatim_and_is_evidence(parts: Parts) -> None:
    world = await World.make(parts)
    url = await begin_approvers(parts, world.titolare.who, everybody(world))
    state, assertion = world.titolare.answer(url)
    assert isinstance(assertion, Assertion)
    await finish_signing(parts, world.titolare.who, state, assertion)
    statement = unb64(link_of(url)["statement"], max_bytes=65536)
    new = Approvers.parse(statement)
    leaf = (await leaves(parts, world.tenant))[-1]
    credentials = tuple(
        hashlib.sha256(who.signing.credential).hexdigest() for who in (world.titolare, world.ads)
    )
    assert leaf.record == ApproversChanged(2, new.digest.hex(), credentials, demo_software=False)
    assert [(e.kind, e.sha256) for e in leaf.evidence] == [
        ("statement", hashlib.sha256(statement).hexdigest()),
        ("assertion", hashlib.sha256(assertion.encode()).hexdigest()),
    ]
    async with parts.store.read() as work:
        kept = await statements.by_digest(work, world.tenant, new.digest.hex())
    assert kept is not None
    assert (kept.statement, kept.assertion) == (statement, assertion)


async def test_what_is_no_signature_of_his_under_this_text_changes_nothing_and_is_recorded(
    parts: Parts,
) -> None:
    world = await World.make(parts)
    titolare = world.titolare
    site = parts.settings.signing

    def forged(**fields: object) -> SoftwareAuthenticator:
        key = SoftwareAuthenticator(b"forger", fields.pop("site", site))  # type: ignore[arg-type]
        key.credential = titolare.signing.credential
        if fields.pop("stolen", False):
            key._key = titolare.signing._key
        return key

    digest_of_it = None
    tries = [
        (forged().assertion, Why.ENVELOPE_INVALID),  # another key under his credential's name
        (forged(stolen=True, site=parts.settings.login).assertion, Why.ENVELOPE_INVALID),  # login site
        (
            forged(stolen=True, site=Origin(site.rp_id, "http://evil.example")).assertion,
            Why.ENVELOPE_INVALID,
        ),
        (lambda _: titolare.signing.assertion(bytes(32)), Why.ENVELOPE_INVALID),  # another text
        (titolare.login.assertion, Why.AUTHORISATION_MISSING),  # a login passkey
        (world.ads.signing.assertion, Why.AUTHORISATION_MISSING),  # somebody else's
        (SoftwareAuthenticator(b"new", site).assertion, Why.AUTHORISATION_MISSING),  # of nobody
    ]
    before = await world.records()
    for n, (sign, expected) in enumerate(tries, start=1):
        link = link_of(await begin_approvers(parts, titolare.who, everybody(world)))
        digest_of_it = Approvers.parse(unb64(link["statement"], max_bytes=65536)).digest
        got = await why(finish_signing(parts, titolare.who, link["state"], sign(digest_of_it)))
        assert got is expected
        records = await world.records()
        assert len(records) == len(before) + n
        assert isinstance(records[-1], AccessDenied)
        assert records[-1].reason == expected.value
    async with parts.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    assert held.number == 1


async def test_an_answer_counts_once_for_one_person_and_not_for_long(parts: Parts, clock) -> None:
    world = await World.make(parts)
    url = await begin_policy(parts, world.titolare.who, DRAFT)
    state, answer = world.titolare.answer(url)
    assert await why(finish_signing(parts, world.ads.who, state, answer)) is Why.NOT_FOUND
    assert await why(finish_signing(parts, world.titolare.who, state, answer)) is Why.EXPIRED
    url = await begin_policy(parts, world.titolare.who, DRAFT)
    clock.advance(minutes=16)
    assert await why(world.titolare.sign(url)) is Why.EXPIRED
    url = await begin_policy(parts, world.titolare.who, DRAFT)
    await world.titolare.sign(url)
    assert await why(world.titolare.sign(url)) is Why.EXPIRED


async def test_going_back_without_signing_changes_nothing(parts: Parts) -> None:
    world = await World.make(parts)
    before = await world.records()
    link = link_of(await begin_policy(parts, world.titolare.who, DRAFT))
    assert (await finish_signing(parts, world.titolare.who, link["state"], None)).next == "/"
    assert await world.records() == before


async def test_of_two_changes_begun_at_once_the_second_must_begin_again(parts: Parts) -> None:
    world = await World.make(parts)
    first = await begin_policy(parts, world.titolare.who, DRAFT)
    second = await begin_policy(parts, world.titolare.who, replace(DRAFT, longest_s=600))
    await world.titolare.sign(first)
    assert await why(world.titolare.sign(second)) is Why.WRONG_STATE


async def test_the_first_set_is_signed_by_the_titolares_own_key_and_nobody_elses(parts: Parts) -> None:
    world = await World.make(parts)
    from broker.cases.open_tenant import open_tenant

    other = await open_tenant(parts, world.owner.who, name="Altro", details={})
    titolare = await newcomer(parts, world.owner, other.id, "titolare", "Tea Seconda")
    ads = await newcomer(parts, titolare, other.id, "ads", "Ada Seconda")
    until = parts.clock.now() + timedelta(days=365)
    alone = [Appointment(titolare.id, until)]
    assert await why(begin_approvers(parts, titolare.who, alone)) is Why.PASSKEY_MISSING
    await with_signing_key(titolare)
    await with_signing_key(ads)
    assert await why(begin_policy(parts, titolare.who, DRAFT)) is Why.AUTHORISATION_MISSING
    await titolare.sign(await begin_approvers(parts, titolare.who, alone))
    # A registered key is no approver until a set names it.
    async with parts.store.read() as work:
        held = await statements.approvers(work, other.id)
    assert held is not None
    assert [line.person for line in held.approvers] == [titolare.id]
    await titolare.sign(await begin_approvers(parts, titolare.who, [*alone, Appointment(ads.id, until)]))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda w, p: [Appointment(w.titolare.id, p + timedelta(days=366))], Why.BAD_INPUT),
        (lambda w, p: [Appointment(w.titolare.id, p)], Why.BAD_INPUT),
        (lambda w, p: [Appointment(w.ads.id, p + timedelta(days=1))], Why.BAD_INPUT),
        (lambda w, p: [Appointment(w.technician.id, p + timedelta(days=1))], Why.PASSKEY_MISSING),
        (lambda w, p: [Appointment(w.owner.id, p + timedelta(days=1))], Why.NOT_FOUND),
        (lambda w, p: [Appointment(w.titolare.id, p + timedelta(days=1))] * 2, Why.DUPLICATE),
        (lambda *_: [], Why.BAD_INPUT),
    ],
)
async def test_who_cannot_be_in_a_set(parts: Parts, change, expected: Why) -> None:
    """Appointments end within twelve months, a titolare stays; of the house only technicians, by a key of theirs."""
    world = await World.make(parts)
    wanted = change(world, parts.clock.now())
    assert await why(begin_approvers(parts, world.titolare.who, wanted)) is expected


async def test_an_appointment_that_goes_on_keeps_its_beginning(parts: Parts, clock) -> None:
    world = await World.make(parts)
    began = clock.now()
    clock.advance(days=20)
    await world.titolare.sign(await begin_approvers(parts, world.titolare.who, everybody(world, days=300)))
    clock.advance(days=200)
    await world.titolare.sign(await begin_approvers(parts, world.titolare.who, everybody(world, days=300)))
    async with parts.store.read() as work:
        first, second, third = await statements.chain(work, world.tenant, "approvers")
    sets = [Approvers.parse(kept.signed.statement) for kept in (first, second, third)]
    assert [s.approvers[0].valid_from for s in sets] == [began, began, clock.now()]


async def test_an_appointment_that_has_ended_signs_nothing(parts: Parts, clock) -> None:
    world = await World.make(parts)
    clock.advance(days=301)
    assert (
        await why(world.titolare.sign(await begin_policy(parts, world.titolare.who, DRAFT)))
        is Why.ADS_DELEGATION_MISSING
    )


async def test_an_ads_signs_neither_sets_nor_policies(parts: Parts) -> None:
    world = await World.make(parts)
    assert await why(begin_policy(parts, world.ads.who, DRAFT)) is Why.NOT_ALLOWED
    assert await why(begin_approvers(parts, world.ads.who, everybody(world))) is Why.NOT_ALLOWED


@pytest.mark.parametrize(
    "wrong",
    [
        {"longest_s": 59},
        {"longest_s": 86_401, "window_s": 90_000},
        {"window_s": 3599},
        {"window_s": 32 * 86_400},
        {"approvals": 3},
        {"accounts": (("h-00000000", None),)},
        {"tools": (Tool("x", ("a",), (), 0), Tool("x", ("b",), (), 0))},
        {"tools": (Tool("x", (), (), 0),)},
    ],
)
async def test_rules_nobody_could_keep_are_not_offered_for_signing(parts: Parts, wrong) -> None:
    world = await World.make(parts)
    got = await why(begin_policy(parts, world.titolare.who, replace(DRAFT, **wrong)))
    assert got is Why.BAD_INPUT


async def test_a_policy_names_its_predecessor(parts: Parts) -> None:
    world = await World.make(parts)
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, DRAFT))
    async with parts.store.read() as work:
        first, second = [
            Policy.parse(kept.signed.statement)
            for kept in await statements.chain(work, world.tenant, "policy")
        ]
    assert second.previous == first.digest.hex()
    assert (await world.records())[-1] == PolicyChanged(2, second.digest.hex(), demo_software=False)


async def test_a_signing_key_is_read_from_the_authenticators_own_words(parts: Parts) -> None:
    world = await World.make(parts)
    ads = world.ads
    second = replace(ads, signing=SoftwareAuthenticator(b"second", parts.settings.signing))
    link = link_of(await begin_signing_key(parts, ads.who))
    assert (link["op"], link["person"]) == ("register", ads.id)
    assert link["credentials"] == [b64(ads.signing.credential)]  # not the same device twice
    await second.sign(await begin_signing_key(parts, ads.who))
    assert (await world.records())[-1] == CredentialAdded(
        ads.id, "signing_passkey", hashlib.sha256(second.signing.credential).hexdigest(), demo_software=False
    )
    async with parts.store.read() as work:
        held = await people.credentials(work, world.tenant, ads.id, "signing")
    assert {c.public_key for c in held} == {ads.signing.public_key, second.signing.public_key}
    assert await why(second.sign(await begin_signing_key(parts, ads.who))) is Why.DUPLICATE


async def test_a_page_that_names_another_key_than_was_made_is_not_believed(parts: Parts) -> None:
    world = await World.make(parts)
    made = replace(world.ads, signing=SoftwareAuthenticator(b"second", parts.settings.signing))
    on_login_site = replace(world.ads, signing=SoftwareAuthenticator(b"third", parts.settings.login))
    state, key = made.answer(await begin_signing_key(parts, world.ads.who))
    assert isinstance(key, NewKey)
    swapped = replace(key, public_key=world.titolare.signing.public_key)
    assert await why(finish_signing(parts, world.ads.who, state, swapped)) is Why.ENVELOPE_INVALID
    url = await begin_signing_key(parts, world.ads.who)
    assert await why(on_login_site.sign(url)) is Why.ENVELOPE_INVALID
    # A signature where a key was asked for, and a key where a signature was.
    state, _ = made.answer(await begin_signing_key(parts, world.ads.who))
    assertion = world.ads.signing.assertion(bytes(32))
    assert await why(finish_signing(parts, world.ads.who, state, assertion)) is Why.ENVELOPE_INVALID
    state, _ = world.titolare.answer(await begin_policy(parts, world.titolare.who, DRAFT))
    assert await why(finish_signing(parts, world.titolare.who, state, key)) is Why.ENVELOPE_INVALID


async def test_of_the_house_only_technicians_get_a_signing_key(parts: Parts) -> None:
    """For mandates: it counts where a customer's titolare appoints its owner, and under his mandate."""
    world = await World.make(parts)
    assert await why(begin_signing_key(parts, world.owner.who)) is Why.NOT_ALLOWED
    await world.technician.sign(await begin_signing_key(parts, world.technician.who))
    async with parts.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    assert world.technician.id not in {line.person for line in held.approvers}
    assert await why(begin_signing_key(parts, world.ads.who, demo_software=True)) is Why.DEMO_NOT_ALLOWED


async def test_in_a_demo_software_keys_are_marked_in_the_signed_set(parts: Parts) -> None:
    demo = replace(parts, settings=replace(parts.settings, demo=True))
    world = await World.make(demo)
    ads: Someone = replace(world.ads, signing=SoftwareAuthenticator(b"demo", demo.settings.signing))
    await ads.sign(await begin_signing_key(demo, ads.who, demo_software=True))
    await world.titolare.sign(await begin_approvers(demo, world.titolare.who, everybody(world)))
    async with demo.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    marked = {line.credential: line.demo_software for line in held.approvers}
    assert marked.pop(b64(ads.signing.credential))
    assert not any(marked.values())
