"""What `verbale-witness` keeps: its own name and key, and the last head of each log it knows.

`identity.json` is made at the first start and holds the key (0600); `logs/<digest of the origin>/` holds
one log's head, as the agent keeps its own. One process per folder: the lock is taken by whoever serves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.held_head import Cosigned, HeldHead
from agent.pins_store import StateDamaged, sync_folder, write_file
from audit.add_checkpoint import AddCheckpoint
from audit.canonical import Fields, b64, decode, encode
from audit.errors import Malformed
from audit.keys import SEED_BYTES, SigningKey
from audit.note import ED25519, VerifierKey, check_name, parse_note
from audit.trust_file import MAX_TRUST_BYTES, Trust
from audit.witness import HeadRefused

IDENTITY_FILE = "identity.json"
MAX_LOGS = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The name is part of every cosignature, so it stays as long as the key."""

    name: str
    key: SigningKey

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey.witness(self.name, self.key.public)


def load_identity(state: Path) -> Identity | None:
    """None before the first start."""
    path = state / IDENTITY_FILE
    try:
        f = Fields(decode(path.read_bytes()), "identity")
        found = Identity(check_name(f.text("name")), SigningKey(f.raw("seed", length=SEED_BYTES)))
        f.done()
    except FileNotFoundError:
        return None
    except Malformed as wrong:
        raise StateDamaged(path, "no name and key") from wrong
    return found


def make_identity(state: Path, name: str, seed: bytes) -> Identity:
    """`Malformed` for a name that can name no key."""
    made = Identity(check_name(name), SigningKey(seed))
    write_file(state / IDENTITY_FILE, encode({"name": name, "seed": b64(seed)}))
    return made


def read_logs(data: bytes) -> tuple[VerifierKey, ...]:
    """The logs to witness: a `trust.json`, or one vkey a line (blank lines and ``#`` passed over)."""
    if data.startswith(b"{"):
        found = Trust.parse(data).log_vkeys
    else:
        if len(data) > MAX_TRUST_BYTES:
            raise Malformed("a list of logs longer than anybody's")
        try:
            lines = [line.strip() for line in data.decode("utf-8").split("\n")]
        except UnicodeDecodeError as wrong:
            raise Malformed("the list of logs is not text") from wrong
        found = tuple(VerifierKey.parse(line) for line in lines if line and not line.startswith("#"))
    if not 0 < len(found) <= MAX_LOGS or any(k.type != ED25519 for k in found):
        raise Malformed("the list names no log, too many, or a key that is no log's")
    if len({k.name for k in found}) != len(found):
        raise Malformed("the list names a log twice")
    return found


@dataclass(frozen=True, slots=True)
class UnknownLog:
    """Nobody told this witness about the log of that origin."""

    origin: str


class WitnessBook:
    """The heads of all logs this witness knows, and its answer to a new one."""

    def __init__(self, state: Path, identity: Identity, logs: Sequence[VerifierKey]) -> None:
        self._identity = identity
        self._logs: dict[str, tuple[VerifierKey, HeldHead]] = {}
        for vkey in logs:
            folder = state / "logs" / hashlib.sha256(vkey.name.encode()).hexdigest()
            if not folder.is_dir():
                folder.mkdir(parents=True)
                sync_folder(folder.parent)
                sync_folder(state)
            self._logs[vkey.name] = (vkey, HeldHead(folder, identity.key))

    def add(self, request: AddCheckpoint, at: datetime) -> Cosigned | HeadRefused | UnknownLog:
        """Judge, keep and cosign, in one go: nothing else of this process runs in between."""
        found = self._logs.get(request.head.origin)
        if found is None:
            return UnknownLog(request.head.origin)
        vkey, held = found
        if not any(s.of(vkey) for s in parse_note(request.note).signatures):
            return HeadRefused("bad_signature", held.size)
        return held.offer(vkey, request.note, request.old_size, request.proof, self._identity.name, at)
