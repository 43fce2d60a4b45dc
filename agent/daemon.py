"""The running agent: puts link, reporter, witness and sessions together, and takes them apart again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from agent import earlier_life
from agent.admitted import Admitted, HostIdentity
from agent.bars import Bars
from agent.clocks import SystemClocks
from agent.desk import forget
from agent.enrol import LocalUser, route_of
from agent.ledger import Ledger, boot_id
from agent.manner import Manner
from agent.outbound import BrokerSocket, Outbound, dial_channel
from agent.own_list import OwnList
from agent.pins_store import (
    REVOKED_PINS_FILE,
    Enrolled,
    HostKeys,
    SeenStore,
    StateDamaged,
    StateLock,
    load_enrolled,
    load_keys,
    machine_digest,
    mark_revoked,
    revoked_at,
)
from agent.report import Reporter
from agent.sentences import MISUSE, Failure
from agent.service import Service, SessionsSeam
from agent.sessions import Sessions
from agent.settings import Settings
from agent.spool import Spool
from agent.system.here import lifecycle
from agent.task_group import TaskGroup
from agent.tools.lookout import Lookout
from agent.wire import frames
from agent.wire.refusals import Sentence
from agent.witness import Witness
from audit import instant
from audit.canonical import b64
from audit.check_in import CheckIn
from audit.grant import Grant
from audit.recording_stream import Seen
from audit.signed_stop import SignedStop
from audit.watch import Call

Result = TypeVar("Result")
LOG = logging.getLogger("verbale.agent")
HEARTBEAT_CHECK_S = 600.0
LOCK_TRIES = 10


@dataclass(frozen=True, slots=True)
class Host:
    """What is read from disk at start."""

    enrolled: Enrolled
    keys: HostKeys
    me: HostIdentity


def load(settings: Settings, user: LocalUser, *, revoked: bool = False) -> Host:
    """This host's state, or a `Failure` that says why it may not be used."""
    state = settings.state_dir
    enrolled = load_enrolled(state, REVOKED_PINS_FILE) if revoked else load_enrolled(state)
    when = revoked_at(state)
    if when is not None and not revoked:
        raise Failure("revoked", MISUSE, at=instant.to_text(when), state=state)
    if enrolled is None:
        raise Failure("not_enrolled", MISUSE, state=state)
    if enrolled.machine not in ("", machine_digest(settings.machine_id)):
        raise Failure("other_machine", MISUSE, state=state)
    keys = load_keys(state)
    if keys is None:
        raise Failure("keys_missing", MISUSE, state=state)
    enrolment = enrolled.pins.enrolment
    me = HostIdentity(
        enrolment.tenant,
        enrolment.host,
        keys.identity.public.text,
        None if user.is_root else user.name,
    )
    return Host(enrolled, keys, me)


def _now() -> datetime:
    return datetime.now(UTC)


class Agent:
    """One host's agent, assembled. `sessions` is given to `service` when they are ready."""

    def __init__(self, settings: Settings, host: Host, spool: Spool) -> None:
        self.settings = settings
        self.host = host
        self.route = route_of(settings, host.enrolled.pins.enrolment)
        # Jitter needs no cryptographic chance, only a different one on every host.
        self.outbound = Outbound(self.route, chance=random.SystemRandom().random)
        self.reporter = Reporter(
            tenant=host.me.tenant,
            host=host.me.host,
            origin=host.enrolled.pins.enrolment.log_origin,
            key=host.keys.identity,
            spool=spool,
            own_list=OwnList(settings.state_dir, spool.next_n),
            now=_now,
            send=self.outbound.send,
        )

    def service(self, sessions: SessionsSeam, group: TaskGroup) -> Service:
        def spawn(work: Coroutine[Any, Any, None]) -> None:
            group.create_task(work)

        state = self.settings.state_dir
        return Service(
            state_dir=state,
            enrolled=self.host.enrolled,
            keys=self.host.keys,
            me=self.host.me,
            boot=boot_id(),
            version=self.settings.version,
            witness=Witness(state, self.host.keys.witness),
            seen=SeenStore(state),
            reporter=self.reporter,
            sessions=sessions,
            now=_now,
            boot_s=SystemClocks().boot_s,
            send=self.outbound.send,
            break_off=self.outbound.break_off,
            spawn=spawn,
            log=LOG.info,
        )

    async def dial_channel(self, pass_: str) -> BrokerSocket:
        return await dial_channel(self.route, pass_)

    def channel_refused(self, session: str, channel: str, reason: str) -> None:
        self.outbound.send(frames.ChannelRefused(session, channel, reason))

    def call_watcher(self, session: str, call: Call) -> None:
        self.outbound.send(frames.Call(session, call.check_in.hex(), call.n, b64(call.nonce)))

    def sign_segment(self, seen: Seen) -> bytes:
        origin = self.host.enrolled.pins.enrolment.log_origin
        return seen.sign(self.host.keys.recorder, origin, self.host.me.host)

    async def drained(self, limit_s: float) -> bool:
        """Whether every note was acknowledged within the limit."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self.reporter.quiet()
        return not self.reporter.waiting


async def serve(
    settings: Settings, user: LocalUser, stop: asyncio.Event, manner: Manner | None = None
) -> bool:
    """Run until `stop` is set, or the system says so; then end every session, say so, and leave. Whether the
    broker acknowledged every note. `manner`: the service's unless told."""
    told = asyncio.Event()
    deaf = lifecycle.hear(settings.state_dir, stop.set, told.set)  # before anybody can see that we run
    try:
        return await _serve(settings, user, stop, told, manner or Manner())
    finally:
        deaf()


