"""Ends that were ordered and are not done with: their agents have not heard, or no log took the order down.

Of this process's memory: what is in a log is asked of the log when an agent is back, whoever ordered it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from agent.wire.frames import SignedStop, Stop
from audit.record import Actor

MAX_OWED = 4096  # of each; beyond it the oldest goes
Order = Stop | SignedStop


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An order to stop that its log could not take down; `given`: when it was given.

    `statement` (digest) and `proof` (evidence as kind, bytes) are of one that was signed.
    """

    tenant: str
    session: str
    by: Actor
    reason: str
    terminal: str
    given: datetime
    statement: str | None = None
    proof: tuple[tuple[str, bytes], ...] = ()


class Owed:
    def __init__(self) -> None:
        self._unsent: OrderedDict[tuple[str, str], Order] = OrderedDict()
        self._unrecorded: OrderedDict[str, Unrecorded] = OrderedDict()
        self.writing = asyncio.Lock()

    def owe(self, host: str, session: str, order: Order) -> None:
        """It could not be sent."""
        kept = self._unsent.get((host, session))
        if not isinstance(kept, SignedStop):  # which says more than any other
            self._unsent[host, session] = order
        _bound(self._unsent)

    def take(self, host: str) -> list[Order]:
        """What was ordered while this agent was away, taken out: it has to hear that first."""
        return [self._unsent.pop(key) for key in list(self._unsent) if key[0] == host]

    def keep(self, order: Unrecorded) -> None:
        """It could not be written down. Of several the first counts, but for one that was signed."""
        kept = self._unrecorded.get(order.session)
        if kept is None or (kept.statement is None and order.statement is not None):
            self._unrecorded[order.session] = order
        _bound(self._unrecorded)

    def unrecorded(self, tenant: str) -> Unrecorded | None:
        """The next one of this tenant. Whoever would record it holds `writing`, and says when it is `recorded`."""
        return next((one for one in self._unrecorded.values() if one.tenant == tenant), None)

    def recorded(self, order: Unrecorded) -> None:
        if self._unrecorded.get(order.session) is order:
            del self._unrecorded[order.session]

    def ends(self, session: str) -> bool:
        """Whether its end is ordered and the log does not say so yet: nobody enters it any more."""
        return session in self._unrecorded


def _bound(kept: OrderedDict[str, Unrecorded] | OrderedDict[tuple[str, str], Order]) -> None:
    while len(kept) > MAX_OWED:
        kept.popitem(last=False)
