"""Seats of Windows: sessions that somebody looks at, at the console or by RDP, and a window in each as him."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import wintypes as w
from pathlib import Path

import win32api
import win32profile
import win32ts

from agent import program
from agent.system.seats import Desktop, Key, Window
from agent.system.windows import api
from agent.system.windows.accounts import SYSTEM_SID, own_session, own_sid, sessions
from agent.system.windows.jobs import create_process
from agent.system.windows.spelling import mutex_name

READY_S = 2.0
NAME_SIGNS = 64
_KEY_ID = 1  # of our thread's only one


class _Started:
    def __init__(self, process: int) -> None:
        self._process = process

    def wait(self) -> int:
        api.kernel32.WaitForSingleObject(self._process, api.INFINITE)
        code = w.DWORD()
        api.kernel32.GetExitCodeProcess(self._process, ctypes.byref(code))
        api.kernel32.CloseHandle(self._process)
        return int(code.value)


class Hotkey:
    """Windows tells the thread that took the key; that of the window's toolkit would throw the word away."""

    def __init__(self) -> None:
        self.grabbed = False
        self._pressed = threading.Event()
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(ready,), daemon=True).start()
        ready.wait(READY_S)

    def _listen(self, ready: threading.Event) -> None:
        keys = api.MOD_CONTROL | api.MOD_ALT | api.MOD_NOREPEAT
        self.grabbed = bool(api.user32.RegisterHotKey(None, _KEY_ID, keys, ord("I")))
        ready.set()
        message = w.MSG()
        while self.grabbed and api.user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == api.WM_HOTKEY:
                self._pressed.set()

    def was_pressed(self) -> bool:
        pressed = self._pressed.is_set()
        if pressed:
            self._pressed.clear()
        return pressed


class WindowsSeats:
    def found(self) -> Sequence[Desktop]:
        if own_sid() != SYSTEM_SID:
            here = self.own()
            return [] if here is None else [here]
        return [Desktop(number, ()) for number in _looked_at()]

    def own(self) -> Desktop | None:
        number = own_session()
        return Desktop(number, ()) if number in _looked_at() else None

    def show(self, state_dir: Path, on: Desktop) -> Window:
        words = program.itself("desk", "--show", "--state", str(state_dir.absolute()))
        if own_sid() != SYSTEM_SID:
            nothing = subprocess.DEVNULL
            flags = subprocess.CREATE_NO_WINDOW
            return subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, creationflags=flags)
        with api.as_oserror():
            token = win32ts.WTSQueryUserToken(on.uid)
        try:
            with api.as_oserror():
                env = win32profile.CreateEnvironmentBlock(token, False)
            process, _ = create_process(
                words[0],
                tuple(words),
                {str(name): str(value) for name, value in env.items()},
                os.environ.get("SYSTEMROOT", r"C:\Windows"),
                jobs=(),
                streams=None,
                token=int(token),
                desktop="winsta0\\default",
                has_console=False,
            )
        finally:
            win32api.CloseHandle(token)
        return _Started(process)

    def is_locked(self) -> bool:
        """While a session is locked, or Windows asks for rights, what is on the screen is another desktop."""
        if self.own() is None:
            return True
        desktop = api.user32.OpenInputDesktop(0, False, api.DESKTOP_READOBJECTS)
        if not desktop:
            return True
        name = ctypes.create_unicode_buffer(NAME_SIGNS)
        try:
            told = api.user32.GetUserObjectInformationW(
                desktop, api.UOI_NAME, name, ctypes.sizeof(name), None
            )
        finally:
            api.user32.CloseDesktop(desktop)
        return not told or name.value.casefold() != "default"

    @contextmanager
    def only_one(self, state_dir: Path) -> Iterator[bool]:
        """By a name of the session, which goes with whoever holds it."""
        mutex = api.kernel32.CreateMutexW(None, False, mutex_name(str(state_dir.absolute())))
        was_there = ctypes.get_last_error() == api.ERROR_ALREADY_EXISTS
        api.check(mutex or 0)
        try:
            yield not was_there
        finally:
            api.kernel32.CloseHandle(mutex)

    def key(self) -> Key:
        return Hotkey()


def _looked_at() -> list[int]:
    return [number for number, state, sid in sessions() if state == win32ts.WTSActive and sid is not None]
