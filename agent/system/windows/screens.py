"""Screens of Windows: whose desktop is looked at, where programs lie, what listens, and keys that are lent.

An account's registry is touched as that account and never as the service: a link that somebody laid in his own
part of it leads no further than he can go himself.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import contextlib
import ctypes
import errno
import os
import threading
import winreg
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import win32security
import win32ts

from agent.system import psutil_table
from agent.system.interface import AccountKey
from agent.system.screens import Address, Registry, Setting
from agent.system.windows import api, lent_key
from agent.system.windows.accounts import SYSTEM_SID, WindowsAccounts, own_session, own_sid, sessions
from agent.system.windows.files import let_read

_PROGRAMS = ("PROGRAMW6432", "PROGRAMFILES", "PROGRAMFILES(X86)")


class AccountHive:
    """HKEY_USERS of one account, which is there while he is logged in."""

    def __init__(self, sid: AccountKey) -> None:
        self._top = f"{sid}\\"

    def _open(self, key: str, access: int) -> winreg.HKEYType:
        return winreg.OpenKey(winreg.HKEY_USERS, self._top + key, 0, access)

    def exists(self, key: str) -> bool:
        try:
            self._open(key, winreg.KEY_READ).Close()
        except FileNotFoundError:
            return False
        return True

    def has(self, key: str, name: str) -> bool:
        with self._open(key, winreg.KEY_READ) as found:
            try:
                winreg.QueryValueEx(found, name)
            except FileNotFoundError:
                return False
            return True

    def is_bare(self, key: str) -> bool:
        with self._open(key, winreg.KEY_READ) as found:
            return winreg.QueryInfoKey(found)[1] == 0

    def is_alone(self, key: str) -> bool:
        with self._open(key, winreg.KEY_READ) as found:
            return winreg.QueryInfoKey(found)[0] == 0

    def create(self, key: str) -> None:
        above, _, name = key.rpartition("\\")
        made = ctypes.c_void_p()
        with self._open(above, winreg.KEY_ALL_ACCESS) as found:
            api.check_status(
                api.advapi32.RegCreateKeyExW(
                    found.handle, name, 0, None, winreg.REG_OPTION_VOLATILE, winreg.KEY_READ, None,
                    ctypes.byref(made), None,
                )
            )  # fmt: skip
        api.check_status(api.advapi32.RegCloseKey(made))

    def write(self, key: str, setting: Setting) -> None:
        with self._open(key, winreg.KEY_SET_VALUE) as found:
            match setting.value:
                case int(number):
                    winreg.SetValueEx(found, setting.name, 0, winreg.REG_DWORD, number)
                case str(text):
                    winreg.SetValueEx(found, setting.name, 0, winreg.REG_SZ, text)
                case bytes(data):
                    winreg.SetValueEx(found, setting.name, 0, winreg.REG_BINARY, data)

    def rename(self, key: str, name: str) -> None:
        above, _, old = key.rpartition("\\")
        with self._open(above, winreg.KEY_ALL_ACCESS) as found:
            api.check_status(api.advapi32.RegRenameKey(found.handle, old, name))

    def delete(self, key: str) -> None:
        above, _, name = key.rpartition("\\")
        with self._open(above, winreg.KEY_ALL_ACCESS) as found:
            api.check_status(api.advapi32.RegDeleteTreeW(found.handle, name))


class LentKeys:
    def __init__(self, accounts: WindowsAccounts) -> None:
        self._accounts = accounts
        self._turn = threading.Lock()
        self._lent: set[tuple[AccountKey, str]] = set()

    def lend(self, uid: AccountKey, key: str, values: tuple[Setting, ...]) -> None:
        with self._turn, self._as(uid) as hive:
            if (uid, key) in self._lent:
                raise OSError(errno.EBUSY, "another session has them")
            try:
                lent_key.lend(hive, key, values)
            except OSError:
                lent_key.put_back(hive, key)
                raise
            self._lent.add((uid, key))

    def put_back(self, uid: AccountKey, key: str) -> None:
        with self._turn:
            self._lent.discard((uid, key))
            with self._as(uid) as hive:
                lent_key.put_back(hive, key)

    def put_all_back(self, key: str) -> None:
        """An agent that is no service reaches its own account alone, and lends to none but that."""
        own = own_sid()
        there = {sid for _, _, sid in sessions() if sid is not None} if own == SYSTEM_SID else {own}
        for sid in sorted(there):
            with contextlib.suppress(OSError):  # he is logging off: at the next start, or his next screen
                self.put_back(sid, key)

    @contextmanager
    def _as(self, uid: AccountKey) -> Iterator[AccountHive]:
        """This thread is that account meanwhile."""
        with self._accounts.token(uid) as token:
            if token is None:
                yield AccountHive(uid)
                return
            with api.as_oserror():
                win32security.ImpersonateLoggedOnUser(token)
            try:
                yield AccountHive(uid)
            finally:
                win32security.RevertToSelf()


class WindowsScreens:
    registry: Registry | None

    def __init__(self, accounts: WindowsAccounts) -> None:
        self.registry = LentKeys(accounts)

    def environment(self, uid: AccountKey) -> dict[str, str] | None:
        """A session that is disconnected or locked away from every screen draws nothing. The service reaches
        any; another agent the one it runs in itself."""
        looked_at = {number for number, state, sid in sessions() if sid == uid and state == win32ts.WTSActive}
        if own_sid() != SYSTEM_SID:
            looked_at &= {own_session()}
        return {} if looked_at else None

    def search_path(self, path: str, folders: tuple[str, ...]) -> str:
        """Programs that an administrator installed, before whatever an account has put on its path."""
        tops = [os.environ[name] for name in _PROGRAMS if name in os.environ]
        return os.pathsep.join((*(str(Path(top) / folder) for top in tops for folder in folders), path))

    def give(self, folder: Path, uid: AccountKey, gid: int) -> None:
        let_read(folder, str(uid))

    def listening(self, pids: Iterable[int]) -> frozenset[Address]:
        return psutil_table.listening(pids)
