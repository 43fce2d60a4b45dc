"""In which order records of an incident are lawful: part of the story that step 8 reads (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit import incident_records as r
from audit import protection_records as p
from audit.leaf import Leaf

_LIVE = frozenset({"open", "workable", "taken"})

# From which states of its incident a record may come, and the state it leaves behind. None: unchanged.
INCIDENT_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "contact.logged": (frozenset({"new"}), "contact"),
    "incident.opened": (frozenset({"new", "contact"}), "open"),
    "incident.severity_set": (_LIVE, None),
    "incident.workable": (frozenset({"open"}), "workable"),
    "incident.unworkable": (frozenset({"workable"}), "open"),
    "incident.taken": (frozenset({"workable"}), "taken"),
    "incident.released": (frozenset({"taken"}), "workable"),
    "incident.answered": (_LIVE, None),
    "incident.routed": (frozenset({"open"}), "routed"),
    "incident.passed": (frozenset({"open", "routed"}), "open"),
    "incident.closed": (_LIVE | {"contact", "routed"}, "closed"),
    "incident.waiting_began": (_LIVE, None),
    "incident.waiting_ended": (_LIVE, None),
    "mail.reported": (_LIVE | {"routed"}, None),
}
ASKS = "request.opened"
"""Names an incident too: none on which nothing may be asked for. One that no record opened is an older log's."""

_NOTHING_ASKED = frozenset({"contact", "closed", "routed"})
HEARD = frozenset({*INCIDENT_MOVES, ASKS})

Wrong = tuple[str, dict[str, object]]


@dataclass(slots=True)
class Incidents:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    states: dict[str, str] = field(default_factory=dict)
    severities: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def feed(self, leaf: Leaf, incident: str) -> Iterator[Wrong]:
        """A record of a kind in `HEARD`."""
        kind = leaf.record.KIND
        state = self.states.get(incident, "new")
        if kind == ASKS:
            if state in _NOTHING_ASKED:
                yield "order", {"kind": kind, "state": state}
            return
        allowed, after = INCIDENT_MOVES[kind]
        if state == "new" and "new" not in allowed:
            yield "unknown_incident", {}
            return
        if state not in allowed:
            yield "order", {"kind": kind, "state": state}
            return
        self.states[incident] = after or state
        yield from self._beside(leaf, incident)

    def _beside(self, leaf: Leaf, incident: str) -> Iterator[Wrong]:
        """What stands beside the state: who set which severity, and the one first answer."""
        match leaf.record:
            case r.SeveritySet(severity=severity, previous=previous, reason=reason):
                known = self.severities.get(incident)
                if leaf.actor.role != "technician":
                    yield "severity_role", {"role": leaf.actor.role}
                if previous != known or (reason is None) != (known is None):
                    yield "order", {"kind": leaf.record.KIND, "state": known or "unrated"}
                self.severities[incident] = severity
            case r.IncidentAnswered():
                if incident in self.answered:
                    yield "order", {"kind": leaf.record.KIND, "state": "answered"}
                self.answered.add(incident)
            case p.IncidentWaitingBegan():
                if incident in self.waiting:
                    yield "order", {"kind": leaf.record.KIND, "state": "waiting"}
                self.waiting.add(incident)
            case p.IncidentWaitingEnded():
                if incident not in self.waiting:
                    yield "order", {"kind": leaf.record.KIND, "state": "not_waiting"}
                self.waiting.discard(incident)
            case _:
                pass
