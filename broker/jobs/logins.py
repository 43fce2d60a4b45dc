"""Logins end after twelve hours, and that is recorded too."""

from __future__ import annotations

from broker.cases.log_out import end_expired_logins
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    await end_expired_logins(parts)
