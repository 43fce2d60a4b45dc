"""Enter, change or take away a provider at which one's own people may log in (C-21)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.person_records import CredentialRemoved, LoginEnded
from audit.signin_records import ProviderKept, ProviderRemoved
from broker.cases.deny import attempt
from broker.domain import provider as rules
from broker.domain.people import Action, Who, require
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import logins, providers
from broker.store.tx import Tx

ID_OCTETS = 16  # its address is its people's alone: nobody guesses at which provider a customer is
MAX_SECRET = 512
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class ProviderView:
    """`address`: where its people begin. `linked`: how many of them it lets in. `secret`: whether one is kept."""

    provider: Provider
    address: str
    linked: int
    secret: bool


async def keep_provider(parts: Parts, who: Who, new: Provider, secret: str | None) -> str:
    """Of one's own tenant alone: whoever enters a provider decides who comes in by it.

    `new.id` empty: another one. `secret` None: the one that is kept stays; empty: none. Its id.
    """
    require(who, Action.KEEP_PROVIDERS, who.tenant)
    rules.checked(new, plain=not parts.settings.secure)
    if secret is not None and (len(secret) > MAX_SECRET or not secret.isprintable()):
        raise Refused(Why.BAD_INPUT, field="secret")
    async with (
        attempt(parts, who, "provider", who.tenant),
        parts.store.tx(who.tenant, parts.clock.now()) as tx,
    ):
        there = {one.id: one for one in await providers.of_tenant(tx.work, who.tenant)}
        before = there.get(new.id)
        if new.id and before is None:
            raise Refused(Why.NOT_FOUND)
        if before is None and len(there) >= rules.MOST:
            raise Refused(Why.TOO_LARGE, field="provider", limit=str(rules.MOST))
        kept = replace(new, id=new.id or opaque_id(parts.chance, "o", ID_OCTETS), tenant=who.tenant)
        if before is not None and (before.issuer, before.client, before.kind) != (
            kept.issuer,
            kept.client,
            kept.kind,
        ):
            await _unlink_all(tx, who, kept.id)  # what another one calls somebody is another name
        sealed = _sealed(parts, kept.id, secret) if secret else None
        await providers.keep(tx, kept, sealed, change_secret=secret is not None or before is None)
        record = ProviderKept(kept.id, kept.kind, kept.issuer, kept.client, kept.acr or None)
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)
    return kept.id


async def remove_provider(parts: Parts, who: Who, provider: str) -> None:
    """Nobody comes in by it any more, and whoever had come in by it is out."""
    require(who, Action.KEEP_PROVIDERS, who.tenant)
    async with (
        attempt(parts, who, "provider", who.tenant),
        parts.store.tx(who.tenant, parts.clock.now()) as tx,
    ):
        if provider not in {one.id for one in await providers.of_tenant(tx.work, who.tenant)}:
            raise Refused(Why.NOT_FOUND)
        await _unlink_all(tx, who, provider)
        await providers.remove(tx, provider)
        await tx.append(ProviderRemoved(provider), actor=who.actor)
        tx.announce("people", who.person)


async def _unlink_all(tx: Tx, who: Who, provider: str) -> None:
    for one in await providers.linked_at(tx.work, provider):
        await unlink_one(tx, who, provider, one.person)


async def unlink_one(tx: Tx, who: Who, provider: str, person: str) -> bool:
    """The link and its log-ins. Whether there was one."""
    found = [one for one in await providers.identities_of(tx.work, person) if one.provider == provider]
    if not found or not await providers.unlink(tx, provider, person):
        return False
    await tx.append(CredentialRemoved(person, "identity", found[0].digest), actor=who.actor)
    for login in await logins.sessions_of(tx.work, person):
        if login.provider == provider and await logins.end_session(tx, login.token):
            await tx.append(LoginEnded(person, login.terminal), actor=who.actor)
    return True


async def see_providers(parts: Parts, who: Who) -> list[ProviderView]:
    require(who, Action.KEEP_PROVIDERS, who.tenant)
    async with parts.store.read() as work:
        return [
            ProviderView(
                one,
                f"{parts.settings.origin}/entra/con/{one.id}",
                len(await providers.linked_at(work, one.id)),
                await providers.secret_of(work, one.id) is not None,
            )
            for one in await providers.of_tenant(work, who.tenant)
        ]


def _sealed(parts: Parts, provider: str, secret: str) -> bytes:
    nonce = parts.chance.octets(_NONCE_BYTES)
    return nonce + AESGCM(parts.keys.wrapping_key()).encrypt(nonce, secret.encode(), _bound(provider))


def unsealed(parts: Parts, provider: str, sealed: bytes) -> str:
    """For the token endpoint alone."""
    key = AESGCM(parts.keys.wrapping_key())
    return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(provider)).decode()


def _bound(provider: str) -> bytes:
    return f"provider/{provider}".encode()
