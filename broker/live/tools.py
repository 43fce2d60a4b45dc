"""The broker's end of running licensed tools: no content crosses, only the order to stop and the end."""

from __future__ import annotations

from agent.wire.channel import Tag
from agent.wire.frames import ProtocolError
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe


class Tools:
    """Holds the socket of each tool channel until the agent says that the tool has ended."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._pipes: dict[tuple[str, str], Pipe] = {}

    def hold(self, pipe: Pipe) -> None:
        key = (pipe.session, pipe.channel)
        self._pipes[key] = pipe
        self._nursery.start(self._until_ended(pipe), f"tool {pipe.session}")

    async def stop(self, session: str) -> int:
        """Ask every tool of the session to stop; how many were asked."""
        pipes = [pipe for (of, _), pipe in self._pipes.items() if of == session]
        for pipe in pipes:
            await pipe.send(Tag.EOF)
        return len(pipes)

    async def _until_ended(self, pipe: Pipe) -> None:
        try:
            while await pipe.read() is not None:
                pass
        except (OSError, ProtocolError):
            return  # the agent's socket broke; what became of the tool is the agent's to report
        finally:
            self._pipes.pop((pipe.session, pipe.channel), None)
            pipe.finish()
