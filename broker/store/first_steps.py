"""Whether anything was ever asked, and whether anything ever began, of any customer."""

from __future__ import annotations

from sqlalchemy import select

from broker.store.database import Work
from broker.store.tables import requests, sessions


async def asked(work: Work) -> bool:
    return bool(await work.run(select(requests.c.id).limit(1)))


async def began(work: Work) -> bool:
    return bool(await work.run(select(sessions.c.id).where(sessions.c.started.is_not(None)).limit(1)))
