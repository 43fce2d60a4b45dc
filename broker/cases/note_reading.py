"""Somebody looks at records: that he does is a record itself (L-51), once an hour for each thing he looks at."""

from __future__ import annotations

import logging
from typing import Literal

from audit.instant import whole_ms
from audit.person_records import RecordRead
from broker.domain.people import Who
from broker.domain.refusal import LOG_STOPPED, Refused
from broker.parts import Parts
from broker.store import readings

_log = logging.getLogger("verbale.reading")


async def note_reading(
    parts: Parts,
    who: Who,
    tenant: str,
    what: Literal["request", "session", "contest", "log", "mail", "accesses", "breach"],
    subject: str = "",
) -> None:
    """Before he sees it. `subject` is the request's, the session's or the contest's id; the log as such has none.

    Where the log takes no records he sees it all the same, and the journal says so.
    """
    at, mark = whole_ms(parts.clock.now()), f"{what} {subject}"
    async with parts.store.read() as work:
        if await readings.noted(work, tenant, who.person, mark, at):
            return
    try:
        async with parts.store.tx(tenant, at) as tx:
            if await readings.noted(tx.work, tenant, who.person, mark, at):
                return
            await readings.note(tx, who.person, mark)
            await tx.append(
                RecordRead(who.person, what, who.terminal, subject=subject or None), actor=who.actor
            )
    except Refused as no:
        if no.why not in LOG_STOPPED:
            raise  # a log that takes nothing down must not hide what *Termina* stands on
        _log.warning("%s was read and the log of %s takes no record of it", mark, tenant)
