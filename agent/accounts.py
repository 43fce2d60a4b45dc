"""The local account a session runs as: who it is here, and the environment its processes get."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

from agent import guardian

_PATH = "/usr/local/bin:/usr/bin:/bin"
_ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class NoAccount(Exception):
    """The account does not exist here, or this agent cannot become it."""


@dataclass(frozen=True, slots=True)
class LocalAccount:
    name: str
    uid: int
    gid: int
    home: str
    shell: str

    def environment(self, session: str, term: str | None) -> tuple[tuple[str, str], ...]:
        """Nothing of the agent's own; the mark lets a later agent find what an earlier one left."""
        found = {
            "HOME": self.home,
            "USER": self.name,
            "LOGNAME": self.name,
            "SHELL": self.shell,
            "PATH": _ROOT_PATH if self.uid == 0 else _PATH,
            "LANG": "C.UTF-8",
            guardian.MARK: session,
        }
        if term is not None:
            found["TERM"] = term
        return tuple(found.items())


def local_account(name: str) -> LocalAccount:
    """Look `name` up. An agent that is not root can only be itself."""
    try:
        found = pwd.getpwnam(name)
    except KeyError as wrong:
        raise NoAccount(f"there is no account {name} on this machine") from wrong
    if os.geteuid() not in {0, found.pw_uid}:
        raise NoAccount(f"this agent cannot become {name}")
    return LocalAccount(found.pw_name, found.pw_uid, found.pw_gid, found.pw_dir, found.pw_shell or "/bin/sh")
