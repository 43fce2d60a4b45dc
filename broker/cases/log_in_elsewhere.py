"""Go to a provider to show who one is, and come back: to log in, to link it to oneself, to prove anew (C-21).

State, nonce and verifier are made from what the browser's address bears and the broker's own key, so that nothing
of them lies about. The browser that comes back must be the one that went: it bears a secret in a cookie.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from audit import instant
from broker.cases.ask_provider import ask, back_address, keyed, knock, made, metadata, tokens, tried_at
from broker.cases.log_in import spend_ceremony
from broker.cases.start_login import Try, turned_away
from broker.domain.fiscal_code import person_number
from broker.domain.people import Person, Who
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.proof import oidc
from broker.proof.oidc import NotShown, Shown
from broker.store import ceremonies, estate, people, providers
from broker.store.ceremonies import Ceremony

ELSEWHERE_LASTS = timedelta(minutes=10)
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


async def leave_for(
    parts: Parts, provider_id: str, terminal: str, *, purpose: str = LOGIN, who: Who | None = None, after: str = "/",
    about: dict[str, str] | None = None,
) -> Departing:  # fmt: skip
    """`who` is logged in where it is not to log in; `about` is for whoever takes what comes back."""
    async with parts.store.read() as work:
        provider = await providers.find(work, provider_id)
        house = await estate.house(work)
    if house is None or provider is None or (who is not None and who.tenant != provider.tenant):
        raise Refused(Why.NOT_FOUND)
    await knock(parts, house.id, provider, terminal)
    try:
        known = await metadata(parts, provider)
    except NotShown as no:
        raise Refused(Why.IDENTITY_NOT_TAKEN, what=no.what, provider=provider.name) from no
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    bound = new_secret(parts.chance.octets(SECRET_BYTES))
    at = parts.clock.now()
    data = {
        "provider": provider.id, "bound": digest_of(bound), "after": after,
        "asked": instant.to_text(instant.whole_ms(at)), **(about or {}),
    }  # fmt: skip
    async with parts.store.tx(house.id, at) as tx:
        person, tenant = (None, None) if who is None else (who.person, who.tenant)
        ceremony = Ceremony(purpose, person, tenant, data, at + ELSEWHERE_LASTS)
        await ceremonies.put(tx, digest_of(state), ceremony)
    fresh = purpose != LOGIN
    nonce, verifier = made(parts, "nonce", state, about), made(parts, "verifier", state, None)
    address = oidc.question(provider, known, back_address(parts), state, nonce, verifier, fresh=fresh)
    return Departing(address, bound)


async def come_back(parts: Parts, back: CameBack, terminal: str) -> Known:
    """Judge what came back. `Refused`: expired, provider_away, or identity_not_taken, which says what was wrong."""
    ceremony = await spend_ceremony(parts, back.state) if len(back.state) <= 64 else None
    if ceremony is None or ceremony.purpose not in PURPOSES:
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
    person = person if person is not None and person.active else None
    return Known(ceremony, provider, shown, digest, person, tried_at(provider, terminal))


async def _shown(parts: Parts, provider: Provider, ceremony: Ceremony, back: CameBack) -> tuple[Shown, str]:
    known = await metadata(parts, provider)
    if back.issuer is None and known.says_issuer:
        raise NotShown("issuer")
    if back.issuer not in (None, provider.issuer):
        raise NotShown("issuer")  # RFC 9207: another provider's answer (mix-up)
    if back.error or not 0 < len(back.code) <= 4096:
        raise NotShown("denied" if back.error else "code")
    about = {name: ceremony.data[name] for name in ("statement",) if name in ceremony.data} or None
    token, access = await tokens(parts, provider, known, back.code, back.state)
    keys = (await ask(parts, known.keys, None)).body
    nonce = made(parts, "nonce", back.state, about)
    since = None if ceremony.purpose == LOGIN else instant.parse(str(ceremony.data["asked"]))
    shown = oidc.judge(token, keys, provider, nonce, parts.clock.now(), since=since)
    if not provider.national:
        return shown, keyed(parts, provider.tenant, provider.issuer, shown.subject)
    told = (
        (await ask(parts, known.userinfo, None, f"Bearer {access}")).body
        if access and known.userinfo
        else None
    )
    try:
        number = person_number(oidc.fiscal_of(token, keys, shown.subject, told))
    except Refused as wrong:
        raise NotShown("fiscal_number") from wrong
    return shown, keyed(parts, provider.tenant, "fiscal", number)


async def _no(parts: Parts, provider: Provider | None, terminal: str, no: NotShown) -> Refused:
    """Recorded as a failed log-in with its method; the sentence names what was wrong, and nobody."""
    await turned_away(parts, tried_at(provider, terminal), None, Why.IDENTITY_NOT_TAKEN)
    name = "?" if provider is None else provider.name
    return Refused(Why.IDENTITY_NOT_TAKEN, what=no.what, provider=name)
