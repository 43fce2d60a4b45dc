"""A thief's desk over a world in memory: its books, the keys of its broker, and another host's."""

from __future__ import annotations

from pathlib import Path

from audit import bundle
from audit.keys import SigningKey
from broker.out.clock import SystemChance
from broker.out.key_file import KeyFiles
from tests.audit.world import SIGNING, TENANT, World
from web.demo.attack.books import opened
from web.demo.attack.forgeries import Desk
from web.demo.attack.loot import Loot
from web.demo.authenticator import SoftwareAuthenticator


class Stolen(KeyFiles):
    def __init__(self, folder: Path, world: World) -> None:
        super().__init__(folder, SystemChance())
        self._world = world

    def log_key(self, origin: str) -> SigningKey:
        return self._world.log_key

    def grant_key(self, tenant: str) -> SigningKey:
        return self._world.grant_key


def desk_over(world: World, folder: Path, before: int) -> Desk:
    """`before`: how much of the log somebody kept a head of."""
    pen = SoftwareAuthenticator(b"thief", SIGNING)
    loot = Loot(TENANT, Stolen(folder / "keys", world), pen, pen, pen)
    return Desk(opened(bundle.pack(world.entries())), loot, before, SigningKey(b"h" * 32))
