"""Steps 3, 5 and 6: the signed head, the tree under it, and the heads seen before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audit import checkpoint, merkle, tiles
from audit.bundle import Entries
from audit.bundle_files import known
from audit.checkpoint import Checkpoint
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.note import Note, VerifierKey, parse_note
from audit.trust_file import SeenHeads

_FULL = tiles.WIDTH * merkle.HASH_BYTES
MAX_ENTRIES = 20_000_000  # many years of a large customer
_ORIGIN = re.compile(r"[^/ ]+(?:/[^/ ]+)*/(?P<tenant>[a-z0-9-]+)/[0-9]{4}[b-z]?")


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The bundle's head as read; `tenant` comes from its origin."""

    vkey: VerifierKey
    note: Note
    head: Checkpoint
    tenant: str


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the logs that make the tree: its heads are of sizes from `since` to `until`.

    Larger ones, up to `known`, were of records that are lost: nothing can be said of them.
    """

    vkey: VerifierKey
    since: int
    until: int
    known: int = 0


def read_vkey(files: Entries, judge: Judgement) -> VerifierKey | None:
    """`log.vkey`: the key text and a newline."""
    try:
        text = files["log.vkey"].decode("utf-8")
        if not text.endswith("\n"):
            raise Malformed("the key file does not end its line")
        return VerifierKey.parse(text[:-1])
    except (Malformed, UnicodeDecodeError) as wrong:
        judge.find("FORGED", "vkey_unread", "log.vkey", why=wrong)
        return None


def read_head(files: Entries, vkey: VerifierKey, judge: Judgement) -> SignedHead | None:
    """Step 3. None when not even an unsigned head can be read."""
    try:
        note = parse_note(files["checkpoint"])
        head = checkpoint.parse(note.text)
        place = _ORIGIN.fullmatch(head.origin)
        if place is None:
            raise Malformed("an origin is domain/tenant/year")
        if head.size > MAX_ENTRIES:
            raise Malformed(f"a log of more than {MAX_ENTRIES} records")
    except Malformed as wrong:
        judge.find("FORGED", "head_unread", "checkpoint", why=wrong)
        return None
    try:
        note.check(vkey)
        if vkey.name != head.origin:
            raise BadSignature("the key has another name than the log")
        judge.state(3, "ok", "checked")
    except BadSignature:
        judge.find("FORGED", "head_forged", "checkpoint")
    return SignedHead(vkey, note, head, place["tenant"])


def tile_files(files: Entries, size: int, since: int = 0) -> Iterator[tuple[tiles.Tile, bytes]]:
    """The entry tiles and their bytes in order, from the one that begins with entry `since` on; stops where
    one is missing."""
    for tile in tiles.entry_tiles(size, since):
        if tile.path not in files:
            return
        yield tile, files[tile.path]


def read_entries(files: Entries, size: int) -> Iterator[bytes]:
    """In order, up to the first tile that is missing; `Malformed` at one that cannot be read."""
    for tile, data in tile_files(files, size):
        yield from tiles.unpack_entries(tile, data)


def read_entry(files: Entries, size: int, n: int) -> bytes | None:
    """One entry, from its tile; None where it cannot be read."""
    index = n // tiles.WIDTH
    tile = tiles.Tile(None, index, min(tiles.WIDTH, size - index * tiles.WIDTH))
    try:
        return tiles.unpack_entries(tile, files[tile.path])[n % tiles.WIDTH]
    except (KeyError, Malformed):
        return None


class TreeCheck:
    """Step 6: rebuilds the tree while entries stream by; `close` compares it with head and tiles.

    Kept are the tiles that are being filled, and those that differ from the published ones: what a good
    bundle takes does not grow with the log.
    """

    def __init__(self, files: Entries, head: Checkpoint, judge: Judgement) -> None:
        self._files = files
        self._head = head
        self._judge = judge
        self._rows = [bytearray()]  # of each level the hashes of the tile being filled
        self._full = [0]  # and how many tiles it has behind it
        self._own: dict[str, bytes] = {}  # by path
        self._differing: list[int] = []  # entries whose hash is not the published one

    def resume(self, since: int) -> None:
        """Go on behind that many entries, whole tiles, instead of from the first: the published tiles give
        what is held then. Whoever asks has compared them with a root he knows. `KeyError` or `Malformed`."""
        self._rows, self._full, level = [], [], 0
        while since >> 8 * level or not level:
            full, width = divmod(since >> 8 * level, tiles.WIDTH)
            self._full.append(full)
            row = b""
            if width:
                there = min(tiles.WIDTH, (self._head.size >> 8 * level) - full * tiles.WIDTH)
                row = self._files[tiles.Tile(level, full, there).path][: width * merkle.HASH_BYTES]
            self._rows.append(bytearray(row))
            level += 1

    def feed(self, entries: Sequence[bytes]) -> None:
        """The entries of the next tile."""
        self._rows[0] += hashed(entries)
        if len(self._rows[0]) == _FULL:
            self._filled(0)

    def feed_judged(self, top: bytes) -> None:
        """A full tile whose entries hash to the published tile, and that to `top`."""
        self._full[0] += 1
        self._lift(1, top)

    def _filled(self, level: int) -> None:
        row = bytes(self._rows[level])
        self._compare(level, self._full[level], row)
        self._rows[level] = bytearray()
        self._full[level] += 1
        self._lift(level + 1, folded(row))

    def _lift(self, level: int, top: bytes) -> None:
        """The root of a full tile is a hash of the level above."""
        if level == len(self._rows):
            self._rows.append(bytearray())
            self._full.append(0)
        self._rows[level] += top
        if len(self._rows[level]) == _FULL:
            self._filled(level)

    def _compare(self, level: int, index: int, row: bytes) -> None:
        """Set a tile of ours beside the published one."""
        width = min(tiles.WIDTH, (self._head.size >> 8 * level) - index * tiles.WIDTH)
        path = tiles.Tile(level, index, width).path
        published = self._files.get(path)
        if published == row:
            return
        self._own[path] = row
        if level == 0 and published is not None and len(published) == width * merkle.HASH_BYTES:
            first = index * tiles.WIDTH
            self._differing += [
                first + at // merkle.HASH_BYTES
                for at in range(0, len(row), merkle.HASH_BYTES)
                if row[at : at + merkle.HASH_BYTES] != published[at : at + merkle.HASH_BYTES]
            ]

    def close(self) -> Callable[[int, int], bytes] | None:
        """Compare; the reader of a tree whose root is the signed one, or None if there is none."""
        for level, row in enumerate(self._rows):
            if row:
                self._compare(level, self._full[level], bytes(row))
        held = self._full[0] * tiles.WIDTH + len(self._rows[0]) // merkle.HASH_BYTES
        size, read = self._head.size, tiles.TileReader(self._head.size, self._tile)
        if held == size and merkle.root(size, read) == self._head.root:
            self._say_tiles()
            self._judge.state(6, "ok", "checked")
            return read
        for n in self._differing:
            self._judge.find("TAMPERED", "entry", f"n={n}", n=n)
        if held < size:
            self._judge.find("TAMPERED", "entry_missing", f"n={held}", n=held)
        elif not self._differing:
            self._judge.find("TAMPERED", "root", "checkpoint")
        return self._from_tiles()

    def _tile(self, path: str) -> bytes:
        """A tile as the entries give it, once all of them were fed."""
        return self._own.get(path) or self._files[path]

    def _say_tiles(self) -> None:
        for tile in tiles.hash_tiles(self._head.size) if self._own else ():
            if tile.path not in self._files:
                self._judge.find("DAMAGED", "file_missing", tile.path)
            elif tile.path in self._own:
                self._judge.find("TAMPERED", "tile", tile.path)

    def _from_tiles(self) -> Callable[[int, int], bytes] | None:
        """Where an entry was changed, the published tree may still be the signed one."""
        reader = tiles.TileReader(self._head.size, self._files.__getitem__)
        try:
            return reader if merkle.root(self._head.size, reader) == self._head.root else None
        except (KeyError, Malformed):
            return None


# Both hash where they stand, without a call for each: a verifier does nothing more often.


def hashed(entries: Sequence[bytes]) -> bytes:
    """The hashes of these leaves in a row."""
    sha256 = hashlib.sha256
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def folded(row: bytes) -> bytes:
    """The root over a full tile's hashes, given in a row."""
    sha256, pair = hashlib.sha256, 2 * merkle.HASH_BYTES
    while len(row) > merkle.HASH_BYTES:
        row = b"".join([sha256(b"\x01" + row[at : at + pair]).digest() for at in range(0, len(row), pair)])
    return row


