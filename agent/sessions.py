"""Every session of this agent: begins them, hands them what happens, and finishes what a crash left.

    async with Sessions(state_dir, clocks, report=…, channel_refused=…, dial_channel=…) as sessions:
        await sessions.open(admitted, salt)

Entering ends what an earlier life left behind and reports it; leaving ends whatever runs
(`agent_stopping`). The state folder must let other local users pass (mode 0711): `desk.sock` is theirs.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from pathlib import Path
from types import TracebackType
from typing import Self

from agent import people
from agent.accounts import LocalAccount, NoAccount, local_account
from agent.channels import ChannelSocket, Params
from agent.clocks import Clocks
from agent.conductor import (
    STOP_REASONS,
    ChannelAsked,
    Conductor,
    DeskInterrupted,
    Ending,
    Event,
    GuardianDied,
    HostSlept,
    LinkBack,
    LinkLost,
    StopOrdered,
    Tick,
)
from agent.desk import Desk, Notice, Orders
from agent.ledger import Ledger, Unfinished, boot_id
from agent.perform import Outside, Performer
from agent.policy import Admitted
from agent.warden import Warden, sweep
from agent.wire import frames
from audit import instant
from audit.canonical import Value
from audit.errors import Malformed

TICK_S = 1.0  # the wall clock may jump; nothing wakes us when it does
KNOWN_EVERY_S = 10.0  # how much of a session's length a power cut may take with it
SLEPT_S = 5.0
CLOSE_LIMIT_S = 10.0
INTERRUPT_LIMIT_S = 6.0
MAX_SESSIONS = 32
MAX_GONE = 100_000  # a broker that stops what it never opened must not fill our memory
_SESSION = re.compile(r"[A-Za-z0-9-]{1,64}")  # becomes a file's name and an argument


class Sessions:
    """One per agent. Every call comes from the agent's one event loop.

    `report` signs a host note with the next number and keeps it before it returns. `channel_refused`
    sends the frame (session, channel, code). `dial_channel` turns a pass into a WebSocket.
    """

    def __init__(
        self,
        state_dir: Path,
        clocks: Clocks,
        *,
        report: Callable[[str, str | None, dict[str, Value]], None],
        channel_refused: Callable[[str, str, str], None],
        dial_channel: Callable[[str], Awaitable[ChannelSocket]],
        terminals: Callable[[], list[str]] = people.terminals,
        zone: tzinfo | None = None,
    ) -> None:
        self._state_dir = state_dir
        self._clocks = clocks
        self._report = report
        orders = Orders(self._interrupt, self.live, self._guardians, self._own_terminals)
        self.desk = Desk(state_dir, orders, clocks.now, terminals=terminals, zone=zone)
        self._outside = Outside(report, channel_refused, dial_channel, self.desk)
        self._ledger = Ledger(state_dir)
        self._group = asyncio.TaskGroup()
        self._serving: asyncio.Task[None] | None = None
        self._listener: socket.socket | None = None
        self._live: dict[str, _Session] = {}
        self._gone: set[str] = set()  # ended in this life, or stopped before they were opened
        self._served = 0

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._sweep)
        self._finish()
        await self._group.__aenter__()
        self._listener = self.desk.listen()
        self._serving = self._group.create_task(self.desk.serve(self._listener))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close_all("agent_stopping")
        finally:
            if self._serving is not None:
                self._serving.cancel()
            # A cancellation may be the group's own, and is its to judge; what else broke is not.
            cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
            try:
                await self._group.__aexit__(*((kind, wrong, trace) if cancelled else (None, None, None)))
            finally:
                if self._listener is not None:
                    self.desk.close(self._listener)

    # ------------------------------------------------------------------------------ from the link

    async def open(self, admitted: Admitted, salt: bytes) -> None:
        """Begin an admitted session. Returns at once; what becomes of it is reported."""
        session = admitted.grant.session
        refusal = self._why_not(session)
        account: LocalAccount | None = None
        if refusal is None:
            try:
                account = local_account(admitted.grant.account.name)
            except NoAccount:
                refusal = "account_not_possible"
        warden: Warden | None = None
        if refusal is None:
            try:
                warden = Warden(session)
            except OSError:
                refusal = "process_not_started"
        if account is None or warden is None:
            body: dict[str, Value] = {"grant": admitted.grant.digest.hex(), "reason": refusal}
            self._report("session.refused", session, body)
            return
        self._ledger.keep(
            Unfinished(
                session,
                admitted.grant.digest.hex(),
                warden.mark.pid,
                warden.mark.started,
                boot_id(),
                instant.to_text(admitted.ends),
            )
        )
        self._served += 1
        found = _Session(
            admitted,
            warden,
            account,
            salt=salt,
            outside=self._outside,
            ledger=self._ledger,
            clocks=self._clocks,
        )
        self._live[session] = found
        self._group.create_task(self._run(session, found))

    def _why_not(self, session: str) -> str | None:
        if not _SESSION.fullmatch(session):
            return "envelope_invalid"
        if session in self._live or session in self._gone:
            return "replayed"
        return "too_many_sessions" if len(self._live) >= MAX_SESSIONS else None

    async def channel(self, order: frames.OpenChannel) -> None:
        """One more channel of a session; refused by report and frame where it may not be."""
        try:
            params = Params.parse(order.params)
        except Malformed:
            self._refuse_channel(order, "envelope_invalid")
            return
        found = self._live.get(order.session)
        if found is None:
            self._refuse_channel(order, "session_ended")
            return
        found.post(ChannelAsked(order.channel, order.kind, params, order.pass_))

    def _refuse_channel(self, order: frames.OpenChannel, reason: str) -> None:
        """Of no session that lives here: the frame answers the broker, no note speaks for the session."""
        self._outside.channel_refused(order.session, order.channel, reason)

    async def stop(self, session: str, reason: str) -> None:
        """Obeyed at once, whatever the reason; one that is not the broker's to give counts as `revoked`."""
        found = self._live.get(session)
        if found is None:
            if len(self._gone) < MAX_GONE:
                self._gone.add(session)  # should its order to open come late, it is refused
        else:
            found.post(StopOrdered(reason if reason in STOP_REASONS else "revoked"))

    def link_lost(self) -> None:
        for found in self._live.values():
            found.post(LinkLost())

    def link_back(self) -> None:
        for found in self._live.values():
            found.post(LinkBack())

    async def close_all(self, reason: str) -> None:
        """End every session; returns when all are reported, or after `CLOSE_LIMIT_S`."""
        await self._end(StopOrdered(reason), list(self._live), CLOSE_LIMIT_S)

    def live(self) -> list[str]:
        """Sessions under way, those being asked for at the desk among them."""
        return list(self._live)

    def served(self) -> int:
        """Sessions begun since this was last asked (for the daily heartbeat)."""
        found, self._served = self._served, 0
        return found

    # --------------------------------------------------------------------------------- the desk

    async def _interrupt(self, session: str | None) -> list[str]:
        return await self._end(
            DeskInterrupted(), list(self._live) if session is None else [session], INTERRUPT_LIMIT_S
        )

    async def _end(self, event: Event, sessions: list[str], limit_s: float) -> list[str]:
        """Which of them have ended within the limit."""
        ending = {name: self._live[name] for name in sessions if name in self._live}
        for found in ending.values():
            found.post(event)
        if ending:
            await asyncio.wait([found.over for found in ending.values()], timeout=limit_s)
        return [name for name, found in ending.items() if found.over.done()]

    def _guardians(self) -> frozenset[int]:
        return frozenset(found.warden.mark.pid for found in self._live.values())

    def _own_terminals(self) -> frozenset[str]:
        return frozenset(tty for found in self._live.values() for tty in found.warden.terminals())

    # ------------------------------------------------------------------------------ one's life

    async def _run(self, session: str, found: _Session) -> None:
        try:
            await found.run()
        finally:
            found.warden.end(0.0)
            del self._live[session]
            self._gone.add(session)
            if not found.over.done():
                found.over.set_result(None)

    # ------------------------------------------------------------------------ of an earlier life

    def _sweep(self) -> None:
        boot = boot_id()
        for line in self._ledger.read():
            if line.boot == boot:
                sweep(line.session, line.mark)

    def _finish(self) -> None:
        """Report what a crash kept from being reported: the decided end, or that we died meanwhile."""
        for line in self._ledger.read():
            reason = line.reason or "agent_restarted"
            body: dict[str, Value]
            if line.started:
                body = {"reason": reason, "seconds": line.known_s, "channels": line.channels}
                self._report("session.ended", line.session, body)
            else:
                self._report("session.refused", line.session, {"grant": line.grant, "reason": reason})
            self.desk.forget(line.session)
            self._ledger.forget(line.session)
            self._gone.add(line.session)


