"""What the agent asks of the operating system it runs on.

Each protocol below is fulfilled once for Linux, for macOS and for Windows; `agent.system.here` is the
one for this machine. A system that cannot do something says so by the type of its answer (None, False,
`unknown`, `NotStarted`), never by an exception that its caller does not expect.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from agent.system.ends import Ends
from agent.system.screens import Screens
from agent.system.seats import Seats
from agent.wire.channel import Exit

MARK = "VERBALE_SESSION"
"""In the environment of every process of a session."""

AccountKey: TypeAlias = int | str
"""How the system knows an account for certain: its uid; on Windows its SID."""

Left = Literal["none", "some", "unknown"]
"""Processes of a session that live on after its end; `unknown`: nobody was able to count them."""

How = Literal["ask", "freeze", "kill"]
"""To a process: it may still end in order, it runs no further, it is no more."""


# ------------------------------------------------------------------------------- time and identity


class BootClocks(Protocol):
    """Clocks that nobody can set."""

    def boot_s(self) -> float:
        """Seconds since the machine started, sleep included."""
        ...

    def asleep_s(self) -> float:
        """Seconds of those that it was suspended."""
        ...


class Identity(Protocol):
    def machine_id(self) -> str:
        """What this installation of the system is known by, and a copy of its disk too; empty if by nothing."""
        ...

    def boot_id(self) -> str:
        """Names this start of the machine; `unknown` where the system does not."""
        ...


# ------------------------------------------------------------------------------------------- files


class Files(Protocol):
    """The state on disk: durable, and the agent's alone."""

    OPEN_FLAGS: int
    """For `os.open`, besides what is done with the file: bytes as they are, and no child inherits it."""

    def system_state(self) -> Path:
        """Where the state of the system's own agent lies."""
        ...

    def user_state(self, environ: Mapping[str, str]) -> Path:
        """Where that of an agent lies which a person runs for himself."""
        ...

    def set_mode(self, path: Path, mode: int) -> None:
        """Who may use it: 0600 and 0700 the agent's account, 0644 and 0711 other local people too."""
        ...

    def sync(self, handle: int) -> None:
        """What was written is on the disk when this returns."""
        ...

    def sync_folder(self, folder: Path) -> None:
        """So are the names in it."""
        ...

    def replace(self, fresh: Path, path: Path) -> None:
        """Give `fresh` the name `path`: a crash shows the old file or the new one, and the new one stays."""
        ...

    def try_lock(self, handle: int) -> bool:
        """Hold an open file until it is closed; False where another process does. Others can read it."""
        ...


# ---------------------------------------------------------------------------------------- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A local account. `gid` means nothing on Windows, `shell` is the program for people and commands."""

    name: str
    key: AccountKey
    gid: int
    home: str
    shell: str


class Accounts(Protocol):
    def me(self) -> tuple[str, bool]:
        """The account this process runs as, and whether it may become others."""
        ...

    def find(self, name: str) -> Account | None: ...

    def can_become(self, account: Account) -> bool:
        """Whether a process of ours can run as it now."""
        ...

    def environment(self, account: Account) -> dict[str, str]:
        """What a process of that account needs to know, `PATH` for one; nothing of the agent's own."""
        ...

    def shell(self, account: Account, command: str | None) -> tuple[str, ...]:
        """Arguments of the account's shell: as people log in to it, or for one command."""
        ...

    def may_always_order(self, key: AccountKey) -> bool:
        """Whether it administers this machine or is the agent's own."""
        ...


class People(Protocol):
    """Who is at this machine, and how to tell them."""

    def terminals(self) -> list[str]:
        """Where words can be shown; names that mean something to `write_to` alone."""
        ...

    def write_to(self, path: str, text: str) -> bool:
        """Show `text` there; False when nobody can see it there now."""
        ...

    def is_logged_in(self, uid: AccountKey) -> bool: ...


class Desktops(Protocol):
    def variables(self, uid: AccountKey) -> dict[str, str]:
        """What a program must be told to show its windows where that account is logged in.

        Empty where there is no such place, or none has to be told.
        """
        ...


