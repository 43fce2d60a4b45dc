"""*Segnala*: whoever watches marks this moment at once; the words come afterwards, and he may take it back."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.live_records import FlagExplained, FlagWithdrawn, MomentFlagged
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import Permit
from broker.domain.talking import MAX_FLAGS, Flag, speaking
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import beside_session, sessions
from broker.store.tx import Tx


async def flag_moment(parts: Parts, who: Who, session: str) -> int:
    """The index of the record, by which it is explained or withdrawn."""
    tenant = await session_tenant(parts, who, Action.FLAG, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        permit = speaking(await sessions.load(tx, tenant, session), who).permit
        if await beside_session.count(tx, session, MomentFlagged.KIND, MAX_FLAGS) >= MAX_FLAGS:
            raise Refused(Why.TOO_LARGE, field="flag", limit=str(MAX_FLAGS))
        n = await tx.append(MomentFlagged(who.person), actor=who.actor, session=session, host=permit.host)
        tx.announce("session", session)
    return n


async def explain_flag(parts: Parts, who: Who, session: str, flag: int, reason: str) -> int:
    """What he saw, once; also when the session is over. How many pieces of it were covered as passwords."""
    tenant = await session_tenant(parts, who, Action.FLAG, session)
    text, covered = cover(written(reason, "reason", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        permit, found = await _his(tx, who, session, flag)
        if found.explained:
            raise Refused(Why.DUPLICATE)
        await tx.append(
            FlagExplained(flag, who.person),
            actor=who.actor,
            session=session,
            host=permit.host,
            opening=Opening(parts.chance.octets(SALT_BYTES), {"text": text}),
            subject=permit.request,
        )
        tx.announce("session", session)
    return covered


async def withdraw_flag(parts: Parts, who: Who, session: str, flag: int) -> None:
    """Nothing was there. Once he has said what he saw it stands."""
    tenant = await session_tenant(parts, who, Action.FLAG, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        permit, found = await _his(tx, who, session, flag)
        if found.explained:
            raise Refused(Why.WRONG_STATE)
        await tx.append(FlagWithdrawn(flag, who.person), actor=who.actor, session=session, host=permit.host)
        tx.announce("session", session)


async def _his(tx: Tx, who: Who, session: str, flag: int) -> tuple[Permit, Flag]:
    """The moment he flagged himself."""
    permit = (await sessions.load(tx, tx.tenant, session)).permit
    for one in await beside_session.flags(tx.work, tx.tenant, session):
        if one.n == flag and one.by == who.person:
            return permit, one
    raise Refused(Why.NOT_FOUND)