async def _serve(
    settings: Settings, user: LocalUser, stop: asyncio.Event, told: asyncio.Event, manner: Manner
) -> bool:
    host = load(settings, user)
    lock = StateLock(settings.state_dir)
    await _take(lock, settings)
    spool = Spool(settings.state_dir / "spool.log")
    try:
        agent = Agent(settings, host, spool)
        sessions = Sessions(
            state_dir=settings.state_dir,
            clocks=SystemClocks(),
            report=manner.listens(agent.reporter.report),
            dial_channel=agent.dial_channel,
            channel_refused=agent.channel_refused,
            call_watcher=agent.call_watcher,
            sign_segment=agent.sign_segment,
            pace=settings.pace,
            room=manner.room,
            call_windows=_windows(settings.state_dir),
            language=settings.language,
        )
        async with sessions, TaskGroup() as group:
            service = agent.service(sessions, group)
            barring = group.create_task(_bar_when_told(told, service))
            sessions.judge_stop = service.stop_signed
            manner.begins(sessions)
            link = group.create_task(agent.outbound.run(service))
            beat = group.create_task(_heartbeats(agent, service))
            lookout = Lookout(
                settings.state_dir,
                boot_id(),
                sessions.held,
                agent.reporter.report,
                lambda: service.rules,
                demo=host.enrolled.pins.enrolment.demo,
            )
            looking = group.create_task(lookout.run())
            await stop.wait()
            if revoked_at(settings.state_dir) is not None:
                await sessions.close_all("host_revoked")
                service.revoke("local")
            else:
                await sessions.close_all(manner.why_closed)
                if manner.leaves is not None:
                    mark_revoked(settings.state_dir, _now(), manner.leaves)
                    service.revoke(manner.leaves)
            delivered = await agent.drained(manner.farewell_s(is_up=agent.outbound.up))
            link.cancel()
            beat.cancel()
            looking.cancel()
            barring.cancel()
        return delivered
    finally:
        spool.close()
        lock.release()


def _windows(state_dir: Path) -> Callable[[], bool]:
    """What opens the desk's window."""
    from agent.window.keeper import Keeper

    return Keeper(state_dir, LOG.info).call


async def _take(lock: StateLock, settings: Settings) -> None:
    for _ in range(LOCK_TRIES):  # `status` holds it for a moment to see whether anybody else does
        if lock.take():
            return
        await asyncio.sleep(0.1)
    raise Failure("already_running", state=settings.state_dir)


async def _bar_when_told(told: asyncio.Event, service: Service) -> None:
    while True:
        await told.wait()
        told.clear()
        service.bar()


async def _heartbeats(agent: Agent, service: Service) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_CHECK_S)
        service.paper_tick()
        if agent.outbound.up:
            service.heartbeat_if_due()


def run(life: Coroutine[Any, Any, Result]) -> Result:
    """`asyncio.run`; of several failures that a sentence can tell, the first."""
    try:
        return asyncio.run(life)
    except BaseExceptionGroup as several:
        sayable, more = several.split((Failure, StateDamaged, OSError))
        if sayable is None or more is not None:
            raise  # a bug: all of it is wanted
        raise _first(sayable) from several


def _first(several: BaseExceptionGroup[Exception]) -> Exception:
    found = several.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


# -------------------------------------------------------------------------- after a local revocation


class _NoSessions:
    """A revoked host has none."""

    async def open(self, admitted: Admitted, salt: bytes) -> None:
        raise AssertionError("a revoked host admits nothing")

    async def channel(self, order: frames.OpenChannel) -> None:
        """There is no session it could belong to."""

    async def close_channel(self, session: str, channel: str) -> None:
        """None is open."""

    async def stop(self, session: str, reason: str) -> None:
        """Nothing runs."""

    def grant_of(self, session: str) -> Grant | None:
        return None

    def bar(self, barred: Bars) -> None:
        """Nothing opens here any more."""

    def check_in(self, check_in: CheckIn, key: str) -> None:
        raise AssertionError("there is no session to check in to")

    def answer(self, session: str, n: int, signature: bytes) -> None:
        """Nobody was called."""

    def pause(self, session: str, by: str) -> None:
        """Nothing runs."""

    def resume(self, session: str, by: str) -> None:
        """Nothing was held."""

    def stop_signed(self, stop: SignedStop) -> None:
        raise AssertionError("there is no session to stop")

    def announce(self, text: Sentence) -> None:
        """Nobody could do anything about it here any more."""

    def link_lost(self) -> None:
        """Nothing depends on it."""

    def link_back(self) -> None:
        """Nothing waits for it."""

    def served(self) -> int:
        return 0


async def farewell(settings: Settings, user: LocalUser, *, limit_s: float, reason: str = "local") -> bool:
    """Tell the log that this host was revoked here, after what a killed agent left untold. True once it
    is acknowledged."""
    host = load(settings, user, revoked=True)
    lock = StateLock(settings.state_dir)
    await _take(lock, settings)
    try:
        spool = Spool(settings.state_dir / "spool.log")
        try:
            return await _say_farewell(Agent(settings, host, spool), limit_s, reason)
        finally:
            spool.close()
    finally:
        lock.release()


async def _say_farewell(agent: Agent, limit_s: float, reason: str) -> bool:
    state = agent.settings.state_dir
    ledger = Ledger(state)
    for remains in await asyncio.to_thread(earlier_life.end, ledger):
        earlier_life.tell(ledger, remains, agent.reporter.report)
        forget(state, remains.line.session)
    async with TaskGroup() as group:
        service = agent.service(_NoSessions(), group)
        service.revoke(reason)
        link = group.create_task(agent.outbound.run(service))
        done = await agent.drained(limit_s)
        link.cancel()
    return done


def running_pid(settings: Settings) -> int | None:
    """The process that runs on this state."""
    if not os.path.isdir(settings.state_dir):
        return None
    return StateLock(settings.state_dir).holder()
