"""One per session: starts the channels' processes, holds them, and ends every one of them.

A program of its own (``python -I -S guardian.py SESSION``, standard library only) so that it outlives
an agent that dies: its end of the socket to the agent is stdin, and end of file there means *end*.
So does silence: an agent that was stopped keeps no limit and hears nobody's *Termina*.
As child subreaper it inherits every process that detaches by forking twice, so nothing of the session
can leave its tree. PR_SET_PDEATHSIG is not used: it follows the thread that forked, the socket follows
the process. macOS has no subreaper: there what detaches is lost, and nobody says that none is left.
Messages both ways: 4 bytes length, big endian, then JSON; descriptors by SCM_RIGHTS.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import selectors
import signal
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

assert sys.platform != "win32"

MAX_MESSAGE_BYTES = 512 * 1024  # a command line is at most 128 KiB, its JSON escapes at most thrice that
GRACE_S = 0.25  # between SIGTERM and SIGKILL: long enough to write a history file
KILL_LIMIT_S = 3.0  # what is not dead then cannot be killed by us (uninterruptible, or another's)
STUBBORN_EVERY_S = 5.0  # how often it tries again what could not be killed
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_IUTF8 = 0o40000  # termios does not name it
MARK = "VERBALE_SESSION"  # in the environment of every process of a session


# --------------------------------------------------------------------------- what runs on this machine


# Named tuples here, not dataclasses: those take the interpreter as long to load as all the rest.
class Process(NamedTuple):
    """One line of the system's list. `started` (of Linux: clock ticks since boot) tells a process from a later
    one of its pid."""

    pid: int
    parent: int
    session: int
    started: int
    state: str


if sys.platform == "darwin":
    import ctypes

    _libproc = ctypes.CDLL("/usr/lib/libproc.dylib", use_errno=True)
    # struct proc_bsdinfo of <sys/proc_info.h>: of its fields only status, pid, parent and start are named.
    _BSDINFO = struct.Struct("@IIIII" + "I" * 7 + "16s32s" + "IIIIIi" + "QQ")
    _PROC_PIDTBSDINFO, _SZOMB = 3, 5

    def process(pid: int) -> Process | None:
        """What the kernel says about `pid`; None when there is none. Started: microseconds of the wall clock."""
        room = ctypes.create_string_buffer(_BSDINFO.size)
        if (
            _libproc.proc_pidinfo(pid, _PROC_PIDTBSDINFO, ctypes.c_uint64(0), room, _BSDINFO.size)
            < _BSDINFO.size
        ):
            return None
        words = _BSDINFO.unpack(room.raw)
        try:
            session = os.getsid(pid)
        except OSError:
            session = 0
        started = words[-2] * 1_000_000 + words[-1]
        return Process(pid, words[4], session, started, "Z" if words[1] == _SZOMB else "R")

    def processes() -> Iterator[Process]:
        count = _libproc.proc_listallpids(None, 0) + 64  # some may start meanwhile
        room = (ctypes.c_int * count)()
        for pid in room[: max(0, _libproc.proc_listallpids(room, ctypes.sizeof(room)))]:
            if (found := process(pid)) is not None:
                yield found
else:

    def process(pid: int) -> Process | None:
        """What /proc says about `pid`; None when there is none."""
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                line = file.read()
        except OSError:
            return None
        # The name may hold blanks and brackets; the fields after its last bracket may not.
        rest = line[line.rfind(b")") + 2 :].split()
        return Process(pid, int(rest[1]), int(rest[3]), int(rest[19]), rest[0].decode())

    def processes() -> Iterator[Process]:
        for name in os.listdir("/proc"):
            if name.isdigit() and (found := process(int(name))) is not None:
                yield found


def descendants(*roots: int) -> list[Process]:
    """Every living process below `roots` (themselves not among them); zombies are dead."""
    children: dict[int, list[Process]] = {}
    for found in processes():
        children.setdefault(found.parent, []).append(found)
    below: list[Process] = []
    waiting = list(roots)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            below.append(child)
            waiting.append(child.pid)
    return [p for p in below if p.state not in "ZX"]


def send_signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


def reap() -> Iterator[tuple[int, int]]:
    """(pid, wait status) of every child that has ended, adopted ones too."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def kill_below(
    root: int, *, limit_s: float = KILL_LIMIT_S, each_round: Callable[[], None] = lambda: None
) -> int:
    """Kill all descendants of `root`; how many were left after `limit_s`.

    They are stopped first, in rounds, until a round finds no new one: a stopped process cannot fork,
    so a fork bomb loses the race, and nobody sees a sibling die and runs. `each_round` is where a
    parent reaps.
    """
    until = time.monotonic() + limit_s
    while True:
        frozen: set[int] = set()
        while time.monotonic() < until:
            fresh = [p.pid for p in descendants(root) if p.pid not in frozen]
            if not fresh:
                break
            for pid in fresh:
                send_signal(pid, signal.SIGSTOP)
                frozen.add(pid)
        for pid in frozen:
            send_signal(pid, signal.SIGKILL)
        time.sleep(0.005)
        each_round()
        left = descendants(root)
        if not left or time.monotonic() >= until:
            return len(left)


