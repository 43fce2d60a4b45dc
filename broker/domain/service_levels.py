"""Section 6 of a report, and what of it stands among the exceptions: answers, their times, the queue. Pure.

From the log's records of incidents and contracts (R400…) up to the period's end. *Out of hours* is a session
that began outside the hours of the customer's plan; the midday gap between two windows is not outside. Of a
customer without a plan the vendor's office hours count (`OFFICE`, Monday to Friday), and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from audit import instant
from audit.canonical import Value
from audit.incident_records import (
    IncidentAnswered,
    IncidentClosed,
    IncidentOpened,
    IncidentTaken,
    IncidentWorkable,
    QueueJumped,
    SeveritySet,
)
from audit.leaf import Leaf
from audit.protection_records import IncidentWaitingBegan, IncidentWaitingEnded
from broker.domain.contract import Contract, in_force
from broker.domain.plans import HALF_DAY, OFFICE, WORKING_WEEK, Severity
from broker.domain.service_time import Calendar, Hours

_KINDS = (
    IncidentOpened, SeveritySet, IncidentWorkable, IncidentTaken, IncidentAnswered, IncidentClosed, QueueJumped,
    IncidentWaitingBegan, IncidentWaitingEnded,
)  # fmt: skip
_MARKS = tuple(f'"type":"{kind.KIND}"'.encode() for kind in _KINDS)
WITHOUT_PLAN = Hours(OFFICE, WORKING_WEEK, on_holidays=False)
_EXAMPLE = timedelta(hours=16, minutes=30)  # an afternoon from which half a day reaches into the next morning
_WHY_JUMPED = {
    "deadline_near": "La scadenza dell’altra era vicina: l’ordine lo cambia la coda stessa.",
    "acceptance_customisation": "L’altra era un rapporto completo su una personalizzazione in collaudo.",
    "work_stopped": "Nell’altra il lavoro era fermo.",
    "appointment": "Per l’altra c’era un appuntamento.",
    "same_customer": "Era già al lavoro per lo stesso cliente.",
    "expertise": "Per l’altra serviva una competenza che in quel momento c’era.",
}


@dataclass(slots=True)
class _Incident:
    reported: datetime
    workable: datetime | None = None
    taken: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    ratings: list[SeveritySet] = field(default_factory=list)
    waits: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    """For whom, from when, until when."""

    @property
    def due(self) -> datetime | None:
        """As promised by the last rating; None where no time was."""
        said = self.ratings[-1].due if self.ratings else None
        return None if said is None else instant.parse(said)


@dataclass(slots=True)
class _Told:
    incidents: dict[str, _Incident] = field(default_factory=dict)
    jumps: list[tuple[datetime, QueueJumped]] = field(default_factory=list)

    def feed(self, leaf: Leaf) -> None:
        if isinstance(leaf.record, QueueJumped):
            self.jumps.append((leaf.time, leaf.record))
        if isinstance(leaf.record, IncidentOpened):
            self.incidents[leaf.record.incident] = _Incident(instant.parse(leaf.record.reported))
        one = self.incidents.get(getattr(leaf.record, "incident", ""))
        if one is None:
            return
        match leaf.record:
            case SeveritySet() as rated:
                one.ratings.append(rated)
            case IncidentWorkable():
                one.workable = one.workable or leaf.time
            case IncidentTaken():
                one.taken = one.taken or leaf.time
            case IncidentAnswered():
                one.answered = leaf.time
            case IncidentClosed():
                one.ended = leaf.time
            case IncidentWaitingBegan(reason=awaited):
                one.waits.append((awaited, leaf.time, None))
            case IncidentWaitingEnded() if one.waits:
                awaited, began, _ = one.waits.pop()
                one.waits.append((awaited, began, leaf.time))
            case _:
                pass


def read(leaves: Iterable[bytes], until: datetime) -> _Told:
    told = _Told()
    for data in leaves:
        if any(mark in data for mark in _MARKS):
            leaf = Leaf.parse(data)
            if leaf.time < until:
                told.feed(leaf)
    return told


def levels(
    leaves: Sequence[bytes],
    first: datetime,
    until: datetime,
    zone: str,
    contracts: list[Contract],
    sessions: Sequence[Mapping[str, Any]],
    *,
    alone: bool = False,
) -> dict[str, Value]:
    """`contract`, `noted`, and `sla` where there is something to say: parts of the commercial part.

    `sessions` are the report's own; `first` and `until` the bounds of its period. `alone`: it is of one
    intervention, and speaks of nothing else.
    """
    told = _Told() if alone else read(leaves, until)
    at_end = in_force(contracts, until - timedelta(milliseconds=1), zone)
    found: dict[str, Value] = {
        "contract": _contract(at_end),
        "noted": [
            *(
                _outside(one)
                for one in sessions
                if begun_outside(instant.parse(one["start"]), contracts, zone)
            ),
            *(_jumped(at, jump) for at, jump in told.jumps if at >= first and jump.passed),
        ],
    }
    promised = at_end is not None and at_end.plan is not None
    if not alone and (told.incidents or told.jumps or promised):
        found["sla"] = _sla(told, first, until, zone, contracts, sessions)
    return found


# --------------------------------------------------------------------------------- the hours served


def begun_outside(start: datetime, contracts: list[Contract], zone: str) -> bool:
    """Whether a session that began then began out of hours, under the contract of that day."""
    calendar = _calendar(in_force(contracts, start, zone), zone)
    if calendar.hours.continuous:
        return False
    local = start.astimezone(ZoneInfo(zone))
    windows = calendar.hours.windows
    return not (calendar.is_served(local.date()) and windows[0].begin <= local.time() < windows[-1].end)


def _calendar(contract: Contract | None, zone: str) -> Calendar:
    found = None if contract is None else contract.calendar(zone)
    return Calendar(WITHOUT_PLAN, zone) if found is None else found


def _contract(contract: Contract | None) -> Value:
    plan = None if contract is None else contract.plan
    hours = WITHOUT_PLAN if plan is None else plan.hours
    found: dict[str, Value] = {
        "plan": "none" if plan is None else plan.id,
        "days": 7 if hours.weekdays == frozenset(range(7)) else 5,
        "windows": [f"{w.begin:%H:%M}–{w.end:%H:%M}" for w in hours.windows] or ["24 ore su 24"],
        "half_day_minutes": HALF_DAY // timedelta(minutes=1),
    }
    if contract is not None:
        found |= {
            "number": str(contract.number),
            "valid_from": contract.first.isoformat(),
            "valid_to": contract.last.isoformat(),
        }
        if plan is not None and not contract.guaranteed:
            found["unpaid"] = True  # its times of answer are not guaranteed (S-19)
    return found


# ------------------------------------------------------------------------------------- exceptions


def _outside(session: Mapping[str, Any]) -> Value:
    return {
        "kind": "out_of_hours", "time": session["start"], "state": "documented", "session": session["n"],
        "host": session["host"], "what": "L’intervento è iniziato fuori dall’orario di servizio.",
        "why": "Era autorizzato per quell’ora: la pausa di mezzogiorno non conta come fuori orario.",
    }  # fmt: skip


def _jumped(at: datetime, jump: QueueJumped) -> Value:
    return {
        "kind": "queue_jump", "time": instant.to_text(at), "state": "documented",
        "what": f"Un’altra richiesta è stata presa prima di {', '.join(jump.passed)}.",
        "why": _WHY_JUMPED.get(jump.reason, jump.reason),
    }  # fmt: skip


# ------------------------------------------------------------------------------- answers and queue


def _sla(
    told: _Told,
    first: datetime,
    until: datetime,
    zone: str,
    contracts: list[Contract],
    sessions: Sequence[Mapping[str, Any]],
) -> Value:
    numbers: dict[str, int] = {}
    for session in sessions:
        numbers.setdefault(session["incident"]["id"], session["n"])
    tickets: list[dict[str, Value]] = []
    for name, one in told.incidents.items():
        if one.due is None or not _of_period(one, first):
            continue
        calendar = _calendar(in_force(contracts, one.reported, zone), zone)
        ticket = _ticket(name, one, one.due, until, calendar)
        tickets.append(ticket | ({"session": numbers[name]} if name in numbers else {}))
    tickets.sort(key=lambda t: (t["received"], t["incident"]))
    others = [
        _other(name, one)
        for name, one in told.incidents.items()
        if one.due is None and _of_period(one, first)
    ]
    waits = [_wait(one, until) for one in told.incidents.values() if _queued(one, first)]
    found: dict[str, Value] = {
        "summary": [_summary(severity, tickets, in_force(contracts, first, zone)) for severity in Severity],
        "tickets": tickets,
        "reported": len(tickets) + len(others),
        "others": others,
        "queue": {
            "longest_wait_minutes": max(waits, default=0),
            "jumps": sum(1 for at, jump in told.jumps if at >= first and jump.passed),
        },
    }
    if waited := _waited(told, first, until):
        found["waited"] = waited
    example = _half_day(_calendar(in_force(contracts, first, zone), zone), first, zone)
    return found if example is None else found | {"example": example}


def _other(name: str, one: _Incident) -> Value:
    """An incident without a time of answer: nobody set its severity, or no plan promises one."""
    why = "unpromised" if one.ratings else "unrated"
    return {"incident": name, "received": instant.to_text(one.reported), "why": why}


def _waited(told: _Told, first: datetime, until: datetime) -> list[Value]:
    """How long which incident waited for whom in the period, on the clock: nobody worked then."""
    found: list[Value] = []
    for name, one in told.incidents.items():
        lengths: dict[str, timedelta] = {}
        for awaited, began, ended in one.waits:
            length = min(ended or until, until) - max(began, first)
            lengths[awaited] = lengths.get(awaited, timedelta()) + max(length, timedelta())
        found += [
            {"incident": name, "awaited": awaited, "minutes": _minutes(length)}
            for awaited, length in lengths.items()
            if length
        ]
    return found


def _of_period(one: _Incident, first: datetime) -> bool:
    """Reported in it, or before and still without an answer when it began."""
    if one.reported >= first:
        return True
    over = one.answered or one.ended
    return over is None or over >= first


def _minutes(length: timedelta) -> int:
    """Begun minutes count: an answer half a minute late is late by one."""
    return -(-length // timedelta(minutes=1))


def _ticket(
    name: str, one: _Incident, due: datetime, until: datetime, calendar: Calendar
) -> dict[str, Value]:
    told = one.answered or one.ended or until
    late = max(told - due, timedelta())
    last = one.ratings[-1]
    state = "late" if late else "pending" if one.answered is None and one.ended is None else "in_time"
    found: dict[str, Value] = {
        "incident": name,
        "severity": last.severity,
        "received": instant.to_text(one.reported),
        "due": instant.to_text(due),
        "limit_minutes": _minutes(calendar.between(one.reported, due)),
        "used_minutes": _minutes(calendar.between(one.reported, told)),
        "state": state,
        "late_minutes": _minutes(late),
    }
    if one.answered is not None:
        found["answered"] = instant.to_text(one.answered)
    if len(one.ratings) > 1:
        found |= {
            "severity_was": [rated.severity for rated in one.ratings[:-1]],
            "severity_why": last.reason or "",
        }
    return found


def _summary(severity: Severity, tickets: Sequence[Mapping[str, Any]], contract: Contract | None) -> Value:
    """`limits` are those of the requests; of none, what the plan promises."""
    plan = None if contract is None else contract.plan
    promised = [] if plan is None else [_minutes(plan.response[severity])]
    found = [one for one in tickets if one["severity"] == severity]
    late = [one["late_minutes"] for one in found if one["state"] == "late"]
    return {
        "severity": severity.value,
        "limits": sorted({one["limit_minutes"] for one in found}) or promised,
        "received": len(found),
        "in_time": sum(one["state"] == "in_time" for one in found),
        "pending": sum(one["state"] == "pending" for one in found),
        "late": len(late),
        "worst_late_minutes": max(late, default=0),
    }


def _queued(one: _Incident, first: datetime) -> bool:
    return one.workable is not None and (one.taken or first) >= first


def _wait(one: _Incident, until: datetime) -> int:
    assert one.workable is not None
    return _minutes(max((one.taken or until) - one.workable, timedelta()))


def _half_day(calendar: Calendar, first: datetime, zone: str) -> Value | None:
    """A report at 16:30 on the period's first served day, and where its half day lies; none around the clock."""
    if calendar.hours.continuous:
        return None
    here = ZoneInfo(zone)
    day: date = first.astimezone(here).date()
    served = next((d for d in (day + timedelta(days=n) for n in range(31)) if calendar.is_served(d)), None)
    if served is None:
        return None
    received = datetime(served.year, served.month, served.day, tzinfo=here) + _EXAMPLE
    due = calendar.after(received, HALF_DAY)
    counted = takewhile(lambda stretch: stretch.begin < due, calendar.stretches(received))
    parts = [_part(max(stretch.begin, received), min(stretch.end, due)) for stretch in counted]
    return {"received": instant.to_text(received), "due": instant.to_text(due), "parts": parts}


def _part(begin: datetime, end: datetime) -> Value:
    return {"from": instant.to_text(begin), "to": instant.to_text(end), "minutes": _minutes(end - begin)}
