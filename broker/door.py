"""The door to a broker for other processes: who owns its folder, where it listens, how it is commanded.

Light on purpose: whoever only asks a running broker loads none of what a broker is made of.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOCKET = "control.sock"
SETTINGS = "settings.json"  # with what the broker that last ran here was started
LOCK = "broker.lock"
READY = "broker.json"  # where it listens, once it does
MAX_ANSWER_BYTES = 2**24  # a customer's trust file is the longest


class AlreadyRunning(Exception):
    """Somebody else holds this folder."""


class Unanswered(ConnectionError):
    """The broker ended, or was ended, with the command in its hands."""


@contextmanager
def sole_owner(state: Path, lock: str = LOCK) -> Iterator[None]:
    """Hold the folder's lock, or `AlreadyRunning`. The lock goes with the process, however it ends.

    Whatever the owner makes meanwhile is his alone: database and settings, also in a folder that
    somebody had made before and left open.
    """
    before = os.umask(0o077)
    try:
        with _locked(state, lock):
            yield
    finally:
        os.umask(before)


@contextmanager
def _locked(state: Path, lock: str) -> Iterator[None]:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(state / lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(handle):
            raise AlreadyRunning(str(state))
        yield
    finally:
        os.close(handle)


def held(state: Path) -> bool:
    """Whether a broker runs on this folder now."""
    try:
        handle = os.open(state / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def place(state: Path) -> Iterator[str]:
    """The socket's address, short enough for the system however deep the folder lies."""
    folder = os.open(state, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)


async def command(state: Path, name: str, **asked: Any) -> dict[str, Any]:
    """Send one command to the broker that runs on `state`. `OSError` when none does, and where it
    ended before it answered: then nobody knows what became of the command."""
    with place(state) as address:
        reader, writer = await asyncio.open_unix_connection(address, limit=MAX_ANSWER_BYTES)
    try:
        writer.write(json.dumps({"command": name, **asked}).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    except ConnectionError as gone:
        raise Unanswered(str(state)) from gone
    finally:
        writer.close()
    if not line.endswith(b"\n"):
        raise Unanswered(str(state))
    answer: dict[str, Any] = json.loads(line)
    return answer
