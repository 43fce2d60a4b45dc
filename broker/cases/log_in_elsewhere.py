"""Go to a provider to show who one is, and come back: to log in, to link it to oneself, to prove anew (C-21).

State, nonce and verifier are made from what the browser's address bears and the broker's own key, so that nothing
of them lies about. The browser that comes back must be the one that went: it bears a secret in a cookie.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit import instant
from audit.canonical import b64
from broker.cases.keep_provider import unsealed
from broker.cases.log_in import spend_ceremony
from broker.cases.start_login import NO_HOUSE, Try, bear, from_terminal, turned_away
from broker.domain.fiscal_code import person_number
from broker.domain.people import Person, Who
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, derived, digest_of, new_secret
from broker.parts import Parts
from broker.ports import ProviderAnswer
from broker.proof import oidc
from broker.proof.oidc import Metadata, NotShown, Shown
from broker.store import ceremonies, estate, people, providers
from broker.store.ceremonies import Ceremony

ELSEWHERE_LASTS = timedelta(minutes=10)
BACK_PATH = "/entra/ritorno"
LOGIN, LINK, PROVE, APPROVAL = "elsewhere_login", "elsewhere_link", "elsewhere_prove", "elsewhere_approval"
PURPOSES = frozenset({LOGIN, LINK, PROVE, APPROVAL})


@dataclass(frozen=True, slots=True)
class Departing:
    """`address` is the provider's; `bound` goes into a cookie of this browser."""

    address: str
    bound: str


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the browser's address and cookie bear."""

    state: str
    code: str
    issuer: str | None
    error: str
    bound: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who the provider says has come: `digest` is of how it knows him. `person`: whose it is here, if anybody's."""

    ceremony: Ceremony
    provider: Provider
    shown: Shown
    digest: str
    person: Person | None
    tried: Try


def back_address(parts: Parts) -> str:
    """The one redirect URI, word for word as it must be entered at the provider."""
    return parts.settings.origin + BACK_PATH


async def leave_for(
    parts: Parts, provider_id: str, terminal: str, *, purpose: str = LOGIN, who: Who | None = None, after: str = "/",
    about: dict[str, str] | None = None,
) -> Departing:  # fmt: skip
    """`who` is logged in where it is not to log in; `about` is for whoever takes what comes back."""
    async with parts.store.read() as work:
        provider = await providers.find(work, provider_id)
        house = await estate.house(work)
    if provider is None or (who is not None and who.tenant != provider.tenant):
        raise Refused(Why.NOT_FOUND)
    await bear(parts, tried_at(provider, terminal))
    try:
        known = await _metadata(parts, provider)
    except NotShown as no:
        raise Refused(Why.IDENTITY_NOT_TAKEN, what=no.what, provider=provider.name) from no
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    bound = new_secret(parts.chance.octets(SECRET_BYTES))
    at = parts.clock.now()
    data = {
        "provider": provider.id, "bound": digest_of(bound), "after": after,
        "asked": instant.to_text(instant.whole_ms(at)), **(about or {}),
    }  # fmt: skip
    async with parts.store.tx(NO_HOUSE if house is None else house.id, at) as tx:
        person, tenant = (None, None) if who is None else (who.person, who.tenant)
        ceremony = Ceremony(purpose, person, tenant, data, at + ELSEWHERE_LASTS)
        await ceremonies.put(tx, digest_of(state), ceremony)
    fresh = purpose != LOGIN
    nonce, verifier = _made(parts, "nonce", state, about), _made(parts, "verifier", state, None)
    address = oidc.question(provider, known, back_address(parts), state, nonce, verifier, fresh=fresh)
    return Departing(address, bound)


async def come_back(parts: Parts, back: CameBack, terminal: str, purpose: str | None = None) -> Known:
    """Judge what came back. `Refused`: expired, provider_away, or identity_not_taken, which says what was wrong."""
    ceremony = await spend_ceremony(parts, back.state) if len(back.state) <= 64 else None
    if ceremony is None or ceremony.purpose not in PURPOSES or purpose not in (None, ceremony.purpose):
        raise await _no(parts, None, terminal, NotShown("state"))
    async with parts.store.read() as work:
        provider = await providers.find(work, str(ceremony.data["provider"]))
    if provider is None:
        raise Refused(Why.EXPIRED)
    try:
        if not hmac.compare_digest(digest_of(back.bound), str(ceremony.data["bound"])):
            raise NotShown("browser")
        shown, digest = await _shown(parts, provider, ceremony, back)
    except NotShown as no:
        raise await _no(parts, provider, terminal, no) from no
    async with parts.store.read() as work:
        whose = await providers.who_is(work, provider.id, digest)
        person = None if whose is None else await people.find_person(work, whose)
    active = person if person is not None and person.active else None
    return Known(ceremony, provider, shown, digest, active, tried_at(provider, terminal))


