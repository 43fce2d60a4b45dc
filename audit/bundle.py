"""The bundle: a deterministic ZIP of everything needed to check a log up to one head (FORMAT.md §8).

ZIP readers are forgiving: many single-bit flips go unnoticed. So there is one way to write a bundle
(stored, sorted, fixed times, no extra fields), and `unpack` writes the skeleton again and demands
equal bytes. CRC-32 covers the contents here; SHA256SUMS covers them once more, by name.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from audit import tiles
from audit.bundle_files import MAX_NAME, MAX_OPENING_FILE, SUMS, limit
from audit.canonical import encode
from audit.commitment import Opening
from audit.errors import Malformed

Buffer = bytes | memoryview | mmap.mmap

MAX_FILES = 1_000_000  # a year of a large customer has some 100,000 evidence files
MAX_BYTES = 0xFFFF_FFFE  # 4 GiB: offsets stay 32 bits wide, so that headers have one form
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_DOS_DATE = 0x0021  # 1980-01-01, the first instant ZIP can say; times of the facts are inside
_UTF8 = 0x0800
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR64 = struct.Struct("<4sIQI")
_AT_ONCE = 8 * 1024 * 1024  # of a mapped file
_MANY = 0xFFFF  # from this count on, the ZIP64 end record holds it


def check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or ".." in name:
        raise Malformed("a file name outside the plain letters a bundle uses")


def _check_size(name: str, size: int, files: int) -> None:
    most = limit(name, files)
    if most is not None and size > most:
        raise Malformed("a file larger than its kind can be")


def _local(name: bytes, crc: int, size: int) -> bytes:
    return _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, 0, _DOS_DATE, crc, size, size, len(name), 0) + name


def _central(name: bytes, crc: int, size: int, offset: int) -> bytes:
    return (
        _CENTRAL.pack(
            b"PK\x01\x02", 20, 20, _UTF8, 0, 0, _DOS_DATE, crc, size, size, len(name), 0, 0, 0, 0, 0, offset
        )
        + name
    )


def _end(count: int, size: int, offset: int) -> bytes:
    """The end records: ZIP64's only where the count needs it, so that there is one form each."""
    found = b""
    if count >= _MANY:
        found = _END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
        found += _LOCATOR64.pack(b"PK\x06\x07", 0, offset + size, 1)
    shown = min(count, _MANY)
    return found + _END.pack(b"PK\x05\x06", 0, 0, shown, shown, size, offset, 0)


def pack(entries: Mapping[str, bytes]) -> bytes:
    """The one ZIP of these files."""
    if not 1 <= len(entries) <= MAX_FILES:
        raise Malformed(f"a bundle holds 1 to {MAX_FILES} files")
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(entries):
        check_name(name)
        data, raw = entries[name], name.encode()
        _check_size(name, len(data), len(entries))
        crc = zlib.crc32(data)
        if offset + len(data) > MAX_BYTES:
            raise Malformed("a bundle is at most 4 GiB")
        header = _local(raw, crc, len(data))
        directory.append(_central(raw, crc, len(data), offset))
        parts += (header, data)
        offset += len(header) + len(data)
    listing = b"".join(directory)
    return b"".join([*parts, listing, _end(len(entries), len(listing), offset)])


class _Pages:
    """Gives the pages of a mapped file back now and then: else all of it would come to stay in memory."""

    def __init__(self, buffer: Buffer) -> None:
        self._mapped = buffer if isinstance(buffer, mmap.mmap) else None
        self._read = 0

    def read(self, count: int) -> None:
        """Told before each reading; whoever reads copies, or is done before the next."""
        self._read += count
        if self._read >= _AT_ONCE and self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)
            self._read = 0


class Entries(Mapping[str, bytes]):
    """Files of an unpacked bundle: slices of the one buffer, read when asked for."""

    def __init__(self, buffer: Buffer, places: dict[str, tuple[int, int]]) -> None:
        self._buffer = memoryview(buffer)
        self._places = places
        self._pages = _Pages(buffer)

    def __getitem__(self, name: str) -> bytes:
        start, end = self._places[name]
        self._pages.read(end - start)
        return bytes(self._buffer[start:end])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def sha256(self, name: str) -> str:
        start, end = self._places[name]
        self._pages.read(end - start)
        return hashlib.sha256(self._buffer[start:end]).hexdigest()

    def size(self, name: str) -> int:
        start, end = self._places[name]
        return end - start


def unpack(data: Buffer) -> Entries:
    """The files, or `Malformed` when a single bit is not as `pack` writes it.

    `data` may be a memory map: contents are not copied until they are asked for.
    """
    view = memoryview(data)
    if len(view) > MAX_BYTES + (1 << 28):
        raise Malformed("larger than a bundle can be")
    places: dict[str, tuple[int, int]] = {}
    directory: list[bytes] = []
    pages = _Pages(data)
    at, before = 0, ""
    while bytes(view[at : at + 4]) == b"PK\x03\x04":
        name, start, end, crc = _one_local(view, at)
        if name <= before:
            raise Malformed("files are not sorted by name")
        if len(places) >= MAX_FILES:
            raise Malformed("more files than a bundle can hold")
        places[name] = (start, end)
        directory.append(_central(name.encode(), crc, end - start, at))
        pages.read(end - at)
        at, before = end, name
    if not places:
        raise Malformed("no bundle: it does not begin with a file")
    listing = b"".join(directory)
    if view[at:] != listing + _end(len(places), len(listing), at):
        raise Malformed("the directory of the bundle is not the one its files give")
    for name, (start, end) in places.items():
        _check_size(name, end - start, len(places))
    return Entries(data, places)


