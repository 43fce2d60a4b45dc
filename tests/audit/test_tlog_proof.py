"""Proofs in the one spelling of C2SP tlog-proof."""

from __future__ import annotations

import base64

import pytest

from audit.errors import Malformed
from audit.tlog_proof import HEADER, MAX_HASHES, TlogProof, proofs

HASH = base64.b64encode(bytes(range(32)))
GOOD = b"%s\nindex 5\n%s\n%s\n\ntest checkpoint\n" % (HEADER.encode(), HASH, HASH)


def test_a_proof_is_read_and_written_the_same() -> None:
    found = TlogProof.parse(GOOD)
    assert found == TlogProof(5, (bytes(range(32)),) * 2, b"test checkpoint\n")
    assert found.encode() == GOOD
    alone = HEADER.encode() + b"\nindex 0\n\nnote\n\nsigned\n"
    assert TlogProof.parse(alone) == TlogProof(0, (), b"note\n\nsigned\n")
    assert proofs(b"note\n\nsigned\n", [(0, [])]) == {0: alone}


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"x", GOOD.replace(b"@v1", b"@v2"), GOOD.replace(b"index 5", b"index 05"), GOOD.replace(b"index 5", b"5"),
        GOOD.replace(b"index 5", b"extra AA==\nindex 5"), GOOD.replace(HASH, b"!"), GOOD.replace(HASH, HASH[:-4]),
        GOOD.replace(b"\n\n", b"\n"), GOOD.replace(HEADER.encode(), "è".encode()), GOOD.replace(HASH, b"AAAA"),
        GOOD.replace(b"%s\n%s" % (HASH, HASH), b"\n".join([HASH] * (MAX_HASHES + 1))),
    ],
)  # fmt: skip
def test_anything_else_is_refused(bad: bytes) -> None:
    with pytest.raises(Malformed):
        TlogProof.parse(bad)
