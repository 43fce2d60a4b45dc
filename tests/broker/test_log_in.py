"""Logging in by passkey: who comes, from where, and every failure in the right log."""

from __future__ import annotations

from typing import Any

import pytest

from audit.approvers import Origin
from audit.canonical import b64, unb64
from audit.person_records import LoginEnded, LoginFailed, LoginSucceeded
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.cases.log_in_with_password import log_in_with_password
from broker.cases.log_out import expired_logins, log_out
from broker.cases.start_login import LoggedIn, recognise
from broker.domain.refusal import Refused, Why
from broker.jobs import logins
from broker.parts import Parts
from tests.broker.world import HERE, Someone, World, first_owner, leaves
from web.demo.authenticator import SoftwareAuthenticator

ELSEWHERE = "198.51.100.7"


async def log_in(
    parts: Parts, key: SoftwareAuthenticator, terminal: str = HERE, *, token: str | None = None, **wrong: Any
) -> LoggedIn:
    asked = await begin_passkey_login(parts, terminal)
    challenge = wrong.get("challenge", unb64(asked.options["challenge"]))
    answer = key.authentication(challenge)
    answer["response"].update(wrong.get("response", {}))
    state = wrong.get("state", asked.state)
    return await finish_passkey_login(parts, state, answer, terminal, token=token)


async def failed(parts: Parts, someone: Someone, tenant: str) -> list[LoginFailed]:
    return [leaf.record for leaf in await leaves(parts, tenant) if isinstance(leaf.record, LoginFailed)]


async def test_the_browser_is_asked_for_any_passkey_and_its_holder(parts: Parts) -> None:
    await first_owner(parts)
    asked = await begin_passkey_login(parts, HERE)
    assert asked.options["rpId"] == "localhost"
    assert asked.options["userVerification"] == "required"
    assert not asked.options.get("allowCredentials")


async def test_a_passkey_says_who_comes(parts: Parts) -> None:
    """A person of the house logs in into the house's log, an approver into his customer's."""
    world = await World.make(parts)
    for someone, log in ((world.technician, world.house), (world.titolare, world.tenant)):
        entered = await log_in(parts, someone.login, ELSEWHERE)
        assert entered.who.person == someone.id
        assert (await world.records(log))[-1] == LoginSucceeded(
            someone.id, "passkey", ELSEWHERE, demo_software=False
        )
        who = await recognise(parts, entered.token, HERE)
        assert (who.person, who.tenant, who.role, who.terminal) == (
            someone.id, someone.who.tenant, someone.who.role, HERE,
        )  # fmt: skip


async def test_whatever_does_not_prove_the_person_is_turned_away_and_recorded(parts: Parts) -> None:
    owner = await first_owner(parts)
    site = parts.settings.login
    seed = b"somebody else"
    stranger = SoftwareAuthenticator(seed, site)
    elsewhere = SoftwareAuthenticator(b"x", Origin(site.rp_id, "http://localhost:9999"))
    elsewhere.credential, elsewhere._key = owner.login.credential, owner.login._key
    other_site = SoftwareAuthenticator(b"x", parts.settings.signing)
    other_site.credential, other_site._key = owner.login.credential, owner.login._key
    tries: list[tuple[SoftwareAuthenticator, dict[str, Any], str | None, Why]] = [
        (stranger, {}, None, Why.NOT_RECOGNISED),
        (elsewhere, {}, owner.id, Why.ENVELOPE_INVALID),
        (other_site, {}, owner.id, Why.ENVELOPE_INVALID),
        (owner.login, {"challenge": bytes(32)}, owner.id, Why.ENVELOPE_INVALID),
        (owner.login, {"response": {"signature": b64(b"0" * 70)}}, owner.id, Why.ENVELOPE_INVALID),
        (owner.login, {"response": {"authenticatorData": "AAAA"}}, owner.id, Why.ENVELOPE_INVALID),
        (owner.login, {"response": {"clientDataJSON": "!!"}}, owner.id, Why.ENVELOPE_INVALID),
        (owner.login, {"state": "never given out"}, None, Why.EXPIRED),
    ]
    for n, (key, wrong, person, reason) in enumerate(tries, start=1):
        with pytest.raises(Refused) as no:
            await log_in(parts, key, f"192.0.2.{n}", **wrong)
        assert no.value.why is Why.NOT_RECOGNISED  # the same answer for everybody
        found = await failed(parts, owner, owner.who.tenant)
        assert len(found) == n
        assert (found[-1].reason, found[-1].terminal) == (reason.value, f"192.0.2.{n}")
        assert person is None or found[-1].person == person


