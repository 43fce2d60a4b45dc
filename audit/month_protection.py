"""What a log says of the protection of personal data in a period: section 8 of the report, as far as anybody can recount it.

Breaches with their instants, recordings made and deleted, requests under art. 15, changes of settings and of
sub-processors, corrections. Texts and names come with the commercial part (FORMAT.md §11).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from audit import instant
from audit import protection_records as p
from audit.administrator_records import NoticeChanged
from audit.canonical import Value
from audit.erasure_records import ErasureExecuted
from audit.estate_records import ApproversChanged, PolicyChanged
from audit.incident_records import ContractAgreed
from audit.leaf import Leaf
from audit.paper_records import (
    CategorySet,
    DutiesDated,
    MatrixSet,
    SubprocessorAnnounced,
    SubprocessorAnswered,
)
from audit.post_records import MailRulesChanged
from audit.recording_records import PlaybackAsked, PlaybackEnded, RecordingOpened
from audit.report_records import CadenceAgreed
from audit.resale_records import CustomerResold

SETTINGS = tuple(
    kind.KIND
    for kind in (
        PolicyChanged, ApproversChanged, MailRulesChanged, NoticeChanged, CadenceAgreed, CategorySet,
        MatrixSet, DutiesDated, ContractAgreed, p.ToolRelayNoted, CustomerResold,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Event:
    """`what` is a kind of record or a code, `who` whom or what it is of."""

    time: datetime
    n: int
    what: str
    who: str
    role: str


@dataclass(frozen=True, slots=True)
class _Breach:
    opened: datetime
    aware: str
    due: str
    tell_by: str
    sessions: int
    high_risk: bool
    told: datetime | None = None
    closed: datetime | None = None
    outcome: str = ""


@dataclass(slots=True)
class MonthProtection:
    """Of the period that begins at `first`. Feed every leaf, in order."""

    first: datetime
    _settings: list[_Event] = field(default_factory=list)
    _companies: list[_Event] = field(default_factory=list)
    _counted: list[_Event] = field(
        default_factory=list
    )  # made | deleted (its number in `who`) | rectified | questioned
    _breaches: dict[str, _Breach] = field(default_factory=dict)
    _requests: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)  # asked, answered
    _recordings: set[int] = field(default_factory=set)  # records whose term is that of recordings

    def feed(self, leaf: Leaf) -> None:
        record, kind = leaf.record, leaf.record.KIND
        if kind in SETTINGS:
            self._settings.append(self._event(leaf, kind, leaf.actor.id))
        if record.RETAIN == "recording":
            self._recordings.add(leaf.n)
        match record:
            case RecordingOpened():
                self._counted.append(self._event(leaf, "made", ""))
            case ErasureExecuted():
                gone = sum(n in self._recordings for n in leaf.refs)
                if gone:
                    self._counted.append(self._event(leaf, "deleted", str(gone)))
            case p.RecordRectified():
                self._counted.append(self._event(leaf, "rectified", ""))
            case p.InstructionQuestioned():
                self._counted.append(self._event(leaf, "questioned", ""))
            case SubprocessorAnnounced(subprocessor=one):
                self._companies.append(self._event(leaf, "announced", one))
            case SubprocessorAnswered(subprocessor=one, answer=answer):
                self._companies.append(self._event(leaf, answer, one))
            case PlaybackAsked(playback=one, reason="access_request"):
                self._requests[one] = leaf.time, None
            case PlaybackEnded(playback=one) if one in self._requests:
                self._requests[one] = self._requests[one][0], leaf.time
            case p.BreachOpened() | p.BreachTold() | p.BreachClosed():
                self._breach(leaf)
            case _:
                pass

    @staticmethod
    def _event(leaf: Leaf, what: str, who: str) -> _Event:
        return _Event(leaf.time, leaf.n, what, who, leaf.actor.role)

    def _breach(self, leaf: Leaf) -> None:
        match leaf.record:
            case p.BreachOpened() as new:
                self._breaches[new.breach] = _Breach(
                    leaf.time, new.aware, new.due, new.tell_by, len(new.sessions), new.high_risk
                )
            case p.BreachTold(breach=one, high_risk=high_risk) if one in self._breaches:
                known = self._breaches[one]
                self._breaches[one] = replace(known, told=known.told or leaf.time, high_risk=high_risk)
            case p.BreachClosed(breach=one, outcome=outcome) if one in self._breaches:
                self._breaches[one] = replace(self._breaches[one], closed=leaf.time, outcome=outcome)
            case _:
                pass

    def following(self, first: datetime) -> MonthProtection:
        """Of the period that begins then, after this one."""
        return MonthProtection(
            first,
            [one for one in self._settings if one.time >= first],
            [one for one in self._companies if one.time >= first],
            [one for one in self._counted if one.time >= first],
            {n: one for n, one in self._breaches.items() if one.closed is None or one.closed >= first},
            {n: one for n, one in self._requests.items() if one[1] is None or one[1] >= first},
            set(self._recordings),
        )

    def value(self, until: datetime) -> Value:
        """Up to `until`, the period's end."""
        counted = {
            what: sum(
                int(one.who or "1") for one in self._counted if one.what == what and self._in(one, until)
            )
            for what in ("made", "deleted", "rectified", "questioned")
        }
        ends = [end for asked, end in self._requests.values() if asked < until]
        return {
            "recordings": {"made": counted["made"], "deleted": counted["deleted"]},
            "requests": {
                "open": sum(end is None or end >= until for end in ends),
                "answered": sum(end is not None and self.first <= end < until for end in ends),
            },
            "breaches": [
                _told(name, one, until)
                for name, one in self._breaches.items()
                if one.opened < until and (one.closed is None or one.closed >= self.first)
            ],
            "settings": [
                {
                    "leaf": one.n,
                    "time": instant.to_text(one.time),
                    "kind": one.what,
                    "by": one.who,
                    "role": one.role,
                }
                for one in self._settings
                if self._in(one, until)
            ],
            "subprocessors": [
                {"leaf": one.n, "time": instant.to_text(one.time), "id": one.who, "change": one.what}
                for one in self._companies
                if self._in(one, until)
            ],
            "rectified": counted["rectified"],
            "questioned": counted["questioned"],
        }

    def _in(self, one: _Event, until: datetime) -> bool:
        return self.first <= one.time < until


def _told(name: str, one: _Breach, until: datetime) -> Value:
    found: dict[str, Value] = {
        "id": name,
        "aware": one.aware,
        "due": one.due,
        "tell_by": one.tell_by,
        "sessions": one.sessions,
        "high_risk": one.high_risk,
    }
    if one.told is not None and one.told < until:
        found["told"] = instant.to_text(one.told)
    if one.closed is not None and one.closed < until:
        found |= {"closed": instant.to_text(one.closed), "outcome": one.outcome}
    return found
