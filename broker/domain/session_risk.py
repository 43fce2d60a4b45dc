"""Why one running session is looked at before another (U-16): plain reasons, each with a weight, told in words.

Not a judgement of anybody's work: it says where a second pair of eyes matters first. What is missing outweighs what
was done, and what was done outweighs what is merely allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.channel_records import ChannelRefused, ClipboardCopied, FileTransferred
from audit.leaf import Leaf
from audit.live_records import FlagWithdrawn, MomentFlagged
from audit.session_records import DeskReported, SessionStarted
from broker.domain.session import Paused, Running

NEAR = timedelta(minutes=10)
ELEVATED = frozenset({"root", "system", "administrator", "administrators", "nt authority\\system"})
WEIGHTS = {
    "alone": 60,  # somebody must watch, and nobody has it on a page of its own
    "silent": 50,  # the agent does not answer
    "reported": 45,  # somebody at the machine, or a watcher, found something odd
    "refused": 40,  # what was asked for was not granted
    "elevated": 30,
    "outward": 25,  # files or text left the machine
    "paused": 20,
    "unwatched": 15,  # nobody has to watch, and nobody does
    "near": 10,  # its end
}
KINDS = (
    SessionStarted.KIND, ChannelRefused.KIND, FileTransferred.KIND, ClipboardCopied.KIND, DeskReported.KIND,
    MomentFlagged.KIND, FlagWithdrawn.KIND,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """`count`: how many times, of what is counted; 0 of what merely is so."""

    code: str
    count: int = 0


def reasons(
    found: Running, leaves: Sequence[Leaf], at: datetime, *, watched: bool, connected: bool
) -> tuple[Reason, ...]:
    """The weightiest first. `leaves` are the session's of `KINDS`; `watched`: somebody has it on a page of its own."""
    told: dict[str, int] = {}
    for leaf in leaves:
        match leaf.record:
            case SessionStarted(account=account) if account.lower() in ELEVATED:
                told["elevated"] = 0
            case ChannelRefused() | FileTransferred(result="refused"):
                told["refused"] = told.get("refused", 0) + 1
            case FileTransferred(direction="from_host") | ClipboardCopied(direction="from_host"):
                told["outward"] = told.get("outward", 0) + 1
            case DeskReported() | MomentFlagged():
                told["reported"] = told.get("reported", 0) + 1
            case FlagWithdrawn():
                told["reported"] = told.get("reported", 0) - 1
            case _:
                pass
    if not told.get("reported", 1):
        del told["reported"]
    if not watched:
        told["unwatched" if found.permit.grant.watcher is None else "alone"] = 0
    if not connected:
        told["silent"] = 0
    if isinstance(found, Paused):
        told["paused"] = 0
    if found.ends - at <= NEAR:
        told["near"] = 0
    return tuple(Reason(code, told[code]) for code in sorted(told, key=lambda one: -WEIGHTS[one]))


def weight(found: Sequence[Reason]) -> int:
    return sum(WEIGHTS[one.code] for one in found)
