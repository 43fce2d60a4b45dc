"""Whether a log may grow: whoever witnesses it has been heard, and nobody holds what the log here lacks.

A broker begun on an older copy of its database would sign, below what its witnesses cosigned, a second
history. So at its start it waits for those who were there last, and what one of them holds beyond the log
stops that log until the loss is mended. Of this process only: the next one asks again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from broker.domain.refusal import Refused, Why


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a witness holds of a log and the log here does not: a longer one, or (`forked`) another one.

    `note` is its head with the log's own signature, where the witness could show one.
    """

    witness: str
    size: int
    forked: bool
    note: str | None = None


@dataclass(slots=True)
class _Awaited:
    witnesses: set[str]
    until: float  # on the loop's clock
    heard: asyncio.Event = field(default_factory=asyncio.Event)


class Standing:
    """Of every tenant's log. One loop owns it."""

    def __init__(self) -> None:
        self._ahead: dict[str, Ahead] = {}
        self._awaited: dict[str, _Awaited] = {}

    def expect(self, tenant: str, witnesses: Iterable[str], within_s: float) -> None:
        """Nothing is written to this log until each of them is heard, or that many seconds are over."""
        found = set(witnesses)
        if found:
            until = asyncio.get_running_loop().time() + within_s
            self._awaited[tenant] = _Awaited(found, until)

    def awaits(self, tenant: str) -> frozenset[str]:
        """Who has not been heard yet."""
        awaited = self._awaited.get(tenant)
        return frozenset() if awaited is None else frozenset(awaited.witnesses)

    def heard(self, tenant: str, witness: str) -> None:
        """It has said what it holds, and that was compared."""
        awaited = self._awaited.get(tenant)
        if awaited is not None:
            awaited.witnesses.discard(witness)
            if not awaited.witnesses:
                self._settle(tenant)

    def found(self, tenant: str, ahead: Ahead) -> None:
        """The log is not what was cosigned. The longest such head stays the one that is told."""
        held = self._ahead.get(tenant)
        if held is None or ahead.size > held.size:
            self._ahead[tenant] = ahead
        self._settle(tenant)

    def mended(self, tenant: str) -> None:
        """What was found is dealt with: another log goes on without what is lost."""
        self._ahead.pop(tenant, None)

    def ahead(self, tenant: str) -> Ahead | None:
        return self._ahead.get(tenant)

    def signs(self, tenant: str) -> bool:
        """Whether a head of this log may be shown to others now: nobody is waited for or holds more."""
        awaited = self._awaited.get(tenant)
        waiting = awaited is not None and asyncio.get_running_loop().time() < awaited.until
        return not waiting and tenant not in self._ahead

    async def settled(self, tenant: str) -> None:
        """Once nobody is waited for any more."""
        awaited = self._awaited.get(tenant)
        if awaited is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(awaited.until):
                    await awaited.heard.wait()
            self._settle(tenant)

    def demand(self, tenant: str) -> None:
        """Return if this log may sign a new head; `Refused` (log_behind)."""
        ahead = self._ahead.get(tenant)
        if ahead is not None:
            raise Refused(Why.LOG_BEHIND, size=str(ahead.size))

    def _settle(self, tenant: str) -> None:
        awaited = self._awaited.pop(tenant, None)
        if awaited is not None:
            awaited.heard.set()
