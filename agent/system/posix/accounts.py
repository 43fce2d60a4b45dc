"""Accounts of a POSIX system: the password database, and root."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import os
import pwd

from agent.system.interface import Account, AccountKey

_PATH = "/usr/local/bin:/usr/bin:/bin"
_ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Shells that know -l; to any other the dash before its name says the same.
_LOGIN_FLAG = frozenset({"bash", "zsh", "ksh", "fish", "sh", "dash"})


class PosixAccounts:
    def __init__(self, lang: str) -> None:
        self._lang = lang

    def me(self) -> tuple[str, bool]:
        uid = os.geteuid()
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            name = str(uid)  # no account of the policy can bear a bare number's name
        return name, uid == 0

    def find(self, name: str) -> Account | None:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            return None
        return Account(found.pw_name, found.pw_uid, found.pw_gid, found.pw_dir, found.pw_shell or "/bin/sh")

    def can_become(self, account: Account) -> bool:
        return os.geteuid() in {0, account.key}

    def environment(self, account: Account) -> dict[str, str]:
        return {
            "HOME": account.home,
            "USER": account.name,
            "LOGNAME": account.name,
            "SHELL": account.shell,
            "PATH": _ROOT_PATH if account.key == 0 else _PATH,
            "LANG": self._lang,
        }

    def shell(self, account: Account, command: str | None) -> tuple[str, ...]:
        name = os.path.basename(account.shell)
        if command is not None:
            return (name, "-c", command)
        return (f"-{name}", "-l") if name in _LOGIN_FLAG else (f"-{name}",)

    def may_always_order(self, key: AccountKey) -> bool:
        return key in {0, os.geteuid()}
