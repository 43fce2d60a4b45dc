"""Password and one-time code: the fallback, its throttle, and that a code counts once."""

from __future__ import annotations

import asyncio

import pyotp
import pytest

from audit.person_records import CredentialAdded, LoginFailed, LoginSucceeded
from broker.cases.admit_person import admit_person
from broker.cases.log_in_with_password import log_in_with_password
from broker.cases.open_tenant import open_tenant
from broker.cases.set_password import CODE_TRIES, asked_again, begin_password, set_password
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import logins
from tests.broker.world import HERE, Someone, World, accept, first_owner, leaves, newcomer

SECRET = "corretta graffetta cavallo"


async def with_password(parts: Parts, someone: Someone) -> pyotp.TOTP:
    asked = await begin_password(parts, someone.who)
    codes = pyotp.TOTP(asked.secret)
    await set_password(parts, someone.who, asked.state, SECRET, codes.at(parts.clock.now()))
    return codes


async def refused(parts: Parts, email: str, password: str, code: str, terminal: str = HERE) -> Why:
    with pytest.raises(Refused) as no:
        await log_in_with_password(parts, email, password, code, terminal)
    return no.value.why


async def test_password_and_code_let_an_approver_in(parts: Parts, clock) -> None:
    world = await World.make(parts)
    codes = await with_password(parts, world.titolare)
    email = f"teresa-titolare@{world.tenant}.example"
    clock.advance(minutes=1)
    entered = await log_in_with_password(parts, email.upper(), SECRET, codes.at(clock.now()), HERE)
    assert (entered.who.person, entered.who.method) == (world.titolare.id, "password_totp")
    records = await world.records()
    assert records[-1] == LoginSucceeded(world.titolare.id, "password_totp", HERE, demo_software=False)
    assert [r.kind for r in records if isinstance(r, CredentialAdded)][-1] == "password"


async def test_neither_password_nor_secret_lie_readable(parts: Parts) -> None:
    owner = await first_owner(parts)
    codes = await with_password(parts, owner)
    async with parts.store.read() as work:
        kept = await logins.password(work, owner.id)
    assert kept is not None
    assert kept.argon2.startswith("$argon2id$")
    assert codes.byte_secret() not in kept.totp


