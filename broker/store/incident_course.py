"""What becomes of an incident by itself when a request on it, or a session, moves: in the same commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from audit.record import BROKER, Actor
from broker.domain.incident import (
    Answered,
    AnyIncident,
    Closed,
    Live,
    Open,
    Taken,
    Workable,
    answer,
    close,
    end_wait,
    ready,
    take,
    unready,
)
from broker.domain.queue import Pick, choose, next_of
from broker.domain.refusal import Refused, Why
from broker.domain.request import (
    AnyRequest,
    Approved,
    AwaitingApproval,
    Lapsed,
    Opened,
    Rejected,
    Revoked,
    SolvedByCustomer,
    Supervised,
    Withdrawn,
)
from broker.store import estate, incidents, waiting
from broker.store.database import Work
from broker.store.tables import requests
from broker.store.tx import Tx

_AUTHORISED = (Approved.STATE, Supervised.STATE, Opened.STATE)
_HOPEFUL = (*_AUTHORISED, AwaitingApproval.STATE)


async def follow_request(tx: Tx, after: AnyRequest) -> None:
    """The incident of a request that has just become this.

    Authorised, it enters the queue (D-04); when its last authorisation ends before anybody took it, it leaves
    it. One that the customer's own ADS solved is closed (S-33). A category 1 incident waits for nobody's yes.
    What waited for somebody else waits no longer once the customer answers, be it yes or no.
    """
    found = await incidents.find(tx, tx.tenant, after.asked.statement.incident)
    if found is not None and isinstance(after, Approved | Rejected | SolvedByCustomer):
        found = await wait_over(tx, found, BROKER)
    match after, found:
        case Approved() | Supervised() | Opened(), Open():
            queued, record = ready(found, tx.at, "authorised")
            await incidents.move(tx, found, queued, record, actor=BROKER)
        case SolvedByCustomer(), Open() | Workable() | Taken() if not await _others(tx, after, _HOPEFUL):
            solved, closing = close(found, "solved_by_customer", tx.at)
            await incidents.move(tx, found, solved, closing, actor=BROKER)
        case Rejected() | Lapsed() | Withdrawn() | Revoked() | SolvedByCustomer(), Workable() if (
            found.known.category == 2 and not await _others(tx, after, _AUTHORISED)
        ):
            left, leaving = unready(found)
            await incidents.move(tx, found, left, leaving, actor=BROKER)
        case _:
            pass


async def wait_over(tx: Tx, found: AnyIncident, actor: Actor) -> AnyIncident:
    """As it stands once its wait, if there is one, has ended."""
    if not isinstance(found, Live) or found.course.wait is None:
        return found
    after, record = end_wait(found, tx.at)
    await incidents.move(tx, found, after, record, actor=actor)
    return after


async def _others(tx: Tx, request: AnyRequest, states: tuple[str, ...]) -> bool:
    """Whether another request on the same incident is in one of these states."""
    rows = await tx.run(
        select(requests.c.id)
        .where(
            requests.c.tenant == tx.tenant,
            requests.c.incident == request.asked.statement.incident,
            requests.c.id != request.asked.id,
            requests.c.state.in_(states),
        )
        .limit(1)
    )
    return bool(rows)


async def follow_start(tx: Tx, request: str, technician: str) -> None:
    """A session began at the host: where nobody had answered yet, that is the first answer (D-10). Nor does it
    wait for anybody any longer."""
    rows = await tx.run(
        select(requests.c.incident).where(requests.c.tenant == tx.tenant, requests.c.id == request)
    )
    found = await incidents.find(tx, tx.tenant, rows[0].incident)
    if found is not None:
        found = await wait_over(tx, found, BROKER)
    if isinstance(found, Live) and found.course.answered is None:
        after, record = answer(found, Answered("session", technician, tx.at))
        await incidents.move(tx, found, after, record, actor=Actor(technician, "technician"))


async def follow_closing(tx: Tx, request: str, technician: str, outcome: str) -> None:
    """He says what came of the session: *risolto* closes the incident in his hands, unless somebody still asks."""
    rows = await tx.run(
        select(requests.c.incident).where(requests.c.tenant == tx.tenant, requests.c.id == request)
    )
    found = await incidents.find(tx, tx.tenant, rows[0].incident)
    waiting_too = select(requests.c.id).where(
        requests.c.tenant == tx.tenant,
        requests.c.incident == rows[0].incident,
        requests.c.state.in_((AwaitingApproval.STATE, Approved.STATE, Supervised.STATE)),
    )
    if outcome == "solved" and isinstance(found, Taken) and not await tx.run(waiting_too.limit(1)):
        his = Actor(technician, "technician")
        idle = await wait_over(tx, found, his)
        after, record = close(idle, "solved", tx.at)
        await incidents.move(tx, idle, after, record, actor=his)


async def require_turn(tx: Tx, incident: str, technician: str) -> Pick | None:
    """What he takes by opening a session, None where it is in his hands; `out_of_turn` where it is neither
    his nor the next one."""
    match await incidents.find(tx, tx.tenant, incident):
        case Workable():
            return choose(await waiting.queue(tx.work), tx.tenant, incident, None, tx.at)
        case None:
            return None  # of a request that is older than incidents are
        case Closed() as over:
            raise Refused(Why.WRONG_STATE, state=over.STATE)
        case found:
            if getattr(found, "by", technician) != technician:
                raise Refused(Why.OUT_OF_TURN)
            return None


async def his_turn(work: Work, tenant: str, incident: str, technician: str, at: datetime) -> bool:
    """Whether he may open a session for it now: it is in his hands, or next in the queue."""
    match await incidents.find(work, tenant, incident):
        case Workable():
            first = next_of(await waiting.queue(work), at)
            return first is not None and first.waiting.id == (tenant, incident)
        case Taken(by=by):
            return by == technician
        case _:
            return True  # other things are missing, and named first


async def hand_out(tx: Tx, pick: Pick, technician: Actor) -> None:
    """The incident into his hands, and the jump, if it is one, to whom it concerns."""
    found = pick.waiting.found
    after, record = take(found, technician.id, pick.ahead)
    await incidents.move(tx, found, after, record, actor=technician)
    house = await estate.house(tx.work)
    assert house is not None  # whose technician this is
    await waiting.jumped(tx, pick, technician, house.id)