def tried_at(provider: Provider | None, terminal: str) -> Try:
    method = "oidc" if provider is None else provider.kind
    return Try(method, terminal, (from_terminal(method, terminal),))


def keyed(parts: Parts, tenant: str, *words: str) -> str:
    """A digest that only this broker can make, and another one at each customer."""
    key = derived(parts.keys.wrapping_key(), "identity", tenant)
    return hmac.digest(key, "\n".join(words).encode(), "sha256").hex()


async def _shown(parts: Parts, provider: Provider, ceremony: Ceremony, back: CameBack) -> tuple[Shown, str]:
    known = await _metadata(parts, provider)
    if back.issuer is None and known.says_issuer:
        raise NotShown("issuer")
    if back.issuer not in (None, provider.issuer):
        raise NotShown("issuer")  # RFC 9207: another provider's answer (mix-up)
    if back.error or not 0 < len(back.code) <= 4096:
        raise NotShown("denied" if back.error else "code")
    about = {name: ceremony.data[name] for name in ("statement",) if name in ceremony.data} or None
    asked: datetime = instant.parse(str(ceremony.data["asked"]))
    token, access = await _tokens(parts, provider, known, back)
    keys = (await _ask(parts, known.keys, None)).body
    nonce = _made(parts, "nonce", back.state, about)
    since = None if ceremony.purpose == LOGIN else asked
    shown = oidc.judge(token, keys, provider, nonce, parts.clock.now(), since=since)
    if not provider.national:
        return shown, keyed(parts, provider.tenant, provider.issuer, shown.subject)
    told = (
        (await _ask(parts, known.userinfo, None, f"Bearer {access}")).body
        if access and known.userinfo
        else None
    )
    try:
        number = person_number(oidc.fiscal_of(token, keys, shown.subject, told))
    except Refused as wrong:
        raise NotShown("fiscal_number") from wrong
    return shown, keyed(parts, provider.tenant, "fiscal", number)


async def _tokens(parts: Parts, provider: Provider, known: Metadata, back: CameBack) -> tuple[str, str]:
    form = oidc.exchange(provider, back.code, back_address(parts), _made(parts, "verifier", back.state, None))
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
    answer = await _ask(parts, known.token, form, bearing)
    return oidc.read_tokens(answer.status, answer.body)


async def _metadata(parts: Parts, provider: Provider) -> Metadata:
    answer = await _ask(parts, oidc.discovery_address(provider.issuer), None)
    if answer.status != 200:
        raise NotShown("metadata")
    return oidc.read_metadata(answer.body, provider.issuer, plain=not parts.settings.secure)


async def _ask(parts: Parts, url: str, form: dict[str, str] | None, bearing: str = "") -> ProviderAnswer:
    if parts.providers is None:
        raise Refused(Why.PROVIDER_AWAY)
    try:
        return await parts.providers.ask(url, form, bearing)
    except OSError as wrong:
        raise Refused(Why.PROVIDER_AWAY) from wrong


def _made(parts: Parts, what: str, state: str, about: dict[str, str] | None) -> str:
    """The nonce of an approval is made of what is approved, too: the provider's answer is bound to it."""
    bound = (
        ""
        if about is None
        else "".join(f"\n{name}={about[name]}" for name in ("statement",) if name in about)
    )
    return b64(derived(parts.keys.wrapping_key(), f"oidc-{what}", state + bound))


async def _no(parts: Parts, provider: Provider | None, terminal: str, no: NotShown) -> Refused:
    """Recorded as a failed log-in with its method; the sentence names what was wrong, and nobody."""
    await turned_away(parts, tried_at(provider, terminal), None, Why.IDENTITY_NOT_TAKEN)
    name = "?" if provider is None else provider.name
    return Refused(Why.IDENTITY_NOT_TAKEN, what=no.what, provider=name)
