"""The agent for one session, on a machine where nothing is installed: `verbale-agent once FILE`.

A host like any other: enrolled by a file that the titolare signed, with its root typed, holding keys of its
own. Its state lies in a private temporary folder, in memory where the system has a place for that. When its
one session has ended, or Ctrl-C, a closed terminal or `WAIT_S` end it, it takes itself out of use by a signed
note, waits until that is delivered, and removes the folder. What a power cut or `kill -9` leaves of it, the
next start takes out of use and removes.
"""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agent import daemon
from agent.desk import Desk
from agent.enrol import LocalUser
from agent.language import Language
from agent.manner import Manner
from agent.pins_store import REVOKED_PINS_FILE, StateDamaged, load_enrolled, mark_revoked, revoked_at
from agent.report import Reports
from agent.sentences import FAILED, Failure, say
from agent.sessions import Sessions
from agent.settings import Settings
from agent.system.here import lifecycle
from audit.canonical import Value
from audit.commitment import Opening

PREFIX = "verbale-once-"
REASON = "once"  # of `host.revoked`: as agreed, after one session or none
WAIT_S = 12 * 3600.0  # for a session to begin; then the keys are given up
DELIVER_S = 120.0  # for the last notes; a network that is gone holds nobody up for longer
LEFT_S = 10.0  # for those of an earlier run that was killed
LOOK_AGAIN_S = 1.0  # whether it is in the foreground again
_YES, _NO = frozenset({"s", "si", "sì", "y", "yes"}), frozenset({"n", "no"})


# ------------------------------------------------------------------------------------ its folder


def base(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own folder in memory, which the system empties at log-out; else the temporary one."""
    own = environ.get("XDG_RUNTIME_DIR") or ""
    return Path(own) if own.startswith("/") and os.access(own, os.W_OK) else Path(tempfile.gettempdir())


@contextmanager
def folder(within: Path) -> Iterator[Path]:
    """A private one, locked while it is in use (nobody who cleans up takes it) and gone afterwards."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
        held = _lock(path)
        if held is not None:
            break
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)


def left(within: Path) -> Iterator[Path]:
    """Folders of earlier runs that nothing runs on any more, each removed after it was looked at."""
    for path in sorted(within.glob(PREFIX + "*")):
        held = _lock(path)
        if held is None:
            continue
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def _lock(path: Path) -> int | None:
    """None where another process holds it, or where it is not a folder of this account's."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_uid == os.geteuid() and stat.S_ISDIR(os.stat(path).st_mode):
            return handle
    except OSError:
        pass
    os.close(handle)
    return None


# --------------------------------------------------------------------------------------- its life


class OneSession(Manner):
    """Serves one session, refuses others meanwhile, and stops when it has ended."""

    room = 1
    leaves = REASON

    def __init__(self, stop: asyncio.Event, *, wait_s: float = WAIT_S, language: Language = "it") -> None:
        self._stop = stop
        self._wait_s = wait_s
        self._language = language
        self._begun = False

    def listens(self, report: Reports) -> Reports:
        def heard(
            kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
        ) -> None:
            report(kind, session, body, opening)
            self._begun = self._begun or kind == "session.started"
            if kind == "session.ended":
                self._stop.set()

        return heard

    def begins(self, sessions: Sessions) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        loop.add_signal_handler(signal.SIGHUP, self._stop.set)  # its terminal was closed
        loop.call_later(self._wait_s, self._given_up)
        if sys.stdin.isatty():
            loop.add_reader(sys.stdin.fileno(), self._answered, sessions.desk)

    def farewell_s(self, *, is_up: bool) -> float:
        return DELIVER_S

    def _interrupted(self) -> None:
        """By the person at the machine, who sits before this very terminal."""
        self.why_closed = "stopped_by_desk"
        self._stop.set()

    def _given_up(self) -> None:
        if not self._begun:
            self._stop.set()

    def _answered(self, desk: Desk) -> None:
        """A line typed here: the answer to whoever asks to be let in."""
        terminal, loop = sys.stdin.fileno(), asyncio.get_running_loop()
        try:
            if os.tcgetpgrp(terminal) != os.getpgrp():  # sent to the background: typed for somebody else
                loop.remove_reader(terminal)
                loop.call_later(LOOK_AGAIN_S, loop.add_reader, terminal, self._answered, desk)
                return
            typed = os.read(terminal, 4096)
        except OSError:
            typed = b""  # the terminal is gone
        if not typed:
            loop.remove_reader(terminal)
        word = typed.decode("utf-8", "replace").strip().casefold()
        if word in _YES | _NO:
            for reply in desk.answer_all(allow=word in _YES):
                print(reply.shown(self._language))


# ----------------------------------------------------------------------------------- the command


def run(settings: Settings, user: LocalUser, enrol_here: Callable[[Settings], None], within: Path) -> int:
    """`enrol_here`: enrol with the state of these settings, or raise what `enroll` says. Exit code 1 where
    the log did not hear that the host is out of use."""
    told = [_end_left(replace(settings, state_dir=path), user) for path in left(within)]
    if told:
        print(say("once_left" if all(told) else "once_left_untold", settings.language))
    with folder(within) as place, _told_of_hang_up():
        here = replace(settings, state_dir=place, desk_dirs=(place,))
        try:
            enrol_here(here)
            print(say("once_serves", settings.language), flush=True)
            delivered = _serve(here, user)
        except BaseException:
            _end_left(here, user)  # enrolled already, perhaps: nobody is to wait for this host
            raise
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(say("once_over" if delivered else "once_untold", settings.language), flush=True)
    return 0 if delivered else FAILED


def _serve(here: Settings, user: LocalUser) -> bool:
    async def life() -> bool:
        stop = asyncio.Event()
        return await daemon.serve(here, user, stop, OneSession(stop, language=here.language))

    return daemon.run(life())


@contextmanager
def _told_of_hang_up() -> Iterator[None]:
    """A terminal that closes while the loop does not listen yet, or any more, ends us as Ctrl-C does."""

    def hang_up(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, hang_up) for number in lifecycle.HANG_UPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_left(there: Settings, user: LocalUser) -> bool:
    """Take the host of an earlier run that was killed out of use; whether the log knows."""
    state = there.state_dir
    try:
        if revoked_at(state) is None:
            if load_enrolled(state) is None:
                return True  # it never was in use
            mark_revoked(state, datetime.now(UTC), f"local:{user.name}")
        if load_enrolled(state, REVOKED_PINS_FILE) is None:
            return True
        return asyncio.run(daemon.farewell(there, user, limit_s=LEFT_S, reason=REASON))
    except (Failure, StateDamaged, OSError):
        return False
