"""Carries out a conductor's commands for one session; the only place that starts channels."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from websockets.exceptions import WebSocketException

from agent.accounts import LocalAccount
from agent.channels import CLOSED, ChannelSocket, Params
from agent.channels.desktop import Desktop
from agent.channels.external import CUT_GRACE_S, External, Seen, named
from agent.channels.files import Files
from agent.channels.files import order as files_order
from agent.channels.forward import Forward, PortUnreachable, connect
from agent.channels.gate import Gate
from agent.channels.recorder import Recorder
from agent.channels.rfb import Copied
from agent.channels.screen import NoScreen, Rights, Screen
from agent.channels.screen_recorder import ScreenRecorder
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
from agent.events import (
    ChannelEnded,
    ChannelFailed,
    ChannelStarted,
    DeskAnswered,
    Event,
    FileTold,
    TextCopied,
    ToolTold,
)
from agent.in_use import InUse
from agent.ledger import Ledger, UnfinishedTool
from agent.notice import Notice
from agent.outside import Outside
from agent.system import here
from agent.system.here import accounts, desktop
from agent.system.interface import Child, NotStarted, ProcessOrder, Warden
from agent.task_group import TaskGroup
from agent.tools import program
from agent.tools.adapter import NoAdapter, fit
from agent.tools.dialect import Heard
from agent.tools.own_log import OwnLogs
from agent.wire.channel import Exit, StreamDigest, pack_exit
from agent.wire.file_watch import watch_of
from agent.wire.transfers import Fact
from audit.commitment import Opening
from audit.folders import FolderLine
from audit.named_ports import NamedPort
from audit.policy import Tool
from audit.recording_stream import stream_of

GRACE_S = 0.25  # for a session's processes to end in order: long enough to write a history file
DIAL_LIMIT_S = 20.0  # a pass is good for 30 s; the rest of it is for the order's way here


Running: TypeAlias = Terminal | External | Files | Forward | Desktop


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
        folders: tuple[FolderLine, ...] = (),
        left_out: tuple[str, ...] = (),
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
        self._folders = folders
        self._left_out = left_out
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, Running] = {}
        self._screen = Screen(warden, account, outside.screens)
        self._left_early: set[str] = set()  # channels whose user had gone before their process ran
        desk = outside.desk
        self._in_use = InUse(folders, partial(desk.say_using, notice), partial(desk.say_first_use, notice))
        self._asking: asyncio.Task[None] | None = None
        self._cut = False
        self._held = False

    def do(self, command: Command) -> None:
        """At once, or as a task of the session's group; never waits."""
        match command:
            case Report(kind=kind, body=body, opening=opening):
                self._outside.report(kind, self._notice.session, body, opening)
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
            case Hold(reason=reason):
                self._held = True
                for running in self._running.values():
                    self._hold(running)
                self._outside.desk.say_paused(self._notice, reason)
            case Release():
                self._release()
            case TellDesk(ask=ask):
                self._asking = self._group.create_task(self._tell_desk(ask=ask))
            case TellDeskEnded():
                self._in_use.over()
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
        self._warden.end(CUT_GRACE_S + 0.2 if has_tool else GRACE_S)

    def _hold(self, running: Running) -> None:
        """A licensed tool cannot be held: what it is told does not pass through here, so it is stopped."""
        if isinstance(running, Terminal | Files | Forward):
            running.gate.shut()
        elif isinstance(running, Desktop):
            running.hold()
        else:
            self._group.create_task(running.hang_up())

    def _release(self) -> None:
        self._held = False
        for running in self._running.values():
            if isinstance(running, Terminal | Files | Forward):
                running.gate.open()
            elif isinstance(running, Desktop):
                running.release()
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
            self._post(DeskAnswered(await desk.tell(self._notice)))
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
        except NoScreen as no:
            self._post(ChannelFailed(start.channel, no.reason))
        except PortUnreachable:
            self._post(ChannelFailed(start.channel, "port_unreachable"))
        except (TimeoutError, OSError, WebSocketException):
            self._post(ChannelFailed(start.channel, "broker_not_reached"))
        except asyncio.CancelledError:
            self._post(ChannelFailed(start.channel, "session_ended"))
            raise
        else:
            try:
                outcome = await running.run()
            finally:
                for _ in range(running.connections if isinstance(running, Desktop) else 0):
                    await self._screen.close()
            self._post(ChannelEnded(start.channel, outcome))
            if isinstance(running, External):
                self._outside.held.end(running)
        finally:
            self._starting.pop(start.channel, None)
            self._running.pop(start.channel, None)
            self._in_use.ends(start.channel)
            self._left_early.discard(start.channel)

    async def _started(self, start: StartChannel) -> Running:
        if start.kind == "forward":
            return self._begin(start, await self._forward(start))
        async with asyncio.timeout(DIAL_LIMIT_S):
            socket = await self._outside.dial_channel(start.pass_)
        try:
            running = await self._begun(start, socket)
        except (NotStarted, NoScreen, asyncio.CancelledError):
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
        if not start.params.watch:
            self._in_use.begins(start.channel, start.granted)
        if self._held:
            self._hold(running)  # it was on its way when the session was paused
        if self._cut:
            running.cut()
        elif start.channel in self._left_early:
            self._group.create_task(running.hang_up())
        return running

    async def _begun(self, start: StartChannel, socket: ChannelSocket) -> Running:
        match start.kind:
            case "tool":
                return await self._tool(start, socket)
            case "desktop":
                return await self._desktop(start, socket)
            case "files":
                return await self._files(start, socket)
            case _:
                return await self._shell(start, socket)

    async def _files(self, start: StartChannel, socket: ChannelSocket) -> Files:
        asked = start.params.files
        assert asked is not None, "the conductor admits no channel for files without it"
        if here.name == "windows":
            raise NotStarted(errno.ENOSYS)  # its folders are not yet opened as they must be there
        watch = watch_of(asked, self._folders[0].folder)
        process = files_order(self._account, self._notice.session, self._folders, asked)
        child = await self._warden.start(start.channel, process)
        self._post(ChannelStarted(start.channel))
        hold = _Hold(self._warden, start.channel)
        return Files(child, socket, hold, self._salt, watch, partial(self._file_told, start.channel))

    def _file_told(self, channel: str, fact: Fact) -> None:
        self._post(FileTold(channel, fact))

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
            recorder = Recorder(stream_of(start.kind, start.channel, salt), self._outside.sign_segment)
        return Terminal(child, socket, _Hold(self._warden, start.channel), self._salt, recorder)

    async def _desktop(self, start: StartChannel, socket: ChannelSocket) -> Desktop:
        approved = Rights(start.granted.control, start.granted.clipboard)
        gate = Gate()
        server, secret = await self._screen.open(approved)
        try:
            record = await self._screen_recorder(start, approved, gate)
        except BaseException:
            server.close()
            await self._screen.close()
            raise
        rights = Rights() if start.params.watch else approved
        self._post(ChannelStarted(start.channel))
        copied = partial(self._text_copied, start.channel)
        return Desktop(socket, server, secret, rights, self._salt, copied, gate, record)

    async def _screen_recorder(
        self, start: StartChannel, rights: Rights, gate: Gate
    ) -> ScreenRecorder | None:
        """A connection of its own to the same server, where the screen has to be recorded."""
        salt = start.params.recording_salt
        if salt is None:
            return None
        hidden = await self._screen.hidden(self._left_out) if self._left_out else None
        try:
            server, secret = await self._screen.open(rights)
        except BaseException:
            if hidden is not None:
                hidden.close()
            raise
        recorder = Recorder(stream_of(start.kind, start.channel, salt), self._outside.sign_segment)
        return ScreenRecorder(server, secret, recorder, gate, hidden)

    def _text_copied(self, channel: str, copied: Copied) -> None:
        text = copied.text.encode()
        digest = StreamDigest(self._salt)
        digest.add(text)
        self._post(TextCopied(channel, copied.direction, len(text), digest.hex))

    async def _tool(self, start: StartChannel, socket: ChannelSocket) -> External:
        tool = next(t for t in self._tools if t.id == start.params.tool)
        try:
            fitted = fit(tool)
        except NoAdapter as wrong:
            raise NotStarted(errno.ENOENT) from wrong
        account = self._account
        env = dict(account.environment(self._notice.session, None))
        env |= await asyncio.to_thread(desktop.variables, account.uid)
        found = shutil.which(fitted.start[0], path=env["PATH"])
        if found is None:
            raise NotStarted(errno.ENOENT)
        try:
            binary = await asyncio.to_thread(program.digest, found)
        except OSError as wrong:
            raise NotStarted(wrong.errno or errno.EACCES) from wrong
        whose = await asyncio.to_thread(program.opening, found, fitted.adapter.publisher)
        order = ProcessOrder(
            found,
            fitted.start,
            tuple(env.items()),
            account.home,
            account.name,
            account.uid,
            account.gid,
            "none",
        )
        with self._outside.held.start():
            before = named(fitted.watch, account.uid)
            tool = replace(tool, watch=fitted.watch)
            self._keep_tool(start.channel, tool, before)
            logs = await asyncio.to_thread(OwnLogs, fitted.adapter.logs, account.home)
            child: Child = await self._warden.start(start.channel, order)
            self._post(ChannelStarted(start.channel, binary=binary, program=whose))
            running = External(
                tool, child, socket, uid=account.uid, before=before, salt=self._salt, dead=self._warden.dead,
                logs=logs, tell=partial(self._told, start.channel),
            )  # fmt: skip
            self._outside.held.add(running)
        return running

    def _told(self, channel: str, heard: Heard) -> None:
        peer = None if heard.peer is None else program.peer(heard.peer)
        self._post(ToolTold(channel, heard, peer))

    def _keep_tool(self, channel: str, tool: Tool, before: frozenset[Seen]) -> None:
        """Before it starts: should we die meanwhile, the next life ends what it left on the screen."""
        ran = tuple(sorted((seen.pid, seen.started) for seen in before))
        found = UnfinishedTool(channel, tool.id, tool.watch, self._account.uid, ran)
        self._ledger.keep_tool(self._notice.session, found)


def shell_order(account: LocalAccount, session: str, params: Params) -> ProcessOrder:
    """A login shell, or one command by the account's shell; a terminal where one was asked for."""
    on_terminal = params.command is None or params.term is not None
    term = (params.term or "xterm-256color") if on_terminal else None
    return ProcessOrder(
        account.shell,
        accounts.shell(account.known, params.command),
        (*account.environment(session, term), *params.env),
        account.home,
        account.name,
        account.uid,
        account.gid,
        "pty" if on_terminal else "pipes",
        params.cols,
        params.rows,
    )


@dataclass(frozen=True, slots=True)
class _Hold:
    """A terminal's grip on its own process."""

    warden: Warden
    channel: str

    async def signal(self, name: str, group: int) -> None:
        await self.warden.signal(self.channel, name, group=group)

    async def hang_up(self) -> None:
        await self.warden.kill(self.channel)
