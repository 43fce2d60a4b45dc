"""Where a tool's program lies and whose it is, as the system that installed it says.

Both may name people (a folder of somebody's, a maintainer), so they go into a sealed opening.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from agent.tools.dialect import plain
from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening

UNKNOWN = "unknown"
ASK_LIMIT_S = 10.0
MAX_PATH = 1024
_ENV = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
_POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
_SIGNER = "$s = Get-AuthenticodeSignature -LiteralPath $args[0]; if ($s.Status -eq 'Valid') { $s.SignerCertificate.Subject }"


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


def publisher(program: str, system: str = sys.platform) -> str:
    """Who published the file, by package manager or signature; `unknown` where neither says. Blocks."""
    path = os.path.realpath(program)
    if system == "win32":
        return signer_of(_asked(_POWERSHELL, "-NoProfile", "-NonInteractive", "-Command", _SIGNER, path))
    if system == "darwin":
        return authority_of(_asked("/usr/bin/codesign", "-d", "--verbose=2", path))
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


def signer_of(said: str) -> str:
    """The subject of an Authenticode certificate."""
    return plain(said.strip().split("\n", 1)[0]) or UNKNOWN


def authority_of(said: str) -> str:
    """The first `Authority=` of codesign, whose own certificate it is."""
    lines = [line.removeprefix("Authority=") for line in said.splitlines() if line.startswith("Authority=")]
    return plain(lines[0]) if lines else UNKNOWN


def _asked(*words: str) -> str:
    """What it said, or nothing where it is not there, fails, or takes too long."""
    try:
        found = subprocess.run(
            words, env=_ENV, stdin=subprocess.DEVNULL, capture_output=True, timeout=ASK_LIMIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (found.stdout + found.stderr)[:4096].decode("utf-8", "replace")
