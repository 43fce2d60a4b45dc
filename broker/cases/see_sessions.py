"""Sessions as people see them: the list, and one with what its agent and its watchers told of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.check_in import CheckIn
from audit.leaf import Leaf
from audit.session_records import WatchJoined, WatchLeft
from broker.cases.located import session_tenant
from broker.cases.note_reading import note_reading
from broker.cases.see_requests import RequestView, request_view
from broker.cases.see_talk import Talk, see_talk
from broker.domain.declared import AnyDeclared
from broker.domain.people import Action, Who, require
from broker.domain.session import AnySession
from broker.parts import Parts
from broker.store import log, reading, watches
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A row of a list; `watching`: names of those who look now."""

    line: reading.RequestLine
    found: AnySession | AnyDeclared
    watching: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session with its request. `feed` holds the session's own records, oldest first; `size` is the log's.
    `page_key` and `check_in` (its digest) are of the page that is to answer the host, `supervisor` is whose it is;
    empty while none is."""

    request: RequestView
    found: AnySession
    feed: list[Leaf]
    watching: tuple[str, ...]
    size: int
    note: str
    connected: bool
    page_key: str = ""
    check_in: str = ""
    supervisor: str = ""
    talk: Talk = field(default_factory=Talk)


async def see_sessions(parts: Parts, who: Who, limit: int, before: str = "") -> tuple[list[SessionLine], str]:
    """Of so many requests, newest first (`reading.recent`): every customer's for the house, his own tenant's for an
    approver."""
    require(who, Action.SEE_REQUESTS, who.tenant)
    scope, at, linked = reading.scope_of(who), parts.clock.now(), parts.hub.connected
    async with parts.store.read() as work:
        lines, older = await reading.recent(work, scope, at, linked, limit=limit, before=before)
        return await _begun(work, lines), older


async def see_live_sessions(parts: Parts, who: Who) -> list[SessionLine]:
    """All that run, likewise."""
    require(who, Action.SEE_REQUESTS, who.tenant)
    scope, at, linked = reading.scope_of(who), parts.clock.now(), parts.hub.connected
    async with parts.store.read() as work:
        return await _begun(work, await reading.live_sessions(work, scope, at, linked))


async def _begun(work: Work, lines: list[reading.RequestLine]) -> list[SessionLine]:
    found = [(one, one.session or one.declared) for one in lines]
    return [await _line(work, one, both) for one, both in found if both is not None]


async def see_session(parts: Parts, who: Who, session: str) -> SessionView:
    tenant = await session_tenant(parts, who, Action.SEE_REQUESTS, session)
    async with parts.store.read() as work:
        line = await reading.session_line(work, tenant, session, parts.clock.now(), parts.hub.connected)
    await note_reading(parts, who, tenant, "session", session)
    request = await request_view(parts, who, tenant, line.id)
    found = request.line.session
    assert found is not None  # it names this request
    feed = [leaf for leaf in request.feed if leaf.session == session]
    async with parts.store.read() as work:
        here = await _watching(work, tenant, session)
        head = await log.head(work, tenant)
        signed = await watches.last_check_in(work, tenant, line.id)
        taken = None if signed is None else CheckIn.parse(signed.statement)
        wrapping = parts.keys.wrapping_key()
        whole = await reading.whole(
            work, tenant, line.id, parts.clock.now(), parts.hub.connected, wrapping, 1
        )
        supervisor = "" if taken is None else taken.watcher
        talk = await see_talk(work, found, supervisor, wrapping)
        known = await reading.names(work, {one.by for one in talk.messages}, tenant)
        request.names.update({one.by: known[one.by] for one in talk.messages})
    return SessionView(
        request=request,
        found=found,
        feed=feed,
        watching=tuple(request.names.get(one, one) for one in here),
        size=0 if head is None else head.size,
        note=whole.note,
        connected=line.connected,
        page_key="" if taken is None else taken.page_key,
        check_in="" if taken is None else taken.digest.hex(),
        supervisor=supervisor,
        talk=talk,
    )


async def _line(work: Work, line: reading.RequestLine, found: AnySession | AnyDeclared) -> SessionLine:
    if isinstance(found, AnyDeclared):
        return SessionLine(line, found, ())
    here = await _watching(work, line.tenant, found.permit.id)
    known = await reading.names(work, here, line.tenant)
    return SessionLine(line, found, tuple(known[one] for one in here))


async def _watching(work: Work, tenant: str, session: str) -> list[str]:
    kinds = (WatchJoined.KIND, WatchLeft.KIND)
    return watching(await log.select_leaves(work, tenant, session=session, kinds=kinds, limit=200))


def watching(feed: list[Leaf]) -> list[str]:
    """Pseudonyms of those who came and have not left; who looks twice must leave twice."""
    return list(places(feed))


def places(feed: list[Leaf]) -> dict[str, int]:
    """How many pages each of them still looks at, by the records of one session."""
    here: dict[str, int] = {}
    for leaf in feed:
        match leaf.record:
            case WatchJoined(watcher=watcher):
                here[watcher] = here.get(watcher, 0) + 1
            case WatchLeft(watcher=watcher):
                here[watcher] = max(0, here.get(watcher, 0) - 1)
            case _:
                continue
    return {one: count for one, count in here.items() if count}
