"""Give agents the approver sets and policies signed since their enrolment, oldest first."""

from __future__ import annotations

from agent.wire.frames import MAX_FRAME_BYTES, Pins
from audit.approvers import Approvers
from audit.enrolment import Enrolment
from audit.policy import Policy
from broker.domain.estate import EnrolledHost
from broker.parts import Parts
from broker.store import estate, statements
from broker.store.database import Work
from broker.store.statements import Kept

_ROOM = MAX_FRAME_BYTES - 4096  # what stands around the statements in a frame


async def push_pins(parts: Parts, tenant: str) -> int:
    """To every connected agent of the tenant, after the commit; how many got it. The rest on dialling in."""
    async with parts.store.read() as work:
        waiting = [
            (host.id, await pins_for(parts, work, host))
            for host in await estate.enrolled_hosts(work, tenant)
            if parts.hub.connected(host.id)
        ]
    reached = 0
    for host_id, batches in waiting:
        sent = [await parts.hub.push(host_id, batch) for batch in batches]
        reached += all(sent)
    return reached


async def pins_for(parts: Parts, work: Work, host: EnrolledHost) -> tuple[Pins, ...]:
    """What was signed after this host's enrolment, in the order of signing; at least one frame.

    An agent passes over what it holds. Order matters: a policy signed by a titolare who has left
    since is taken only under the set that named him.
    """
    enrolment = await statements.by_digest(work, host.tenant, host.enrolment)
    assert enrolment is not None
    pinned = Enrolment.parse(enrolment.statement)
    chains = await parts.chains.of(work, host.tenant)
    later: list[Kept] = []
    for links, digest in ((chains.approvers, pinned.approvers), (chains.policies, pinned.policy)):
        held = next(one.number for one in links if one.digest == digest)
        later += [one for one in links if one.number > held]
    later.sort(key=lambda one: (one.at, one.type, one.number))
    return (*_batches(later), *chains.by_paper)


def _batches(later: list[Kept]) -> tuple[Pins, ...]:
    batches: list[list[Kept]] = [[]]
    room = _ROOM
    for one in later:
        size = len(one.signed.encode())
        if size > room and batches[-1]:
            batches.append([])
            room = _ROOM
        batches[-1].append(one)
        room -= size
    return tuple(
        Pins(
            tuple(one.signed.to_value() for one in batch if one.type == Approvers.TYPE),
            tuple(one.signed.to_value() for one in batch if one.type == Policy.TYPE),
        )
        for batch in batches
    )
