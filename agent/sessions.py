"""Every session of this agent: begins them, hands them what happens, and finishes what a crash left.

    async with Sessions(state_dir, clocks, report=…, channel_refused=…, dial_channel=…) as sessions:
        await sessions.open(admitted, salt)

Entering ends what an earlier life left behind and reports it; leaving ends whatever runs
(`agent_stopping`). The state folder must let other local users pass (mode 0711): `desk.sock` is theirs.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from pathlib import Path
from types import TracebackType
from typing import Self

from agent import earlier_life
from agent.accounts import LocalAccount, NoAccount, local_account
from agent.admitted import Admitted
from agent.bars import CODE as BARRED
from agent.bars import NOTHING_BARRED, Bars
from agent.channels import ChannelSocket, Params, screen_folder
from agent.clocks import Clocks
from agent.conductor import STOP_REASONS
from agent.desk import Desk, Orders
from agent.desk_socket import DeskSocket
from agent.events import (
    ChannelAsked,
    ChannelCloseOrdered,
    CheckedIn,
    DeskInterrupted,
    Event,
    Left,
    LinkBack,
    LinkLost,
    PauseOrdered,
    ResumeOrdered,
    StopOrdered,
    WatcherAnswered,
)
from agent.language import Language
from agent.ledger import Ledger, Unfinished, boot_id
from agent.outside import Outside
from agent.refusal import No
from agent.report import Reports
from agent.session import Session
from agent.settings import USUAL_PACE
from agent.system.here import keeper, people
from agent.system.interface import Listener, Warden
from agent.task_group import TaskGroup
from agent.tools.held import Held
from agent.vigil import Pace
from agent.wire import frames
from agent.wire.refusals import Sentence
from audit import instant
from audit.canonical import Value
from audit.check_in import CheckIn
from audit.errors import Malformed
from audit.grant import Grant
from audit.policy import Policy
from audit.recording_stream import Seen
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop
from audit.watch import Call

CLOSE_LIMIT_S = 10.0
INTERRUPT_LIMIT_S = 6.0
MAX_SESSIONS = 32
MAX_GONE = 100_000  # a broker that stops what it never opened must not fill our memory
_SESSION = re.compile(r"[A-Za-z0-9-]{1,64}")  # becomes a file's name and an argument


class Sessions:
    """One per agent. Every call comes from the agent's one event loop.

    `report` signs a host note with the next number and keeps it before it returns. `channel_refused`
    sends the frame (session, channel, code), `call_watcher` that of a call. `dial_channel` turns a pass
    into a WebSocket. `sign_segment` gives this host's signed note about a segment of a recording. `room`:
    how many sessions at a time. `language`: of what terminals are told.
    """

    def __init__(
        self,
        state_dir: Path,
        clocks: Clocks,
        *,
        report: Reports,
        channel_refused: Callable[[str, str, str], None],
        dial_channel: Callable[[str], Awaitable[ChannelSocket]],
        call_watcher: Callable[[str, Call], None],
        sign_segment: Callable[[Seen], bytes],
        pace: Pace = USUAL_PACE,
        terminals: Callable[[], list[str]] = people.terminals,
        zone: tzinfo | None = None,
        room: int = MAX_SESSIONS,
        call_windows: Callable[[], bool] = lambda: False,
        language: Language = "it",
    ) -> None:
        self._state_dir = state_dir
        self._clocks = clocks
        self._report = report
        orders = Orders(self._interrupt, self.live, self._own_terminals, self._judged, self._rules_of, report)
        self.desk = Desk(
            state_dir, orders, clocks.now, terminals=terminals, zone=zone, call_windows=call_windows,
            language=language,
        )  # fmt: skip
        self._door = DeskSocket(state_dir, self.desk.obey, self._is_inside)
        self.held = Held()  # processes of licensed tools that a session runs
        self._outside = Outside(
            report,
            channel_refused,
            call_watcher,
            dial_channel,
            self.desk,
            sign_segment,
            state_dir / screen_folder.FOLDER,
            self.held,
        )
        self._pace = pace
        self._room = room
        self._ledger = Ledger(state_dir)
        self._group = TaskGroup()
        self._serving: asyncio.Task[None] | None = None
        self._listener: Listener | None = None
        self._live: dict[str, Session] = {}
        self._gone: set[str] = set()  # ended in this life, or stopped before they were opened
        self._served = 0
        self._closing: str | None = None  # why nothing begins any more
        self._bars = NOTHING_BARRED
        # Judges what somebody brings to the desk signed, and hands it to `stop_signed`: the pins are the link's.
        self.judge_stop: Callable[[SignedStatement], str] | None = None

    async def __aenter__(self) -> Self:
        for remains in await asyncio.to_thread(earlier_life.end, self._ledger):
            earlier_life.tell(self._ledger, remains, self._report)
            self.desk.forget(remains.line.session)
            self._gone.add(remains.line.session)
        await asyncio.to_thread(screen_folder.clear, self._state_dir / screen_folder.FOLDER)
        await self._group.__aenter__()
        self._listener = self._door.listen()
        self._serving = self._group.create_task(self._door.serve(self._listener))
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
                    self._listener.close()

    # ------------------------------------------------------------------------------ from the link

    async def open(self, admitted: Admitted, salt: bytes) -> None:
        """Begin an admitted session. Returns at once; what becomes of it is reported."""
        session = admitted.grant.session
        refusal = self._why_not(admitted)
        account: LocalAccount | None = None
        if refusal is None:
            try:
                account = local_account(admitted.grant.account.name)
            except NoAccount:
                refusal = "account_not_possible"
        warden: Warden | None = None
        if refusal is None:
            try:
                warden = keeper.hold(session)
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
                group=None if warden.mark.group is None else str(warden.mark.group),
            )
        )
        self._served += 1
        found = Session(
            admitted,
            warden,
            account,
            salt=salt,
            outside=self._outside,
            ledger=self._ledger,
            clocks=self._clocks,
            pace=self._pace,
        )
        self._live[session] = found
        self._group.create_task(self._run(session, found))

    def _why_not(self, admitted: Admitted) -> str | None:
        session = admitted.grant.session
        if self._closing is not None:
            return self._closing
        if not _SESSION.fullmatch(session):
            return "envelope_invalid"
        if self._bars.bars(admitted.grant.digest.hex(), admitted.keys):
            return BARRED
        if session in self._live or session in self._gone:
            return "replayed"
        return "too_many_sessions" if len(self._live) >= self._room else None

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

    async def close_channel(self, session: str, channel: str) -> None:
        """Whoever used it has gone: its process ends, however much of its input is still unread."""
        found = self._live.get(session)
        if found is not None:
            found.post(ChannelCloseOrdered(channel))

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

    def grant_of(self, session: str) -> Grant | None:
        """What a session that lives here was admitted on."""
        found = self._live.get(session)
        return None if found is None else found.grant

    def check_in(self, check_in: CheckIn, key: str) -> None:
        """The watcher took over with another page; judged already. `key`: fingerprint of his passkey."""
        found = self._live.get(check_in.session)
        if found is not None:
            found.keys |= {key}
        self._tell(check_in.session, CheckedIn(check_in))

    def answer(self, session: str, n: int, signature: bytes) -> None:
        """What came from the watcher's page, judged by nobody yet."""
        self._tell(session, WatcherAnswered(n, signature))

    def pause(self, session: str, by: str) -> None:
        """*Pausa*: obeyed at once, whoever answers the calls meanwhile."""
        self._tell(session, PauseOrdered(by))

    def resume(self, session: str, by: str) -> None:
        self._tell(session, ResumeOrdered(by))

    def stop_signed(self, stop: SignedStop) -> None:
        """An approver's own order; judged already."""
        self._tell(stop.session, StopOrdered("stopped_by_ads", stop.digest.hex()))

    def _tell(self, session: str, event: Event) -> None:
        found = self._live.get(session)
        if found is not None:
            found.post(event)

    def bar(self, barred: Bars) -> None:
        """Revoked at this host: whatever rests on it ends now, and nothing begins on it."""
        self._bars = barred
        for found in self._live.values():
            if barred.bars(found.grant.digest.hex(), found.keys):
                found.post(StopOrdered(BARRED))

    def announce(self, text: Sentence) -> None:
        self.desk.announce(text)

    def link_lost(self) -> None:
        self.desk.say_link(up=False)
        for found in self._live.values():
            found.post(LinkLost())

    def link_back(self) -> None:
        self.desk.say_link(up=True)
        for found in self._live.values():
            found.post(LinkBack())

    async def close_all(self, reason: str) -> None:
        """End every session for good; returns when all are reported, or after `CLOSE_LIMIT_S`.

        Orders that were admitted meanwhile are refused with the same reason.
        """
        self._closing = self._closing or reason
        await self._end(StopOrdered(reason), list(self._live), CLOSE_LIMIT_S)

    def live(self) -> list[str]:
        """Sessions under way, those being asked for at the desk among them."""
        return list(self._live)

    def served(self) -> int:
        """Sessions begun since this was last asked (for the daily heartbeat)."""
        found, self._served = self._served, 0
        return found

    # --------------------------------------------------------------------------------- the desk

    async def _interrupt(self, session: str | None) -> dict[str, Left]:
        return await self._end(
            DeskInterrupted(), list(self._live) if session is None else [session], INTERRUPT_LIMIT_S
        )

    async def _end(self, event: Event, sessions: list[str], limit_s: float) -> dict[str, Left]:
        """Which of them have ended within the limit, and what of them lives on."""
        ending = {name: self._live[name] for name in sessions if name in self._live}
        for found in ending.values():
            found.post(event)
        if ending:
            await asyncio.wait([found.over for found in ending.values()], timeout=limit_s)
        return {name: found.over.result() for name, found in ending.items() if found.over.done()}

    def _judged(self, signed: SignedStatement) -> str:
        if self.judge_stop is None:
            raise No("session_ended", "nothing has begun")
        return self.judge_stop(signed)

    def _rules_of(self, session: str) -> Policy | None:
        found = self._live.get(session)
        return None if found is None else found.policy

    def _is_inside(self, pid: int) -> bool:
        return any(found.warden.holds(pid) for found in self._live.values())

    def _own_terminals(self) -> frozenset[str]:
        return frozenset(tty for found in self._live.values() for tty in found.warden.terminals())

    # ------------------------------------------------------------------------------ one's life

    async def _run(self, session: str, found: Session) -> None:
        try:
            await found.run()
        finally:
            del self._live[session]
            self._gone.add(session)
