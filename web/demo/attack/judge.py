"""The real `verbale-verify`, asked about a forged bundle as its reader would: a program of its own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from web.demo.attack.outcome import Detected, Happened, Outcome
from web.demo.processes import Failed, program

LIMIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader of a bundle has kept at home: the keys; perhaps a head, or the memory of an earlier check."""

    trust: Path
    head: Path | None = None
    state: Path | None = None

    @property
    def words(self) -> list[str]:
        found = ["--trust", str(self.trust)]
        if self.head is not None:
            found += ["--head", str(self.head)]
        if self.state is not None:
            found += ["--state", str(self.state)]
        return found


async def judged(bundle: Path, reader: Reader) -> Outcome:
    """`Happened` where the verifier finds it sound; what it says of it otherwise."""
    process = await asyncio.create_subprocess_exec(
        *program("audit.cli"), str(bundle), *reader.words, "--json", stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            text, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return Happened("verbale-verify: integro / sound")
    if process.returncode != 1:
        raise Failed(f"verbale-verify non ha dato un giudizio ({process.returncode})")
    return Detected(tuple(sorted({found["class"] for found in json.loads(text)["findings"]})))
