"""What the systems' own tools say, read: who signed a program, and whether a screen is locked. Pure."""

from __future__ import annotations

import json
import plistlib
import re
from xml.parsers.expat import ExpatError

from agent.system.interface import Publisher

MAX_NAME = 200
_NOT_SIGNED = frozenset({"NotSigned", "UnknownError", "NotSupportedFileFormat", "Incompatible"})
# One attribute of a distinguished name as Windows writes it: a value is quoted where it holds a comma.
_ATTRIBUTE = re.compile(r'\s*([A-Za-z0-9.]+)=("(?:[^"]|"")*"|[^,]*)(?:,|$)')


def read_authenticode(answer: bytes) -> Publisher | None:
    """Of PowerShell's Get-AuthenticodeSignature, its `Status` and the signer's `Subject` as JSON."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    match found:
        case {"Status": str(status), "Subject": str(subject)} if subject and status not in _NOT_SIGNED:
            return Publisher(subject_name(subject), status == "Valid")
        case _:
            return None


def subject_name(subject: str) -> str:
    """The organisation of a certificate's subject, else its common name, else all of it."""
    found = {key.upper(): _unquoted(value) for key, value in _ATTRIBUTE.findall(subject)}
    return _plain(found.get("O") or found.get("CN") or subject)


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1].replace('""', '"') if len(value) > 1 and value[0] == value[-1] == '"' else value


def read_codesign(answer: str, *, is_valid: bool) -> Publisher | None:
    """Of `codesign -dvv`, which tells on standard error; the first authority is who signed."""
    lines = [line.partition("=") for line in answer.splitlines()]
    authority = next((value for key, _, value in lines if key == "Authority"), "")
    if not authority:
        return None  # not signed, or by nobody: ad hoc
    name = re.sub(r"^(Developer ID Application|Apple Distribution|Apple Development): ", "", authority)
    return Publisher(_plain(name), is_valid)


def read_console_lock(answer: bytes, uid: int) -> bool:
    """Of macOS' `ioreg -n Root -d1 -a`: whether that person's session at the console is locked, or not there."""
    try:
        found = plistlib.loads(answer)
    except (ValueError, ExpatError, RecursionError):
        return True
    users = found.get("IOConsoleUsers", []) if isinstance(found, dict) else []
    own = [one for one in users if isinstance(one, dict) and one.get("kCGSSessionUserIDKey") == uid]
    return not any(
        one.get("kCGSSessionOnConsoleKey") is True and one.get("CGSSessionScreenIsLocked") is not True
        for one in own
    )


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:MAX_NAME]
