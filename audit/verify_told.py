"""Reports of weeks, quarters and interventions: what the log says of each, by one reading of it for them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from audit import instant
from audit.canonical import Value
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.month import Month
from audit.month_sessions import OpeningOf
from audit.periods import Family, family, session_of
from audit.report_records import PeriodTold


def told(
    leaves: Callable[[int], Iterable[Leaf]], opening_of: OpeningOf, zone: str, wanted: Mapping[int, str]
) -> Iterator[dict[str, Value] | None]:
    """Of each `wanted` period, by the index of its `period.told`, in that order: the evidence part, the log's
    origin and root left open. None for the intervention of a session that did not start and end."""
    readers: dict[Family, Month] = {}
    queues: dict[Family, list[str]] = {}
    for n in sorted(wanted, reverse=True):
        queues.setdefault(family(wanted[n]), []).append(wanted[n])
    for kind, queue in queues.items():
        readers[kind] = Month.of(queue.pop(), zone)
    for leaf in leaves(max(wanted)) if wanted else ():
        for reader in readers.values():
            reader.feed(leaf)
        if leaf.n in wanted and isinstance(leaf.record, PeriodTold):
            kind = family(leaf.record.period)
            yield _evidence(readers[kind], opening_of, instant.parse(leaf.record.until))
            if queues[kind]:
                readers[kind] = _next(readers[kind], queues[kind].pop())


def _evidence(reader: Month, opening_of: OpeningOf, until: datetime) -> dict[str, Value] | None:
    try:
        return reader.evidence(opening_of, until, origin="", root=b"")
    except Malformed:
        return None


def _next(reader: Month, period: str) -> Month:
    """Interventions overlap: what is kept for one serves the next."""
    return replace(reader, period=period) if session_of(period) else reader.following(period)
