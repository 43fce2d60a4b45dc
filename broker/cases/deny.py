"""Record that somebody was refused what is not his to have: the law wants attempts kept (§2.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from audit.person_records import AccessDenied
from audit.record import NOBODY, Actor
from broker.domain.people import Action, Who, require, sees
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, failures, sessions

TRIES = 10  # recorded in fifteen minutes, of one person or one address, in one customer's log
# Slips, races and things out of reach: nobody tried to have what is not his.
_NO_ATTEMPT = frozenset(
    {
        Why.NOT_FOUND, Why.BAD_INPUT, Why.TOO_LARGE, Why.WRONG_STATE, Why.DUPLICATE,
        Why.HOST_UNREACHABLE, Why.LOG_UNAVAILABLE, Why.LOG_CLOSED, Why.LOG_BEHIND, Why.POLICY_MISSING,
        Why.HOST_NOT_ENROLLED, Why.OUT_OF_TURN, Why.QUEUE_EMPTY, Why.EVALUATION_MISSING, Why.APPOINTMENT_MISSING, Why.HALF_YEARLY_THIRD,
        Why.DPIA_MISSING, Why.INVOICE_DATA_MISSING,
    }
)  # fmt: skip


async def deny(
    parts: Parts,
    *,
    what: str,
    why: Why,
    terminal: str,
    session: str | None = None,
    tenant: str | None = None,
    actor: Actor = NOBODY,
) -> None:
    """Write `access.denied` into the log of the session's customer, else of `tenant`, else of the house.

    A session or customer nobody knows is none: its record goes to the house. `what` is one of `AccessDenied`'s.
    Of one person, or of strangers from one address, the first few in a quarter of an hour are written,
    then one more that says so (`too_many_tries`): nobody fills a log that nobody may shorten.
    """
    async with parts.store.read() as work:
        house = await estate.house(work)
        if session is not None:
            found = await sessions.whereabouts(work, session)
            tenant = tenant if found is None else found.tenant
        if tenant is not None and await estate.tenant(work, tenant) is None:
            tenant = None
    if house is None:
        return  # before set-up there is no log, and nothing that could be had
    tenant = tenant or house.id
    whose = f"{what}:{terminal}" if actor == NOBODY else actor.id
    async with parts.store.tx(house.id, parts.clock.now()) as tx:
        times = await failures.add(tx, f"deny:{tenant}:{whose}"[:128])
    if times > TRIES + 1:
        return
    reason = why if times <= TRIES else Why.TOO_MANY_TRIES
    person = None if actor == NOBODY else actor.id
    record = AccessDenied(person, what, reason.value, terminal)
    await parts.store.append(tenant, parts.clock.now(), record, actor=actor)


@asynccontextmanager
async def attempt(parts: Parts, who: Who, what: str, tenant: str) -> AsyncIterator[None]:
    """Record a refusal raised inside, in a transaction of its own, and let it go on.

    Put it around the case's own transaction, which is undone by then.
    """
    try:
        yield
    except Refused as no:
        if no.why not in _NO_ATTEMPT:
            await deny_person(parts, who, what, no.why, tenant)
        raise


async def allow(parts: Parts, who: Who, action: Action, tenant: str, what: str) -> None:
    """`require`, with a record of its no. Call it outside any transaction."""
    try:
        require(who, action, tenant)
    except Refused as no:
        await deny_person(parts, who, what, no.why, tenant)
        raise


async def not_there(parts: Parts, who: Who, what: str) -> Refused:
    """The refusal to raise where a name leads nowhere.

    A customer's person gets for it what he gets for another customer's thing, in his own log too,
    which he may read: else its records would tell him what exists elsewhere. The house sees every
    tenant, so there it is a slip and no attempt.
    """
    if not who.house:
        await deny_person(parts, who, what, Why.NOT_FOUND, who.tenant)
    return Refused(Why.NOT_FOUND)


async def deny_person(parts: Parts, who: Who, what: str, why: Why, tenant: str) -> None:
    """Into the log of `tenant` if it exists for him, else into his own."""
    where = tenant if sees(who, tenant) else who.tenant
    await deny(parts, what=what, why=why, terminal=who.terminal, tenant=where, actor=who.actor)
