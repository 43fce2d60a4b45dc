"""Who is logged in to Windows, at the console or by RDP, and a message on their desktop."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import pywintypes
import win32con
import win32ts

from agent.system.interface import AccountKey
from agent.system.windows.accounts import sessions

TITLE = "Verbale"
_DESKTOP = "desktop-"


class WindowsPeople:
    def terminals(self) -> list[str]:
        """Desktops that somebody looks at: a disconnected session shows nothing to anybody."""
        return [
            f"{_DESKTOP}{number}"
            for number, state, sid in sessions()
            if state == win32ts.WTSActive and sid is not None
        ]

    def write_to(self, path: str, text: str) -> bool:
        """A box with the words on that desktop; it waits for nobody."""
        number = path.removeprefix(_DESKTOP)
        if number == path or not number.isascii() or not number.isdigit():
            return False
        style = win32con.MB_OK | win32con.MB_ICONINFORMATION
        try:
            win32ts.WTSSendMessage(
                win32ts.WTS_CURRENT_SERVER_HANDLE, int(number), TITLE, text.strip(), style, 0, False
            )
        except pywintypes.error:
            return False
        return True

    def is_logged_in(self, uid: AccountKey) -> bool:
        return any(sid == uid for _, _, sid in sessions())


class WindowsDesktops:
    """A process finds its desktop by the token it is started with; there is nothing to tell it."""

    def variables(self, uid: AccountKey) -> dict[str, str]:
        return {}
