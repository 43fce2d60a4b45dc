"""What a month's report says of one request and one session, of the exceptions, and the sums. Pure; see `month`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from audit import instant
from audit.canonical import Value
from audit.channel_records import ToolSeen
from audit.charging import minutes_between
from audit.commitment import Opening
from audit.month_access import Accesses
from audit.month_exceptions import (
    ORDER,
    declared,
    denied,
    flagged,
    outside,
    papers_missing,
    presumed,
    reported,
)
from audit.month_frame import activity_value
from audit.paper_records import DutiesLacking
from audit.request_records import ApprovalGiven
from audit.session_records import DeskReported

OpeningOf = Callable[[int], Opening | None]
"""The opening of a leaf by its index; None where there is none, or none any more."""

EVIDENCE_LEVEL = 2  # every approval of this version is a passkey's: requirements §5, level 2


@dataclass(slots=True)
class RequestRead:
    id: str
    technician: str
    incident: str
    activities: tuple[str, ...]
    opened_n: int
    approval: ApprovalGiven | None = None
    by_himself: bool = False  # under a mandate, the technician's own yes is among the approvals
    given: str = ""
    window: tuple[str, str] = ("", "")
    taken_by: set[str] = field(default_factory=set)
    lacking: DutiesLacking | None = None


@dataclass(slots=True)
class SessionRead:
    id: str
    host: str
    request: RequestRead
    terminal: str
    demo_software: bool  # of the passkey it was opened with
    opened_n: int
    declared: bool = False  # by the technician alone, at a host without an agent
    start: datetime | None = None
    end: datetime | None = None
    told_n: int = -1  # the record with which start and end were both known: decides who lists it
    presumed: bool = False
    outcome: str = "open"
    watchers: set[str] = field(default_factory=set)
    flags: dict[int, str] = field(default_factory=dict)  # moments flagged and not withdrawn: when, by record
    channels: set[str] = field(default_factory=set)
    tools: set[str] = field(default_factory=set)
    recorded: bool = False


def session_value(
    n: int, session: SessionRead, warrants: Mapping[str, tuple[str, str]], opening_of: OpeningOf
) -> Value:
    assert session.start is not None
    assert session.end is not None
    request = session.request
    value: dict[str, Value] = {
        "n": n,
        "id": session.id,
        "start": instant.to_text(session.start),
        "end": instant.to_text(max(session.start, session.end)),
        "minutes": minutes_between(session.start, session.end),
        "end_kind": "presumed" if session.presumed else "normal",
        "host": session.host,
        "technician": request.technician,
        "channels": sorted(session.channels),
        "incident": _incident(request, opening_of),
        "activities": [activity_value(code) for code in request.activities],
        "supervision": _supervision(session),
        "outcome": session.outcome,
        "recorded": session.recorded,
        "leaf": session.opened_n,
    }
    if session.declared:
        value["declared"] = True
    if session.tools:
        value["tools"] = sorted(session.tools)
    if request.approval is not None:
        value["authorisation"] = _authorisation(request, request.approval, warrants)
    return value


def _authorisation(
    request: RequestRead, given: ApprovalGiven, warrants: Mapping[str, tuple[str, str]]
) -> Value:
    """The first approval. Under a warrant its `kind` names which, with the number it bears."""
    kind, number = warrants.get(given.warrant or "", ("temporary", ""))
    value: dict[str, Value] = {
        "id": request.id,
        "kind": kind,
        "by": given.approver,
        "channel": "passkey",
        "level": EVIDENCE_LEVEL,
        "given": request.given,
        "from": request.window[0],
        "until": request.window[1],
    }
    if number:
        value[kind] = number
    if request.by_himself:
        value["self_approved"] = True
    if given.demo_software:
        value["demo_software"] = True
    return value


def _incident(request: RequestRead, opening_of: OpeningOf) -> Value:
    value: dict[str, Value] = {"id": request.incident}
    opening = opening_of(request.opened_n)
    if opening is not None and isinstance(opening.data, dict):
        text = opening.data.get("incident_text")
        if isinstance(text, str):
            value["text"] = text
    return value


def _supervision(session: SessionRead) -> Value:
    approval = session.request.approval
    if approval is None or approval.watcher is None:
        # Nobody had to watch; somebody may have come all the same.
        if session.watchers:
            return {"state": "present", "by": min(session.watchers)}
        return {"state": "waived"}
    if approval.watcher in session.request.taken_by | session.watchers:
        return {"state": "present", "by": approval.watcher}
    return {"state": "absent"}


def people_of(listed: list[SessionRead]) -> set[str]:
    found = set()
    for session in listed:
        found.add(session.request.technician)
        if session.request.approval is not None:
            found.add(session.request.approval.approver)
        found |= session.watchers
        found |= session.request.taken_by
    return found


def exceptions_of(listed: list[SessionRead], accesses: Accesses, numbers: Mapping[str, int]) -> list[Value]:
    found: list[dict[str, Value]] = []
    for session in listed:
        assert session.start is not None
        assert session.end is not None
        about = {"session": numbers[session.id], "host": session.host}
        supervision = _supervision(session)["state"]
        if session.request.by_himself:
            found.append({
                "kind": "self_approved", "time": instant.to_text(session.start), "state": "documented",
                "what": "Il tecnico ha autorizzato una richiesta propria.",
                "why": "Lo ammette il mandato firmato dal titolare.",
                **about,
            })  # fmt: skip
        if supervision != "present":
            found.append({
                "kind": "no_supervision", "time": instant.to_text(session.start), "state": "documented",
                "what": "Nessuno del cliente seguiva l’intervento.",
                "why": "Rinuncia firmata prima dell’avvio da chi ha autorizzato."
                if supervision == "waived" else "Chi doveva seguirlo non risulta entrato.",
                **about,
            })  # fmt: skip
        if session.request.lacking is not None:
            found.append(papers_missing(session.request.lacking, session.start) | about)
        found += [flagged(time) | about | {"leaf": n} for n, time in session.flags.items()]
        if session.declared:
            found.append(declared(session.start) | about)
        if session.presumed:
            found.append(presumed(session.end, declared=session.declared) | about)
    found += [denied(event) for event in accesses.denied(numbers)]
    found += [outside(event) for event in accesses.of_kind(ToolSeen.KIND)]
    found += [reported(event) for event in accesses.numbered(DeskReported.KIND, numbers)]
    found.sort(key=lambda e: (ORDER.index(e["kind"]), e["time"], e.get("leaf", -1), e.get("session", -1)))
    return [{"id": f"E{n}", **event} for n, event in enumerate(found, 1)]


def totals_of(sessions: list[Value], exceptions: list[Value], accesses: Accesses) -> Value:
    alone = [s for s in sessions if "declared" in s]
    return {
        "sessions": len(sessions),
        "minutes": sum(s["minutes"] for s in sessions),
        **({"declared": len(alone), "declared_minutes": sum(s["minutes"] for s in alone)} if alone else {}),
        "authorised": sum("authorisation" in s for s in sessions),
        "to_ratify": 0,  # ratification follows weak evidence only, and this version takes none
        "supervised": sum(s["supervision"]["state"] == "present" for s in sessions),
        "exceptions": len(exceptions),
        "access_ok": accesses.total("ok"),
        "access_denied": accesses.total("denied"),
        "access_failed": accesses.total("failed"),
    }
