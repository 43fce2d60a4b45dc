"""What of a technician's variables goes on to the host: those that the customer's rules name, and no other."""

from __future__ import annotations

from collections.abc import Mapping

from agent.wire.channel import ENV_VALUE
from broker.domain.active_session import ActiveSession
from broker.parts import Parts
from broker.store import statements

_USUAL = ("LANG", "LC_", "COLORTERM")  # stock ssh sends these unasked: left behind without a word


async def sent_along(
    parts: Parts, joined: ActiveSession, sent: Mapping[bytes, bytes]
) -> tuple[dict[str, str], bool]:
    """(what goes on, whether he sent something else that nobody sends by default)."""
    async with parts.store.read() as work:
        policy = await statements.policy(work, joined.tenant)
    named = frozenset() if policy is None else frozenset(policy.environment)
    allowed: dict[str, str] = {}
    strange = False
    for key, value in sent.items():
        name, text = key.decode("ascii", "replace"), value.decode("ascii", "replace")
        if name in named and ENV_VALUE.fullmatch(text):
            allowed[name] = text
        else:
            strange = strange or name in named or not name.startswith(_USUAL)
    return allowed, strange