class Heads:
    """Step 5: is another head a prefix of this log?"""

    def __init__(
        self,
        signed: SignedHead,
        read: Callable[[int, int], bytes] | None,
        judge: Judgement,
        shards: Sequence[Shard] = (),
    ) -> None:
        self._signed = signed
        self._read = read
        self._judge = judge
        self._shards = shards or (Shard(signed.vkey, 0, signed.head.size),)

    def _of(self, origin: str) -> Shard | None:
        """The log of that name, if it is one of this tree's."""
        return next((shard for shard in self._shards if shard.vkey.name == origin), None)

    def vkey_of(self, size: int) -> VerifierKey:
        """The key of the log whose head of that size it is."""
        return next((s.vkey for s in self._shards if size <= s.until), self._signed.vkey)

    def holds(self, other: Checkpoint) -> bool:
        shard = self._of(other.origin)
        if shard is None or not shard.since <= other.size <= shard.until:
            return False
        if self._read is None:  # nothing to compare with: step 6 has said so
            return True
        try:
            return merkle.root(other.size, self._read) == other.root
        except (KeyError, Malformed):
            return False

    def of_size(self, size: int) -> Checkpoint:
        """The head of that size, not above the bundle's own, of the log whose it is; asked where step 6 found the tree whole."""
        return Checkpoint(self.vkey_of(size).name, size, self.root_of(size))

    def root_of(self, size: int) -> bytes:
        """The tree's root at that size."""
        assert self._read is not None
        return merkle.root(size, self._read)

    def check_own(self, note: Note, pinned: Callable[[str], VerifierKey | None]) -> None:
        """A head the reader kept himself (``--head``). That it agrees needs no signature; that it does not, or is
        of more records than are here, is a finding only where the log's key stands behind it, for anybody can
        write three lines."""
        kept = checkpoint.parse(note.text)
        shard = self._of(kept.origin)
        if shard is None:
            self._judge.state(5, "unknown", "kept_elsewhere")
        elif shard.until < kept.size <= shard.known:
            self._judge.state(5, "unknown", "kept_lost")
        elif self.holds(kept):
            self._judge.note("own_head", size=kept.size)
        elif _signs(note, pinned(kept.origin) or shard.vkey):
            newer = shard.vkey == self._signed.vkey and kept.size > shard.until
            self._judge.find("REWRITTEN", "own_newer" if newer else "own_head", "checkpoint", size=kept.size)
        else:
            self._judge.state(5, "unknown", "kept_unsigned")

    def check_kept(self, files: Entries) -> None:
        """Every ``heads/<size>.note``: signed by the log, of the size it is named for, a prefix."""
        for name in files:
            if not (name.startswith("heads/") and name.endswith(".note")) or not known(name):
                continue
            try:
                kept = self._opened(files[name])
            except Malformed as wrong:
                self._judge.find("FORGED", "head_unread", name, why=wrong)
                continue
            except BadSignature:
                self._judge.find("FORGED", "head_forged", name)
                continue
            if name != f"heads/{kept.size}.note" or not self.holds(kept):
                self._judge.find("REWRITTEN", "kept_head", name)

    def _opened(self, data: bytes) -> Checkpoint:
        """A head signed by whichever of these logs it names; `Malformed` or `BadSignature`."""
        shard = self._of(checkpoint.parse(parse_note(data).text).origin)
        return checkpoint.open_checkpoint(data, self._signed.vkey if shard is None else shard.vkey)

    def check_cited(self, text: str, n: int, where: str) -> None:
        """A head inside an approved request (record `n`): a checkpoint's text, or the whole signed note."""
        try:
            cited = self._opened(text.encode()) if "\n\n" in text else checkpoint.parse(text)
        except (Malformed, BadSignature):
            self._judge.find("REWRITTEN", "approved_head", where)
            return
        if not 0 < cited.size <= n or not self.holds(cited):
            self._judge.find("REWRITTEN", "approved_head", where)

    def check_seen(self, seen: SeenHeads) -> None:
        """The heads of earlier verifications (``--state``), one for each of these logs."""
        for shard in self._shards:
            saved = seen.of(shard.vkey.name)
            if saved is None or shard.until < saved.size <= shard.known:
                continue
            if saved.size > shard.until:
                self._judge.find("REWRITTEN", "saved_newer", "checkpoint", size=saved.size)
            elif not self.holds(saved):
                self._judge.find("REWRITTEN", "saved_head", "checkpoint", size=saved.size)


def _signs(note: Note, vkey: VerifierKey) -> bool:
    try:
        note.check(vkey)
    except BadSignature:
        return False
    return True