def _one_local(view: memoryview, at: int) -> tuple[str, int, int, int]:
    """Name, start and end of the contents, CRC of the file whose header begins at `at`."""
    head = bytes(view[at : at + _LOCAL.size])
    if len(head) < _LOCAL.size:
        raise Malformed("cut off inside a file's header")
    fields = _LOCAL.unpack(head)
    size, length = fields[7], fields[9]
    raw = bytes(view[at + _LOCAL.size : at + _LOCAL.size + min(length, MAX_NAME + 1)])
    try:
        name = raw.decode("ascii")
    except UnicodeDecodeError as wrong:
        raise Malformed("a file name outside the plain letters a bundle uses") from wrong
    check_name(name)
    start = at + _LOCAL.size + len(raw)
    end = start + size
    if end > len(view):
        raise Malformed("cut off inside a file")
    crc = zlib.crc32(view[start:end])
    if view[at:start] != _local(raw, crc, size):
        raise Malformed("a file's header or contents are not as written")
    return name, start, end, crc


# --------------------------------------------------------------------------------- what goes in

README = """\
VERBALE: pacchetto di verifica

Contiene il registro firmato di un cliente, dalla prima voce, con le prove che servono a controllarlo
senza rete e senza il fornitore:

    verbale-verify PACCHETTO.zip --trust trust.json

Con --head testa-….note si controlla anche una testa ricevuta per posta e conservata.

Lo stesso controllo si fa in un browser, a rete spenta, aprendo verifica.html e scegliendo il
pacchetto. Si fidi della copia di verifica.html conservata dall’avvio del servizio o arrivata con il
programma: la sua impronta SHA-256 è sulla pagina del titolare. Quella trovata qui dentro è comoda,
ma chi ha fatto il pacchetto poteva cambiarla.

trust.json è il file delle chiavi consegnato all'avvio del servizio e conservato dal cliente: senza
di esso si controlla la coerenza, non di chi siano le chiavi. Il formato di ogni file è descritto in
FORMAT.md, pubblicato con il programma.

This is a verification bundle: the signed log of one customer from its first record on, with the
evidence needed to check it offline, by verbale-verify or by opening verifica.html in a browser. Trust the copy of
verifica.html kept from on-boarding or that came with the release, whose SHA-256 is on the
titolare's page; whoever made this bundle could have changed the one in it.
"""


def sums(entries: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS of all other files, in the form `sha256sum -c` reads."""
    lines = [
        f"{hashlib.sha256(entries[name]).hexdigest()}  {name}\n" for name in sorted(entries) if name != SUMS
    ]
    return "".join(lines).encode()


def parse_sums(data: bytes) -> dict[str, str]:
    """name -> hex digest; `Malformed` unless sorted and in the one spelling."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as wrong:
        raise Malformed("the list of digests is not plain text") from wrong
    if lines.pop() != "":
        raise Malformed("the list of digests does not end its last line")
    found: dict[str, str] = {}
    for line in lines:
        if not re.fullmatch(r"[0-9a-f]{64}  \S+", line):
            raise Malformed("a line of the list of digests is in another spelling")
        check_name(line[66:])
        found[line[66:]] = line[:64]
    if len(found) != len(lines) or any(a >= b for a, b in pairwise(found)):
        raise Malformed("the list of digests is not sorted")
    return found


def build(
    *,
    leaves: Sequence[bytes],
    read: Callable[[int, int], bytes],
    checkpoint: bytes,
    log_vkey: str,
    policy_tenant: bytes,
    policy_witness: str,
    heads: Mapping[int, bytes],
    evidence: Mapping[str, bytes],
    openings: Mapping[int, Opening],
    reports: Mapping[str, bytes],
    page: bytes | None = None,
    stamps: Mapping[int, bytes] = MappingProxyType({}),
    recordings: Mapping[str, bytes] = MappingProxyType({}),
) -> dict[str, bytes]:
    """All files of the bundle of one log; `pack` makes the ZIP.

    `leaves` are all entries of the tree below the checkpoint's size and `read(level, index)` its
    stored subtree hashes. `heads` maps a size to a signed note,
    `stamps` to a timestamp token. `evidence` maps hex SHA-256 to
    bytes and holds exactly what the leaves name; `reports` maps file names (``VB-….pdf``) to bytes.
    `recordings` maps names under ``recordings/`` to bytes, sealed as they are.
    `page` is the verifier for browsers (`audit.verifica`), which is no evidence.
    """
    size = len(leaves)
    entries: dict[str, bytes] = {
        "LEGGIMI.txt": README.encode(),
        "checkpoint": checkpoint,
        "log.vkey": (log_vkey + "\n").encode(),
        "policy.tenant": policy_tenant,
        "policy.witness": policy_witness.encode(),
    }
    for tile in tiles.hash_tiles(size):
        entries[tile.path] = tiles.pack_hashes(tile, read)
    for tile in tiles.entry_tiles(size):
        first = tile.index * tiles.WIDTH
        entries[tile.path] = tiles.pack_entries(leaves[first : first + tile.width])
    for head_size, note in heads.items():
        entries[f"heads/{head_size}.note"] = note
    for head_size, token in stamps.items():
        entries[f"heads/{head_size}.tsr"] = token
    for digest, data in evidence.items():
        entries[f"evidence/{digest}"] = data
    for n, opening in openings.items():
        entries[f"openings/{n}.json"] = encode_opening(opening)
    for name, data in reports.items():
        entries[f"reports/{name}"] = data
    entries |= recordings
    if page is not None:
        entries["verifica.html"] = page
    entries[SUMS] = sums(entries)
    return entries


def encode_opening(opening: Opening) -> bytes:
    """The bytes of ``openings/<n>.json``."""
    return encode(opening.to_value(), max_bytes=MAX_OPENING_FILE)
