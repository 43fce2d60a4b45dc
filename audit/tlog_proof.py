"""Proofs that a record lies in a log, each a file of its own (C2SP tlog-proof@v1), without extra data."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from audit.checkpoint import parse_size
from audit.errors import Malformed
from audit.merkle import HASH_BYTES

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 64


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`checkpoint` is a signed note, as it stands in the file."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        lines = [HEADER, f"index {self.index}", *(base64.b64encode(h).decode() for h in self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """`Malformed` for anything `encode` would not have written."""
        proof, blank, note = data.partition(b"\n\n")
        try:
            header, index, *hashes = proof.decode("ascii").split("\n")
            found = cls(
                parse_size(index.removeprefix("index ")),
                tuple(base64.b64decode(line, validate=True) for line in hashes),
                note,
            )
        except (ValueError, binascii.Error) as wrong:
            raise Malformed("a proof is not of the form of a tlog-proof") from wrong
        if header != HEADER or not blank or len(hashes) > MAX_HASHES or found.encode() != data:
            raise Malformed("a proof is not of the form of a tlog-proof")
        if any(len(one) != HASH_BYTES for one in found.hashes):
            raise Malformed("a hash of a proof is no hash")
        return found


def proofs(checkpoint: bytes, found: Sequence[tuple[int, Sequence[bytes]]]) -> dict[int, bytes]:
    """Of these (index, hashes), all under one head."""
    return {n: TlogProof(n, tuple(hashes), checkpoint).encode() for n, hashes in found}
