"""How this program starts a part of itself, and what of its own start no other program may inherit.

From a checkout a part is a file that Python runs; a packaged program has no Python beside it, so it runs
itself with the part's file name as its first argument. The one-file form unpacks into a private folder
when it starts; its parts go on from there (the loader's variables say so) and unpack nothing again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

# PyInstaller's loader: where it has unpacked, for whom, and how deep we are below it.
_LOADER = ("_PYI_ARCHIVE_FILE", "_PYI_APPLICATION_HOME_DIR", "_PYI_PARENT_PROCESS_LEVEL")
_SEARCH, _SEARCH_BEFORE = "LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"
# Where systems keep the authorities they trust; a TLS library built on another system looks elsewhere.
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian and its kin
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora and its kin
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)

_ours: dict[str, str] = {}


def is_packaged() -> bool:
    return bool(getattr(sys, "frozen", False))


def part(file: str, *arguments: str, packaged: bool | None = None) -> list[str]:
    """The command line that runs `agent/<file>`, standard library only. Its file name is a word of it in
    both forms: by that, and by its arguments, a process is known again."""
    if is_packaged() if packaged is None else packaged:
        return [sys.executable, file, *arguments]
    return [sys.executable, "-I", "-S", "-X", "utf8", str(Path(__file__).parent / file), *arguments]


def itself(*words: str) -> list[str]:
    """The command line of this program again, told that."""
    if is_packaged():
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "agent.main", *words]


def part_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For a part alone: what `set_apart` took away, and the rest."""
    return {**environ, **_ours}


def set_apart(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take the loader's variables out: a program of this machine would load libraries of ours by them."""
    for name in (*_LOADER, _SEARCH, _SEARCH_BEFORE):
        if name in environ:
            _ours[name] = environ[name]
    for name in (*_LOADER, _SEARCH):
        environ.pop(name, None)
    before = environ.pop(_SEARCH_BEFORE, None)
    if before is not None:
        environ[_SEARCH] = before


def hold_unpacked() -> int | None:
    """Keep the folder that the one-file form unpacked into from those who empty temporary folders by age:
    systemd-tmpfiles leaves alone what somebody has locked. The lock's descriptor, for as long as we live."""
    folder = _ours.get("_PYI_APPLICATION_HOME_DIR")
    handle: int | None = None
    if folder is not None and sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):  # it runs all the same
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return handle


def find_authorities(
    environ: MutableMapping[str, str] = os.environ, places: Sequence[str] = AUTHORITIES
) -> None:
    """Let our TLS library trust whom this system trusts, unless somebody has said where to look."""
    if "SSL_CERT_FILE" in environ or "SSL_CERT_DIR" in environ:
        return
    found = next((place for place in places if os.path.exists(place)), None)
    if found is not None:
        environ["SSL_CERT_FILE"] = found
