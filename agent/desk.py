"""The person at the desk: told who comes, why and until when; may interrupt, with or without a broker.

Three ways meet here. Notices go to the terminals of whoever is logged in and, for windows to read, to
``desk/<session>.json`` in the state folder. Orders come over the local socket (`desk_socket.py`):
interrupt, status, allow, deny.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

from agent import people
from agent.desk_socket import Order, Reply
from agent.events import Left
from agent.notice import Notice, plain, rest_of
from agent.pins_store import write_file
from agent.refusal import No
from agent.settings import SYSTEM_STATE
from agent.wire.refusals import REFUSALS
from audit.errors import Malformed
from audit.signed import SignedStatement


@dataclass(frozen=True, slots=True)
class Orders:
    """What the desk needs of the sessions: end some now (what of each lives on), list them, say which
    terminals are their own, and end one by an approver's signature (its id; `No` if that does not count)."""

    interrupt: Callable[[str | None], Awaitable[dict[str, Left]]]
    live: Callable[[], list[str]]
    own_terminals: Callable[[], frozenset[str]]
    stop_signed: Callable[[SignedStatement], str]


class Desk:
    """Of this machine. `obey` is what the socket hands its callers' orders to."""

    def __init__(
        self,
        state_dir: Path,
        orders: Orders,
        now: Callable[[], datetime],
        *,
        terminals: Callable[[], list[str]] = people.terminals,
        zone: tzinfo | None = None,
    ) -> None:
        self._state_dir = state_dir
        self._orders = orders
        self._now = now
        self._terminals = terminals
        self._zone = zone
        self._asked: dict[str, asyncio.Future[bool]] = {}

    # telling

    def tell(self, notice: Notice) -> Literal["told", "nobody"]:
        """A session begins; `told` means that at least one terminal took the words."""
        with contextlib.suppress(OSError):  # a full disk keeps the words from no terminal
            self._write_file(notice, "live")
        return "told" if self._show(self._wording(notice, ask=False)) else "nobody"

    async def ask(self, notice: Notice, limit_s: float) -> Literal["consented", "denied"]:
        """A session may begin if somebody says so in time; nobody there, and no answer, are no (R18)."""
        answer = asyncio.get_running_loop().create_future()
        self._asked[notice.session] = answer
        try:
            self._write_file(notice, "asking")
            if not self._show(self._wording(notice, ask=True)):
                return "denied"
            async with asyncio.timeout(limit_s):
                allowed = await answer
        except TimeoutError:
            allowed = False
        finally:
            del self._asked[notice.session]
        if allowed:
            self._write_file(notice, "live")
        return "consented" if allowed else "denied"

    def announce(self, text: str) -> None:
        """Of no session: to everybody who is logged in."""
        self._show(text)

    def say_paused(self, notice: Notice) -> None:
        """Nobody watches: the technician sees and does nothing meanwhile."""
        self._say_state(notice, "paused", notice.wording_paused(self._now(), self._zone))

    def say_resumed(self, notice: Notice) -> None:
        self._say_state(notice, "live", notice.wording_resumed(self._now(), self._zone))

    def _say_state(self, notice: Notice, state: str, text: str) -> None:
        with contextlib.suppress(OSError):  # a full disk keeps the words from no terminal
            self._write_file(notice, state)
        self._show(text)

    def say_ended(self, notice: Notice, seconds: int | None, left: Left) -> None:
        self.forget(notice.session)
        self._show(notice.wording_ended(self._now(), seconds, left, self._zone))

    def forget(self, session: str) -> None:
        forget(self._state_dir, session)

    def _wording(self, notice: Notice, *, ask: bool) -> str:
        # Who types the command finds the system's agent by himself, and no other.
        folder = self._state_dir.absolute()
        where = "" if folder == SYSTEM_STATE else f" --state {shlex.quote(str(folder))}"
        return notice.wording(ask=ask, zone=self._zone, where=where)

    def _show(self, text: str) -> int:
        own = self._orders.own_terminals()
        return sum(people.write_to(path, text) for path in self._terminals() if path not in own)

    def _write_file(self, notice: Notice, state: str) -> None:
        """Readable for the windows of whoever is logged in, whatever umask the agent was given."""
        file = _file(self._state_dir, notice.session)
        file.parent.mkdir(exist_ok=True)
        file.parent.chmod(0o755)
        write_file(file, json.dumps(notice.to_file(state), ensure_ascii=False).encode(), mode=0o644)

    # obeying

    async def obey(self, order: Order) -> Reply:
        """Of somebody who may give orders. `ValueError` for one that there is not."""
        match order.op, order.session:
            case "status", None:
                return Reply(_count(self._orders.live()), sessions=tuple(self._orders.live()))
            case "interrupt", _:
                return await self._interrupt(order.session)
            case "stop", None if order.signed is not None:
                return self._stop_signed(order.signed)
            case (("allow" | "deny"), str(session)):
                return self._decide(session, allow=order.op == "allow")
            case _:
                raise ValueError("not an order")

    async def _interrupt(self, session: str | None) -> Reply:
        wanted = self._orders.live() if session is None else [session]
        if session is not None and session not in self._orders.live():
            return Reply(f"La sessione {plain(session, 40)} non è in corso.", ok=False)
        if not wanted:
            return Reply("Nessuna sessione è in corso su questo computer.")
        ended = await self._orders.interrupt(session)
        if len(ended) < len(wanted):
            return Reply("Il collegamento non è ancora chiuso: ripeta l’ordine.", ok=False)
        done = "Collegamento interrotto." if len(ended) == 1 else f"{len(ended)} collegamenti interrotti."
        for left in ("some", "unknown"):
            if left in ended.values():
                return Reply(f"{done} {rest_of(left)}", ok=left != "some", sessions=tuple(ended))
        still = self._orders.live()
        rest = "Nessuno è più collegato a questo computer." if not still else _count(still)
        return Reply(f"{done} {rest}", sessions=tuple(ended))

    def _stop_signed(self, text: str) -> Reply:
        try:
            session = self._orders.stop_signed(SignedStatement.parse(text.encode()))
        except Malformed:
            return Reply("Il file non è un ordine di fine firmato.", ok=False)
        except No as said:
            return Reply(REFUSALS[said.code].it, ok=False)
        return Reply(f"Ordine accettato: la sessione {plain(session, 40)} si chiude.", sessions=(session,))

    def _decide(self, session: str, *, allow: bool) -> Reply:
        answer = self._asked.get(session)
        if answer is None or answer.done():
            return Reply("Nessuno chiede adesso di collegarsi con quella sessione.", ok=False)
        answer.set_result(allow)
        return Reply("Collegamento consentito." if allow else "Collegamento rifiutato: nessuno si collega.")

    def answer_all(self, *, allow: bool) -> list[Reply]:
        """The same answer for everybody who waits to be let in."""
        return [self._decide(session, allow=allow) for session in list(self._asked)]


def forget(state_dir: Path, session: str) -> None:
    """Nothing is shown of it any more."""
    with contextlib.suppress(OSError):
        _file(state_dir, session).unlink()


def _file(state_dir: Path, session: str) -> Path:
    return state_dir / "desk" / f"{session}.json"


def _count(sessions: list[str]) -> str:
    match len(sessions):
        case 0:
            return "Nessuna sessione è in corso su questo computer."
        case 1:
            return "Una sessione è in corso su questo computer."
        case found:
            return f"{found} sessioni sono in corso su questo computer."
