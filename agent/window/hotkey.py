"""One key for the whole desktop: Ctrl+Alt+I interrupts, whatever window has the focus (X11)."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

_KEY_PRESS, _ASYNC, _CONTROL, _ALT, _LOCK, _NUM_LOCK = 2, 1, 1 << 2, 1 << 3, 1 << 1, 1 << 4
_Handler = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_EVENT_BYTES = 192  # of the union XEvent; its first field says of what type it is


class Hotkey:
    """`grabbed`: the key is ours. Not where another program has it, nor where there is no X server."""

    def __init__(self) -> None:
        self.grabbed = False
        try:
            self._x = ctypes.CDLL("libX11.so.6")
        except OSError:
            return
        self._x.XOpenDisplay.restype = c_void_p
        self._x.XOpenDisplay.argtypes = [c_char_p]
        self._x.XDefaultRootWindow.restype = c_ulong
        self._x.XSetErrorHandler.restype = c_void_p
        self._x.XSetErrorHandler.argtypes = [c_void_p]
        self._x.XKeysymToKeycode.restype = c_int
        self._x.XKeysymToKeycode.argtypes = [c_void_p, c_ulong]
        self._x.XGrabKey.argtypes = [c_void_p, c_int, c_uint, c_ulong, c_int, c_int, c_int]
        self._x.XNextEvent.argtypes = [c_void_p, POINTER(c_long)]
        for name in ("XDefaultRootWindow", "XPending"):
            getattr(self._x, name).argtypes = [c_void_p]
        self._x.XSync.argtypes = [c_void_p, c_int]
        self._display = self._x.XOpenDisplay(None)
        if self._display:
            self.grabbed = self._grab()

    def _grab(self) -> bool:
        refused: list[bool] = []

        def refuse(_display: int, _error: int) -> int:
            refused.append(True)
            return 0

        handler = _Handler(refuse)
        before = self._x.XSetErrorHandler(ctypes.cast(handler, c_void_p))
        root = self._x.XDefaultRootWindow(self._display)
        code = self._x.XKeysymToKeycode(self._display, ord("i"))
        for locks in (0, _LOCK, _NUM_LOCK, _LOCK | _NUM_LOCK):
            self._x.XGrabKey(self._display, code, _CONTROL | _ALT | locks, root, 0, _ASYNC, _ASYNC)
        self._x.XSync(self._display, 0)
        self._x.XSetErrorHandler(before)
        return not refused

    def was_pressed(self) -> bool:
        """Since this was last asked."""
        pressed = False
        event = (c_long * (_EVENT_BYTES // ctypes.sizeof(c_long)))()
        while self.grabbed and self._x.XPending(self._display):
            self._x.XNextEvent(self._display, event)
            pressed |= ctypes.cast(byref(event), POINTER(c_int)).contents.value == _KEY_PRESS
        return pressed
