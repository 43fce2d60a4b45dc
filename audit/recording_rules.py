"""Whether a customer's rules have a session recorded, and on which papers (requirements L-41)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DAY, LINE, WINDOW_WORD

RecordedSessions = Literal["all", "administrator"]
RECORDED_SESSIONS: tuple[RecordedSessions, ...] = ("all", "administrator")
GroundKind = Literal["agreement", "authorisation", "no_employees"]
GROUND_KINDS: tuple[GroundKind, ...] = ("agreement", "authorisation", "no_employees")
RECORDED_CHANNELS = ("terminal", "exec", "desktop")  # of the others there are records alone
PICTURES = (
    "desktop"  # of these, the one whose recording is no text: nothing in it is masked but whole windows
)
WINDOW = "window"  # the class of what is covered there; counted are the pictures
WATCHED = "watch"  # `via` of a screen for whoever watches: he sees what the technician's own channel records
MAX_LEFT_OUT = 64


@dataclass(frozen=True, slots=True)
class Ground:
    """Why people at work may be recorded there: an agreement with the unions, an authorisation of the labour
    inspectorate, or nobody employed. `reference` finds the paper in the file, and names nobody."""

    kind: GroundKind
    reference: str
    day: str

    def to_value(self) -> Value:
        return {"kind": self.kind, "reference": self.reference, "day": self.day}

    @classmethod
    def from_value(cls, value: Value) -> Ground:
        f = Fields(value, "ground")
        kind = f.text("kind")
        found = cls(cast(GroundKind, kind), f.formed("reference", LINE), f.formed("day", DAY))
        f.done()
        if kind not in GROUND_KINDS or not found.reference.strip():
            raise Malformed("a ground for recording is of a known kind and names its paper")
        return found


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """Absent from a policy where nothing is recorded. What is recorded cannot go on unrecorded."""

    sessions: RecordedSessions
    client: Ground
    vendor: Ground
    left_out: tuple[
        str, ...
    ] = ()  # words: a window whose program or title bears one is black in the recording

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "sessions": self.sessions,
            "client": self.client.to_value(),
            "vendor": self.vendor.to_value(),
        }
        if self.left_out:
            value["left_out"] = list(self.left_out)
        return value

    @classmethod
    def from_value(cls, value: Value) -> RecordingRules:
        f = Fields(value, "recording rules")
        sessions = f.text("sessions")
        found = cls(
            cast(RecordedSessions, sessions),
            Ground.from_value(f.mapping("client")),
            Ground.from_value(f.mapping("vendor")),
            read_left_out(f.opt_items("left_out")),
        )
        f.done()
        if sessions not in RECORDED_SESSIONS:
            raise Malformed("recorded are all sessions, or those of administrators")
        return found


def read_left_out(words: Sequence[object] | None) -> tuple[str, ...]:
    """Left out where there is none; else in order, and none twice."""
    if words is None:
        return ()
    found = tuple(WINDOW_WORD.check(word, "left_out of recording rules") for word in words)
    if not 1 <= len(found) <= MAX_LEFT_OUT or list(found) != sorted(set(found)):
        raise Malformed(
            "recording leaves out 1 to 64 windows, in order and none twice, or the list is left out"
        )
    return found


def demanded(rules: RecordingRules | None, channels: Iterable[str], *, administrator: bool) -> bool:
    """Whether a session with these kinds of channels has to be recorded."""
    reaches = rules is not None and (rules.sessions == "all" or administrator)
    return reaches and any(kind in RECORDED_CHANNELS for kind in channels)
