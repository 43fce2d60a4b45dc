"""`verbale-witness` as a process of its own, for whoever wants to ask it by HTTP."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.note import VerifierKey

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Running:
    vkey: VerifierKey
    url: str
    process: subprocess.Popen[str]


def command(state: Path, logs: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "agent.witness_main", "--state", str(state)),
        *("--logs", str(logs), "--port", "0", *more),
    ]


@contextmanager
def running(state: Path, logs: Path, *more: str) -> Iterator[Running]:
    """Until it is told to stop; its own output says where it listens."""
    asked = command(state, logs, *more)
    with subprocess.Popen(
        asked, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as one:
        try:
            assert one.stdout is not None
            said = dict(one.stdout.readline().strip().split(": ", 1) for _ in range(2))
            yield Running(VerifierKey.parse(said["vkey"]), said["url"], one)
        finally:
            one.send_signal(signal.SIGTERM)
            one.wait(60)
