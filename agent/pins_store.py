"""The agent's state on disk: pins, keys and what it admitted before; every write fsynced and renamed.

A crash leaves either the old file or the new one. Keys are 0600; the folder lets other local users
pass (0711), because the person at the desk reaches a socket in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from agent.system.here import files, identity
from audit import instant
from audit.approvers import Approvers
from audit.canonical import Fields, Value, b64, decode, encode, unb64
from audit.enrolment import Enrolment
from audit.errors import Malformed
from audit.keys import SEED_BYTES, SigningKey
from audit.pins import Pins
from audit.policy import Policy
from audit.statement import MAX_STATEMENT_BYTES

MAX_STATE_BYTES = 4 * 1024 * 1024
KEEP_MARKS = timedelta(days=400)  # long past every window, should the clock have run ahead for a while
PINS_FILE = "agent.json"
SEEN_FILE = "seen.json"
REVOKED_FILE = "revoked.json"
REVOKED_PINS_FILE = "agent.revoked.json"  # where to say good-bye to, and nothing more


class StateDamaged(Exception):
    """A state file that cannot be read. Refuse to run: guessing would reopen what was closed."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


def write_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace `path` so that a crash shows the old bytes or the new ones, and the new ones stay."""
    fresh = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | files.OPEN_FLAGS
    with os.fdopen(os.open(fresh, flags, mode), "wb") as out:
        files.set_mode(fresh, mode)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    files.replace(fresh, path)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in it durable."""
    files.sync_folder(folder)


