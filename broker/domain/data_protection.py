"""Section 8 of a report, as far as the log knows: recordings, who read them, requests under art. 15, erasures.

Pure. Settings, sub-processors and training are told beside it (`protection_told`): an absent key prints nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.canonical import Value
from audit.erasure_records import ErasureExecuted
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted, RecordRead
from audit.policy import Policy
from audit.record import RetainClass
from audit.recording_records import PlaybackAsked, PlaybackEnded, RecordingOpened
from audit.terms import TERMS, months
from broker.domain.playing import answer_by

_KINDS = (RecordingOpened, RecordRead, PlaybackAsked, PlaybackEnded, ErasureExecuted)
_MARKS = tuple(f'"type":"{kind.KIND}"'.encode() for kind in _KINDS)
_NAMES: dict[RetainClass, str] = {
    "access": "Nomi negli accessi",
    "authorisation": "Testi delle richieste",
    "report": "Rapporti",
    "log": "Note finali e comandi",
    "recording": "Registrazioni delle sessioni",
}


@dataclass(frozen=True, slots=True)
class _Request:
    received: date
    ended: datetime | None = None


@dataclass(slots=True)
class _Told:
    start: datetime
    made: int = 0
    kept: int = 0
    readings: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: dict[str, _Request] = field(default_factory=dict)
    erased: Counter[RetainClass] = field(default_factory=Counter)

    def feed(self, leaf: Leaf, class_of: dict[int, RetainClass]) -> None:
        now = leaf.time >= self.start
        match leaf.record:
            case RecordingOpened():
                self.made += now
                self.kept += 1
            case RecordRead(what="recording" | "extract", reason=reason):
                self.readings[leaf.actor.role, reason or ""] += now
            case PlaybackAsked(playback=one, reason="access_request", received=str(day)):
                self.requests[one] = _Request(date.fromisoformat(day))
            case PlaybackEnded(playback=one) if one in self.requests:
                self.requests[one] = _Request(self.requests[one].received, leaf.time)
            case ErasureExecuted():
                for n in leaf.refs:
                    self.kept -= class_of[n] == "recording"
                    self.erased[class_of[n]] += now
            case _:
                pass


def protection(
    leaves: Sequence[bytes], start: datetime, until: datetime, zone: str, policy: Policy | None
) -> dict[str, Value]:
    """Of the month from `start` up to `until`; `leaves` is the log from its first record on, `policy` that in
    force at the end."""
    told = _Told(start)
    for data in leaves:
        if any(mark in data for mark in _MARKS):
            leaf = Leaf.parse(data)
            if leaf.time < until:
                told.feed(leaf, {n: _class(leaves[n]) for n in leaf.refs})
    here = ZoneInfo(zone)
    enabled = told.made > 0 or (policy is not None and policy.recording is not None)
    return {
        "recordings": {
            "enabled": enabled,
            "made": told.made,
            "deleted": told.erased["recording"],
            "kept": told.kept,
            "readings": [
                {"role": role, "reason": reason, "count": count}
                for (role, reason), count in sorted(told.readings.items())
                if count
            ],
        },
        "requests": [
            _request(number, one, here)
            for number, one in told.requests.items()
            if one.ended is None or one.ended >= start
        ],
        "retention": _retention(told, policy),
    }


def _class(data: bytes) -> RetainClass:
    record = Leaf.parse(data).record
    return "access" if isinstance(record, PersonAdmitted) else record.RETAIN


def _request(number: str, one: _Request, here: ZoneInfo) -> Value:
    found: dict[str, Value] = {
        "id": number,
        "kind": "access",
        "received": one.received.isoformat(),
        "due": answer_by(one.received).isoformat(),
        "state": "open" if one.ended is None else "answered",
    }
    if one.ended is not None:
        found["answered"] = one.ended.astimezone(here).date().isoformat()
    return found


def _retention(told: _Told, policy: Policy | None) -> list[Value]:
    chosen = {} if policy is None else dict(policy.retention)
    return [
        {
            "name": _NAMES[one],
            "keep": f"{months(one, chosen)} mesi",
            "minimum": f"{term.shortest} mesi" if term.shortest != 1 else "1 mese",
            "deleted": told.erased[one],
        }
        for one, term in TERMS.items()
    ]
