"""Register an approver's signing passkey, made on the signing page. It counts once a set names it."""

from __future__ import annotations

from audit.canonical import b64, unb64
from audit.errors import BadSignature
from audit.person_records import CredentialAdded
from broker.cases.deny import allow
from broker.cases.departure import UNSAID, Departure
from broker.cases.register_passkey import fingerprint
from broker.cases.room_for_passkey import room_for_one
from broker.cases.signing import SIGNING_LASTS, Finished, NewKey, return_address, signing_address
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.proof import passkey_register
from broker.proof.passkey_register import Registered
from broker.store import ceremonies, estate, people
from broker.store.ceremonies import Ceremony
from broker.store.people import Credential

PURPOSE = "first-signing-key"


def registering(who: Who) -> Action:
    """What it is for him: the vendor's people sign under a customer's mandate or not at all."""
    return Action.REGISTER_MANDATE_KEY if who.house else Action.REGISTER_SIGNING_KEY


async def begin_signing_key(
    parts: Parts, who: Who, *, demo_software: bool = False, departure: Departure = UNSAID
) -> str:
    """The address of the signing page that makes the passkey; also a second one on another device."""
    await allow(parts, who, registering(who), who.tenant, "signing_key")
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    challenge = parts.chance.octets(32)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None
        if demo_software and not place.demo:
            raise Refused(Why.DEMO_NOT_ALLOWED)
        held = await room_for_one(tx, who.person, "signing")
        kept = {"challenge": b64(challenge), "demo_software": demo_software, "page": departure.page}
        ceremony = Ceremony(PURPOSE, who.person, who.tenant, kept, tx.at + SIGNING_LASTS)
        await ceremonies.put(tx, digest_of(state), ceremony)
    return signing_address(
        parts,
        {
            "op": "register",
            "lang": departure.language,
            "return": return_address(parts),
            "state": state,
            "challenge": b64(challenge),
            "person": who.person,
            "shown": {"name": who.name, "tenant": place.name},
            "credentials": [one.id for one in held],
        },
    )


async def keep_signing_key(parts: Parts, who: Who, ceremony: Ceremony, made: NewKey) -> Finished:
    """The key as the authenticator itself spelled it; what the page says of it must be the same."""
    await allow(parts, who, registering(who), who.tenant, "signing_key")
    registered = _checked(parts, ceremony, made)
    demo_software = bool(ceremony.data["demo_software"])
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        if await people.credential_taken(tx.work, registered.credential):
            raise Refused(Why.DUPLICATE)
        await room_for_one(tx, who.person, "signing")  # again: many may have been begun before this
        await people.add_credential(
            tx,
            Credential(
                registered.credential,
                who.person,
                "signing",
                registered.public_key,
                registered.sign_count,
                demo_software,
                tx.at,
            ),
        )
        record = CredentialAdded(
            who.person, "signing_passkey", fingerprint(registered.credential), demo_software
        )
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)
    return Finished("/persone")


def _checked(parts: Parts, ceremony: Ceremony, made: NewKey) -> Registered:
    answer = {
        "id": made.credential,
        "rawId": made.credential,
        "type": "public-key",
        "response": {"clientDataJSON": made.client_data, "attestationObject": made.attestation_object},
    }
    try:
        found = passkey_register.check_registration(
            parts.settings.signing, unb64(ceremony.data["challenge"]), answer
        )
    except BadSignature as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong
    if (found.credential, found.public_key) != (made.credential, made.public_key):
        raise Refused(Why.ENVELOPE_INVALID)
    return found
