"""A secret as a file: 0600, whole or not there at all, never over another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept at `path`; made, and safely on the disk before it is used, if there is nothing yet.

    Of two who make it at once both get what the first one made.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        _keep(path, make())
        return path.read_bytes()


def _keep(path: Path, secret: bytes) -> None:
    # Written aside and linked into place: whoever is killed in between leaves no half of a secret,
    # which no later start could use or would dare to replace. A link never takes another's place.
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
