"""When the name of somebody who has left may go: with the last of all that needs or prints it.

Pure. `audit.verify_erasures` asks for the terms of records alone; here everything else that is still kept
counts too, so that a name which is gone is nowhere any more, and any hold stays all names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from audit.record import RetainClass
from broker.domain.erasing import Erased, Kept, Name, due


@dataclass(frozen=True, slots=True)
class Stay:
    """What keeps a name: records of a class, a report that prints it, a request's text, or a hold, which has
    no end of its own."""

    what: RetainClass | Literal["request", "hold"]
    until: datetime | None


def due_with_names(kept: Kept, at: datetime) -> Erased:
    gone = due(kept, at)
    names = tuple(one.n for one in kept.names if stays(kept, one, at, gone) is None)
    return replace(gone, texts=(*gone.texts, *names))


def stays(kept: Kept, name: Name, at: datetime, gone: Erased) -> Stay | None:
    """Why a name is not erased at `at`, when `gone` is; None where nothing keeps it."""
    if kept.holds:
        return Stay("hold", None)
    until, what = max((kept.end(retain, since), retain) for retain, since in name.since)
    if at < until:
        return Stay(what, until)
    texts = [one for one in kept.texts if one.n not in gone.texts]
    asked = [kept.free(one) for one in texts if one.technician == name.person]
    if asked:
        return Stay("request", max(asked))
    printed = _printed(kept, name, gone)
    return None if not printed else Stay("report", max(printed))


def _printed(kept: Kept, name: Name, gone: Erased) -> list[datetime]:
    """When the reports that name him are free. A commercial part whose own report is not there may name anybody."""
    left = [one for one in kept.reports if one.n not in gone.reports]
    reports = Counter(one.period for one in left)
    parts = [one for one in kept.texts if one.period is not None and one.n not in gone.texts]
    figures = Counter(one.period for one in parts)
    return [
        *(kept.free(one) for one in left if name.person in one.people),
        *(kept.free(one) for one in parts if figures[one.period] > reports[one.period or ""]),
    ]
