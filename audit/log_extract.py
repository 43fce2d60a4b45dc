"""Records taken out of a log with their proofs under one signed head: what every export of a part of it holds
(FORMAT.md §17, §19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.tlog_proof import proofs


@dataclass(frozen=True, slots=True)
class Extract:
    """`paths` are inclusion proofs under `checkpoint`; evidence by its SHA-256."""

    tenant: str
    origin: str
    checkpoint: bytes
    vkey: str
    leaves: Mapping[int, bytes]
    paths: Mapping[int, list[bytes]]
    evidence: Mapping[str, bytes]

    def files(self) -> dict[str, bytes]:
        """By name: head, key, records, evidence and proofs."""
        found = {"checkpoint": self.checkpoint, "log.vkey": (self.vkey + "\n").encode()}
        found |= {f"leaves/{n}.json": data for n, data in self.leaves.items()}
        found |= {f"evidence/{digest}": data for digest, data in self.evidence.items()}
        made = proofs(self.checkpoint, [(n, self.paths[n]) for n in self.leaves])
        return found | {f"proofs/{n}.tlog-proof": data for n, data in made.items()}
