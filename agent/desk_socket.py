"""The desk's door: one order a call, and no caller keeps another out.

Who may call (by the kernel's word, judged before his own is heard): root, the account of this agent, and whoever
is logged in on this machine; never from inside a session, where the technician could say yes to
himself. Whoever calls and says nothing gives way to the next caller of his own account.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.desk_words import both
from agent.language import Language
from agent.system.here import accounts, door, people, table
from agent.system.interface import AccountKey, Caller, Listener, Peer
from agent.task_group import TaskGroup
from agent.wire.refusals import Sentence

MAX_ORDER_BYTES = 16 * 1024  # a signed stop, spelt out inside another JSON
ORDER_LIMIT_S = 2.0  # to say what one wants
MAX_SILENT = 4  # callers of one account that have said nothing yet
MAX_CALLERS = 16  # of one account, those whose order is being carried out among them
NO_ROOM_S = 0.1  # before the next try, when the system has no descriptor for one more caller


@dataclass(frozen=True, slots=True)
class Order:
    """`signed`: of the op `stop`, the statement and its assertion as canonical JSON. `text`: of `report` and
    `explain`. `language`: of the answer to `information`, which is too long to come in both."""

    op: str
    session: str | None
    signed: str | None = None
    text: str = ""
    language: Language = "it"

    @classmethod
    def read(cls, line: bytes) -> Order:
        """`ValueError` for anything that is no order."""
        try:
            found = json.loads(line)
        except RecursionError as wrong:
            raise ValueError("not an order") from wrong
        match found:
            case {"op": "stop", "signed": str(signed)}:
                return cls("stop", None, signed)
            case {"op": ("report" | "explain") as op, "text": str(text), "session": str(session)}:
                return cls(op, session, text=text)
            case {"op": "report", "text": str(text)} if "session" not in found:
                return cls("report", None, text=text)
            case {"op": "information" as op, "language": ("it" | "en") as language, "session": str(session)}:
                return cls(op, session, language=language)
            case {"op": "information" as op, "language": ("it" | "en") as language} if "session" not in found:
                return cls(op, None, language=language)
            case {"op": str(op), "session": str(session)}:
                return cls(op, session)
            case {"op": str(op)} if "session" not in found:
                return cls(op, None)
            case _:
                raise ValueError("not an order")


@dataclass(frozen=True, slots=True)
class Reply:
    """The sentence to show, `en` where its English is another; `ok`: the order was carried out; `busy`: it was
    not heard, try again."""

    text: str
    ok: bool = True
    sessions: tuple[str, ...] | None = None
    busy: bool = False
    en: str = ""

    @classmethod
    def of(
        cls, said: Sentence, *, ok: bool = True, sessions: tuple[str, ...] | None = None, busy: bool = False
    ) -> Reply:
        return cls(said.it, ok, sessions, busy, said.en)

    @classmethod
    def no(cls, code: str, **facts: object) -> Reply:
        """Not carried out."""
        return cls.of(both(code, **facts), ok=False)

    def shown(self, language: Language) -> str:
        return self.en if language == "en" and self.en else self.text

    def encode(self) -> bytes:
        body: dict[str, Any] = {"ok": self.ok, "text": self.text}
        if self.en:
            body["en"] = self.en
        if self.sessions is not None:
            body["sessions"] = list(self.sessions)
        if self.busy:
            body["busy"] = True
        return json.dumps(body, ensure_ascii=False).encode() + b"\n"


class DeskSocket:
    """`obey` carries an order out; `is_inside`: whether a process may belong to a session."""

    def __init__(
        self,
        state_dir: Path,
        obey: Callable[[Order], Awaitable[Reply]],
        is_inside: Callable[[int], bool],
    ) -> None:
        self._state_dir = state_dir
        self._obey = obey
        self._is_inside = is_inside
        self._calls: dict[AccountKey, list[asyncio.Task[None]]] = defaultdict(list)
        self._silent: dict[AccountKey, list[asyncio.Task[None]]] = defaultdict(list)

    def listen(self) -> Listener:
        """Callable from now on; `serve` answers."""
        return door.listen(self._state_dir)

    async def serve(self, listener: Listener) -> None:
        """Answer until cancelled. Every caller is taken at once: a queue would be the first one's to fill."""
        async with TaskGroup() as group:
            while True:
                try:
                    peer = await listener.accept()
                except OSError:
                    await asyncio.sleep(NO_ROOM_S)
                    continue
                self._let_in(peer, group)
                await asyncio.sleep(0)  # a crowd at the desk keeps no session waiting

    def _let_in(self, peer: Peer, group: TaskGroup) -> None:
        caller = peer.caller
        no = self._why_not(caller)
        if no is not None:
            peer.turn_away(no.encode())
            return
        silent, calls = self._silent[caller.uid], self._calls[caller.uid]
        if len(silent) >= MAX_SILENT:
            silent.pop(0).cancel()
        task = group.create_task(self._answer(peer, caller.uid))
        silent.append(task)
        calls.append(task)
        task.add_done_callback(lambda gone: self._forget(caller.uid, gone, peer))

    def _why_not(self, caller: Caller) -> Reply | None:
        if not accounts.may_always_order(caller.uid) and not people.is_logged_in(caller.uid):
            return Reply.no("not_logged_in")
        # Whoever has gone since he called cannot be placed: he may have come from inside a session.
        if table.process(caller.pid) is None or self._is_inside(caller.pid):
            return Reply.no("from_inside")
        if len(self._calls[caller.uid]) >= MAX_CALLERS:
            return Reply.of(both("too_many_orders"), ok=False, busy=True)
        return None

    def _heard(self, uid: AccountKey) -> None:
        task = asyncio.current_task()
        if task in self._silent[uid]:
            self._silent[uid].remove(task)

    def _forget(self, uid: AccountKey, gone: asyncio.Task[None], peer: Peer) -> None:
        peer.close()  # here, for a task that is cancelled before it begins closes nothing
        for tasks in (self._silent, self._calls):
            if gone in tasks[uid]:
                tasks[uid].remove(gone)
            if not tasks[uid]:
                del tasks[uid]

    async def _answer(self, peer: Peer, uid: AccountKey) -> None:
        with contextlib.suppress(OSError):
            try:
                async with asyncio.timeout(ORDER_LIMIT_S):
                    line = await _line(peer)
                self._heard(uid)
                reply = await self._obey(Order.read(line))
            except (TimeoutError, ValueError):
                reply = Reply.no("not_understood")
            async with asyncio.timeout(ORDER_LIMIT_S):
                await peer.send(reply.encode())


async def _line(peer: Peer) -> bytes:
    heard = b""
    while b"\n" not in heard:
        data = await peer.recv(MAX_ORDER_BYTES)
        heard += data
        if not data or len(heard) > MAX_ORDER_BYTES:
            raise ValueError("not an order")
    return heard.split(b"\n", 1)[0]
