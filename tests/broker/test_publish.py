"""Published tiles: whole, resumable, never differently twice; and other people's tools read them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pymerkle
import pytest
from sigstore._internal.rekor.checkpoint import SignedNote
from sqlalchemy import update

from audit import checkpoint, merkle, tiles
from audit.log_records import LogHeartbeat
from audit.note import VerifierKey
from audit.record import BROKER
from audit.tiles import Tile, TileReader
from broker.cases.check_logs import check_all
from broker.jobs import publish
from broker.jobs.publish import publishing
from broker.parts import Parts
from broker.store import log
from broker.store.log import Head
from broker.store.standing import Ahead
from broker.store.tables import entries, shards
from broker.store.tile_folder import FOLDER, PublishedDiffers, TileFolder
from tests.broker.world import World

GO = Path(__file__).resolve().parent.parent / "audit" / "go" / "verify.go"
BEAT = LogHeartbeat("2026-11-10")
Tick = Callable[[Parts], Awaitable[None]]


class Site:
    """A broker with one customer, and the folder of that customer's published log."""

    def __init__(self, parts: Parts, world: World) -> None:
        self.parts, self.tenant = parts, world.tenant
        self.root = parts.settings.state / FOLDER
        self.tick: Tick = publishing(self.root)

    async def run(self, times: int = 1) -> None:
        for _ in range(times):
            await self.tick(self.parts)

    async def grow(self, to: int) -> None:
        async with self.parts.store.tx(self.tenant, self.parts.clock.now()) as tx:
            while tx.size < to:
                await tx.append(BEAT, actor=BROKER)

    @property
    def folder(self) -> Path:
        return self.root / self.tenant / "2026"

    async def head(self) -> Head:
        async with self.parts.store.read() as work:
            found = await log.head(work, self.tenant)
        assert found is not None
        return found

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey.parse((self.folder / "log.vkey").read_text().strip())

    def published(self) -> checkpoint.Checkpoint:
        """The published head, after reading everything below it."""
        head = checkpoint.open_checkpoint((self.folder / "checkpoint").read_bytes(), self.vkey)
        read = TileReader(head.size, lambda path: (self.folder / path).read_bytes())
        assert merkle.root(head.size, read) == head.root
        tree = merkle.Tree()
        for tile in tiles.entry_tiles(head.size):
            for entry in tiles.unpack_entries(tile, (self.folder / tile.path).read_bytes()):
                tree.append(entry)
        assert tree.root() == head.root
        return head

    def paths(self) -> set[str]:
        return {p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
async def site(parts: Parts) -> Site:
    return Site(parts, await World.make(parts))


async def test_every_log_is_published_after_its_commits(site: Site) -> None:
    await site.run()
    head = await site.head()
    assert site.published() == checkpoint.Checkpoint(head.origin, head.size, head.root)
    assert (site.folder / "checkpoint").read_bytes() == head.note
    assert len(list(site.root.iterdir())) == 2  # the house's too
    before = site.paths()
    await site.run()
    assert site.paths() == before
    await site.grow(256 + 3)
    await site.run()
    assert site.published().size == 259
    # The parts of what is full are gone; the parts of what is not stay for those who hold an older head.
    assert site.paths() == {
        "checkpoint", "log.vkey", "tile/0/000", "tile/0/001.p/3", "tile/1/000.p/1",
        "tile/entries/000", "tile/entries/001.p/3",
    }  # fmt: skip


async def test_a_log_below_its_witnesses_shows_no_head(site: Site) -> None:
    await site.run()
    before = site.published()
    await site.grow(before.size + 3)
    site.parts.store.standing.found(site.tenant, Ahead("h-1", 9_999, forked=False))
    await site.run()
    assert site.published() == before


async def test_the_work_of_a_tick_is_bounded_and_the_head_comes_last(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.run()
    first = site.published()
    monkeypatch.setattr(publish, "MAX_TILES", 3)
    await site.grow(256 * 4 + 1)
    ticks = 0
    while site.published() == first:
        before = len(site.paths())
        await site.run()
        ticks += 1
        assert len(site.paths()) <= before + 3
    assert ticks >= 4
    assert site.published().size == 256 * 4 + 1


async def test_a_publication_that_was_cut_short_is_taken_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at every file in turn; what lies there is always one whole head and its tiles."""
    await site.run()
    await site.grow(256 * 2 + 5)
    true = TileFolder._write
    for survive in range(20):
        left = survive

        def write(self: TileFolder, path: str, data: bytes) -> None:
            nonlocal left
            if left == 0:
                final = self._folder / path
                final.parent.mkdir(parents=True, exist_ok=True)
                final.with_name(f".{final.name}.new").write_bytes(data[: len(data) // 2])
                raise OSError("the machine is gone")
            left -= 1
            true(self, path, data)

        monkeypatch.setattr(TileFolder, "_write", write)
        site.tick = publishing(site.root)  # a new process
        await site.run()
        size = site.published().size
        if left:
            break
    monkeypatch.setattr(TileFolder, "_write", true)
    await publishing(site.root)(site.parts)
    assert site.published().size == 256 * 2 + 5 >= size
    assert not site.parts.store.is_closed(site.tenant)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "log.vkey"])
async def test_what_was_published_is_never_written_differently(site: Site, path: str) -> None:
    await site.grow(300)
    await site.run()
    whole = (site.folder / path).read_bytes()
    (site.folder / path).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    folder = TileFolder(site.folder)
    with pytest.raises(PublishedDiffers):
        folder.add(path, whole)
    (site.folder / "checkpoint").unlink()  # so that all of it is gone through again
    site.tick = publishing(site.root)
    await site.run()
    assert site.parts.store.is_closed(site.tenant)
    assert not (site.folder / "checkpoint").exists()


async def test_a_backup_that_is_older_than_what_was_published_is_closed(site: Site) -> None:
    await site.run()
    old = await site.head()
    await site.grow(old.size + 5)
    await site.run()
    note = (site.folder / "checkpoint").read_bytes()
    assert all(one.wrong is None for one in await check_all(site.parts))
    # Yesterday's database: shorter by five records, and sound in itself.
    async with site.parts.store.database.work() as work:
        await work.change(
            update(shards)
            .where(shards.c.tenant == site.tenant)
            .values(size=old.size, root=old.root, checkpoint=old.note)
        )
        await work.change(entries.delete().where(entries.c.tenant == site.tenant, entries.c.n >= old.size))
        await work.change(
            publish.log.nodes.delete().where(
                publish.log.nodes.c.tenant == site.tenant,
                publish.log.nodes.c.level == 0,
                publish.log.nodes.c.place >= old.size,
            )
        )
    site.tick = publishing(site.root)
    await site.run()
    assert site.parts.store.is_closed(site.tenant)
    assert (site.folder / "checkpoint").read_bytes() == note
    site.parts.store._closed.clear()
    found = {one.tenant: one.wrong for one in await check_all(site.parts)}
    assert "non continua quello già pubblicato" in (found[site.tenant] or "")
    assert site.parts.store.is_closed(site.tenant)


async def test_a_record_altered_in_the_database_is_not_published(site: Site) -> None:
    await site.run()
    before = site.published()
    await site.grow(before.size + 4)
    async with site.parts.store.database.work() as work:
        await work.change(
            update(entries)
            .where(entries.c.tenant == site.tenant, entries.c.n == before.size + 1)
            .values(leaf=b"{}")
        )
    await site.run()
    assert site.published() == before
    assert site.parts.store.is_closed(site.tenant)


async def test_gos_packages_accept_the_published_log(site: Site, tmp_path: Path) -> None:
    """`golang.org/x/mod/sumdb/note` and `tlog`, as Debian ships them."""
    await site.grow(256 * 2 + 77)
    await site.run()
    program = tmp_path / "verify"
    go = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(tmp_path / "cache"),
    }
    subprocess.run(  # noqa: ASYNC221 - nobody else is on this loop
        ["go", "build", "-o", str(program), str(GO)], env=go, check=True, timeout=300
    )

    def verify(folder: Path, vkey: str) -> str:
        done = subprocess.run(
            [program, folder, vkey], capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode == 0) == done.stdout.startswith("ok ")
        return done.stdout.strip()

    assert verify(site.folder, site.vkey.text) == f"ok {256 * 2 + 77}"
    other = VerifierKey.log(site.vkey.name, site.parts.keys.log_key("registro.localhost/t-other/2026").public)
    assert verify(site.folder, other.text).startswith("refused")
    for path in ("checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/77"):
        copy = tmp_path / path.replace("/", "-")
        shutil.copytree(site.folder, copy)
        data = (copy / path).read_bytes()
        (copy / path).write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        assert verify(copy, site.vkey.text).startswith("refused"), path


async def test_sigstores_parser_accepts_the_published_head(site: Site) -> None:
    await site.run()
    note = SignedNote.from_text((site.folder / "checkpoint").read_text())
    head = await site.head()
    assert note.note.encode() == head.note.partition(b"\n\n")[0] + b"\n"
    (signature,) = note.signatures
    assert (signature.name, signature.sig_hash) == (site.vkey.name, site.vkey.key_id)


async def test_pymerkle_has_the_same_root_and_proofs(site: Site) -> None:
    await site.grow(256 + 40)
    await site.run()
    head = site.published()
    theirs, leaves = pymerkle.InmemoryTree(algorithm="sha256"), list[bytes]()
    for tile in tiles.entry_tiles(head.size):
        for entry in tiles.unpack_entries(tile, (site.folder / tile.path).read_bytes()):
            theirs.append_entry(entry)
            leaves.append(entry)
    assert theirs.get_root() == head.root
    read = TileReader(head.size, lambda path: (site.folder / path).read_bytes())
    for n in (0, 1, 255, 256, head.size - 1):
        theirs_path = theirs.prove_inclusion(n + 1).serialize()["path"]
        ours = merkle.inclusion_proof(n, head.size, read)
        assert theirs_path == [merkle.leaf_hash(leaves[n]).hex(), *(one.hex() for one in ours)]


def test_a_path_is_one_of_ours(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    for wrong in ("../checkpoint", "tile/0/../000", "tile/0/0", "checkpoint.new", ""):
        with pytest.raises(ValueError):
            folder.read(wrong)
    assert folder.read(Tile(0, 0).path) is None
