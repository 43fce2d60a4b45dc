"""What is to be told after a commit, until it is: kept as ids, so that no name or text waits in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from audit import instant
from broker.store.database import Work
from broker.store.tables import outbox
from broker.store.tx import Tx

MAIL = "mail"  # a letter about a request
HOLD = "hold"  # a hold on erasure that is to be reviewed
HEAD = "head"  # the weekly letter with the log's head
PAPER = "paper"  # a letter about a list that the key on paper signed
TOOL = "tool"  # a licensed tool was seen outside any grant
REPORT = "report"  # an issued report
CALL = "call"  # somebody rang who may not authorise
DESK = "desk"  # something was reported at a machine
DUTY = "duty"  # a sub-processor was announced
POST = "post"  # a mail came
PROGRAM = "program"  # a version, a defect, a customisation on test
PAGE = "page"  # something stands on a page
BREACH = "breach"  # the titolare is told of a breach
QUESTION = "question"  # the vendor holds an instruction unlawful
YEARLY = "yearly"  # nobody has verified the administrators’ work for a year


@dataclass(frozen=True, slots=True)
class Due:
    """Something to deliver; `tries` counts the attempts so far."""

    id: int
    tenant: str
    kind: str
    payload: dict[str, Any]
    due: datetime
    tries: int


async def letters(
    tx: Tx,
    letter: str,
    request: str,
    to: Iterable[str],
    *,
    by: str | None = None,
    due: datetime | None = None,
) -> None:
    """One mail to each of these people, about this request. `by`: whose answer it tells of; the request
    may have moved on before it is sent. `due`: not before then."""
    told = {} if by is None else {"by": by}
    for person in dict.fromkeys(to):
        await tx.tell(MAIL, {"letter": letter, "request": request, "to": person, **told}, due=due)


async def post(
    tx: Tx, letter: str, to: Iterable[str], *, mail: str | None = None, request: str | None = None
) -> None:
    """One mail to each of these people, about a mail that came and the request it is about, or about our letters."""
    about = {key: value for key, value in (("mail", mail), ("request", request)) if value is not None}
    for person in dict.fromkeys(to):
        await tx.tell(POST, {"letter": letter, "to": person, **about})


async def page(
    tx: Tx,
    letter: str,
    to: Iterable[str],
    *,
    about: str = "",
    by: str | None = None,
    due: datetime | None = None,
) -> None:
    """One mail to each of these people that leads to a page (`domain/page_letter.py`). `by`: whose act it tells of."""
    told = {key: value for key, value in (("about", about), ("by", by)) if value}
    for person in dict.fromkeys(to):
        await tx.tell(PAGE, {"letter": letter, "to": person, **told}, due=due)


async def paged_since(work: Work, tenant: str, letter: str, about: str, at: datetime) -> set[str]:
    """To whom such a letter about that went, or goes, from `at` on."""
    found = await since(work, tenant, PAGE, at)
    return {
        str(one.payload["to"])
        for one in found
        if (one.payload["letter"], one.payload.get("about", "")) == (letter, about)
    }


async def newest_page(work: Work, letter: str) -> datetime | None:
    """When the last such letter of any tenant went, or goes."""
    rows = await work.run(
        select(outbox.c.due)
        .where(outbox.c.kind == PAGE, outbox.c.payload.like(f'{{"letter": "{letter}"%'))
        .order_by(outbox.c.due.desc())
        .limit(1)
    )
    return instant.parse(rows[0].due) if rows else None


async def due(work: Work, at: datetime, limit: int) -> list[Due]:
    """What waits and whose time has come, of every tenant, oldest first."""
    rows = await work.run(
        select(outbox)
        .where(outbox.c.done.is_(None), outbox.c.due <= instant.to_text(at))
        .order_by(outbox.c.due, outbox.c.id)
        .limit(limit)
    )
    return [_due(row) for row in rows]


async def every(work: Work, tenant: str, kind: str) -> list[Due]:
    """All of its kind, delivered or not."""
    rows = await work.run(
        select(outbox).where(outbox.c.tenant == tenant, outbox.c.kind == kind).order_by(outbox.c.id)
    )
    return [_due(row) for row in rows]


async def since(work: Work, tenant: str, kind: str, at: datetime) -> list[Due]:
    """Those of its kind that are due from `at` on, delivered or not."""
    rows = await work.run(
        select(outbox).where(
            outbox.c.tenant == tenant, outbox.c.kind == kind, outbox.c.due >= instant.to_text(at)
        )
    )
    return [_due(row) for row in rows]


async def last(work: Work, tenant: str, kind: str) -> Due | None:
    """The newest of its kind, delivered or not."""
    rows = await work.run(
        select(outbox)
        .where(outbox.c.tenant == tenant, outbox.c.kind == kind)
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return _due(rows[0]) if rows else None


def _due(row: Row[Any]) -> Due:
    return Due(row.id, row.tenant, row.kind, json.loads(row.payload), instant.parse(row.due), row.tries)


async def done(tx: Tx, id: int) -> None:
    await tx.mark(update(outbox).where(outbox.c.id == id).values(done=instant.to_text(tx.at)))


async def later(tx: Tx, id: int, due_at: datetime, tries: int) -> None:
    """It could not be delivered: again at `due_at`."""
    await tx.mark(update(outbox).where(outbox.c.id == id).values(due=instant.to_text(due_at), tries=tries))
