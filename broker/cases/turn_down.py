"""The technician asks over SSH for something that is no channel here, whatever was granted: a no, recorded."""

from __future__ import annotations

from broker.cases.deny import deny
from broker.cases.join_session import find_session, refuse_channel
from broker.domain.refusal import Refused, Why
from broker.parts import Parts


async def turn_down(
    parts: Parts,
    session: str,
    *,
    ssh_fingerprint: str,
    kind: str,
    terminal: str,
    why: Why = Why.CHANNEL_NOT_GRANTED,
) -> None:
    """Where the session has ended, or the key was taken off since, the record says that he tried at all."""
    try:
        found = await find_session(parts, session, ssh_fingerprint=ssh_fingerprint)
    except Refused as no:
        await deny(parts, session=session, what="ssh", why=no.why, terminal=terminal)
        return
    await refuse_channel(parts, found, kind, terminal, why)
