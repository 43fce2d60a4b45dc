"""The person at the desk: told who comes, why and until when; may interrupt, with or without a broker.

Notices go to the terminals of whoever is logged in; to ``desk/<session>.json`` in the state folder, for the
window (`agent.window`); and to ``desk/<session>.txt``, for whoever logs in meanwhile. Orders come over the
local socket (`desk_socket.py`): interrupt, explain, status, allow, deny, report, information; and, of
windows, wait, shown, ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal

from agent import information
from agent.desk_reports import DeskReports
from agent.desk_socket import Order, Reply
from agent.desk_words import both, chosen
from agent.events import Left
from agent.language import Language
from agent.notice import Notice, plain
from agent.pins_store import write_file
from agent.refusal import No
from agent.report import Reports
from agent.settings import SYSTEM_STATE
from agent.system.here import files, people
from agent.wire.refusals import REFUSALS, Sentence
from audit import instant
from audit.channel_words import Pair
from audit.errors import Malformed
from audit.policy import Policy
from audit.signed import SignedStatement

SHOWN_LIMIT_S = 6.0  # for a window to open and say that it shows the words; a terminal says so at once
WAIT_S = 50.0  # a window's call that waits is answered by then, changed or not
MAX_WAITING = 64
MAX_INFORMATION_BYTES = 48 * 1024  # of one answer at the desk's door
MAX_LAST = 32  # ends of which a window may still ask


@dataclass(frozen=True, slots=True)
class Orders:
    """What the desk needs of the sessions: end some now (what of each lives on), list them, say which
    terminals are their own, end one by an approver's signature (its id; `No` if that does not count), give the
    rules that one was admitted under, and write a note."""

    interrupt: Callable[[str | None], Awaitable[dict[str, Left]]]
    live: Callable[[], list[str]]
    own_terminals: Callable[[], frozenset[str]]
    stop_signed: Callable[[SignedStatement], str]
    rules: Callable[[str], Policy | None]
    report: Reports


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
        call_windows: Callable[[], bool] = lambda: False,
        language: Language = "it",
    ) -> None:
        """`call_windows` opens the window on every desktop it can; whether one may come. `language`: of what
        terminals are told; windows and commands have their own."""
        self._state_dir = state_dir
        self._orders = orders
        self._now = now
        self._terminals = terminals
        self._zone = zone
        self._language = language
        self._call_windows = call_windows
        self._reports = DeskReports(orders.report, now, orders.live, self._is_known)
        self._asked: dict[str, asyncio.Future[bool]] = {}
        self._shown: dict[str, asyncio.Event] = {}  # of the sessions there are words about
        self._files: dict[str, tuple[Notice, dict[str, Any]]] = {}
        self._using: dict[str, tuple[Pair, ...]] = {}
        self._last: dict[str, Sentence] = {}
        self._waiting = 0
        self._changed = asyncio.Event()
        self._version = f"{os.getpid()}-0"  # of what there is to show
        self._online = True

    # telling

    async def tell(self, notice: Notice) -> Literal["told", "nobody"]:
        """A session begins; `told` means that at least one terminal or window took the words."""
        with contextlib.suppress(OSError):  # a full disk keeps the words from no terminal
            self._write_file(notice, {"state": "live"})
        may_come = await self._windows_may_come()
        if self._show(self._wording(notice, ask=False)):
            return "told"
        return "told" if may_come and await self._is_shown(notice.session) else "nobody"

    async def ask(self, notice: Notice, limit_s: float) -> Literal["consented", "denied"]:
        """A session may begin if somebody says so in time; nobody there, and no answer, are no (R18)."""
        answer = asyncio.get_running_loop().create_future()
        self._asked[notice.session] = answer
        allowed = False
        try:
            until = instant.to_text(self._now() + timedelta(seconds=limit_s))
            self._write_file(notice, {"state": "asking", "answer_by": until})
            may_come = await self._windows_may_come()
            if self._show(self._wording(notice, ask=True)) or (
                may_come and await self._is_shown(notice.session)
            ):
                async with asyncio.timeout(limit_s):
                    allowed = await answer
        except TimeoutError:
            pass
        finally:
            del self._asked[notice.session]
        if allowed:
            self._write_file(notice, {"state": "live"})
        return "consented" if allowed else "denied"

    async def _windows_may_come(self) -> bool:
        """Aside: whoever looks for desktops reads of every process on this machine."""
        waiting = self._waiting > 0
        return await asyncio.to_thread(self._call_windows) or waiting

    async def _is_shown(self, session: str) -> bool:
        """Whether a window says in time that it has the words on a screen somebody can see."""
        try:
            async with asyncio.timeout(SHOWN_LIMIT_S):
                return await self._shown[session].wait()
        except TimeoutError:
            return False

    def say_link(self, *, up: bool) -> None:
        """Windows say that *Interrompi* works without the server, too."""
        if up != self._online:
            self._online = up
            for notice, more in list(self._files.values()):
                with contextlib.suppress(OSError):
                    self._write_file(notice, more)

    def announce(self, text: Sentence) -> None:
        """Of no session: to everybody who is logged in."""
        self._show(chosen(text, self._language))

    def say_using(self, notice: Notice, words: tuple[Pair, ...]) -> None:
        """What of it is open now."""
        if notice.session in self._files:
            self._using[notice.session] = words
            with contextlib.suppress(OSError):
                self._write_file(*self._files[notice.session])

    def say_first_use(self, notice: Notice, word: Pair) -> None:
        """On the terminals; windows say all the while what is open."""
        shown = chosen(Sentence(*word), self._language)
        self._show(notice.wording_uses(self._now(), self._zone, shown, self._language))

    def say_paused(self, notice: Notice, reason: str) -> None:
        """Nobody watches, or whoever does wants it: the technician sees and does nothing meanwhile."""
        text = notice.wording_paused(self._now(), self._zone, reason, self._language)
        self._say_state(notice, "paused", text, reason=reason)

    def say_resumed(self, notice: Notice) -> None:
        text = notice.wording_resumed(self._now(), self._zone, self._language)
        self._say_state(notice, "live", text)

    def _say_state(self, notice: Notice, state: str, text: str, **more: str) -> None:
        with contextlib.suppress(OSError):  # a full disk keeps the words from no terminal
            self._write_file(notice, {"state": state, "at": instant.to_text(self._now())} | more)
        self._show(text)

    def say_ended(self, notice: Notice, seconds: int | None, left: Left) -> None:
        at = self._now()
        text = Sentence(
            notice.wording_ended(at, seconds, left, self._zone, "it"),
            notice.wording_ended(at, seconds, left, self._zone, "en"),
        )
        if len(self._last) >= MAX_LAST:
            self._last.pop(next(iter(self._last)))
        self._last[notice.session] = Sentence(text.it.strip(), text.en.strip())
        self.forget(notice.session)
        self._show(chosen(text, self._language))

    def forget(self, session: str) -> None:
        self._shown.pop(session, None)
        self._files.pop(session, None)
        self._using.pop(session, None)
        forget(self._state_dir, session)
        self._wake()

    def _wording(self, notice: Notice, *, ask: bool) -> str:
        return notice.wording(ask=ask, zone=self._zone, where=self._where(), language=self._language)

    def _where(self) -> str:
        """Who types the command finds the system's agent by himself, and no other."""
        folder = self._state_dir.absolute()
        return "" if folder == SYSTEM_STATE else f" --state {shlex.quote(str(folder))}"

    def _show(self, text: str) -> int:
        own = self._orders.own_terminals()
        return sum(people.write_to(path, text) for path in self._terminals() if path not in own)

    def _write_file(self, notice: Notice, more: dict[str, Any]) -> None:
        """Readable for the windows of whoever is logged in, whatever umask the agent was given."""
        self._shown.setdefault(notice.session, asyncio.Event())
        self._files[notice.session] = notice, more
        for_windows, for_logins = _files(self._state_dir, notice.session)
        for_windows.parent.mkdir(exist_ok=True)
        files.set_mode(for_windows.parent, 0o755)
        using = self._using.get(notice.session, ())
        now = {
            "online": self._online,
            "open": [italian for italian, _ in using],
            "open_en": [english for _, english in using],
        }
        body = notice.to_file() | more | now
        write_file(for_windows, json.dumps(body, ensure_ascii=False).encode(), mode=0o644)
        if more["state"] != "asking":
            text = notice.wording_login(self._zone, self._where(), self._language)
            write_file(for_logins, text.encode(), mode=0o644)
        self._wake()

    def _wake(self) -> None:
        """Whoever waits for news looks again."""
        life, number = self._version.split("-")
        self._version = f"{life}-{int(number) + 1}"
        self._changed.set()
        self._changed = asyncio.Event()

    # obeying

    async def obey(self, order: Order) -> Reply:
        """Of somebody who may give orders. `ValueError` for one that there is not."""
        match order.op, order.session:
            case "status", None:
                return Reply.of(_count(self._orders.live()), sessions=tuple(self._orders.live()))
            case "interrupt", _:
                return await self._interrupt(order.session)
            case "stop", None if order.signed is not None:
                return self._stop_signed(order.signed)
            case "wait", str(known) if self._waiting < MAX_WAITING:
                return await self._news(known)
            case "shown", str(session) if session in self._shown:
                self._shown[session].set()
                return Reply("")
            case "ended", str(session):
                last = self._last.get(session)
                return Reply("", ok=False) if last is None else Reply.of(last)
            case "report", _:
                return self._reports.take(order.session, order.text)
            case "explain", str(session):
                return self._reports.explain(session, order.text)
            case "information", _:
                return await self._information(order.session, order.language)
            case (("allow" | "deny"), str(session)):
                return self._decide(session, allow=order.op == "allow")
            case _:
                raise ValueError("not an order")

    def _is_known(self, session: str) -> bool:
        return session in self._orders.live() or session in self._last

    async def _information(self, session: str | None, language: Language) -> Reply:
        """Of one session, or of each that there are words about."""
        own = await asyncio.to_thread(self._own_information)
        found = ""
        for name, (notice, _) in self._files.items():
            rules = self._orders.rules(name)
            if rules is None or session not in (None, name):
                continue
            more = information.text(notice, rules, own, language)
            if found and len(f"{found}{more}".encode()) > MAX_INFORMATION_BYTES:
                break  # the others by their names
            found += f"\n\n{more}" if found else more
        return Reply(found) if found else Reply.no("nothing_to_tell")

    def _own_information(self) -> tuple[str, ...]:
        try:
            with (self._state_dir / information.FILE).open("rb") as file:
                return information.own_lines(file.read(information.MAX_OWN_BYTES))
        except OSError:
            return ()  # the customer added nothing

    async def _news(self, known: str) -> Reply:
        """For a window's program while there is nothing to show: it looks at nothing meanwhile."""
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_S):
                while known == self._version:
                    await self._changed.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        return Reply(self._version)

    async def _interrupt(self, session: str | None) -> Reply:
        wanted = self._orders.live() if session is None else [session]
        if session is not None and session not in self._orders.live():
            return Reply.no("not_live", session=plain(session, 40))
        if not wanted:
            return Reply.of(both("none_live"))
        self._reports.interrupted(wanted)
        ended = await self._orders.interrupt(session)
        if len(ended) < len(wanted):
            return Reply.no("not_ended")
        done = both("interrupted" if len(ended) == 1 else "interrupted_many", count=len(ended))
        still = self._orders.live()
        rest = _count(still) if still else both("nobody_left")
        worst = next((left for left in ("some", "unknown") if left in ended.values()), None)
        if worst is not None:
            rest = both(f"left_{worst}")
        text = Sentence(f"{done.it} {rest.it}", f"{done.en} {rest.en}")
        return Reply.of(text, ok=worst != "some", sessions=tuple(ended))

    def _stop_signed(self, text: str) -> Reply:
        try:
            session = self._orders.stop_signed(SignedStatement.parse(text.encode()))
        except Malformed:
            return Reply.no("no_signed_stop")
        except No as said:
            return Reply.of(REFUSALS[said.code], ok=False)
        return Reply.of(both("stop_taken", session=plain(session, 40)), sessions=(session,))

    def _decide(self, session: str, *, allow: bool) -> Reply:
        answer = self._asked.get(session)
        if answer is None or answer.done():
            return Reply.no("nobody_asks")
        answer.set_result(allow)
        return Reply.of(both("allowed" if allow else "denied"))

    def answer_all(self, *, allow: bool) -> list[Reply]:
        """The same answer for everybody who waits to be let in."""
        return [self._decide(session, allow=allow) for session in list(self._asked)]


def forget(state_dir: Path, session: str) -> None:
    """Nothing is shown of it any more."""
    for file in _files(state_dir, session):
        with contextlib.suppress(OSError):
            file.unlink()


def _files(state_dir: Path, session: str) -> tuple[Path, Path]:
    """For windows, and for whoever logs in meanwhile."""
    folder = state_dir / "desk"
    return folder / f"{session}.json", folder / f"{session}.txt"


def _count(sessions: list[str]) -> Sentence:
    count = len(sessions)
    return both("none_live" if not count else "one_live" if count == 1 else "many_live", count=count)
