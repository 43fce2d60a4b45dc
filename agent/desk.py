"""The person at the desk: told who comes, why and until when; may interrupt, with or without a broker.

Three ways meet here. Notices go to the terminals of whoever is logged in and, for windows to read, to
``desk/<session>.json`` in the state folder. Orders come over the local socket ``desk.sock``:
interrupt, status, allow, deny. Who may give them (SO_PEERCRED): root, the account of this agent, and
whoever is logged in on this machine; *allow* never comes from inside a session, where the technician
could say yes to himself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal

from agent import guardian, people
from audit import instant
from audit.canonical import Value

SOCKET = "desk.sock"
MAX_ORDER_BYTES = 1024
ORDER_LIMIT_S = 2.0  # to say what one wants
MAX_CALLERS = 64
MAX_TEXT = 160
ANSWER_LIMIT_S = 8.0  # an interrupt is answered when everything is dead

# ------------------------------------------------------------------------------------------- notices


def plain(text: object, limit: int = MAX_TEXT) -> str:
    """Text of somebody else on somebody's screen: no control, no direction, no invisible signs."""
    if not isinstance(text, str):
        return ""
    signs = [
        " " if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in text[: 8 * limit]
    ]
    words = " ".join("".join(signs).split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the desk is told of one session; texts are empty where the order did not bring them."""

    session: str
    technician: str
    organisation: str
    incident: str
    approver: str
    since: datetime
    ends: datetime

    @classmethod
    def read(cls, session: str, texts: Value, since: datetime, ends: datetime) -> Notice:
        """From the opened texts of the request; whichever of them are missing."""
        found = texts if isinstance(texts, dict) else {}
        incident = plain(found.get("incident_text")) or plain(found.get("reason"))
        return cls(
            session,
            plain(found.get("technician_name"), 60),
            plain(found.get("organisation_name"), 60),
            incident,
            plain(found.get("approver_name"), 60),
            since,
            ends,
        )

    def _who(self) -> str:
        who = self.technician or "Un tecnico"
        return f"{who} di {self.organisation}" if self.organisation else who

    def wording(self, *, ask: bool, zone: tzinfo | None) -> str:
        """At most 60 words, on a terminal (U-31)."""
        ends = self.ends.astimezone(zone)
        same_day = ends.date() == self.since.astimezone(zone).date()
        until = f"{ends:%H:%M}" if same_day else f"{ends:%d/%m/%Y %H:%M}"
        verb = "chiede di collegarsi" if ask else "si collega"
        why = f" per: {self.incident}" if self.incident else ""
        by = f" da {self.approver}" if self.approver else ""
        lines = [
            f"Verbale: {self._who()} {verb} a questo computer{why}.",
            f"Autorizzato{by} fino alle {until}. Nessuna registrazione.",
        ]
        if ask:
            lines.append(f"Consenti collegamento: verbale-agent allow {self.session}")
            lines.append(f"Non ora: verbale-agent deny {self.session}")
        else:
            lines.append(f"Interrompi: verbale-agent interrupt {self.session}")
        return "\n" + "\n".join(lines) + "\n"

    def wording_ended(self, at: datetime, seconds: int | None, zone: tzinfo | None) -> str:
        if seconds is None:
            return f"\nVerbale: il collegamento di {self._who()} non è cominciato.\n"
        minutes = f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
        return f"\nVerbale: collegamento terminato alle {at.astimezone(zone):%H:%M}. Durata {minutes}.\n"

    def to_file(self, state: str) -> dict[str, Any]:
        return {
            "v": 1,
            "session": self.session,
            "state": state,
            "technician": self.technician,
            "organisation": self.organisation,
            "incident": self.incident,
            "approver": self.approver,
            "since": instant.to_text(self.since),
            "ends": instant.to_text(self.ends),
            "recording": False,
        }


# ------------------------------------------------------------------------------------ people's orders


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the other end of the socket, by the kernel's word."""

    pid: int
    uid: int


@dataclass(frozen=True, slots=True)
class Orders:
    """What the desk needs of the sessions: end some now, list them, say who stands inside one."""

    interrupt: Callable[[str | None], Awaitable[list[str]]]
    live: Callable[[], list[str]]
    guardians: Callable[[], frozenset[int]]
    own_terminals: Callable[[], frozenset[str]]


class Desk:
    """Of this machine. `serve` runs for as long as the agent does."""

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
        return "told" if self._show(notice.wording(ask=False, zone=self._zone)) else "nobody"

    async def ask(self, notice: Notice, limit_s: float) -> Literal["consented", "denied"]:
        """A session may begin if somebody says so in time; nobody there, and no answer, are no (R18)."""
        answer = asyncio.get_running_loop().create_future()
        self._asked[notice.session] = answer
        try:
            self._write_file(notice, "asking")
            if not self._show(notice.wording(ask=True, zone=self._zone)):
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

    def say_ended(self, notice: Notice, reason: str, seconds: int | None) -> None:
        self.forget(notice.session)
        self._show(notice.wording_ended(self._now(), seconds, self._zone))

    def forget(self, session: str) -> None:
        with contextlib.suppress(OSError):
            self._file(session).unlink()

    def _show(self, text: str) -> int:
        own = self._orders.own_terminals()
        return sum(people.write_to(path, text) for path in self._terminals() if path not in own)

    def _file(self, session: str) -> Path:
        return self._state_dir / "desk" / f"{session}.json"

    def _write_file(self, notice: Notice, state: str) -> None:
        file = self._file(notice.session)
        file.parent.mkdir(mode=0o755, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(notice.to_file(state), ensure_ascii=False), "utf-8")
        fresh.replace(file)

    # listening

    def listen(self) -> socket.socket:
        """The local socket, callable from now on; `serve` answers on it."""
        path = self._state_dir / SOCKET
        path.unlink(missing_ok=True)  # of an earlier life: one agent at a time owns the state folder
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _place(self._state_dir) as address:
            listener.bind(address)
        path.chmod(0o666)  # whoever is logged in may interrupt; the kernel tells who calls
        listener.listen(MAX_CALLERS)
        listener.setblocking(False)
        return listener

    def close(self, listener: socket.socket) -> None:
        listener.close()
        (self._state_dir / SOCKET).unlink(missing_ok=True)

    async def serve(self, listener: socket.socket) -> None:
        """Answer until cancelled."""
        loop = asyncio.get_running_loop()
        free = asyncio.Semaphore(MAX_CALLERS)
        async with asyncio.TaskGroup() as group:
            while True:
                await free.acquire()
                peer, _ = await loop.sock_accept(listener)
                group.create_task(self._answer(peer)).add_done_callback(lambda _: free.release())

    async def _answer(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with peer, contextlib.suppress(OSError):
            peer.setblocking(False)
            try:
                async with asyncio.timeout(ORDER_LIMIT_S):
                    line = await _line(peer)
                reply = await self._obey(json.loads(line), _caller(peer))
            except (TimeoutError, ValueError):
                reply = {"ok": False, "text": "Questo ordine non si capisce."}
            async with asyncio.timeout(ORDER_LIMIT_S):
                await loop.sock_sendall(peer, json.dumps(reply).encode() + b"\n")

    async def _obey(self, order: Any, caller: Caller) -> dict[str, Any]:
        session: str | None = None
        match order:
            case {"op": str(op), "session": str(wanted)}:
                session = wanted
            case {"op": str(op)} if "session" not in order:
                pass
            case _:
                raise ValueError("not an order")
        if caller.uid not in {0, os.geteuid()} and not people.is_logged_in(caller.uid):
            return {"ok": False, "text": "Può farlo solo chi ha fatto accesso a questo computer."}
        match op, session:
            case "status", None:
                return {"ok": True, "text": _count(self._orders.live()), "sessions": self._orders.live()}
            case "interrupt", _:
                return await self._interrupt(session)
            case (("allow" | "deny"), str()):
                return self._decide(session, caller, allow=op == "allow")
            case _:
                raise ValueError("not an order")

    async def _interrupt(self, session: str | None) -> dict[str, Any]:
        if session is not None and session not in self._orders.live():
            return {"ok": False, "text": f"La sessione {plain(session, 40)} non è in corso."}
        if not self._orders.live():
            return {"ok": True, "text": "Nessuna sessione è in corso su questo computer."}
        ended = await self._orders.interrupt(session)
        still = self._orders.live()
        rest = "Nessuno è più collegato a questo computer." if not still else _count(still)
        done = "Collegamento interrotto." if len(ended) == 1 else f"{len(ended)} collegamenti interrotti."
        return {"ok": True, "text": f"{done} {rest}", "sessions": ended}

    def _decide(self, session: str, caller: Caller, *, allow: bool) -> dict[str, Any]:
        answer = self._asked.get(session)
        if answer is None or answer.done():
            return {"ok": False, "text": "Nessuno chiede adesso di collegarsi con quella sessione."}
        # Whoever has gone since he connected cannot be placed: he may have come from inside a session.
        inside = guardian.process(caller.pid) is None
        inside |= not self._orders.guardians().isdisjoint(_ancestors(caller.pid))
        if allow and inside:
            return {"ok": False, "text": "Da dentro una sessione non si consente un collegamento."}
        answer.set_result(allow)
        text = "Collegamento consentito." if allow else "Collegamento rifiutato: nessuno si collega."
        return {"ok": True, "text": text}


def _count(sessions: list[str]) -> str:
    match len(sessions):
        case 0:
            return "Nessuna sessione è in corso su questo computer."
        case 1:
            return "Una sessione è in corso su questo computer."
        case found:
            return f"{found} sessioni sono in corso su questo computer."


def _ancestors(pid: int) -> set[int]:
    found: set[int] = set()
    while pid > 0 and pid not in found:
        found.add(pid)
        above = guardian.process(pid)
        pid = above.parent if above is not None else 0
    return found


def _caller(peer: socket.socket) -> Caller:
    pid, uid, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return Caller(pid, uid)


async def _line(peer: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    heard = b""
    while b"\n" not in heard:
        data = await loop.sock_recv(peer, MAX_ORDER_BYTES)
        heard += data
        if not data or len(heard) > MAX_ORDER_BYTES:
            raise ValueError("not an order")
    return heard.split(b"\n", 1)[0]


@contextlib.contextmanager
def _place(state_dir: Path) -> Iterator[str]:
    """The socket's address, short enough for the system however deep the state folder lies."""
    folder = os.open(state_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)


# ------------------------------------------------------------------------------- for the command line


class DeskSaysNo(Exception):
    """The order was not carried out; the message is the sentence to show."""


def request_interrupt(state_dir: Path, session: str | None = None) -> str:
    """End one session, or all. Returns the sentence to show, once everything of them is dead."""
    return str(
        _request(state_dir, {"op": "interrupt"} | ({} if session is None else {"session": session}))["text"]
    )


def request_answer(state_dir: Path, session: str, *, allow: bool) -> str:
    """Say yes or no to a session that waits for the desk."""
    return str(_request(state_dir, {"op": "allow" if allow else "deny", "session": session})["text"])


def request_status(state_dir: Path) -> list[str]:
    """The sessions under way."""
    return [str(session) for session in _request(state_dir, {"op": "status"})["sessions"]]


def _request(state_dir: Path, order: dict[str, str]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_LIMIT_S)
        try:
            with _place(state_dir) as address:
                line.connect(address)
            line.sendall(json.dumps(order).encode() + b"\n")
            with line.makefile("rb") as answer:
                reply: dict[str, Any] = json.loads(answer.readline(64 * 1024))
        except PermissionError as wrong:
            raise DeskSaysNo(
                "Questo utente non arriva all’agente: chieda a chi amministra il computer."
            ) from wrong
        except (ConnectionError, FileNotFoundError) as wrong:
            raise DeskSaysNo(
                "L’agente non è in funzione: senza di lui nessuna sessione resta in corso."
            ) from wrong
        except (OSError, ValueError) as wrong:
            raise DeskSaysNo("L’agente non ha ancora confermato: ripeta l’ordine.") from wrong
    if not reply["ok"]:
        raise DeskSaysNo(str(reply["text"]))
    return reply