async def test_an_answer_counts_once_and_not_for_long(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    asked = await begin_passkey_login(parts, HERE)
    answer = owner.login.authentication(unb64(asked.options["challenge"]))
    await finish_passkey_login(parts, asked.state, answer, HERE)
    with pytest.raises(Refused):
        await finish_passkey_login(parts, asked.state, answer, HERE)
    asked = await begin_passkey_login(parts, HERE)
    clock.advance(minutes=6)
    with pytest.raises(Refused):
        await finish_passkey_login(
            parts, asked.state, owner.login.authentication(unb64(asked.options["challenge"])), HERE
        )


async def test_guessing_is_throttled_by_source(parts: Parts, clock) -> None:
    """After twenty failures nothing from there is judged; the log says so once and isn't filled."""
    owner = await first_owner(parts)
    stranger = SoftwareAuthenticator(b"stranger", parts.settings.login)
    for _ in range(20):
        with pytest.raises(Refused):
            await log_in(parts, stranger, ELSEWHERE)
    for _ in range(3):
        with pytest.raises(Refused) as no:
            await log_in(parts, owner.login, ELSEWHERE)
        assert no.value.why is Why.TOO_MANY_TRIES
    found = await failed(parts, owner, owner.who.tenant)
    assert [r.reason for r in found[-2:]] == ["not_recognised", "too_many_tries"]
    assert len(found) == 21
    assert (await log_in(parts, owner.login, HERE)).who.person == owner.id  # other places are not touched
    clock.advance(minutes=16)
    assert (await log_in(parts, owner.login, ELSEWHERE)).who.person == owner.id


async def test_a_login_lasts_twelve_hours_whatever_is_done(parts: Parts, clock) -> None:
    owner = await first_owner(parts)
    clock.advance(hours=11, minutes=59)
    assert (await recognise(parts, owner.token, HERE)).person == owner.id
    clock.advance(minutes=1)
    with pytest.raises(Refused) as no:
        await recognise(parts, owner.token, HERE)
    assert no.value.why is Why.LOGIN_NEEDED
    assert len(await expired_logins(parts)) == 1
    await logins.tick(parts)
    assert await expired_logins(parts) == []
    await logins.tick(parts)
    assert (await leaves(parts, owner.who.tenant))[-1].record == LoginEnded(owner.id, HERE)


async def test_logging_out_ends_it_and_is_a_record_once(parts: Parts) -> None:
    owner = await first_owner(parts)
    await log_out(parts, owner.who, owner.token)
    await log_out(parts, owner.who, owner.token)
    ended = [leaf for leaf in await leaves(parts, owner.who.tenant) if isinstance(leaf.record, LoginEnded)]
    assert len(ended) == 1
    with pytest.raises(Refused):
        await recognise(parts, owner.token, HERE)


@pytest.mark.parametrize("token", [None, "", "x", "y" * 100])
async def test_no_cookie_or_a_made_up_one_is_nobody(parts: Parts, token: str | None) -> None:
    with pytest.raises(Refused) as no:
        await recognise(parts, token, HERE)
    assert no.value.why is Why.LOGIN_NEEDED


async def test_who_guesses_passwords_from_an_address_locks_out_no_passkey_there(parts: Parts) -> None:
    """A whole office may sit behind one address; and behind a proxy nobody named, everybody."""
    owner = await first_owner(parts)
    told = set()
    for n in range(25):
        with pytest.raises(Refused) as no:
            await log_in_with_password(parts, f"guess{n}@alfa.example", "guess", "123456", HERE)
        told.add(no.value.why)
    assert told == {Why.NOT_RECOGNISED, Why.TOO_MANY_TRIES}
    assert (await log_in(parts, owner.login, HERE)).who.person == owner.id
