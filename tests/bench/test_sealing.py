"""How fast a recording is sealed on one core, beside the stock programs that open it again."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from audit import checkpoint
from audit import recording as rec
from audit.instant import parse
from audit.keys import SigningKey
from audit.merkle import Tree
from audit.recording import SegmentLeaf
from audit.recording_segment import Event, Piece, Sealer, encode_pieces, new_identity, plain_digest
from tests.bench.table import Bar, Figure, Peer, Summary

ROUNDS, SEGMENTS, MESSAGE_BYTES = 7, 40, 16 * 1024
_WORDS = (
    b"active", b"running", b"systemd[1]:", b"\x1b[32mok\x1b[0m", b"-rw-r--r--", b"Nov 22 10:00:00", b"kernel:",
    b"/var/lib/cups/ssl", b"started", b"192.168.10.12", b"0x7f3a91bc", b"listening on port",
)  # fmt: skip


def a_terminals_output(count_bytes: int) -> bytes:
    """Lines as administrators' commands print them; they shrink to a quarter or so."""
    chance = random.Random(7)
    out = bytearray()
    while len(out) < count_bytes:
        out += b"%08x " % chance.getrandbits(32) + b" ".join(chance.choices(_WORDS, k=9)) + b"\r\n"
    return bytes(out[:count_bytes])


def _segments(recipients: list[str], output: bytes) -> float:
    """MB of output sealed a second of one core: packed, sealed, digests, leaf and signed head, no disk."""
    sealer, tree, key = Sealer(recipients), Tree(), SigningKey(bytes(32))
    start = parse("2026-11-22T10:00:00.000Z")
    began = time.process_time()
    for n in range(SEGMENTS):
        cuts = range(0, len(output), MESSAGE_BYTES)
        pieces = [Piece(n * 1000, Event.OUTPUT, output[at : at + MESSAGE_BYTES]) for at in cuts]
        plain = encode_pieces(bytes(32), pieces)
        stored = sealer.seal(plain)
        leaf = SegmentLeaf(
            "c-1", n, start, start, len(output), (), "0" * 64, plain_digest(plain), rec.stored_digest(stored), None
        ).encode()  # fmt: skip
        tree.append(leaf)
        checkpoint.sign(rec.head_of("a/t-1/2026", "c-1", tree), key)
    return SEGMENTS * len(output) / (time.process_time() - began) / 1e6


def _stock(recipients: list[str], file: Path) -> float:
    """MB a second of one core of ``zstd -3 | age``, as its processes count it."""
    before = os.times()
    to = [word for one in recipients for word in ("-r", one)]
    with subprocess.Popen(["zstd", "-3", "-q", "-c", file], stdout=subprocess.PIPE) as packing:
        subprocess.run(["age", *to, "-o", os.devnull], stdin=packing.stdout, check=True)
    assert packing.returncode == 0
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return file.stat().st_size / spent / 1e6


def test_sealing(figures: list[Figure], tmp_path: Path) -> None:
    if not shutil.which("age") or not shutil.which("zstd"):
        pytest.skip("the peers, age and zstd, are not installed here")
    recipients = [new_identity()[1], new_identity()[1]]
    output = a_terminals_output(640 * 1024)
    file = tmp_path / "output"
    file.write_bytes(output * SEGMENTS)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_segments(recipients, output))
        theirs.append(_stock(recipients, file))
    figures.append(
        Figure(
            "sealing a recording, one core",
            "MB/s",
            Summary.of(ours),
            Peer("zstd -3 | age", Summary.of(theirs)),
            (Bar("at least", 100, "value"),),
        )
    )
