"""Where a tool's program lies and whose it is, as the system that installed it says.

Both may name people (a folder of somebody's, a maintainer), so they go into a sealed opening.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from agent.system.here import publishers
from agent.tools.dialect import plain
from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening

UNKNOWN = "unknown"
ASK_LIMIT_S = 10.0
MAX_PATH = 1024
_ENV = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def digest(program: str) -> str:
    """SHA-256 (hex) of the file. `OSError`."""
    with Path(program).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def opening(program: str, known: str) -> Opening:
    """What the record commits to. `known`: the maker as the adapter names it. Blocks for seconds."""
    path = os.path.realpath(program).encode("utf-8", "replace").decode()[:MAX_PATH]
    data: dict[str, Value] = {"path": path, "publisher": publisher(program)}
    if known:
        data["known"] = known
    return Opening(os.urandom(SALT_BYTES), data)


def peer(name: str) -> Opening:
    """Of whoever a tool's log says connected."""
    return Opening(os.urandom(SALT_BYTES), {"peer": name})


def publisher(program: str) -> str:
    """Who published the file, by its signature or the package manager; `unknown` where neither says. Blocks."""
    path = os.path.realpath(program)
    signed = publishers.publisher(Path(path))
    if signed is not None:
        return (plain(signed.name) if signed.is_valid else "") or UNKNOWN
    return _of_package(path)


def _of_package(path: str) -> str:
    if any(sign in path for sign in "*?[\\\n"):  # dpkg reads a pattern
        return UNKNOWN
    for name in dict.fromkeys((path, path.removeprefix("/usr"))):
        package = package_of(_asked("/usr/bin/dpkg-query", "-S", name), name)
        if package:
            found = _asked("/usr/bin/dpkg-query", "-W", "-f", "${Package}: ${Maintainer}\n", package)
            return plain(found.split("\n", 1)[0]) or UNKNOWN
    vendor = _asked("/usr/bin/rpm", "-qf", "--qf", "%{NAME}: %{VENDOR}\n", path)
    return plain(vendor.split("\n", 1)[0]) or UNKNOWN


def package_of(said: str, path: str) -> str:
    """``name: /path`` or ``name:amd64: /path``; of a file of several packages the first."""
    for line in said.splitlines():
        names, separator, found = line.rpartition(": ")
        if separator and found == path and not names.startswith("diversion "):
            return names.split(", ")[0]
    return ""


def _asked(*words: str) -> str:
    """What it said, or nothing where it is not there, fails, or takes too long."""
    try:
        found = subprocess.run(
            words, env=_ENV, stdin=subprocess.DEVNULL, capture_output=True, timeout=ASK_LIMIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (found.stdout + found.stderr)[:4096].decode("utf-8", "replace")
