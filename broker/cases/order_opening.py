"""The order to the agent: grant, approvals, activation and texts, proved against the log's head."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from agent.wire import frames
from audit.canonical import b64
from audit.grant import Grant
from broker.domain.refusal import Refused, Why
from broker.domain.session import Ordered
from broker.live.head_frames import Stands, head_frames, newest
from broker.parts import Parts
from broker.store import log, openings, requests, sessions, warrants, watches
from broker.store.database import Work
from broker.store.requests import Given


async def order_opening(parts: Parts, tenant: str, session: str) -> None:
    """Send the order of a session whose opening is committed; `Refused` or `OSError` if it cannot leave."""
    async with parts.store.read() as work:
        found = await sessions.load(work, tenant, session)
    if not isinstance(found, Ordered):
        raise Refused(Why.WRONG_STATE, state=found.STATE)
    # In the agent's turn: its next head must start from the last one that was sent to it.
    async with parts.hub.turn(found.permit.host) as turn:
        async with parts.store.read() as work:
            stands = Stands(tenant, found.permit.host, turn.old_size, turn.log)
            steps = await head_frames(work, parts.keys, stands)
            frame, size = await _frame(parts, work, found, await newest(work, stands, steps))
        for before in steps[:-1]:
            await turn.send(*before)
        await turn.send(frame, size)


async def _frame(
    parts: Parts, work: Work, found: Ordered, shown: frames.Head | None
) -> tuple[frames.Open, int]:
    permit = found.permit
    tenant = permit.tenant
    head = await log.head(work, tenant)
    opened_n = await sessions.opened_n(work, tenant, permit.id)
    request = await requests.load(work, tenant, permit.request)
    texts = await openings.get(work, tenant, request.asked.opened_n, parts.keys.wrapping_key())
    if head is None or opened_n is None or texts is None or shown is None:
        # A log that is behind what the agent has seen was restored from a backup: it must recover first.
        raise Refused(Why.LOG_UNPROVEN)
    taken = await requests.supervised_n(work, tenant, permit.request)
    check_in = await watches.last_check_in(work, tenant, permit.request)
    given = _cited(await requests.approvals_of(work, tenant, permit.request), permit.grant)
    frame = frames.Open(
        session=permit.id,
        grant=permit.signed.to_value(),
        request=b64(request.asked.statement.encode()),
        approvals=tuple(g.signed.to_value() for g in given),
        activation=found.activation.to_value(),
        texts=texts.to_value(),
        names=await _names(parts, work, tenant, {g.approval.approver for g in given}, head.size),
        opened=await _proof(work, tenant, opened_n, head.size),
        head=shown,
        salt=b64(permit.salt),
        supervision=None if taken is None else await _proof(work, tenant, taken, head.size),
        check_in=None if check_in is None else check_in.to_value(),
        warrants=await _warrants(work, tenant, given),
    )
    return frame, head.size


def _cited(given: list[Given], grant: Grant) -> list[Given]:
    """Those the grant was issued on: one that no longer counted when it was is left out."""
    by_digest = {one.approval.digest.hex(): one for one in given}
    return [by_digest[digest] for digest in grant.approvals]


async def _warrants(work: Work, tenant: str, given: list[Given]) -> tuple[frames.Json, ...] | None:
    """Those the approvals cite; most cite none."""
    cited = sorted({g.approval.warrant for g in given if g.approval.warrant is not None})
    if not cited:
        return None
    standing = await warrants.standing(work, tenant)
    return tuple(standing[one].signed.to_value() for one in cited if one in standing)


async def _names(
    parts: Parts, work: Work, tenant: str, people: AbstractSet[str], size: int
) -> tuple[frames.PersonName, ...]:
    """Whom the desk is to be told: of each approver the name that his admission committed to, if it is not erased."""
    found: list[frames.PersonName] = []
    for person in sorted(people):
        n = await openings.admission(work, tenant, person)
        opening = None if n is None else await openings.get(work, tenant, n, parts.keys.wrapping_key())
        if n is not None and opening is not None:
            found.append(frames.PersonName(await _proof(work, tenant, n, size), opening.to_value()))
    return tuple(found)


async def _proof(work: Work, tenant: str, n: int, size: int) -> frames.LeafProof:
    leaf = await log.leaf_bytes(work, tenant, n)
    assert leaf is not None  # the row remembers the place of a committed record
    path = await log.inclusion(work, tenant, n, size)
    return frames.LeafProof(b64(leaf), n, _hex(path))


def _hex(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)
