"""Logins end after twelve hours, and that is recorded too."""

from __future__ import annotations

from functools import partial

from broker.cases.log_out import end_expired_login, expired_logins
from broker.jobs.each import each
from broker.parts import Parts
from broker.store.logins import WebSession


async def tick(parts: Parts) -> None:
    await each("the login", await expired_logins(parts), _whose, partial(end_expired_login, parts))


def _whose(session: WebSession) -> str:
    return session.person
