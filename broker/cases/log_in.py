"""Log in with a passkey: nothing is asked but the passkey, and it says who comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from audit.canonical import b64, unb64
from audit.errors import BadSignature
from broker.cases.log_in_again import enter, proved_anew
from broker.cases.start_login import NO_HOUSE, LoggedIn, Try, bear, from_terminal, turned_away
from broker.domain.people import Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.proof import passkey_register
from broker.store import ceremonies, estate, people
from broker.store.ceremonies import Ceremony
from broker.store.people import Credential

PASSKEY_LASTS = timedelta(minutes=5)
_PURPOSE = "login"
_METHOD = "passkey"


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """`options` go to the browser's passkey call as they are, `state` comes back with its answer."""

    state: str
    options: dict[str, Any]


async def begin_passkey_login(parts: Parts, terminal: str) -> PasskeyAsked:
    await bear(parts, _tried(terminal))
    at = parts.clock.now()
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    challenge = parts.chance.octets(32)
    async with parts.store.read() as work:
        house = await estate.house(work)
    async with parts.store.tx(NO_HOUSE if house is None else house.id, at) as tx:
        data = {"challenge": b64(challenge)}
        await ceremonies.put(tx, digest_of(state), Ceremony(_PURPOSE, None, None, data, at + PASSKEY_LASTS))
    return PasskeyAsked(state, passkey_register.login_options(parts.settings.login, challenge))


async def finish_passkey_login(
    parts: Parts,
    state: str,
    answer: dict[str, Any],
    terminal: str,
    *,
    token: str | None = None,
    browser: str = "",
) -> LoggedIn:
    """`token`: what the browser bears already; a login of the same person that is at rest goes on."""
    person, demo, keep = await _judged(parts, state, answer, terminal)
    async with parts.store.tx(person.tenant, parts.clock.now()) as tx:
        await people.counted(tx, *keep)
        return await enter(tx, parts, person, _METHOD, terminal, token, demo_software=demo, browser=browser)


async def prove_by_passkey(parts: Parts, who: Who, state: str, answer: dict[str, Any], *, token: str) -> None:
    """The same login goes on, freshly proved: for what matters (decision 162)."""
    person, demo, keep = await _judged(parts, state, answer, who.terminal)
    if person.id != who.person:
        raise await turned_away(parts, _tried(who.terminal), None, Why.NOT_RECOGNISED)
    async with parts.store.tx(person.tenant, parts.clock.now()) as tx:
        await people.counted(tx, *keep)
        await proved_anew(tx, parts, who, _METHOD, token, demo_software=demo)


async def _judged(
    parts: Parts, state: str, answer: dict[str, Any], terminal: str
) -> tuple[Person, bool, tuple[str, int]]:
    """Whose passkey answered, whether it is of the demo, and its new counter."""
    tried = _tried(terminal)
    await bear(parts, tried)
    challenge = await _challenge(parts, state)
    found: tuple[Credential, Person] | None = None
    try:
        if challenge is None:
            raise BadSignature("no such question was asked, or too long ago")
        name = passkey_register.claimed_credential(answer)
        async with parts.store.read() as work:
            found = await people.find_login_credential(work, name)
        if found is None:
            raise BadSignature("a passkey of nobody here")
        credential, person = found
        count = passkey_register.check_login(
            parts.settings.login,
            challenge,
            answer,
            public_key=credential.public_key,
            sign_count=credential.sign_count,
        )
    except BadSignature as wrong:
        if found is not None:
            raise await turned_away(parts, tried, found[1], Why.ENVELOPE_INVALID) from wrong
        reason = Why.EXPIRED if challenge is None else Why.NOT_RECOGNISED
        raise await turned_away(parts, tried, None, reason) from wrong
    return person, credential.demo_software, (credential.id, count)


def _tried(terminal: str) -> Try:
    return Try(_METHOD, terminal, (from_terminal(_METHOD, terminal),))


async def _challenge(parts: Parts, state: str) -> bytes | None:
    """The question that was asked, which nobody can answer again."""
    found = await spend_ceremony(parts, state)
    if found is None or found.purpose != _PURPOSE:
        return None
    return unb64(found.data["challenge"])


async def spend_ceremony(parts: Parts, state: str) -> Ceremony | None:
    """The ceremony behind this state, spent by being taken; None if there is none or it is too late."""
    async with parts.store.tx(NO_HOUSE, parts.clock.now()) as tx:
        return await ceremonies.take(tx, digest_of(state))


async def take_ceremony(parts: Parts, state: str, purpose: str) -> Ceremony:
    """A ceremony of this purpose; `Refused` (expired) if there is none."""
    found = await spend_ceremony(parts, state)
    if found is None or found.purpose != purpose:
        raise Refused(Why.EXPIRED)
    return found
