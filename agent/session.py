"""One session: its conductor, the events it waits for, and who carries out what it says."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from agent.accounts import LocalAccount
from agent.admitted import Admitted
from agent.clocks import Clocks
from agent.commands import Command, Ending
from agent.conductor import Conductor
from agent.events import ChannelEnded, ChannelFailed, Event, GuardianDone, HostSlept, Left, Tick
from agent.ledger import Ledger
from agent.notice import Notice
from agent.outside import Outside
from agent.system.interface import Warden
from agent.task_group import TaskGroup
from agent.vigil import Pace
from audit.grant import Grant
from audit.policy import Policy

TICK_S = 1.0  # the wall clock may jump; nothing wakes us when it does
KNOWN_EVERY_S = 10.0  # how much of a session's length a power cut may take with it
SLEPT_S = 5.0
PULSE_EVERY_S = 5.0
LEASE_S = 30.0  # without a pulse everything ends: a stopped agent hears no *Termina* and keeps no limit


class Session:
    """`run` once, from admission to the report of its end; `over` is done then, with what was left."""

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
        pace: Pace,
    ) -> None:
        self.warden = warden
        self.keys = admitted.keys  # fingerprints of the passkeys this session rests on
        self.over: asyncio.Future[Left] = asyncio.get_running_loop().create_future()
        self._admitted = admitted
        self._account = account
        self._salt = salt
        self._outside = outside
        self._ledger = ledger
        self._clocks = clocks
        self._asleep0_s = clocks.asleep_s()
        self._known_at_s = clocks.boot_s()
        self._pulse_due_s = 0.0
        self._known_channels: int | None = None  # in the ledger; None: the start is not there yet
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        policy = admitted.policy
        self._conductor = Conductor(
            admitted,
            policy.desk,
            policy.offline,
            clocks.now(),
            clocks.boot_s(),
            pace=pace,
            octets=secrets.token_bytes,
        )

    @property
    def id(self) -> str:
        return self._admitted.grant.session

    @property
    def grant(self) -> Grant:
        return self._admitted.grant

    @property
    def policy(self) -> Policy:
        """The rules it was admitted under."""
        return self._admitted.policy

    def post(self, event: Event) -> None:
        self._events.put_nowait(event)

    async def run(self) -> None:
        try:
            await self._conduct()
        finally:
            self.warden.end(0.0)
            if not self.over.done():
                self.over.set_result(self._conductor.left)

    async def _conduct(self) -> None:
        from agent.perform import Performer  # with every kind of channel: an agent at rest carries none

        notice, policy = Notice.read(self._admitted, self._clocks.now()), self._admitted.policy
        async with TaskGroup() as group:
            performer = Performer(
                self._outside,
                self.warden,
                notice,
                account=self._account,
                tools=self._admitted.tools,
                ports=policy.ports,
                salt=self._salt,
                group=group,
                post=self.post,
                note_end=self._note_end,
                ledger=self._ledger,
                folders=self._admitted.grant.folders,
                left_out=() if policy.recording is None else policy.recording.left_out,
            )
            watching = group.create_task(self._watch_guardian())
            try:
                for command in self._conductor.begin():
                    performer.do(command)
                while not self._conductor.over:
                    await self._turn(performer.do)
            finally:
                performer.kill_all()  # when we are cancelled, or break: nothing runs without its conductor
                watching.cancel()
        self._ledger.forget(self.id)

    async def _turn(self, do: Callable[[Command], None]) -> None:
        """The next event, and before it the machine's sleep, whatever has queued up meanwhile."""
        event = await self._next()
        self._pulse(self._clocks.boot_s())
        for happened in (HostSlept(), event) if self._has_slept() else (event,):
            commands = self._conductor.on(happened, self._clocks.now(), self._clocks.boot_s())
            self._write_progress()
            for command in commands:
                do(command)
            if isinstance(happened, ChannelEnded | ChannelFailed):
                self._ledger.forget_tool(self.id, happened.channel)  # its stop is reported

    def _pulse(self, boot_s: float) -> None:
        if boot_s >= self._pulse_due_s:
            self._pulse_due_s = boot_s + PULSE_EVERY_S
            self.warden.pulse(LEASE_S)

    async def _next(self) -> Event:
        due_s = self._conductor.next_deadline_s()
        wait_s = TICK_S if due_s is None else min(TICK_S, max(0.01, due_s - self._clocks.boot_s()))
        try:
            async with asyncio.timeout(wait_s):
                return await self._events.get()
        except TimeoutError:
            return Tick()

    def _has_slept(self) -> bool:
        """Whether the machine was suspended since the session began, or since this last said so."""
        asleep_s = self._clocks.asleep_s()
        if asleep_s - self._asleep0_s <= SLEPT_S:
            return False
        self._asleep0_s = asleep_s
        return True

    async def _watch_guardian(self) -> None:
        account = await asyncio.shield(self.warden.dead)
        self.post(GuardianDone(account.left))

    def _write_progress(self) -> None:
        """Before a start or a channel is reported, and every few seconds while it runs."""
        if not self._conductor.started:
            return
        now_s, opened = self._clocks.boot_s(), self._conductor.opened
        if self._known_channels == opened and now_s - self._known_at_s < KNOWN_EVERY_S:
            return
        self._known_channels, self._known_at_s = opened, now_s
        known_s = self._conductor.elapsed_s(now_s)
        self._ledger.change(self.id, started=True, known_s=known_s, channels=opened)

    def _note_end(self, ending: Ending) -> None:
        started = ending.seconds is not None
        self._ledger.change(
            self.id,
            reason=ending.reason,
            started=started,
            known_s=ending.seconds or 0,
            channels=self._conductor.opened,
            order=ending.order,
        )
