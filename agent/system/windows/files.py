"""Files of Windows: access lists in place of modes, renames that are written through, locks of a byte."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import contextlib
import msvcrt
import os
import time
from collections.abc import Mapping
from pathlib import Path

import ntsecuritycon
import win32security

from agent.system.windows import api
from agent.system.windows.accounts import SYSTEM_SID, own_sid

ADMINISTRATORS_SID = "S-1-5-32-544"
USERS_SID = "S-1-5-32-545"
_DEEP = ntsecuritycon.OBJECT_INHERIT_ACE | ntsecuritycon.CONTAINER_INHERIT_ACE
_PAUSES_S = (0.005, 0.02, 0.1)
LOCK_AT = 1 << 30  # beyond the pid that others read: a locked byte can be read by nobody else


class WindowsFiles:
    OPEN_FLAGS = os.O_BINARY | os.O_NOINHERIT

    def system_state(self) -> Path:
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Verbale" / "Agent"

    def user_state(self, environ: Mapping[str, str]) -> Path:
        base = environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return Path(base) / "Verbale" / "Agent"

    def set_mode(self, path: Path, mode: int) -> None:
        """Nothing is inherited from above. Users may read what others could by its mode, and pass where
        they could pass; of a folder that is closed to them what lies in it is closed as well."""
        is_folder = path.is_dir()
        with api.as_oserror():
            dacl = _own(is_folder=is_folder)
            rights = _rights_of_others(mode, is_folder=is_folder)
            if rights:
                dacl.AddAccessAllowedAceEx(win32security.ACL_REVISION, 0, rights, _sid(USERS_SID))
            _set(path, dacl)

    def sync(self, handle: int) -> None:
        os.fsync(handle)

    def sync_folder(self, folder: Path) -> None:
        """Windows flushes no folder; NTFS journals names, and `replace` writes its rename through."""

    def replace(self, fresh: Path, path: Path) -> None:
        """Who reads the old file at that moment, the desk's window for one, keeps it in its place: again then."""
        flags = api.MOVEFILE_REPLACE_EXISTING | api.MOVEFILE_WRITE_THROUGH
        for pause_s in _PAUSES_S:
            with contextlib.suppress(PermissionError):
                api.check(api.kernel32.MoveFileExW(str(fresh), str(path), flags))
                return
            time.sleep(pause_s)
        api.check(api.kernel32.MoveFileExW(str(fresh), str(path), flags))

    def try_lock(self, handle: int) -> bool:
        os.lseek(handle, LOCK_AT, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True


def let_read(folder: Path, sid: str) -> None:
    """Folder and all in it: for ourselves as ever, for that account to read, for nobody else."""
    with api.as_oserror():
        dacl = _own(is_folder=True)
        rights = ntsecuritycon.FILE_GENERIC_READ | ntsecuritycon.FILE_GENERIC_EXECUTE
        dacl.AddAccessAllowedAceEx(win32security.ACL_REVISION, _DEEP, rights, _sid(sid))
        _set(folder, dacl)


def _own(*, is_folder: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as `_sid`
    """The access list of what is the agent's alone."""
    dacl = win32security.ACL()
    for sid in dict.fromkeys((SYSTEM_SID, ADMINISTRATORS_SID, own_sid())):
        dacl.AddAccessAllowedAceEx(
            win32security.ACL_REVISION, _DEEP if is_folder else 0, ntsecuritycon.FILE_ALL_ACCESS, _sid(sid)
        )
    return dacl


def _set(path: Path, dacl) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - as `_sid`
    """In place of whatever was inherited; what lies in a folder inherits from it at once."""
    what = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
    win32security.SetNamedSecurityInfo(str(path), win32security.SE_FILE_OBJECT, what, None, None, dacl, None)


def _rights_of_others(mode: int, *, is_folder: bool) -> int:
    if mode & 0o004:
        return ntsecuritycon.FILE_GENERIC_READ | (ntsecuritycon.FILE_GENERIC_EXECUTE if is_folder else 0)
    return ntsecuritycon.FILE_GENERIC_EXECUTE if mode & 0o001 and is_folder else 0


def _sid(text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a type that pywin32 does not name in public
    return win32security.ConvertStringSidToSid(text)
