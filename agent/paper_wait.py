"""A set that the key on paper signed, until it counts: three days by this host's own clocks, through restarts.

Time of which the machine was on is counted by the wall clock or the boot clock, whichever went less far: a clock
put forward makes nothing go faster. Of a time it was off only the wall clock knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.pins_store import StateDamaged, read_file, write_file
from audit import instant
from audit.canonical import Fields, Value, b64, decode, encode, unb64
from audit.errors import Malformed
from audit.forms import DIGEST
from audit.paper_key import WAIT
from audit.signed import MAX_FILE_BYTES, SignedStatement

FILE = "paper.json"
KEEP_EVERY = timedelta(minutes=5)  # how much of the waiting a power cut may take with it
MAX_OBJECTED = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """`waited` so far; `wall`, `boot` and `boot_s` when that was last reckoned."""

    signed: SignedStatement
    first_seen: datetime
    waited: timedelta
    wall: datetime
    boot: str
    boot_s: float


class PaperWait:
    """One per host. `boot` names this start of the machine, `boot_s` is its clock nobody can set."""

    def __init__(
        self, state_dir: Path, boot: str, now: Callable[[], datetime], boot_s: Callable[[], float]
    ) -> None:
        self._path = state_dir / FILE
        self._boot = boot
        self._now = now
        self._boot_s = boot_s
        self._kept = timedelta(0)
        self.waiting: Waiting | None = None
        self._objected: tuple[str, ...] = ()
        self._read()

    def see(self, signed: SignedStatement) -> bool:
        """Begin to wait; False where this one waits already, or was objected to. On disk when it returns."""
        if signed.digest.hex() in self._objected:
            return False
        if self.waiting is not None and self.waiting.signed.statement == signed.statement:
            return False
        now = self._now()
        self.waiting = Waiting(signed, now, timedelta(0), now, self._boot, self._boot_s())
        self._keep()
        return True

    def object(self, digest: str) -> bool:
        """The set of this digest never counts here; whether it was waiting."""
        if digest in self._objected:
            return False
        self._objected = (*self._objected, digest)[-MAX_OBJECTED:]
        stopped = self.waiting is not None and self.waiting.signed.digest.hex() == digest
        if stopped:
            self.waiting = None
        self._keep()
        return stopped

    def due(self) -> SignedStatement | None:
        """The set, once it has waited long enough."""
        if self.waiting is None:
            return None
        self._reckon(self.waiting)
        return self.waiting.signed if self.waiting.waited >= WAIT else None

    def over(self) -> None:
        """It counts, or another set took the place it was for."""
        self.waiting = None
        self._keep()

    def _reckon(self, held: Waiting) -> None:
        now, boot_s = self._now(), self._boot_s()
        gone = now - held.wall
        if held.boot == self._boot:
            gone = min(gone, timedelta(seconds=boot_s - held.boot_s))
        waited = held.waited + max(gone, timedelta(0))
        self.waiting = replace(held, waited=waited, wall=now, boot=self._boot, boot_s=boot_s)
        if waited - self._kept >= KEEP_EVERY or held.boot != self._boot:
            self._keep()

    # ------------------------------------------------------------------------------------- on disk

    def _keep(self) -> None:
        value: dict[str, Value] = {"v": 1, "type": "paper_wait", "objected": list(self._objected)}
        held = self.waiting
        if held is not None:
            self._kept = held.waited
            value["waiting"] = {
                "signed": b64(held.signed.encode()),
                "first_seen": instant.to_text(instant.whole_ms(held.first_seen)),
                "waited_ms": held.waited // timedelta(milliseconds=1),
                "wall": instant.to_text(instant.whole_ms(held.wall)),
                "boot": held.boot,
                "boot_ms": int(held.boot_s * 1000),
            }
        write_file(self._path, encode(value, max_bytes=2 * MAX_FILE_BYTES))

    def _read(self) -> None:
        data = read_file(self._path)
        if data is None:
            return
        try:
            f = Fields(decode(data, max_bytes=2 * MAX_FILE_BYTES), "paper wait")
            f.exactly("v", 1)
            f.exactly("type", "paper_wait")
            self._objected = tuple(DIGEST.check(one, "objected") for one in f.texts("objected"))
            held = f.opt_mapping("waiting")
            f.done()
            self.waiting = None if held is None else _waiting(held)
        except Malformed as wrong:
            raise StateDamaged(self._path, str(wrong)) from wrong
        self._kept = timedelta(0) if self.waiting is None else self.waiting.waited


def _waiting(value: Value) -> Waiting:
    f = Fields(value, "waiting set")
    found = Waiting(
        SignedStatement.parse(unb64(f.text("signed"), max_bytes=MAX_FILE_BYTES)),
        instant.parse(f.text("first_seen")),
        timedelta(milliseconds=f.integer("waited_ms")),
        instant.parse(f.text("wall")),
        f.text("boot"),
        f.integer("boot_ms") / 1000,
    )
    f.done()
    return found


def held_in(state_dir: Path) -> Waiting | None:
    """What waits, for whoever asks for the status."""
    return PaperWait(state_dir, "", lambda: datetime.now(UTC), lambda: 0.0).waiting
