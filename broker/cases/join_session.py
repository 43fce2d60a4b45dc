"""The technician enters his running session: each channel is judged anew, by who he is and what was granted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.wire.file_watch import is_served, unserved
from audit.canonical import b64
from audit.channel_records import ChannelRefused
from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.record import NOBODY, Actor
from audit.statement_parts import CHANNEL_KINDS
from broker.cases.deny import deny, deny_person
from broker.domain.active_session import ActiveSession
from broker.domain.command import require_fit
from broker.domain.people import Who, sees
from broker.domain.ports import leads
from broker.domain.refusal import Refused, Why
from broker.domain.session import Running, enterable, standing
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import channels, people, sessions
from broker.store.channels import Channel


async def find_session(
    parts: Parts,
    session: str,
    *,
    ssh_fingerprint: str | None = None,
    who: Who | None = None,
    at_the_door: bool = False,
) -> ActiveSession:
    """The session, if it runs and this key, or this caller, is its technician's. Writes nothing.
    `at_the_door`: he asks for no channel yet, so a pause does not matter."""
    async with parts.store.read() as work:
        place = await sessions.whereabouts(work, session)
        if place is None or (who is not None and not sees(who, place.tenant)):
            raise Refused(Why.NOT_FOUND)
        found = await sessions.load(work, place.tenant, session)
        technician = found.permit.grant.technician
        if who is not None and who.person != technician.id:
            raise Refused(Why.NOT_ALLOWED)
        if ssh_fingerprint is not None:
            # Named in the grant, and not taken off since.
            key = await people.find_ssh_key(work, ssh_fingerprint)
            if ssh_fingerprint not in technician.ssh_keys or key is None or key.person != technician.id:
                raise Refused(Why.NOT_RECOGNISED)
    if ssh_fingerprint is None and who is None:
        raise Refused(Why.LOGIN_NEEDED)
    active = standing(found) if at_the_door else enterable(found)
    if parts.hub.owed.ends(session):
        raise Refused(Why.SESSION_ENDED, state="ending")
    if parts.clock.now() >= active.ends:
        raise Refused(Why.SESSION_ENDED, state="ended")
    return _seen(active)


def _seen(found: Running) -> ActiveSession:
    permit = found.permit
    return ActiveSession(
        tenant=permit.tenant,
        session=permit.id,
        host=permit.host,
        technician=permit.technician,
        account=permit.grant.account,
        channels=permit.grant.channels,
        salt=permit.salt,
        ends=found.ends,
    )


async def join_session(
    parts: Parts,
    session: str,
    *,
    via: str,
    kind: str,
    terminal: str,
    ssh_fingerprint: str | None = None,
    who: Who | None = None,
    command: str | None = None,
    tool: str | None = None,
    files: str | None = None,
    port: str | None = None,
) -> ActiveSession:
    """Let one channel in; a no is recorded. That it opened is the agent's to say.

    `files`: of a channel for files `sftp`, or the command line of scp or rsync that asks for them."""
    try:
        found = await find_session(parts, session, ssh_fingerprint=ssh_fingerprint, who=who)
    except Refused as no:
        if no.why is Why.SESSION_PAUSED:
            raise  # he asks for what is his, at the wrong moment
        actor, what = (NOBODY, "ssh") if who is None else (who.actor, "activation")
        if who is not None and no.why is Why.NOT_FOUND:  # for him there is no such session: his own log
            await deny_person(parts, who, what, no.why, who.tenant)
        else:
            await deny(parts, session=session, what=what, why=no.why, terminal=terminal, actor=actor)
        raise
    granted = [c for c in found.channels if c.kind == kind and tool in (None, c.tool) and leads(c, port)]
    fits = (kind == "exec") == (command is not None) and (kind == "files") == (files is not None)
    option = None if files is None else unserved(files)
    if granted and fits and option is not None:
        await refuse_channel(parts, found, kind, terminal, Why.OPTION_NOT_SERVED)
        raise Refused(Why.OPTION_NOT_SERVED, option=option)
    if not granted or not fits or not (files is None or is_served(files)):
        await refuse_channel(parts, found, kind, terminal)
        raise Refused(Why.CHANNEL_NOT_GRANTED, kind=kind)
    params: dict[str, Any] = {"via": via, "terminal": terminal}
    opening = None
    if command is not None:
        require_fit(command)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"command": command})
        params |= {"command": command, "command_salt": b64(opening.salt)}
    if files is not None:
        params["files"] = files
    if port is not None:
        params["port"] = port
    if granted[0].tool is not None:
        params["tool"] = granted[0].tool
    asked = Channel(found.tenant, session, opaque_id(parts.chance, "c"), kind, via, terminal)
    async with parts.store.tx(found.tenant, parts.clock.now()) as tx:
        await channels.add(tx, asked, opening)
    return replace(found, channel=asked.id, params=params)


async def refuse_channel(
    parts: Parts, found: ActiveSession, kind: str, terminal: str, why: Why = Why.CHANNEL_NOT_GRANTED
) -> None:
    """Record that the technician asked for a channel he does not get."""
    asked = kind if kind in CHANNEL_KINDS else "other"
    async with parts.store.tx(found.tenant, whole_ms(parts.clock.now())) as tx:
        await tx.append(
            ChannelRefused(kind=asked, reason=why.value, terminal=terminal),
            actor=Actor(found.technician, "technician"),
            session=found.session,
            host=found.host,
        )
        tx.announce("session", found.session)
