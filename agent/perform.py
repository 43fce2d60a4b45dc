"""Carries out a conductor's commands for one session; the only place that starts channels."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from websockets.exceptions import WebSocketException

from agent import desktop, guardian
from agent.accounts import LocalAccount
from agent.channels import CLOSED, ChannelSocket, Params
from agent.channels.external import CUT_GRACE_S, External, Seen, binary_digest, named
from agent.channels.forward import Forward, PortUnreachable, connect
from agent.channels.recorder import Recorder
from agent.channels.terminal import Terminal
from agent.commands import (
    CallWatcher,
    Command,
    Ending,
    HangUp,
    Hold,
    KillAll,
    RefuseChannel,
    Release,
    Report,
    StartChannel,
    TellDesk,
    TellDeskEnded,
)
from agent.conductor import DESK_LIMIT_S
from agent.desk import Desk
from agent.events import ChannelEnded, ChannelFailed, ChannelStarted, DeskAnswered, Event
from agent.ledger import Ledger, UnfinishedTool
from agent.notice import Notice
from agent.task_group import TaskGroup
from agent.warden import Child, NotStarted, ProcessOrder, Warden
from agent.wire.channel import Exit, pack_exit
from audit.canonical import Value
from audit.commitment import Opening
from audit.named_ports import NamedPort
from audit.recording_stream import Seen as SegmentSeen
from audit.statement import Tool
from audit.watch import Call

Running: TypeAlias = Terminal | External | Forward
DIAL_LIMIT_S = 20.0  # a pass is good for 30 s; the rest of it is for the order's way here


@dataclass(frozen=True, slots=True)
class Outside:
    """What a session reaches beyond its own processes."""

    report: Callable[[str, str | None, dict[str, Value]], None]
    channel_refused: Callable[[str, str, str], None]
    call_watcher: Callable[[str, Call], None]
    dial_channel: Callable[[str], Awaitable[ChannelSocket]]
    desk: Desk
    sign_segment: Callable[[SegmentSeen], bytes]


class Performer:
    """Of one session. `post` hands events to its conductor, `note_end` writes an end down first."""

    def __init__(
        self,
        outside: Outside,
        warden: Warden,
        notice: Notice,
        *,
        account: LocalAccount,
        tools: tuple[Tool, ...],
        ports: tuple[NamedPort, ...],
        salt: bytes,
        group: TaskGroup,
        post: Callable[[Event], None],
        note_end: Callable[[Ending], None],
        ledger: Ledger,
    ) -> None:
        self._outside = outside
        self._warden = warden
        self._notice = notice
        self._account = account
        self._tools = tools
        self._ports = ports
        self._salt = salt
        self._group = group
        self._post = post
        self._note_end = note_end
        self._ledger = ledger
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, Running] = {}
        self._left_early: set[str] = set()  # channels whose user had gone before their process ran
        self._asking: asyncio.Task[None] | None = None
        self._cut = False
        self._held = False

    def do(self, command: Command) -> None:
        """At once, or as a task of the session's group; never waits."""
        match command:
            case Report(kind=kind, body=body):
                self._outside.report(kind, self._notice.session, body)
            case RefuseChannel(channel=channel, reason=reason):
                self._outside.channel_refused(self._notice.session, channel, reason)
            case StartChannel() if not self._cut:
                self._starting[command.channel] = self._group.create_task(self._channel(command))
            case HangUp(channel=channel):
                self._hang_up(channel)
            case KillAll():
                self.kill_all()
            case CallWatcher(call=call):
                self._outside.call_watcher(self._notice.session, call)
            case Hold():
                self._held = True
                for running in self._running.values():
                    self._hold(running)
                self._outside.desk.say_paused(self._notice)
            case Release():
                self._release()
            case TellDesk(ask=ask):
                self._asking = self._group.create_task(self._tell_desk(ask=ask))
            case TellDeskEnded():
                self._outside.desk.say_ended(self._notice, command.seconds, command.left)
            case Ending():
                self._note_end(command)
            case _:
                pass  # a start after the end: refused here too, should the conductor ever ask for it

    def kill_all(self) -> None:
        """No new channel from here on; cut the running ones; the guardian kills every process."""
        self._cut = True
        if self._asking is not None:
            self._asking.cancel()
        for task in self._starting.values():
            task.cancel()
        has_tool = any(isinstance(running, External) for running in self._running.values())
        for running in self._running.values():
            running.cut()
        # A tool is asked and killed by its own channel first, which so knows whether it had to be forced.
        self._warden.end(CUT_GRACE_S + 0.2 if has_tool else guardian.GRACE_S)

    def _hold(self, running: Running) -> None:
        """A licensed tool cannot be held: what it is told does not pass through here, so it is stopped."""
        if isinstance(running, Terminal | Forward):
            running.gate.shut()
        else:
            self._group.create_task(running.hang_up())

    def _release(self) -> None:
        self._held = False
        for running in self._running.values():
            if isinstance(running, Terminal | Forward):
                running.gate.open()
        self._outside.desk.say_resumed(self._notice)

    def _hang_up(self, channel: str) -> None:
        running = self._running.get(channel)
        if running is not None:
            self._group.create_task(running.hang_up())
        elif channel in self._starting:
            self._left_early.add(channel)

    async def _tell_desk(self, *, ask: bool) -> None:
        desk = self._outside.desk
        if not ask:
            self._post(DeskAnswered(desk.tell(self._notice)))
            return
        # R18: whatever is not a clear yes in time is no, and so is a desk that fails.
        try:
            answer = await desk.ask(self._notice, DESK_LIMIT_S)
        except OSError:
            answer = "denied"
        self._post(DeskAnswered(answer))

    # ------------------------------------------------------------------------------------ channels

    async def _channel(self, start: StartChannel) -> None:
        """Dial first, then start: a process never runs with nobody listening."""
        try:
            running = await self._started(start)
        except NotStarted:
            self._post(ChannelFailed(start.channel, "process_not_started"))
        except PortUnreachable:
            self._post(ChannelFailed(start.channel, "port_unreachable"))
        except (TimeoutError, OSError, WebSocketException):
            self._post(ChannelFailed(start.channel, "broker_not_reached"))
        except asyncio.CancelledError:
            self._post(ChannelFailed(start.channel, "session_ended"))
            raise
        else:
            self._post(ChannelEnded(start.channel, await running.run()))
        finally:
            self._starting.pop(start.channel, None)
            self._running.pop(start.channel, None)
            self._left_early.discard(start.channel)

    async def _started(self, start: StartChannel) -> Running:
        if start.kind == "forward":
            return self._begin(start, await self._forward(start))
        async with asyncio.timeout(DIAL_LIMIT_S):
            socket = await self._outside.dial_channel(start.pass_)
        try:
            running = await (self._tool if start.kind == "tool" else self._shell)(start, socket)
        except (NotStarted, asyncio.CancelledError):
            with contextlib.suppress(TimeoutError, *CLOSED):
                async with asyncio.timeout(1.0):
                    await socket.send(pack_exit(Exit(status=126)))
                    await socket.close()
            raise
        return self._begin(start, running)

    def _begin(self, start: StartChannel, running: Running) -> Running:
        """From here on the process runs, and a cut must end the channel in order, not cancel its task."""
        self._starting.pop(start.channel, None)
        self._running[start.channel] = running
        if self._held:
            self._hold(running)  # it was on its way when the session was paused
        if self._cut:
            running.cut()
        elif start.channel in self._left_early:
            self._group.create_task(running.hang_up())
        return running

    async def _forward(self, start: StartChannel) -> Forward:
        """Connect first: that nobody answers there is known before the technician's end opens."""
        port = next(p for p in self._ports if p.id == start.params.port)
        target = await connect(port.host, port.port)
        try:
            async with asyncio.timeout(DIAL_LIMIT_S):
                socket = await self._outside.dial_channel(start.pass_)
        except BaseException:
            target.close()
            raise
        self._post(ChannelStarted(start.channel))
        return Forward(target, socket, self._salt)

    async def _shell(self, start: StartChannel, socket: ChannelSocket) -> Terminal:
        child = await self._warden.start(
            start.channel, shell_order(self._account, self._notice.session, start.params)
        )
        command: str | None = None
        if start.params.command is not None:
            assert start.params.command_salt is not None, "the conductor admits no exec without it"
            command = Opening(start.params.command_salt, {"command": start.params.command}).commitment
        self._post(ChannelStarted(start.channel, command=command))
        salt, recorder = start.params.recording_salt, None
        if salt is not None:
            recorder = Recorder(start.channel, salt, self._outside.sign_segment)
        return Terminal(child, socket, _Hold(self._warden, start.channel), self._salt, recorder)

    async def _tool(self, start: StartChannel, socket: ChannelSocket) -> External:
        tool = next(t for t in self._tools if t.id == start.params.tool)
        account = self._account
        env = dict(account.environment(self._notice.session, None))
        env |= await asyncio.to_thread(desktop.variables, account.uid)
        program = shutil.which(tool.start[0], path=env["PATH"])
        if program is None:
            raise NotStarted(2)
        try:
            binary = await asyncio.to_thread(binary_digest, program)
        except OSError as wrong:
            raise NotStarted(wrong.errno or 13) from wrong
        before = named(tool.watch, account.uid)
        self._keep_tool(start.channel, tool, before)
        order = ProcessOrder(
            program,
            tool.start,
            tuple(env.items()),
            account.home,
            account.name,
            account.uid,
            account.gid,
            "none",
        )
        child: Child = await self._warden.start(start.channel, order)
        self._post(ChannelStarted(start.channel, binary=binary))
        return External(
            tool, child, socket, uid=account.uid, before=before, salt=self._salt, dead=self._warden.dead
        )

    def _keep_tool(self, channel: str, tool: Tool, before: frozenset[Seen]) -> None:
        """Before it starts: should we die meanwhile, the next life ends what it left on the screen."""
        ran = tuple(sorted((seen.pid, seen.started) for seen in before))
        found = UnfinishedTool(channel, tool.id, tool.watch, self._account.uid, ran)
        self._ledger.keep_tool(self._notice.session, found)


def shell_order(account: LocalAccount, session: str, params: Params) -> ProcessOrder:
    """A login shell, or one command by the account's shell; a terminal where one was asked for."""
    name = os.path.basename(account.shell)
    if params.command is None:
        argv: tuple[str, ...] = (f"-{name}", "-l") if name in _LOGIN_FLAG else (f"-{name}",)
    else:
        argv = (name, "-c", params.command)
    on_terminal = params.command is None or params.term is not None
    term = (params.term or "xterm-256color") if on_terminal else None
    return ProcessOrder(
        account.shell,
        argv,
        (*account.environment(session, term), *params.env),
        account.home,
        account.name,
        account.uid,
        account.gid,
        "pty" if on_terminal else "pipes",
        params.cols,
        params.rows,
    )


# Shells that know -l; to any other the dash before its name says the same.
_LOGIN_FLAG = frozenset({"bash", "zsh", "ksh", "fish", "sh", "dash"})


@dataclass(frozen=True, slots=True)
class _Hold:
    """A terminal's grip on its own process, through the guardian."""

    warden: Warden
    channel: str

    async def signal(self, number: int, group: int) -> None:
        await self.warden.signal(self.channel, number, group=group)

    async def hang_up(self) -> None:
        await self.warden.kill(self.channel)