# --------------------------------------------------------------------------------------- processes


class Process(Protocol):
    """`started` tells a process from a later one of its pid; `state` is Z or X for one that has ended."""

    @property
    def pid(self) -> int: ...

    @property
    def parent(self) -> int: ...

    @property
    def started(self) -> int: ...

    @property
    def state(self) -> str: ...


class Table(Protocol):
    """What runs on this machine."""

    def processes(self) -> Iterable[Process]: ...

    def process(self, pid: int) -> Process | None: ...

    def pids(self) -> Iterable[int]:
        """Of everything that runs; cheaper than `processes`."""
        ...

    def descendants(self, *roots: int) -> Sequence[Process]:
        """Every living process below `roots`, themselves not among them."""
        ...

    def owner(self, pid: int) -> AccountKey | None:
        """None when it has ended, or is none of ours to ask about."""
        ...

    def names(self, pid: int) -> set[str]:
        """What it may be called: its program's file and whatever else people know it by."""
        ...

    def called(self, pid: int) -> str:
        """The name the system has for it at this moment, which another program changes; cheap, may be empty."""
        ...

    def image(self, pid: int) -> tuple[str, str] | None:
        """(the path it was started from, one that opens the very file that runs); None where neither is told."""
        ...

    def bears(self, pid: int, variable: str) -> bool:
        """Whether it was started with that variable, as far as we may ask."""
        ...

    def tell(self, pid: int, started: int, how: How) -> bool:
        """To that process and no later one of its pid; False when it was not reached."""
        ...


# ----------------------------------------------------------------------- the processes of a session


class NotStarted(Exception):
    """The process did not start; `errno` as the system gave it."""

    def __init__(self, errno: int) -> None:
        super().__init__(os.strerror(errno))
        self.errno = errno


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """A process to start: absolute program, arguments, environment, account, and its streams."""

    program: str
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    cwd: str
    user: str
    uid: AccountKey
    gid: int
    streams: Literal["pty", "pipes", "none"]
    cols: int = 80
    rows: int = 24


class Child(Protocol):
    """A started process. `tty`: the name of its terminal, as `People.terminals` gives it."""

    @property
    def pid(self) -> int: ...

    @property
    def tty(self) -> str | None: ...

    @property
    def ended(self) -> asyncio.Future[Exit]: ...

    def ends(self) -> Ends:
        """Once; whoever takes them closes them."""
        ...


@dataclass(frozen=True, slots=True)
class GuardianMark:
    """How to know what holds a session's processes again after a restart of the agent: pid, start time,
    and its control group where the system has such."""

    pid: int
    started: int
    group: Path | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """The account of a session's processes: which had to be killed, and whether any lives on."""

    forced: frozenset[int]
    left: Left


class Warden(Protocol):
    """Holds the processes of one session: starts them, knows them, ends every one of them."""

    @property
    def session(self) -> str: ...

    @property
    def mark(self) -> GuardianMark: ...

    @property
    def dead(self) -> asyncio.Future[Dead]:
        """Done once all were ended, or given up."""
        ...

    async def start(self, channel: str, order: ProcessOrder) -> Child:
        """Start the channel's process; `NotStarted` when the machine refuses."""
        ...

    async def signal(self, channel: str, name: str, *, group: int = 0) -> None:
        """One of `agent.wire.channel.SIGNALS`, to the channel's foreground; nothing where there is no such."""
        ...

    async def kill(self, channel: str) -> None:
        """Hang up on one channel: end its processes, the first half second in order."""
        ...

    def terminals(self) -> list[str]:
        """Terminals of this session's own processes: nobody at the desk sits there."""
        ...

    def holds(self, pid: int) -> bool:
        """Whether that process is one of the session's."""
        ...

    def end(self, grace_s: float = ...) -> None:
        """Kill everything. Never waits; `dead` tells."""
        ...

    def pulse(self, lease_s: float) -> None:
        """Say every few seconds that the agent lives: where somebody listens, everything ends `lease_s`
        after the last word. Never waits."""
        ...


