"""Read a mailbox: every mail once, in the order it came, and what cannot be recorded stays where it lies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from audit.instant import whole_ms
from audit.mail_evidence.judgement import MAX_MAIL_BYTES
from broker.cases.receive_mail import receive_mail
from broker.domain.arrived import MOST_LEFT_TRIES, Arrived, Cursor, Left, Place
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, mailboxes

_log = logging.getLogger("verbale.post")
AT_ONCE = 50
AGAIN = timedelta(hours=1)
FIRST_DAYS = timedelta(
    days=2
)  # what a box held before it was ours to read; older mail counts for nothing (C-08)
NEVER = timedelta(days=36_500)


class Lying(Protocol):
    @property
    def uid(self) -> int: ...

    @property
    def size(self) -> int:
        """Bytes, as the server says."""
        ...


class Looked(Protocol):
    @property
    def validity(self) -> int: ...

    @property
    def next_uid(self) -> int: ...


class Box(Protocol):
    """A mailbox that is read and never changed. Its calls block; `OSError` for whatever breaks."""

    @property
    def name(self) -> str: ...

    def look(self) -> Looked: ...

    def above(self, uid: int, most: int) -> Sequence[Lying]: ...

    def before(self, day: date) -> int:
        """The number below all that came on that day or later."""
        ...

    def message(self, uid: int) -> tuple[bytes, datetime] | None: ...

    def close(self) -> None: ...


def fetching(box: Box) -> Callable[[Parts], Awaitable[None]]:
    """The job, for the timetable."""

    async def tick(parts: Parts) -> None:
        try:
            await fetch(parts, box)
        except OSError as cut:
            _log.warning("%s; read again at the next turn", cut)

    return tick


async def fetch(parts: Parts, box: Box) -> None:
    """Up to its end. A database that is away ends the turn: the mails stay on the server."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        return  # before set-up nobody's mail can be told from anybody's
    cursor = await _cursor(parts, house.id, box)
    async with parts.store.read() as work:
        due = await mailboxes.left(work, box.name, parts.clock.now())
    for one in due:
        if one.place.validity == cursor.validity:
            await _take(parts, house.id, box, one.place, before=one)
    while lying := await asyncio.to_thread(box.above, cursor.uid, AT_ONCE):
        for mail in lying:
            place = Place(box.name, cursor.validity, mail.uid)
            if mail.size > MAX_MAIL_BYTES:
                await _leave(parts, house.id, Left(place, Why.TOO_LARGE.value, 1, parts.clock.now() + NEVER))
            else:
                await _take(parts, house.id, box, place)
            cursor = replace(cursor, uid=mail.uid)


async def take_mail(parts: Parts, arrived: Arrived) -> bool:
    """What a local mail server hands over: whether it is kept here now. Else that server keeps it."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        return False
    try:
        await receive_mail(parts, replace(arrived, came=whole_ms(parts.clock.now())))
    except Refused as no:
        _log.warning("a mail stays with the server that brought it: %s", no.why.value)
        return False
    return True


async def _cursor(parts: Parts, house: str, box: Box) -> Cursor:
    """Where it goes on. Where its numbers are new ones (UIDVALIDITY, RFC 9051 §2.3.1.1), from the first, and what
    is there already is known by its bytes."""
    looked = await asyncio.to_thread(box.look)
    async with parts.store.read() as work:
        found = await mailboxes.cursor(work, box.name)
    if found is not None and found.validity == looked.validity:
        return found
    if found is None:
        first = (parts.clock.now() - FIRST_DAYS).date()
        cursor = Cursor(box.name, looked.validity, await asyncio.to_thread(box.before, first), 0)
    else:
        cursor = Cursor(box.name, looked.validity, 0, looked.next_uid - 1)
    async with parts.store.tx(house, whole_ms(parts.clock.now()), records=False) as tx:
        await mailboxes.forget_left(tx, box.name)
        await mailboxes.begin(tx, cursor)
    return cursor


async def _take(parts: Parts, house: str, box: Box, place: Place, before: Left | None = None) -> None:
    found = await asyncio.to_thread(box.message, place.uid)
    at = parts.clock.now()
    if found is None:  # somebody deleted it meanwhile
        async with parts.store.tx(house, whole_ms(at), records=False) as tx:
            await mailboxes.reached(tx, place)
        return
    raw, came = found
    arrived = Arrived(raw, min(whole_ms(came), whole_ms(at)), "imap", source=box.name)
    tries = 1 if before is None else before.tries + 1
    due = at + (AGAIN if tries < MOST_LEFT_TRIES else NEVER)
    try:
        await receive_mail(parts, arrived, place)
    except Refused as no:
        if no.why is Why.LOG_UNAVAILABLE:
            raise
        _log.warning("a mail in %s stays there: %s", box.name, no.why.value)
        await _leave(parts, house, Left(place, no.why.value, tries, due))
    except Exception:  # noqa: BLE001 - the boundary between one mail and the others
        _log.exception("a mail in %s could not be recorded and stays there", box.name)
        await _leave(parts, house, Left(place, "unreadable", tries, due))


async def _leave(parts: Parts, house: str, one: Left) -> None:
    async with parts.store.tx(house, whole_ms(parts.clock.now()), records=False) as tx:
        await mailboxes.leave(tx, one)
