"""What was said and noted beside a session, as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.live_records import ExtensionProposed
from broker.cases.ask_extension import waiting_extension
from broker.domain.presence import due
from broker.domain.session import AnySession, Running
from broker.domain.talking import Flag, Message
from broker.store import beside_session
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said beside a session. `messages` oldest first; `flags` are moments that stand. `due`: by when its
    supervisor is to say that he is there. `extension`: a request that asks for more time and waits for a signature;
    `proposed`: so many seconds that somebody would sign for, by whom, where nothing was asked since."""

    messages: tuple[Message, ...] = ()
    flags: tuple[Flag, ...] = ()
    due: datetime | None = None
    extension: str = ""
    proposed: tuple[int, str] | None = None


async def see_talk(work: Work, found: AnySession, supervisor: str, wrapping: bytes) -> Talk:
    permit = found.permit
    tenant, session = permit.tenant, permit.id
    said = await beside_session.messages(work, tenant, session, wrapping)
    flags = await beside_session.flags(work, tenant, session)
    if not isinstance(found, Running):
        return Talk(tuple(said), tuple(flags))
    since = await beside_session.present_since(work, tenant, session, permit.request, supervisor)
    leaf = await beside_session.proposed(work, tenant, session)
    waits = await waiting_extension(work, found)
    proposed = None
    if leaf is not None and isinstance(leaf.record, ExtensionProposed):
        asked_since = waits is not None and waits.asked.opened_n > leaf.n
        proposed = None if asked_since else (leaf.record.seconds, leaf.actor.id)
    return Talk(
        tuple(said),
        tuple(flags),
        None if since is None else due(found.started, since),
        "" if waits is None else waits.asked.id,
        proposed,
    )
