"""A log as static files (C2SP tlog-tiles): written once, whole or not at all, and never differently.

What lies here was shown to others. So a file that exists must already say what is to be written:
anything else means that the log behind it is another one, and nothing more is published.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from audit import checkpoint, merkle
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.note import parse_note
from audit.tiles import WIDTH, Tile
from broker.store import log
from broker.store.database import Work
from broker.store.log import Head

CHECKPOINT, VKEY = "checkpoint", "log.vkey"
FOLDER = "log"  # inside the broker's own


class PublishedDiffers(Exception):
    """A published file says something else than the log does now; the message is its path."""


class TileFolder:
    """The files of one log, of a tenant and a year."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def head(self) -> Checkpoint | None:
        """The head that was published last, unchecked; None before the first."""
        found = self.read(CHECKPOINT)
        if found is None:
            return None
        try:
            return checkpoint.parse(parse_note(found).text)
        except Malformed as wrong:
            raise PublishedDiffers(CHECKPOINT) from wrong

    def read(self, path: str) -> bytes | None:
        """A file by its path, which is one of ours: `CHECKPOINT`, `VKEY` or a tile's."""
        if path not in (CHECKPOINT, VKEY):
            path = Tile.parse(path).path
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self._folder / path).read_bytes()
        return None

    def add(self, path: str, data: bytes) -> None:
        """Write a file that never changes; `PublishedDiffers` where it says something else already."""
        found = self.read(path)
        if found is None:
            self._write(path, data)
        elif found != data:
            raise PublishedDiffers(path)

    def publish(self, note: bytes) -> None:
        """The new head, after every tile it stands on."""
        self._write(CHECKPOINT, note)

    def prune(self, full: Tile) -> None:
        """The parts of a tile that is full now; whoever asks for one takes the whole instead."""
        folder = self._folder / f"{full.path}.p"
        with suppress(FileNotFoundError):
            for part in folder.iterdir():
                part.unlink()
            folder.rmdir()

    def _write(self, path: str, data: bytes) -> None:
        final = self._folder / path
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A name of its own for each file, and always the same: what a crash left is written over.
        draft = final.with_name(f".{final.name}.new")
        with draft.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(final)
        handle = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


async def continues(work: Work, tenant: str, head: Head, folder: TileFolder) -> int:
    """The size that was published last; `PublishedDiffers` where the stored log does not go on from there."""
    published = folder.head()
    if published is None:
        return 0
    if published.origin != head.origin or published.size > head.size:
        raise PublishedDiffers(CHECKPOINT)
    root = await log.with_nodes(work, tenant, lambda read: merkle.root(published.size, read))
    if root != published.root:
        raise PublishedDiffers(CHECKPOINT)
    return published.size


def place(folder: Path, origin: str) -> Path:
    """Where the log of this origin (``registry/tenant/year``) lies under `folder`."""
    _, tenant, year = origin.rsplit("/", 2)
    return folder / tenant / year


def is_full(tile: Tile) -> bool:
    return tile.width == WIDTH
