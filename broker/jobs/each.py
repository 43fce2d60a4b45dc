"""One item after the other: what fails is said, and the next one has its turn all the same."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from broker.domain.refusal import Refused, Why

T = TypeVar("T")
_log = logging.getLogger("verbale.jobs")


async def each(
    job: str, items: Iterable[T], name: Callable[[T], str], work: Callable[[T], Awaitable[object]]
) -> None:
    """`name` says in the journal whose turn it was. A database that is away is nobody's own fault: it
    ends the whole turn."""
    for item in items:
        try:
            await work(item)
        except Refused as no:
            if no.why is Why.LOG_UNAVAILABLE:
                raise
            _log.warning("%s of %s: %s; tried again at the next turn", job, name(item), no.why.value)
        except Exception:  # noqa: BLE001 - the boundary between one item and the others
            _log.exception("%s of %s failed; it is tried again at its next turn", job, name(item))