# --------------------------------------------------------------------------------- starting processes


def _closing(*descriptors: int) -> None:
    for fd in descriptors:
        with contextlib.suppress(OSError):
            os.close(fd)


class Started(NamedTuple):
    """A process being born: `errors` is readable when its program runs, or says why it does not."""

    id: str
    pid: int
    errors: int
    ours: list[int]
    tty: str | None


def _prctl(option: int) -> None:
    """Switch it on for this process; OSError where the kernel says no."""
    import ctypes  # not above: the agent, which reads its list of processes here, would carry it at rest

    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if call(option, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _keep_privileges() -> None:
    """Who is not root cannot kill what a setuid program has made root: no such program takes effect."""
    if sys.platform == "linux":
        _prctl(_PR_SET_NO_NEW_PRIVS)


def _become(order: dict[str, Any], stdio: tuple[int, int, int], errors: int) -> None:
    """In the child: own session, terminal, account, clean signals and descriptors, then the program."""
    signal.set_wakeup_fd(-1)
    os.setsid()
    if order["streams"] == "pty":
        fcntl.ioctl(stdio[0], termios.TIOCSCTTY, 0)
    for target, fd in enumerate(stdio):
        os.dup2(fd, target)
    os.closerange(3, errors)  # `errors` itself closes when the program runs
    os.closerange(errors + 1, 4096)
    for number in range(1, signal.NSIG):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if os.geteuid() == 0:
        os.initgroups(order["user"], order["gid"])
        os.setgid(order["gid"])
        os.setuid(order["uid"])
    else:
        _keep_privileges()
    os.umask(0o022)
    try:
        os.chdir(order["cwd"])
    except OSError:
        os.chdir("/")
    os.execve(order["program"], order["argv"], order["env"])  # noqa: S606 - the whole point


def start(order: dict[str, Any]) -> Started:
    """Fork the process of `order`; OSError when the machine has no room for it."""
    tty: str | None = None
    match order["streams"]:
        case "pty":
            ours_fd, theirs = os.openpty()
            tty = os.ttyname(theirs)
            ours, stdio = [ours_fd], (theirs, theirs, theirs)
            modes = termios.tcgetattr(theirs)
            modes[0] |= _IUTF8  # the terminal's own line editing erases whole signs, not bytes
            termios.tcsetattr(theirs, termios.TCSANOW, modes)
            fcntl.ioctl(ours_fd, termios.TIOCSWINSZ, struct.pack("HHHH", order["rows"], order["cols"], 0, 0))
            if os.geteuid() == 0:
                os.fchown(theirs, order["uid"], -1)
            os.fchmod(theirs, 0o600)  # nobody's `write` reaches the technician, nor his the desk
        case "pipes":
            pipes = os.pipe(), os.pipe(), os.pipe()
            ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
            stdio = (pipes[0][0], pipes[1][1], pipes[2][1])
        case _:
            nothing = os.open(os.devnull, os.O_RDWR)
            ours, stdio = [], (nothing, nothing, nothing)
    errors, told = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        _closing(errors, told, *ours, *set(stdio))
        raise
    if pid == 0:
        try:
            _become(order, stdio, told)
        except (OSError, KeyError, ValueError) as wrong:
            with contextlib.suppress(OSError):
                os.write(told, str(getattr(wrong, "errno", 0) or errno.EINVAL).encode())
        finally:
            os._exit(127)
    _closing(told, *set(stdio))
    return Started(order["id"], pid, errors, ours, tty)


# ---------------------------------------------------------------------------------------- the guardian


class Guardian:
    """Serves the agent's orders until one of them is *end*, or the agent is gone, or says nothing any more."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._heard = b""
        self._wait = selectors.DefaultSelector()
        self._roots: dict[str, int] = {}  # channel -> pid, until it is reaped
        self._unborn: dict[str, Started] = {}
        self._silent_from_s: float | None = None  # when its silence is the end; None before its first word
        self._ends: dict[str, tuple[int, float]] = {}  # channel -> (pid, when to kill what is left of it)

    def serve(self) -> None:
        wake, poked = os.pipe()
        for fd in (wake, poked):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(poked, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)  # only the agent ends a guardian
        self._wait.register(self._link, selectors.EVENT_READ)
        self._wait.register(wake, selectors.EVENT_READ)
        grace_s: float | None = None
        while grace_s is None:
            for key, _ in self._wait.select(self._patience_s()):
                if key.fileobj is self._link:
                    grace_s = self._hear()
                elif key.fileobj == wake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake, 4096)
                else:
                    self._born(self._unborn[key.data])
            self._tell_exits()
            self._finish_ends()
            if (
                grace_s is None
                and self._silent_from_s is not None
                and time.monotonic() >= self._silent_from_s
            ):
                grace_s = GRACE_S
        self._end(grace_s)

    def _patience_s(self) -> float | None:
        if self._ends:
            return 0.1
        return None if self._silent_from_s is None else max(0.0, self._silent_from_s - time.monotonic())

    # what the agent says

    def _hear(self) -> float | None:
        """Obey what arrived; the grace in seconds when it is time to end."""
        try:
            data = self._link.recv(65536)
        except OSError:
            data = b""
        if not data:
            return GRACE_S
        self._heard += data
        while len(self._heard) >= 4:
            length = int.from_bytes(self._heard[:4], "big")
            if length > MAX_MESSAGE_BYTES:
                return GRACE_S
            if len(self._heard) < 4 + length:
                break
            order = json.loads(self._heard[4 : 4 + length])
            self._heard = self._heard[4 + length :]
            match order["op"]:
                case "end":
                    return float(order["grace_s"])
                case "alive":
                    self._silent_from_s = time.monotonic() + float(order["for_s"])
                case _:
                    self._obey(order)
        return None

    def _obey(self, order: dict[str, Any]) -> None:
        channel: str = order["id"]
        pid = self._roots.get(channel)
        match order["op"]:
            case "start":
                try:
                    born = start(order)
                except OSError as wrong:
                    self._tell({"op": "failed", "id": channel, "errno": wrong.errno or 0})
                    return
                self._roots[channel] = born.pid
                self._unborn[channel] = born
                self._wait.register(born.errors, selectors.EVENT_READ, channel)
            case "signal" if pid is not None:
                self._signal(pid, order["group"], order["number"])
            case "kill" if pid is not None:
                for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT):
                    for target in self._tree(pid):
                        send_signal(target, number)
                self._ends[channel] = (pid, time.monotonic() + 2 * GRACE_S)

    def _signal(self, pid: int, group: int, number: int) -> None:
        """To a process group of this channel: the one named, if it is of its session, else its first."""
        try:
            found = group if group > 1 and os.getsid(group) == pid else pid
            os.killpg(found, number)
        except OSError:
            send_signal(pid, number)

    def _tree(self, pid: int) -> list[int]:
        """A channel's first process, what descends from it, and what kept its session."""
        below = {p.pid for p in descendants(pid)}
        kept = {p.pid for p in descendants(os.getpid()) if p.session == pid}
        return [pid, *sorted((below | kept) - {pid})]

    def _finish_ends(self) -> None:
        for channel, (pid, due) in list(self._ends.items()):
            if self._roots.get(channel) != pid:
                del self._ends[channel]
            elif time.monotonic() >= due:
                for target in self._tree(pid):
                    send_signal(target, signal.SIGSTOP)
                for target in self._tree(pid):
                    send_signal(target, signal.SIGKILL)
                del self._ends[channel]

    # what the agent hears

    def _tell(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        body = json.dumps(message).encode()
        frame = len(body).to_bytes(4, "big") + body
        with contextlib.suppress(OSError):  # an agent that is gone shows at the next read
            if descriptors:
                sent = socket.send_fds(self._link, [frame], descriptors)
                frame = frame[sent:]
            self._link.sendall(frame)

    def _born(self, born: Started) -> None:
        self._wait.unregister(born.errors)
        del self._unborn[born.id]
        said = os.read(born.errors, 16)
        if said:
            self._tell({"op": "failed", "id": born.id, "errno": int(said)})
        else:
            told = {
                "op": "started",
                "id": born.id,
                "pid": born.pid,
                "fds": len(born.ours),
                "tty": born.tty or "",
            }
            self._tell(told, born.ours)
        _closing(born.errors, *born.ours)

    def _tell_exits(self) -> None:
        for pid, status in reap():
            channel = next((name for name, root in self._roots.items() if root == pid), None)
            if channel is None:
                continue  # an adopted orphan
            if channel in self._unborn:
                self._born(self._unborn[channel])
            del self._roots[channel]
            code = os.waitstatus_to_exitcode(status)
            self._tell({"op": "exit", "id": channel, "code": code})

    def _end(self, grace_s: float) -> None:
        """Hang up, ask, wait no longer than the grace, kill; report who had to be killed.

        It outlives its report only where something could not be killed, which must not become nobody's.
        """
        me = os.getpid()
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT):
            for found in descendants(me):
                send_signal(found.pid, number)
        until = time.monotonic() + grace_s
        self._tell_exits()
        while (stubborn := descendants(me)) and time.monotonic() < until:
            time.sleep(0.01)
            self._tell_exits()
        left = kill_below(me, each_round=self._tell_exits)
        forced = [found.pid for found in stubborn][:1000]
        self._tell({"op": "dead", "forced": forced, "left": left})
        while left:
            time.sleep(STUBBORN_EVERY_S)
            left = kill_below(me, limit_s=0.05, each_round=self._tell_exits)


def main() -> None:
    os.set_inheritable(0, False)
    if sys.platform == "linux":
        try:
            _prctl(_PR_SET_CHILD_SUBREAPER)
        except OSError as no:
            sys.exit(f"the guardian could not become a child subreaper: {no}")
    link = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(nothing, fd)
    Guardian(link).serve()


if __name__ == "__main__":
    main()
