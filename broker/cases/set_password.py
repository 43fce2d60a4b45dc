"""Set a password and its one-time codes, the fallback when no passkey is at hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.person_records import CredentialAdded
from broker.cases.deny import attempt
from broker.cases.log_in import PASSKEY_LASTS, take_ceremony
from broker.domain import totp
from broker.domain.people import Action, Who, require
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, derived, digest_of, new_secret
from broker.parts import Parts
from broker.proof import password as passwords
from broker.store import ceremonies, logins, people
from broker.store.ceremonies import Ceremony
from broker.store.logins import Password

MIN_LENGTH = 12
MAX_LENGTH = 256
CODE_TRIES = 5  # of one secret: a slip of the finger costs nothing, a million guesses are not to be had
_PURPOSE = "password"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class PasswordAsked:
    """The secret of the one-time codes, as text and as an address; shown until a code of it was right."""

    state: str
    secret: str
    address: str


async def begin_password(parts: Parts, who: Who) -> PasswordAsked:
    """Give out the codes' secret; it counts only once the app has shown that it has it."""
    await _allowed(parts, who)
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        person = await people.person(tx.work, who.tenant, who.person)
        assert person is not None
        ceremony = Ceremony(_PURPOSE, who.person, who.tenant, {}, tx.at + PASSKEY_LASTS * 3)
        await ceremonies.put(tx, digest_of(state), ceremony)
    return _asked(parts, state, person.email)


async def asked_again(parts: Parts, who: Who, state: str) -> PasswordAsked | None:
    """The same secret once more, after a code that was mistyped; None where it no longer counts."""
    await _allowed(parts, who)
    async with parts.store.read() as work:
        ceremony = await ceremonies.find(work, digest_of(state))
        person = await people.person(work, who.tenant, who.person)
    if ceremony is None or person is None or ceremony.expires <= parts.clock.now():
        return None
    if (ceremony.purpose, ceremony.person) != (_PURPOSE, who.person):
        return None
    return _asked(parts, state, person.email)


def _asked(parts: Parts, state: str, email: str) -> PasswordAsked:
    secret = _secret(parts, state)
    return PasswordAsked(
        state, totp.secret_text(secret), totp.address(secret, account=email, issuer="Verbale")
    )


async def set_password(parts: Parts, who: Who, state: str, password: str, code: str) -> None:
    """Takes the place of an older one. `state` is of `begin_password`, `code` from the app it went to.

    After a wrong code the secret is good for another, a few times.
    """
    await _allowed(parts, who)
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Refused(Why.BAD_INPUT, field="password")
    ceremony = await take_ceremony(parts, state, _PURPOSE)
    if ceremony.person != who.person:
        raise Refused(Why.NOT_FOUND)
    secret = _secret(parts, state)
    step = totp.accepted_step(secret, code, parts.clock.now())
    if step is None:
        await _keep(parts, who, state, ceremony)
        raise Refused(Why.BAD_INPUT, field="code")
    kept = await asyncio.to_thread(passwords.hashed, password, parts.chance.octets(passwords.SALT_BYTES))
    sealed = _sealed(parts.keys.wrapping_key(), parts.chance.octets(_NONCE_BYTES), who.person, secret)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        await logins.set_password(tx, Password(who.person, kept, sealed, step))
        # Of nothing secret: the digest names the ceremony, not the password.
        record = CredentialAdded(who.person, "password", digest_of(state), demo_software=False)
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)


async def _keep(parts: Parts, who: Who, state: str, ceremony: Ceremony) -> None:
    tries = int(ceremony.data.get("tries", 0)) + 1
    if tries < CODE_TRIES:
        async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
            await ceremonies.put(tx, digest_of(state), replace(ceremony, data={"tries": tries}))


async def _allowed(parts: Parts, who: Who) -> None:
    async with attempt(parts, who, "password", who.tenant):
        if who.role == "technician":
            raise Refused(Why.PASSWORD_NOT_FOR_TECHNICIANS)
        require(who, Action.SET_PASSWORD, who.tenant)


def _secret(parts: Parts, state: str) -> bytes:
    """Made from the state that the browser holds, so that nothing lies about until it counts."""
    return derived(parts.keys.wrapping_key(), "totp", state)[: totp.SECRET_BYTES]


def _sealed(key: bytes, nonce: bytes, person: str, secret: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, secret, f"totp/{person}".encode())


def unsealed(key: bytes, person: str, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], f"totp/{person}".encode())
