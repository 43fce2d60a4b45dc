"""A broker set back to an earlier state, as found at the last link-up: kept on disk, for `status` to say.

It lacks notes that it acknowledged and that are gone here. A later note would be a gap, so the host
tells it nothing until the customer has signed a recovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.pins_store import StateDamaged, write_file
from audit.canonical import Fields, decode, encode
from audit.errors import Malformed

FILE = "setback.json"


@dataclass(frozen=True, slots=True)
class Setback:
    """The numbers of the first and the last note that the broker had acknowledged and lacks now."""

    first: int
    last: int


def keep(state_dir: Path, found: Setback | None) -> None:
    """None: the broker holds all it acknowledged."""
    if found is None:
        (state_dir / FILE).unlink(missing_ok=True)
    else:
        write_file(state_dir / FILE, encode({"first": found.first, "last": found.last}))


def read(state_dir: Path) -> Setback | None:
    path = state_dir / FILE
    try:
        f = Fields(decode(path.read_bytes()), "setback")
        found = Setback(f.integer("first"), f.integer("last"))
        f.done()
    except FileNotFoundError:
        return None
    except Malformed as wrong:
        raise StateDamaged(path, "not what the broker lacks") from wrong
    return found
