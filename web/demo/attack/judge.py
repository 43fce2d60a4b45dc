"""The real `verbale-verify`, asked about a forged bundle as its reader would: a program of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.demo.attack.outcome import Detected, Happened, Outcome
from web.demo.processes import Failed, program

LIMIT_S = 120.0
HEADS, STAMPS = 5, 13  # the steps that compare the heads a reader kept, and that judge timestamps
SOUND = "verbale-verify: integro / sound"


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader of a bundle has kept at home: the keys; perhaps a head, or the memory of an earlier check.

    `minds`: of which steps he minds that they cannot be known."""

    trust: Path
    head: Path | None = None
    state: Path | None = None
    minds: tuple[int, ...] = ()

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
    if process.returncode not in (0, 1):
        raise Failed(f"verbale-verify non ha dato un giudizio ({process.returncode})")
    verdict = json.loads(text)
    if process.returncode == 0:
        return Happened(SOUND + "".join(_unknown(verdict, reader)))
    return Detected(tuple(sorted({found["class"] for found in verdict["findings"]})))


def _unknown(verdict: dict[str, Any], reader: Reader) -> Iterator[str]:
    for step in verdict["steps"]:
        if step["state"] == "unknown" and step["n"] in reader.minds:
            yield f", passo {step['n']} «non si può sapere» / step {step['n']} “cannot be known”"
