"""What is asked of a provider itself, and what is made of nothing that is kept: nonce, verifier, digests of people."""

from __future__ import annotations

import hmac

from audit.canonical import b64
from broker.cases.keep_provider import unsealed
from broker.cases.start_login import Try, bear, from_terminal
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import derived
from broker.parts import Parts
from broker.ports import ProviderAnswer
from broker.proof import oidc
from broker.proof.oidc import Metadata, NotShown
from broker.store import failures, providers

MOST_DEPARTURES = 60
BACK_PATH = "/entra/ritorno"


async def knock(parts: Parts, house: str, provider: Provider, terminal: str) -> None:
    """Nobody leaves who guessed wrong too often. And each departure asks a server elsewhere something: from one address so many in fifteen minutes, and no more."""
    await bear(parts, tried_at(provider, terminal))
    async with parts.store.tx(house, parts.clock.now()) as tx:
        times = await failures.add(tx, f"leave:{terminal}"[:128])
    if times > MOST_DEPARTURES:
        raise Refused(Why.TOO_MANY_TRIES)


def back_address(parts: Parts) -> str:
    """The one redirect URI, word for word as it must be entered at the provider."""
    return parts.settings.origin + BACK_PATH


def tried_at(provider: Provider | None, terminal: str) -> Try:
    method = "oidc" if provider is None else provider.kind
    return Try(method, terminal, (from_terminal(method, terminal),))


def keyed(parts: Parts, tenant: str, *words: str) -> str:
    """A digest that only this broker can make, and another one at each customer."""
    key = derived(parts.keys.wrapping_key(), "identity", tenant)
    return hmac.digest(key, "\n".join(words).encode(), "sha256").hex()


async def tokens(parts: Parts, provider: Provider, known: Metadata, code: str, state: str) -> tuple[str, str]:
    form = oidc.exchange(provider, code, back_address(parts), made(parts, "verifier", state, None))
    async with parts.store.read() as work:
        sealed = await providers.secret_of(work, provider.id)
    bearing = ""
    if sealed is not None:
        secret = unsealed(parts, provider.id, sealed)
        if known.basic:
            bearing = oidc.basic(provider.client, secret)
            del form["client_id"]
        else:
            form["client_secret"] = secret
    answer = await ask(parts, known.token, form, bearing)
    return oidc.read_tokens(answer.status, answer.body)


async def metadata(parts: Parts, provider: Provider) -> Metadata:
    answer = await ask(parts, oidc.discovery_address(provider.issuer), None)
    if answer.status != 200:
        raise NotShown("metadata")
    return oidc.read_metadata(answer.body, provider.issuer, plain=not parts.settings.secure)


async def ask(parts: Parts, url: str, form: dict[str, str] | None, bearing: str = "") -> ProviderAnswer:
    if parts.providers is None:
        raise Refused(Why.PROVIDER_AWAY)
    try:
        return await parts.providers.ask(url, form, bearing)
    except OSError as wrong:
        raise Refused(Why.PROVIDER_AWAY) from wrong


def made(parts: Parts, what: str, state: str, about: dict[str, str] | None) -> str:
    """The nonce of an approval is made of what is approved, too: the provider's answer is bound to it."""
    bound = f"\nstatement={about['statement']}" if about and "statement" in about else ""
    return b64(derived(parts.keys.wrapping_key(), f"oidc-{what}", state + bound))