async def test_a_code_counts_once_and_not_late(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    codes = await with_password(parts, owner)
    setting = codes.at(clock.now())
    assert await refused(parts, "olga@alfa.example", SECRET, setting) is Why.NOT_RECOGNISED
    clock.advance(seconds=30)
    code = codes.at(clock.now())
    await log_in_with_password(parts, "olga@alfa.example", SECRET, code, HERE)
    assert await refused(parts, "olga@alfa.example", SECRET, code) is Why.NOT_RECOGNISED
    clock.advance(seconds=90)
    assert await refused(parts, "olga@alfa.example", SECRET, code) is Why.NOT_RECOGNISED
    reasons = [leaf.record.reason for leaf in await leaves(parts, owner.who.tenant)
               if isinstance(leaf.record, LoginFailed)]  # fmt: skip
    assert reasons == ["replayed", "replayed", "not_recognised"]


async def test_every_way_to_fail_gives_one_answer_and_a_record(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    technician = await newcomer(parts, owner, owner.who.tenant, "technician", "Tiziana Tecnica")
    codes = await with_password(parts, owner)
    clock.advance(minutes=1)
    code = codes.at(clock.now())
    tries = [
        ("nobody@alfa.example", SECRET, code, None),
        ("olga@alfa.example", "wrong", code, owner.id),
        ("olga@alfa.example", SECRET, "000000", owner.id),
        (f"tiziana-technician@{owner.who.tenant}.example", SECRET, code, technician.id),
    ]
    for n, (email, password, said, person) in enumerate(tries, start=1):
        assert await refused(parts, email, password, said) is Why.NOT_RECOGNISED
        found = [leaf.record for leaf in await leaves(parts, owner.who.tenant)
                 if isinstance(leaf.record, LoginFailed)]  # fmt: skip
        assert len(found) == n
        assert found[-1] == LoginFailed(person, "password_totp", "not_recognised", HERE)


async def test_five_wrong_guesses_at_an_address_close_it_for_passwords(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    codes = await with_password(parts, owner)
    for n in range(5):
        why = await refused(parts, "olga@alfa.example", "guess", "123456", f"192.0.2.{n}")
        assert why is Why.NOT_RECOGNISED
    clock.advance(minutes=1)
    good = codes.at(clock.now())
    assert await refused(parts, "olga@alfa.example", SECRET, good, "192.0.2.9") is Why.TOO_MANY_TRIES
    clock.advance(minutes=15)
    await log_in_with_password(parts, "olga@alfa.example", SECRET, codes.at(clock.now()), HERE)


async def test_guesses_sent_at_once_are_no_more_than_guesses_sent_in_turn(parts: Parts) -> None:
    await with_password(parts, await first_owner(parts))
    tries = (refused(parts, "olga@alfa.example", "guess", "123456", f"192.0.2.{n}") for n in range(20))
    told = await asyncio.gather(*tries)
    assert (told.count(Why.NOT_RECOGNISED), told.count(Why.TOO_MANY_TRIES)) == (5, 15)


async def test_who_gets_in_has_his_slips_forgotten(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    codes = await with_password(parts, owner)
    for _ in range(2):
        for _ in range(4):
            await refused(parts, "olga@alfa.example", "guess", "123456")
        clock.advance(minutes=1)
        await log_in_with_password(parts, "olga@alfa.example", SECRET, codes.at(clock.now()), HERE)


async def test_technicians_have_no_password(parts: Parts) -> None:
    world = await World.make(parts)
    with pytest.raises(Refused) as no:
        await begin_password(parts, world.technician.who)
    assert no.value.why is Why.PASSWORD_NOT_FOR_TECHNICIANS
    with pytest.raises(Refused) as no:
        await set_password(parts, world.technician.who, "state", SECRET, "123456")
    assert no.value.why is Why.PASSWORD_NOT_FOR_TECHNICIANS


async def test_setting_a_password_wants_length_the_right_code_and_its_own_state(parts: Parts) -> None:
    world = await World.make(parts)
    asked = await begin_password(parts, world.ads.who)
    good = pyotp.TOTP(asked.secret).at(parts.clock.now())
    tries = [
        (world.ads, asked.state, "short", good, Why.BAD_INPUT),
        (world.titolare, asked.state, SECRET, good, Why.NOT_FOUND),
        (world.ads, asked.state, SECRET, good, Why.EXPIRED),  # somebody else's try has spent it
    ]
    for someone, state, password, code, why in tries:
        with pytest.raises(Refused) as no:
            await set_password(parts, someone.who, state, password, code)
        assert no.value.why is why
    again = await begin_password(parts, world.ads.who)
    with pytest.raises(Refused) as no:
        await set_password(parts, world.ads.who, again.state, SECRET, "000000")
    assert no.value.facts == {"field": "code"}


async def test_a_mistyped_code_costs_no_new_secret_and_guesses_are_few(parts: Parts) -> None:
    world = await World.make(parts)
    asked = await begin_password(parts, world.ads.who)
    for _ in range(CODE_TRIES - 1):
        with pytest.raises(Refused) as no:
            await set_password(parts, world.ads.who, asked.state, SECRET, "000000")
        assert no.value.facts == {"field": "code"}
        assert await asked_again(parts, world.ads.who, asked.state) == asked
    assert await asked_again(parts, world.titolare.who, asked.state) is None
    good = pyotp.TOTP(asked.secret).at(parts.clock.now())
    await set_password(parts, world.ads.who, asked.state, SECRET, good)
    assert await asked_again(parts, world.ads.who, asked.state) is None

    other = await begin_password(parts, world.ads.who)
    for _ in range(CODE_TRIES):
        with pytest.raises(Refused):
            await set_password(parts, world.ads.who, other.state, SECRET, "000000")
    with pytest.raises(Refused) as no:
        await set_password(
            parts, world.ads.who, other.state, SECRET, pyotp.TOTP(other.secret).at(parts.clock.now())
        )
    assert no.value.why is Why.EXPIRED


async def test_one_address_and_password_at_two_customers_is_told_apart_by_the_code(
    parts: Parts, clock
) -> None:
    """One consultant administers two customers; a wrong code is nobody's failure in particular."""
    world = await World.make(parts)
    other = await open_tenant(parts, world.owner.who, name="Scuola Altra", details={})
    sara = await newcomer(parts, world.owner, other.id, "titolare", "Sara Scuola")
    form = {"role": "ads", "name": "Carlo", "function": "consulente", "email": "carlo@consulenza.example"}
    both = []
    for titolare in (world.titolare, sara):
        invited = await admit_person(parts, titolare.who, tenant=titolare.who.tenant, **form)
        carlo = await accept(parts, invited.link)
        both.append((carlo, await with_password(parts, carlo)))
    clock.advance(minutes=1)
    for carlo, codes in both:
        entered = await log_in_with_password(parts, form["email"], SECRET, codes.at(clock.now()), HERE)
        assert entered.who.person == carlo.id
    assert await refused(parts, form["email"], SECRET, "000000") is Why.NOT_RECOGNISED
    for tenant, expected in ((world.tenant, 0), (other.id, 0), (world.house, 1)):
        found = [leaf for leaf in await leaves(parts, tenant) if isinstance(leaf.record, LoginFailed)]
        assert len(found) == expected
