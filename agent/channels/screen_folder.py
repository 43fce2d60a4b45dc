"""Where VNC servers of sessions are started, in the agent's state, and its clearing: all that an agent at rest needs."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from agent.system.here import screens

FOLDER = "screens"  # in the agent's state
_PAUSES_S = (0.05, 0.2, 1.0)  # for a folder to be let go


def clear(folder: Path) -> None:
    """Of what an earlier life of the agent has left: in all sessions' folder, and lent to anybody."""
    if screens.registry is not None:
        from agent.channels import vnc_servers  # where there is something to lend, and not at rest elsewhere

        for key in sorted({server.lent.key for server in vnc_servers.SERVERS if server.lent is not None}):
            screens.registry.put_all_back(key)
    remove(folder)


def remove(folder: Path) -> None:
    """On Windows a process that is dying holds the folder it was started in a moment longer. Blocks."""
    with contextlib.suppress(FileNotFoundError):
        for pause_s in _PAUSES_S:
            with contextlib.suppress(PermissionError):
                shutil.rmtree(folder)
                return
            time.sleep(pause_s)
        shutil.rmtree(folder)
