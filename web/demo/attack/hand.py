"""The thief's hand on the line between his broker and a host: hold, listen, say, type."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.wire.frames import Frame, NoteFrame, decode, encode
from audit.host_note import HostNote, open_host_note
from audit.note import VerifierKey
from audit.trust_file import Trust
from web.demo import machine
from web.demo.processes import Failed

LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command said, or why it was not let in."""

    said: str | None
    refused: str | None


class Hand:
    """Of the demo in `state`, whose broker is `web.demo.thief`. `agent` is the host's key as the customer pinned it.

    What is held back is held back on every line.
    """

    def __init__(self, state: Path, host: str, agent: VerifierKey) -> None:
        self._state = state
        self._host = host
        self._agent = agent
        self._read = 0  # of what was heard on all lines
        self._frames: list[Frame] = []

    async def hold(self, *types: str) -> None:
        """Keep frames of these types back from now on, and no others."""
        await self._command("thief_hold", types=list(types))

    async def mark(self) -> int:
        """A place in what was heard: whatever comes next comes after it."""
        await self._fetch()
        return len(self._frames)

    async def send(self, frame: Frame) -> None:
        said = await self._command("thief_send", host=self._host, text=encode(frame))
        if not said["sent"]:
            raise Failed("la macchina non è collegata al broker rubato")

    async def type(self, session: str, technician: str, command: str) -> Typed:
        """A command, as if the technician whose SSH key this is had typed it."""
        said = await machine.command(
            self._state, "thief_type", session=session, technician=technician, line=command
        )
        return Typed(said.get("said"), said.get("refused"))

    async def heard(
        self, since: int, wanted: Callable[[Frame], bool], *, seconds: float = 60.0
    ) -> Frame | None:
        """The first such frame after that place, waited for; None if none comes in time."""
        until = time.monotonic() + seconds
        while True:
            await self._fetch()
            found = next((frame for frame in self._frames[since:] if wanted(frame)), None)
            if found is not None or time.monotonic() > until:
                return found
            await asyncio.sleep(LOOK_S)

    async def every(self, since: int) -> list[Frame]:
        await self._fetch()
        return self._frames[since:]

    async def note(
        self, since: int, *kinds: str, session: str | None = None, seconds: float = 60.0
    ) -> HostNote | None:
        """The first note of these kinds (of that session) that the host itself signed; `BadSignature` for one
        it did not."""

        def wanted(frame: Frame) -> bool:
            found = _note(frame, self._agent)
            return found is not None and found.kind in kinds and session in (None, found.session)

        frame = await self.heard(since, wanted, seconds=seconds)
        return None if frame is None else _note(frame, self._agent)

    async def _fetch(self) -> None:
        while True:
            said = await self._command("thief_heard", since=self._read)
            self._read += len(said["frames"])
            self._frames += [decode(text) for host, text in said["frames"] if host == self._host]
            if self._read >= said["count"]:
                return

    async def _command(self, name: str, **asked: Any) -> dict[str, Any]:
        said = await machine.command(self._state, name, **asked)
        if "refused" in said:
            raise Failed(f"il broker rubato non obbedisce: {said.get('it')}")
        return said


def hand_on(state: Path, trust: Trust, host: str) -> Hand:
    pinned = trust.host(host)
    if pinned is None:
        raise Failed(f"{host} non è tra le macchine di cui il cliente ha le chiavi")
    return Hand(state, host, pinned.agent)


def _note(frame: Frame, key: VerifierKey) -> HostNote | None:
    return open_host_note(frame.note.encode(), key) if isinstance(frame, NoteFrame) else None
