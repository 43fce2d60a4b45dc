"""The customer contests a session or a row of a report; either side answers; he closes it.

A hold of the same number is placed with it and lifted with it, in the same commits.
"""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from audit.commitment import SALT_BYTES, Opening
from audit.erasure_records import HoldLifted, HoldPlaced
from audit.instant import whole_ms
from audit.report_records import ContestAnswered, ContestClosed, ContestOpened
from broker.cases.deny import allow, attempt, not_there
from broker.cases.located import session_tenant
from broker.cases.tell_contest import tell_contest
from broker.domain.contest import About, may_close, may_speak, review, row_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import contests, erasures, estate, reports, sessions
from broker.store.database import Work
from broker.store.tx import Tx


async def contest_session(parts: Parts, who: Who, session: str, text: str) -> str:
    """The contest's id. How the session came about, and what was done in it, is kept from here on."""
    tenant = await session_tenant(parts, who, Action.CONTEST, session)
    async with parts.store.read() as work:
        request = (await sessions.load(work, tenant, session)).permit.request
    return await _open(parts, who, tenant, About(request, None, None), text)


async def contest_row(parts: Parts, who: Who, number: str, row: str, text: str) -> str:
    """`row` as the report numbers it; without one the report as a whole. `Refused` for a row it does not have."""
    async with parts.store.read() as work:
        tenant = await reports.tenant_of(work, number)
    if tenant is None:
        raise await not_there(parts, who, "report")
    await allow(parts, who, Action.CONTEST, tenant, "report")
    wanted = row_of(row)
    async with parts.store.read() as work:
        about = await _about(work, tenant, number, wanted)
    return await _open(parts, who, tenant, about, text)


async def _about(work: Work, tenant: str, number: str, row: str | None) -> About:
    files = await reports.files(work, tenant, number)
    assert files is not None  # a report has its files from its own commit on
    if row is None:
        return About(None, number, None)
    if files.erased:
        raise Refused(Why.REPORT_ERASED)
    report = json.loads(files.json)
    lines = {str(s["n"]): s for s in report["sessions"]} | {e["id"]: e for e in report["exceptions"]}
    if row not in lines:
        raise Refused(Why.BAD_INPUT, field="row")
    session = lines.get(str(lines[row].get("session", row)), {})
    return About(session.get("authorisation", {}).get("id"), number, row)


async def _open(parts: Parts, who: Who, tenant: str, about: About, text: str) -> str:
    """Of an item that names no request, nothing at all is erased while it is open."""
    said, _ = cover(written(text, "text", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "report", tenant), parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        mark = parts.chance.octets(4).hex()
        record = ContestOpened(f"c-{mark}", about.request, about.report, about.row)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        await tx.append(record, actor=who.actor, opening=opening, subject=about.request)
        until = review(at.astimezone(ZoneInfo(customer.zone)).date())
        await tx.append(HoldPlaced(f"o-{mark}", about.request, "contest", until.isoformat()), actor=who.actor)
        await tell_contest(tx, who, record.contest, None)
        tx.announce("report", record.contest)
    return record.contest


async def answer_contest(parts: Parts, who: Who, tenant: str, contest: str, text: str) -> int:
    """The next word, of either side. How many pieces of it were covered as passwords."""
    await allow(parts, who, Action.ANSWER_CONTEST, tenant, "report")
    said, covered = cover(written(text, "text", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = await contests.one(tx.work, tenant, contest)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        may_speak(found)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        record = ContestAnswered(contest, found.about.request)
        await tx.append(record, actor=who.actor, opening=opening, subject=found.about.request)
        await tell_contest(tx, who, contest, found)
        tx.announce("report", contest)
    return covered


async def close_contest(parts: Parts, who: Who, tenant: str, contest: str, outcome: str) -> None:
    """What it kept may be erased again at its term."""
    await allow(parts, who, Action.CONTEST, tenant, "report")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await contests.one(tx.work, tenant, contest)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        await tx.append(ContestClosed(contest, may_close(found, who, outcome)), actor=who.actor)
        await _let_go(tx, who, found.hold)
        await tell_contest(tx, who, contest, found, closed=True)
        tx.announce("report", contest)


async def _let_go(tx: Tx, who: Who, hold: str) -> None:
    """Unless the titolare lifted it before."""
    if any(one.id == hold for one in await erasures.holds(tx.work, tx.tenant)):
        await tx.append(HoldLifted(hold), actor=who.actor)
