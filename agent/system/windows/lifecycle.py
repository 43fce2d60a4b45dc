"""The agent as a service of Windows, and the events by which it is told to stop or that something was barred.

Made with ``sc.exe create VerbaleAgent binPath= "…\\verbale-agent.exe run" start= auto``: started by the
service manager it is a service, started by hand a program.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pywintypes
import servicemanager
import win32con
import win32event
import win32security
import win32service
import win32serviceutil
import winerror

from agent.system.windows import api
from agent.system.windows.accounts import own_sid
from agent.system.windows.spelling import event_name

SERVICE = "VerbaleAgent"
STOP_HINT_MS = 30_000  # as long as sessions may take to end and to be reported
_WHO = "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;{own})"


class WindowsLifecycle:
    HANG_UPS: tuple[signal.Signals, ...] = (signal.SIGBREAK,)

    def hear(
        self, state_dir: Path, stop: Callable[[], None], bar: Callable[[], None] | None
    ) -> Callable[[], None]:
        loop = asyncio.get_running_loop()
        over = win32event.CreateEvent(None, True, False, None)
        words: list[tuple[str, Callable[[], None]]] = [("stop", stop)]
        if bar is not None:
            words.append(("bar", bar))
        with api.as_oserror():
            who = win32security.SECURITY_ATTRIBUTES()
            who.SECURITY_DESCRIPTOR = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
                _WHO.format(own=own_sid()), win32security.SDDL_REVISION_1
            )
            events = [
                win32event.CreateEvent(who, False, False, event_name(str(state_dir.absolute()), word))
                for word, _ in words
            ]

        def wait() -> None:
            while True:
                which = win32event.WaitForMultipleObjects([over, *events], False, win32event.INFINITE)
                number = which - win32event.WAIT_OBJECT_0
                if not 1 <= number <= len(events):
                    return
                with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(words[number - 1][1])

        threading.Thread(target=wait, daemon=True).start()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGBREAK):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
        return lambda: win32event.SetEvent(over)

    def tell_stop(self, pid: int, state_dir: Path) -> None:
        _set(state_dir, "stop")

    def tell_bar(self, pid: int, state_dir: Path) -> None:
        _set(state_dir, "bar")

    def run(self, life: Callable[[], None], state_dir: Path) -> None:
        """A service's life is led in a thread of the dispatcher's; what ended it is raised here."""
        ends: list[BaseException] = []

        class AgentService(win32serviceutil.ServiceFramework):
            _svc_name_ = SERVICE
            _svc_display_name_ = "Verbale Agent"

            def __init__(self, args: Iterable[str]) -> None:
                super().__init__(args)

            def SvcDoRun(self) -> None:
                try:
                    life()
                except BaseException as wrong:  # noqa: BLE001 - raised again by the thread that called `run`
                    ends.append(wrong)

            def SvcStop(self) -> None:
                self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, STOP_HINT_MS)
                with contextlib.suppress(OSError):  # it has not begun, or has ended
                    _set(state_dir, "stop")

        servicemanager.Initialize()
        servicemanager.PrepareToHostSingle(AgentService)
        try:
            servicemanager.StartServiceCtrlDispatcher()  # type: ignore[no-untyped-call]
        except pywintypes.error as wrong:
            if wrong.winerror != winerror.ERROR_FAILED_SERVICE_CONTROLLER_CONNECT:
                raise OSError(wrong.strerror) from wrong
            life()  # no service manager started us
            return
        if ends:
            raise ends[0]


def _set(state_dir: Path, word: str) -> None:
    with api.as_oserror():
        name = event_name(str(state_dir.absolute()), word)
        win32event.SetEvent(win32event.OpenEvent(win32con.EVENT_MODIFY_STATE, False, name))
