"""All recordings of a customer as a bundle holds them: sealed as they lie there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from audit.recording import folder
from broker.store import recordings
from broker.store.database import Work
from broker.store.recording_folder import RecordingFolder


async def every(work: Work, state: Path, tenant: str) -> dict[str, bytes]:
    """By their names in the bundle. Nobody who makes one opens any."""
    found: dict[str, bytes] = {}
    for one in await recordings.every(work, tenant):
        files = await asyncio.to_thread(RecordingFolder(state, tenant, one.id).files)
        found |= {f"{folder(one.id)}/{name}": data for name, data in files.items()}
    return found
