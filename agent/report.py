"""Signs what happened on this host, spools it, and hands it to the link until it is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from agent.own_list import OwnList
from agent.spool import Spool
from agent.wire import frames
from audit.canonical import Value
from audit.commitment import Opening
from audit.host_note import HostNote
from audit.keys import SigningKey
from audit.session_list import LISTED

MAX_IN_FLIGHT = 256  # notes sent and not yet acknowledged; after an outage the rest waits its turn
# A broker that orders and never acknowledges must not fill disk and memory: each order leaves a note.
MAX_WAITING = 10_000


class Reports(Protocol):
    """Signs a fact and keeps it before it returns: (kind, session, body), and the opening of what that commits to."""

    def __call__(
        self, kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
    ) -> None: ...


class Reporter:
    """`send` returns False while there is no link: the note then waits in the spool."""

    def __init__(
        self,
        *,
        tenant: str,
        host: str,
        origin: str,
        key: SigningKey,
        spool: Spool,
        own_list: OwnList,
        now: Callable[[], datetime],
        send: Callable[[frames.Frame], bool],
    ) -> None:
        self._tenant = tenant
        self._host = host
        self._origin = origin
        self._key = key
        self._spool = spool
        self._own_list = own_list
        self._now = now
        self._send = send
        self._sent = -1  # the highest number sent on this link
        self._quiet = asyncio.Event()
        self._settle()

    @property
    def next_host_n(self) -> int:
        return self._spool.next_n

    async def quiet(self) -> None:
        """Returns once every note was acknowledged."""
        await self._quiet.wait()

    @property
    def waiting(self) -> int:
        return len(self._spool)

    @property
    def is_full(self) -> bool:
        """No further orders until the broker acknowledges: their notes would have no place."""
        return self.waiting >= MAX_WAITING

    def report(
        self, kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
    ) -> None:
        """The fact is on disk, signed and numbered, when this returns. `opening` of what `body` commits to."""
        self._note(kind, session, body, opening)
        if self._own_list.is_full:
            self.list_sessions()

    def list_sessions(self) -> None:
        """Sign the list of what happened since the last one; none, if nothing did."""
        self._note(LISTED, None, self._own_list.body(self._spool.next_n))

    def list_if_due(self) -> None:
        """A broker that never asks for a list gets one all the same."""
        if self._own_list.is_due(self._now()):
            self.list_sessions()

    def _note(
        self, kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
    ) -> None:
        n, at = self._spool.next_n, self._now()
        self._own_list.hear(n, kind, session, at, body)
        note = HostNote(self._tenant, self._host, n, at, kind, session, body)
        self._spool.append(
            n, note.sign(self._key, self._origin).decode(), None if opening is None else opening.to_value()
        )
        self._flow()

    @property
    def acked(self) -> int:
        """The highest number the broker ever acknowledged: up to it the notes are gone here."""
        return self._spool.acked

    def link_up(self, acked: int) -> bool:
        """Send everything above `acked` again. False if the broker holds notes this state never wrote.

        A broker that lacks notes it acknowledged (below `acked` of ours) is sent nothing: what came
        after them would be a gap.
        """
        self._sent = acked
        if not self._spool.acknowledge(acked):
            return False
        self._flow()
        return True

    def pass_over_lost(self) -> None:
        """Notes that the broker acknowledged are gone on both sides, and the customer knows: go on behind them."""
        self._sent = max(self._sent, self._spool.acked)
        self._flow()

    def acknowledged(self, host_n: int) -> bool:
        """False for a number that was never sent."""
        if host_n > self._sent:
            return False
        self._spool.acknowledge(host_n)
        self._flow()
        return True

    def _settle(self) -> None:
        if self.waiting:
            self._quiet.clear()
        else:
            self._quiet.set()

    def _flow(self) -> None:
        """Strictly in order: a gap would be read as a note that was held back."""
        self._settle()
        for spooled in self._spool.pending(after=self._sent):
            if self._sent - self._spool.acked >= MAX_IN_FLIGHT or spooled.host_n != self._sent + 1:
                return
            if not self._send(frames.NoteFrame(spooled.note, spooled.opening)):
                return
            self._sent = spooled.host_n
