"""Every minute: the log is told how far each recording is."""

from __future__ import annotations

from broker.parts import Parts

EVERY_S = 60.0


async def tick(parts: Parts) -> None:
    for kept in parts.recordings.all():
        await kept.checkpoint()
