"""Register a login passkey: the first by invitation, more by whoever is logged in."""

from __future__ import annotations

import hashlib
from typing import Any

from audit.canonical import b64, unb64
from audit.errors import BadSignature
from audit.person_records import CredentialAdded
from audit.record import Actor
from broker.cases.log_in import PASSKEY_LASTS, PasskeyAsked, take_ceremony
from broker.cases.room_for_passkey import room_for_one
from broker.cases.start_login import LoggedIn, start_login
from broker.domain.people import Action, Person, Who, require
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.proof import passkey_register
from broker.proof.passkey_register import Registered
from broker.store import ceremonies, estate, logins, people
from broker.store.ceremonies import Ceremony
from broker.store.people import Credential
from broker.store.tx import Tx

_BY_INVITATION = "passkey_by_invitation"
_ANOTHER = "passkey"


async def begin_by_invitation(parts: Parts, token: str) -> PasskeyAsked:
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await logins.find_invitation(work, digest_of(token))
        person = None if found is None else await people.find_person(work, found.person)
    if found is None or person is None:
        raise Refused(Why.NOT_FOUND)
    if found.used or found.expires <= at or not person.active:
        raise Refused(Why.INVITATION_SPENT)
    return await _ask(parts, person, _BY_INVITATION, {"invitation": found.token})


async def finish_by_invitation(
    parts: Parts,
    state: str,
    answer: dict[str, Any],
    terminal: str,
    *,
    token: str,
    demo_software: bool = False,
    browser: str = "",
) -> LoggedIn:
    """The link is spent with the passkey's registration, in one commit, and its person is in."""
    ceremony = await take_ceremony(parts, state, _BY_INVITATION)
    if ceremony.data["invitation"] != digest_of(token):
        raise Refused(Why.NOT_FOUND)
    registered = _checked(parts, ceremony, answer)
    assert ceremony.tenant is not None and ceremony.person is not None  # noqa: PT018 - one thought
    async with parts.store.tx(ceremony.tenant, parts.clock.now()) as tx:
        person = await people.person(tx.work, ceremony.tenant, ceremony.person)
        if person is None or not await logins.spend_invitation(tx, ceremony.data["invitation"]):
            raise Refused(Why.INVITATION_SPENT)
        if person.role == "titolare" and not await people.any_comes_in(tx.work, person.tenant, "titolare"):
            # From now on he lets his people in: links that the vendor gave out count no more.
            await logins.void_invitations(tx)
        await _keep(tx, person, registered, demo_software=demo_software)
        return await start_login(
            tx, parts, person, "passkey", terminal, demo_software=demo_software, browser=browser
        )


async def begin_another(parts: Parts, who: Who) -> PasskeyAsked:
    """A second passkey on another device: the only way back in when the first is lost."""
    require(who, Action.ADD_PASSKEY, who.tenant)
    async with parts.store.read() as work:
        person = await people.person(work, who.tenant, who.person)
    if person is None:
        raise Refused(Why.NOT_FOUND)
    return await _ask(parts, person, _ANOTHER, {})


async def finish_another(
    parts: Parts, who: Who, state: str, answer: dict[str, Any], *, demo_software: bool = False
) -> str:
    """The new credential's id."""
    ceremony = await take_ceremony(parts, state, _ANOTHER)
    if ceremony.person != who.person:
        raise Refused(Why.NOT_FOUND)
    registered = _checked(parts, ceremony, answer)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        person = await people.person(tx.work, who.tenant, who.person)
        assert person is not None
        await _keep(tx, person, registered, demo_software=demo_software)
    return registered.credential


def fingerprint(credential_id: str) -> str:
    """SHA-256 in hex of the credential id's bytes: how records name a passkey."""
    return hashlib.sha256(unb64(credential_id)).hexdigest()


async def _ask(parts: Parts, person: Person, purpose: str, data: dict[str, str]) -> PasskeyAsked:
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    challenge = parts.chance.octets(32)
    async with parts.store.tx(person.tenant, parts.clock.now()) as tx:
        held = await room_for_one(tx, person.id, "login")
        kept = {"challenge": b64(challenge), **data}
        ceremony = Ceremony(purpose, person.id, person.tenant, kept, tx.at + PASSKEY_LASTS)
        await ceremonies.put(tx, digest_of(state), ceremony)
    options = passkey_register.registration_options(
        parts.settings.login,
        challenge,
        person=person.id,
        name=person.name,
        exclude=[one.id for one in held],
    )
    return PasskeyAsked(state, options)


def _checked(parts: Parts, ceremony: Ceremony, answer: dict[str, Any]) -> Registered:
    try:
        return passkey_register.check_registration(
            parts.settings.login, unb64(ceremony.data["challenge"]), answer
        )
    except BadSignature as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong


async def _keep(tx: Tx, person: Person, registered: Registered, *, demo_software: bool) -> None:
    place = await estate.tenant(tx.work, person.tenant)
    if demo_software and (place is None or not place.demo):
        raise Refused(Why.DEMO_NOT_ALLOWED)
    if await people.credential_taken(tx.work, registered.credential):
        raise Refused(Why.DUPLICATE)
    # Again: many may have been begun before the first was finished.
    await room_for_one(tx, person.id, "login")
    await people.add_credential(
        tx,
        Credential(
            registered.credential,
            person.id,
            "login",
            registered.public_key,
            registered.sign_count,
            demo_software,
            tx.at,
        ),
    )
    record = CredentialAdded(person.id, "login_passkey", fingerprint(registered.credential), demo_software)
    await tx.append(record, actor=Actor(person.id, person.role))
    tx.announce("people", person.id)
