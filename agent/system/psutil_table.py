"""The table of processes as psutil reads it, on every system alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import psutil

from agent.system.screens import Address


class Line(NamedTuple):
    """`started`: microseconds of the wall clock at its start, which never changes."""

    pid: int
    parent: int
    started: int
    state: str


def read(pid: int) -> Line | None:
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return _line(process)
    except psutil.Error:
        return None


def processes() -> Iterator[Line]:
    for process in psutil.process_iter():
        try:
            with process.oneshot():
                yield _line(process)
        except psutil.Error:
            continue  # it has ended


def _line(process: psutil.Process) -> Line:
    status = process.status()
    state = {psutil.STATUS_ZOMBIE: "Z", psutil.STATUS_DEAD: "X"}.get(status, "R")
    return Line(process.pid, process.ppid(), int(process.create_time() * 1_000_000), state)


def called(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""


def image(pid: int) -> tuple[str, str] | None:
    """A file that runs can be neither changed nor replaced under its own path on Windows; on macOS it can."""
    try:
        path = psutil.Process(pid).exe()
    except psutil.Error:
        return None
    return (path, path) if path else None


def bears(pid: int, variable: str) -> bool:
    try:
        return variable in psutil.Process(pid).environ()
    except psutil.Error:
        return False


def listening(pids: Iterable[int]) -> frozenset[Address]:
    found: set[Address] = set()
    for pid in pids:
        try:
            for one in psutil.Process(pid).net_connections("tcp"):
                if one.status == psutil.CONN_LISTEN:
                    found.add((one.laddr.ip, one.laddr.port))
        except psutil.Error:
            continue  # it has ended, or is none of ours to ask about
    return frozenset(found)
