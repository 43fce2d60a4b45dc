"""Private keys as files: one seed each, 0600, written once and never over another."""

from __future__ import annotations

import re
from pathlib import Path

from audit.keys import SEED_BYTES, SigningKey
from broker.out import secret_file
from broker.ports import Chance

_NAME = re.compile(r"[a-z0-9-]+")


class KeyFiles:
    """The broker's key ring in a folder of its own (0700)."""

    def __init__(self, folder: Path, chance: Chance) -> None:
        self._folder = folder
        self._chance = chance
        self._held: dict[str, bytes] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def log_key(self, origin: str) -> SigningKey:
        return SigningKey(self._seed("-".join(["log", *origin.split("/")[-2:]])))

    def grant_key(self, tenant: str) -> SigningKey:
        return SigningKey(self._seed(f"grant-{tenant}"))

    def wrapping_key(self) -> bytes:
        return self._seed("wrapping")

    def secret(self, name: str) -> bytes:
        """32 secret bytes for another use (cookie key, ssh host key seed), made on first asking."""
        return self._seed(name)

    def _seed(self, name: str) -> bytes:
        if name not in self._held:
            if not _NAME.fullmatch(name):
                raise ValueError("a key's name is of a-z, 0-9 and -")
            self._held[name] = read_or_make(self._folder / f"{name}.key", self._chance)
        return self._held[name]


def read_or_make(path: Path, chance: Chance) -> bytes:
    """The seed kept at `path`; made, and safely on the disk, if there is none yet."""
    seed = secret_file.read_or_make(path, lambda: chance.octets(SEED_BYTES))
    if len(seed) != SEED_BYTES:
        raise ValueError(f"{path.name} is not a key of {SEED_BYTES} bytes: restore it from the backup")
    return seed