def make_state_dir(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    files.set_mode(path, 0o711)  # the person at the desk reaches what lies in it for him


def read_file(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(data) > MAX_STATE_BYTES:
        raise StateDamaged(path, "too long")
    return data


# --------------------------------------------------------------------------------------- the keys


@dataclass(frozen=True, slots=True)
class HostKeys:
    """Made on the host at enrolment; they never leave it."""

    identity: SigningKey
    witness: SigningKey
    recorder: SigningKey

    @classmethod
    def make(cls, chance: bytes) -> HostKeys:
        """From 96 random bytes."""
        seeds = [chance[i : i + SEED_BYTES] for i in range(0, 3 * SEED_BYTES, SEED_BYTES)]
        return cls(*(SigningKey(seed) for seed in seeds))


def save_keys(state_dir: Path, keys: HostKeys) -> None:
    folder = state_dir / "keys"
    folder.mkdir(exist_ok=True)
    files.set_mode(folder, 0o700)
    for name in ("identity", "witness", "recorder"):
        write_file(folder / f"{name}.key", b64(getattr(keys, name).seed).encode() + b"\n")


def load_keys(state_dir: Path) -> HostKeys | None:
    """None where this host has none yet."""
    found: list[SigningKey] = []
    for name in ("identity", "witness", "recorder"):
        path = state_dir / "keys" / f"{name}.key"
        data = read_file(path)
        if data is None:
            return None
        try:
            found.append(SigningKey(unb64(data.decode("ascii").removesuffix("\n"))))
        except (ValueError, Malformed) as wrong:
            raise StateDamaged(path, "no key") from wrong
    return HostKeys(*found)


# --------------------------------------------------------------------------------------- the pins


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What this host believes. `confirmed`: a person of the customer typed the root; `machine` is the
    digest of the machine id the state belongs to (empty: the machine has none)."""

    pins: Pins
    confirmed: bool
    machine: str
    enrolled: datetime


def save_enrolled(state_dir: Path, enrolled: Enrolled) -> None:
    """Kept *before* the new pins are used (decisions.md §3)."""
    pins = enrolled.pins
    value: Value = {
        "v": 1,
        "type": "agent",
        "enrolment": b64(pins.enrolment.encode()),
        "approvers": b64(pins.approvers.encode()),
        "policy": b64(pins.policy.encode()),
        "confirmed": enrolled.confirmed,
        "machine": enrolled.machine,
        "enrolled": instant.to_text(enrolled.enrolled),
    }
    write_file(state_dir / PINS_FILE, encode(value, max_bytes=MAX_STATE_BYTES))


def load_enrolled(state_dir: Path, name: str = PINS_FILE) -> Enrolled | None:
    """None where the host is not enrolled (any more)."""
    path = state_dir / name
    data = read_file(path)
    if data is None:
        return None
    try:
        f = Fields(decode(data, max_bytes=MAX_STATE_BYTES), "state")
        f.exactly("v", 1)
        f.exactly("type", "agent")
        enrolment, approvers, policy = (
            unb64(f.text(name), max_bytes=MAX_STATEMENT_BYTES)
            for name in ("enrolment", "approvers", "policy")
        )
        found = Enrolled(
            Pins(Enrolment.parse(enrolment), Approvers.parse(approvers), Policy.parse(policy)),
            f.boolean("confirmed"),
            f.text("machine"),
            instant.parse(f.text("enrolled")),
        )
        f.done()
    except Malformed as wrong:
        raise StateDamaged(path, str(wrong)) from wrong
    return found


def machine_digest(machine_id: Path | None) -> str:
    """What a cloned disk carries away wrongly: SHA-256 of the machine's id, empty if it has none.

    `machine_id`: a file that holds it; the system's own way without.
    """
    try:
        text = (
            identity.machine_id() if machine_id is None else machine_id.read_text("ascii", "replace").strip()
        )
    except OSError:
        return ""
    return hashlib.sha256(b"verbale/machine/v1\n" + text.encode()).hexdigest() if text else ""


# ----------------------------------------------------------------------- what was admitted before


class SeenStore:
    """Sessions and nonces that were admitted, kept until long after their window."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / SEEN_FILE
        self._until: dict[str, datetime] = {}
        data = read_file(self._path)
        if data is None:
            return
        try:
            body = json.loads(data)
            self._until = {str(mark): instant.parse(until) for mark, until in body.items()}
        except (ValueError, TypeError, AttributeError) as wrong:
            raise StateDamaged(self._path, "not the list of what was admitted") from wrong

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(self._until)

    def add(self, marks: frozenset[str], until: datetime, at: datetime) -> None:
        """On disk when this returns; `until` is the end of the window they belong to."""
        kept = {mark: end for mark, end in self._until.items() if end + KEEP_MARKS > at}
        kept.update(dict.fromkeys(marks, until))
        body = {mark: instant.to_text(end) for mark, end in sorted(kept.items())}
        write_file(self._path, json.dumps(body).encode())
        self._until = kept


# ----------------------------------------------------------------------------------- being the one


class StateLock:
    """One agent per state: two would number their notes twice. Holds the pid for `revoke`."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "lock"
        self._handle: int | None = None

    def take(self) -> bool:
        """False where another process runs on this state."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | files.OPEN_FLAGS, 0o600)
        if not files.try_lock(handle):
            os.close(handle)
            return False
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def holder(self) -> int | None:
        """The pid of whoever runs; None if nobody does."""
        if self.take():
            self.release()
            return None
        text = (read_file(self._path) or b"").decode("ascii", "replace").strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def release(self) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def mark_revoked(state_dir: Path, at: datetime, reason: str) -> None:
    """Remove the pins for good; the mark outlives them and says why."""
    write_file(state_dir / REVOKED_FILE, encode({"at": instant.to_text(at), "reason": reason}))
    pins = state_dir / PINS_FILE
    files.replace(pins, pins.with_name(REVOKED_PINS_FILE))


def revoked_at(state_dir: Path) -> datetime | None:
    path = state_dir / REVOKED_FILE
    data = read_file(path)
    if data is None:
        return None
    try:
        return instant.parse(decode(data)["at"])
    except (Malformed, KeyError, TypeError) as wrong:
        raise StateDamaged(path, "not a revocation") from wrong
