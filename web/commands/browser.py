"""Opens a page of the broker, or says its address where there is no browser."""

from __future__ import annotations

import os
import sys
import webbrowser


def show(address: str, *, quiet: bool = False) -> None:
    """`quiet`: the address is said elsewhere already."""
    if not quiet:
        sys.stderr.write(f"{address}\n")
    # A machine without a screen has browsers that would take over the terminal.
    screen = sys.platform in ("win32", "darwin") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if sys.stdin.isatty() and screen:
        webbrowser.open(address)
