"""What a segment holds, sealed so that stock programs open it, and never unfolded without a bound."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
import zstandard

from audit import recording_segment as seg
from audit.age_keys import NoAge
from audit.errors import BadSignature, Malformed
from audit.recording_segment import Event, Piece, Sealer, check_plain, encode_pieces, parse_pieces, window
from audit.recording_stream import output_digest

SALT = bytes(range(32))
PIECES = [
    window(1_000, 80, 24),
    Piece(1_000, Event.OUTPUT, b"$ ls\r\n"),
    Piece(2_500, Event.OUTPUT, b"a b\r\n$ "),
]
PLAIN = encode_pieces(SALT, PIECES)


def test_round_trip() -> None:
    assert parse_pieces(PLAIN) == (SALT, PIECES)
    assert parse_pieces(encode_pieces(SALT, [])) == (SALT, [])
    assert seg.size_of(PIECES[0]) == (80, 24)
    assert seg.output_of(PIECES) == b"$ ls\r\na b\r\n$ "
    pictures = [Piece(1_000, Event.SCREEN, b"one"), Piece(1_100, Event.SCREEN, b"two")]
    assert parse_pieces(encode_pieces(SALT, pictures)) == (SALT, pictures)
    assert seg.output_of(pictures) == b"onetwo"


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        PLAIN[:-1],
        PLAIN[:50],
        PLAIN + b"\0",
        PLAIN[45:],  # no salt
        PLAIN + Piece(3_000, Event.SALT, SALT).encode(),
        Piece(0, Event.SALT, b"short").encode(),
        PLAIN + Piece(1, Event.OUTPUT, b"earlier").encode(),
        PLAIN + struct.pack(">QBI", 3_000, 9, 0),
        encode_pieces(SALT, [Piece(1, Event.WINDOW, b"\0\0\0\1")]),
        encode_pieces(SALT, [Piece(1, Event.WINDOW, b"\0")]),
        PLAIN + Piece(3_000, Event.SCREEN, b"picture").encode(),
        encode_pieces(SALT, [Piece(1, Event.SCREEN, b"picture"), Piece(1, Event.OUTPUT, b"text")]),
    ],
)  # fmt: skip
def test_another_form_is_refused(plain: bytes) -> None:
    with pytest.raises(Malformed):
        parse_pieces(plain)


def test_sealed_for_both_and_opened_by_each() -> None:
    (mine, to_me), (his, to_him) = seg.new_identity(), seg.new_identity()
    stored = Sealer([to_me, to_him]).seal(PLAIN)
    assert seg.unseal(mine, stored) == seg.unseal(his, stored) == PLAIN
    with pytest.raises(BadSignature):
        seg.unseal(seg.new_identity()[0], stored)


def test_stock_programs_open_it(tmp_path: Path) -> None:
    if not shutil.which("age") or not shutil.which("zstd"):
        pytest.skip("age and zstd are not installed here")
    identity, recipient = seg.new_identity()
    (tmp_path / "key").write_text(identity + "\n")
    (tmp_path / "0.age").write_bytes(Sealer([recipient]).seal(PLAIN))
    packed = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", tmp_path / "0.age"], capture_output=True, check=True
    )
    found = subprocess.run(["zstd", "-d"], input=packed.stdout, capture_output=True, check=True)
    assert found.stdout == PLAIN


def test_what_unfolds_to_more_than_a_segment_is_refused() -> None:
    """A gigabyte of nothing in a few KiB: read no further than the bound."""
    identity, recipient = seg.new_identity()
    to = [pyrage.x25519.Recipient.from_str(recipient)]
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * 1024 * 1024))
    with pytest.raises(Malformed):
        seg.unseal(identity, pyrage.encrypt(bomb, to))
    with pytest.raises(Malformed):
        seg.unseal(identity, pyrage.encrypt(b"no frame", to))
    with pytest.raises(ValueError, match="1 MiB"):
        Sealer([recipient]).seal(bytes(seg.MAX_PLAIN_BYTES + 1))


def test_a_segment_of_another_leaf_is_refused() -> None:
    digest = seg.plain_digest(PLAIN)
    output = output_digest(SALT, "c-1", 0, seg.output_of(PIECES))
    assert check_plain(PLAIN, "c-1", 0, digest=digest, output=output) == PIECES
    for recording, n, of, out in (
        ("c-1", 0, "00" * 32, output),
        ("c-1", 0, digest, "00" * 32),
        ("c-1", 1, digest, output),
        ("c-2", 0, digest, output),
    ):
        with pytest.raises(BadSignature):
            check_plain(PLAIN, recording, n, digest=of, output=out)


def test_a_recipient_mistyped_or_the_extra_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Malformed):
        Sealer(["age1" + "q" * 58])
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(NoAge):
        seg.new_identity()
