"""Paths as a file client names them, made absolute by their letters alone. Standard library only.

That is safe because the host's end follows no link: `a/..` is where `a` lies, whatever `a` is.
"""

from __future__ import annotations

MAX_PATH_BYTES = 4096


def absolute(path: bytes, home: bytes) -> bytes:
    """One spelling: from the root, without `.`, `..` and doubled slashes."""
    whole = path if path.startswith(b"/") else home + b"/" + path
    found: list[bytes] = []
    for part in whole.split(b"/"):
        if part == b"..":
            del found[-1:]
        elif part not in {b"", b"."}:
            found.append(part)
    return b"/" + b"/".join(found)


def shown(path: bytes) -> str:
    """As text for people: what is no UTF-8 in it is written `\\xNN`. No system takes a longer one."""
    return path[:MAX_PATH_BYTES].decode("utf-8", "backslashreplace")