class Keeper(Protocol):
    def hold(self, session: str) -> Warden:
        """`OSError` when the machine has no room for it."""
        ...

    def sweep(self, session: str, mark: GuardianMark) -> Dead:
        """End what an earlier life of the agent left of a session. Blocks for seconds."""
        ...


# ------------------------------------------------------------------------------------ the desk's door


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the other end, by the kernel's word."""

    pid: int
    uid: AccountKey


class Peer(Protocol):
    """One call at the door."""

    @property
    def caller(self) -> Caller: ...

    async def recv(self, most: int) -> bytes:
        """Empty when nothing more comes; `OSError` when the caller is gone."""
        ...

    async def send(self, data: bytes) -> None: ...

    def turn_away(self, data: bytes) -> None:
        """The last word, without waiting; then it is closed."""
        ...

    def close(self) -> None: ...


class Listener(Protocol):
    async def accept(self) -> Peer:
        """The next caller; `OSError` when the system has no room for one more."""
        ...

    def close(self) -> None: ...


class NobodyListens(Exception):
    """No agent is behind that door."""


class NotHeard(Exception):
    """One is, and took no notice of the call: too many at once."""


class Door(Protocol):
    """A way in for whoever is logged in on this machine, and for nobody from elsewhere."""

    def listen(self, state_dir: Path) -> Listener:
        """Callable when this returns. Who holds the state folder's lock takes the door over."""
        ...

    def ask(self, state_dir: Path, order: bytes, limit_s: float) -> bytes:
        """One line there, one line back. Raises the two above, or `PermissionError`."""
        ...


# --------------------------------------------------------------------------- the rest of the machine


class Network(Protocol):
    def tune(self, raw: socket.socket, not_sent_low_bytes: int) -> None:
        """Find a cut line within minutes, and do not queue in the kernel what is not wanted any more."""
        ...

    def is_peer_gone(self, raw: socket.socket) -> bool:
        """Whether the other end has closed or cut; where the system can tell, also while data is unread."""
        ...


class Lifecycle(Protocol):
    """How the agent is told to stop, and that something was barred, and how it is run as a service."""

    HANG_UPS: tuple[signal.Signals, ...]
    """By them a program is told that whoever started it has gone, or that it is to end."""

    def hear(
        self, state_dir: Path, stop: Callable[[], None], bar: Callable[[], None] | None
    ) -> Callable[[], None]:
        """Call back in the running loop when told so from now on. Returns what ends it."""
        ...

    def tell_stop(self, pid: int, state_dir: Path) -> None: ...

    def tell_bar(self, pid: int, state_dir: Path) -> None: ...

    def run(self, life: Callable[[], None], state_dir: Path) -> None:
        """Run the agent's life to its end, as a service of the system where that is how it was started."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who signed a program's file, as the system says, and whether it takes the signature for good."""

    name: str
    is_valid: bool


class Publishers(Protocol):
    def publisher(self, path: Path) -> Publisher | None:
        """None for a file that nobody signed, or where the system knows of no such thing. Blocks."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """All of it."""

    name: Literal["linux", "macos", "windows"]
    clocks: BootClocks
    identity: Identity
    files: Files
    accounts: Accounts
    people: People
    desktops: Desktops
    table: Table
    keeper: Keeper
    door: Door
    network: Network
    lifecycle: Lifecycle
    publishers: Publishers
    screens: Screens
    seats: Seats


def below(processes: Iterable[Process], roots: Iterable[int]) -> Iterator[Process]:
    """Of a list of processes the living ones that descend from `roots`."""
    children: dict[int, list[Process]] = {}
    for found in processes:
        children.setdefault(found.parent, []).append(found)
    waiting, met = list(roots), set(roots)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.pid not in met:
                met.add(child.pid)
                waiting.append(child.pid)
                if child.state not in "ZX":
                    yield child
