"""The person at the assisted machine: the real `verbale-agent` in his hands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from web.demo.processes import Failed, program

LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The first line of what it said."""
        return next((line for line in (self.err + self.out).splitlines() if line.strip()), "")


async def agent_command(state: Path, *words: str) -> Said:
    """`verbale-agent WORDS --state DIR`."""
    process = await asyncio.create_subprocess_exec(
        *program("agent.main"), *words, "--state", str(state),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT_S):
            out, err = await process.communicate()
    except TimeoutError as late:
        raise Failed(f"verbale-agent {words[0]} non ha risposto") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Said(process.returncode or 0, out.decode(), err.decode())
