"""The first run: once, by the secret on the console, and gone afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.person_records import PersonAdmitted, PersonInvited, TenantOpened
from audit.record import BROKER
from broker.cases.invite import read_invitation
from broker.cases.setup import make_setup_secret, renew_first_invitation, setup, setup_is_open
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, openings
from tests.broker.world import accept, first_owner, leaves

OLGA = {"name": "Olga Owner", "email": "Olga@Alfa.example", "house": "Fornitore Alfa"}


async def test_the_secret_makes_the_house_and_its_owner(parts: Parts) -> None:
    secret = await make_setup_secret(parts)
    assert secret is not None
    invited = await setup(parts, secret, **OLGA)
    view = await read_invitation(parts, invited.link.rpartition("/")[2])
    assert (view.name, view.role, view.organisation, view.invited_by) == (
        "Olga Owner", "owner", "Fornitore Alfa", None,
    )  # fmt: skip
    owner = await accept(parts, invited.link)
    opened, admitted, *_ = await leaves(parts, owner.who.tenant)
    assert opened.record == TenantOpened(vendor=owner.who.tenant, demo=False, zone="Europe/Rome")
    assert admitted.record == PersonAdmitted(owner.id, "owner", owner.who.tenant)
    async with parts.store.read() as work:
        opening = await openings.get(work, owner.who.tenant, admitted.n, parts.keys.wrapping_key())
    assert opening is not None
    assert opening.opens(admitted.sealed or "")
    assert opening.data == {"name": "Olga Owner", "function": "responsabile", "email": "olga@alfa.example"}


async def test_the_log_is_named_after_the_local_year(parts: Parts, clock) -> None:
    """Half an hour before the year ends in UTC it has begun in Italy."""
    clock.at = clock.at.replace(month=12, day=31, hour=23, minute=30)
    owner = await first_owner(parts)
    async with parts.store.tx(owner.who.tenant, parts.clock.now()) as tx:
        assert tx.head is not None
        assert tx.head.origin == f"registro.localhost/{owner.who.tenant}/2027"


async def test_a_wrong_secret_makes_nothing(parts: Parts) -> None:
    await make_setup_secret(parts)
    with pytest.raises(Refused) as no:
        await setup(parts, "guess", **OLGA)
    assert no.value.why is Why.NOT_RECOGNISED
    async with parts.store.read() as work:
        assert await estate.house(work) is None


async def test_the_first_owner_answers_for_the_reports(parts: Parts) -> None:
    """Who receives a report reads where to contest it; a house without an address says nothing of it."""
    owner = await first_owner(parts)
    async with parts.store.read() as work:
        assert await estate.details(work, owner.who.tenant) == {"email": "olga@alfa.example"}


async def test_only_the_newest_secret_counts_and_only_once(parts: Parts) -> None:
    older = await make_setup_secret(parts)
    newer = await make_setup_secret(parts)
    assert older is not None
    assert newer is not None
    with pytest.raises(Refused):
        await setup(parts, older, **OLGA)
    await setup(parts, newer, **OLGA)
    with pytest.raises(Refused) as no:
        await setup(parts, newer, **OLGA)
    assert no.value.why is Why.SETUP_DONE
    assert await make_setup_secret(parts) is None
    assert not await setup_is_open(parts)


async def test_an_address_must_be_one(parts: Parts) -> None:
    secret = await make_setup_secret(parts)
    assert secret is not None
    for wrong in ("", "olga", "@alfa.example", "a b@alfa.example", "a@b@c", "olga@", "x@" + "y" * 260):
        with pytest.raises(Refused) as no:
            await setup(parts, secret, **{**OLGA, "email": wrong})
        assert no.value.why is Why.BAD_INPUT
    await setup(parts, secret, **OLGA)  # a slip costs nothing: the secret still counts


async def test_a_demo_says_so_in_its_first_record(parts: Parts) -> None:
    demo = replace(parts, settings=replace(parts.settings, demo=True))
    owner = await first_owner(demo)
    [opened, *_] = await leaves(demo, owner.who.tenant)
    assert opened.record == TenantOpened(vendor=owner.who.tenant, demo=True, zone="Europe/Rome")


async def test_an_owner_who_let_his_link_run_out_gets_another_on_the_console(parts: Parts, clock) -> None:
    """Set-up is gone for good: without this nobody could ever log in."""
    assert await renew_first_invitation(parts) is None, "before set-up there is nobody to invite"
    secret = await make_setup_secret(parts)
    assert secret is not None
    late = await setup(parts, secret, **OLGA)
    clock.advance(hours=73)
    renewed = await renew_first_invitation(parts)
    assert renewed is not None
    assert renewed.person == late.person
    owner = await accept(parts, renewed.link)
    assert await renew_first_invitation(parts) is None
    invited = [
        leaf for leaf in await leaves(parts, owner.who.tenant) if isinstance(leaf.record, PersonInvited)
    ]
    assert [leaf.actor for leaf in invited] == [BROKER, BROKER]