class _Session:
    """One session: its conductor, the events it waits for, and who carries out what it says."""

    def __init__(
        self,
        admitted: Admitted,
        warden: Warden,
        account: LocalAccount,
        *,
        salt: bytes,
        outside: Outside,
        ledger: Ledger,
        clocks: Clocks,
    ) -> None:
        self.warden = warden
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._admitted = admitted
        self._account = account
        self._salt = salt
        self._outside = outside
        self._ledger = ledger
        self._clocks = clocks
        self._asleep0_s = clocks.asleep_s()
        self._known_at_s = clocks.boot_s()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._written_started = False
        policy = admitted.policy
        self._conductor = Conductor(admitted, policy.desk, policy.offline, clocks.now(), clocks.boot_s())

    @property
    def session(self) -> str:
        return self._admitted.grant.session

    def post(self, event: Event) -> None:
        self._events.put_nowait(event)

    async def run(self) -> None:
        texts = self._admitted.texts
        notice = Notice.read(self.session, texts, self._clocks.now(), self._admitted.ends)
        async with asyncio.TaskGroup() as group:
            performer = Performer(
                self._outside,
                self.warden,
                notice,
                account=self._account,
                tools=self._admitted.tools,
                salt=self._salt,
                group=group,
                post=self.post,
                note_end=self._note_end,
            )
            watching = group.create_task(self._watch_guardian())
            try:
                for command in self._conductor.begin():
                    performer.do(command)
                while not self._conductor.over:
                    event = await self._next()
                    commands = self._conductor.on(event, self._clocks.now(), self._clocks.boot_s())
                    self._write_progress()
                    for command in commands:
                        performer.do(command)
            finally:
                performer.kill_all()  # when we are cancelled, or break: nothing runs without its conductor
                watching.cancel()
        self._ledger.forget(self.session)

    async def _next(self) -> Event:
        due_s = self._conductor.next_deadline_s()
        wait_s = TICK_S if due_s is None else min(TICK_S, max(0.01, due_s - self._clocks.boot_s()))
        try:
            async with asyncio.timeout(wait_s):
                return await self._events.get()
        except TimeoutError:
            slept = self._clocks.asleep_s() - self._asleep0_s > SLEPT_S
            return HostSlept() if slept else Tick()

    async def _watch_guardian(self) -> None:
        await asyncio.shield(self.warden.dead)
        self.post(GuardianDied())

    def _write_progress(self) -> None:
        """Before a start is reported, and every few seconds while it runs."""
        if not self._conductor.started:
            return
        now_s = self._clocks.boot_s()
        if self._written_started and now_s - self._known_at_s < KNOWN_EVERY_S:
            return
        self._written_started = True
        self._known_at_s = now_s
        known_s, opened = self._conductor.elapsed_s(now_s), self._conductor.opened
        self._ledger.change(self.session, started=True, known_s=known_s, channels=opened)

    def _note_end(self, ending: Ending) -> None:
        started = ending.seconds is not None
        self._ledger.change(
            self.session,
            reason=ending.reason,
            started=started,
            known_s=ending.seconds or 0,
            channels=self._conductor.opened,
        )
