"""Section 5 of a report: what was wrong in the customer's programs, versions released, customisations on test.

States and dates alone, from the customer's own log; the words come with the commercial part, as names do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from audit import instant
from audit import program_records as r
from audit.canonical import Value
from audit.leaf import Leaf

Listed = Iterable[tuple[int, str, str]]
"""Of each session of the report: its number there, its id, its incident."""


@dataclass(slots=True)
class _Defect:
    id: str
    kind: str
    product: str
    opened: datetime
    incidents: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    remedied: datetime | None = None
    solved: datetime | None = None
    release: str = ""
    told: datetime | None = None


@dataclass(slots=True)
class _Release:
    told: r.ReleasePublished
    at: datetime
    received: datetime | None = None
    until: datetime | None = None
    ended: datetime | None = None
    state: str = "open"


@dataclass(slots=True)
class MonthPrograms:
    """Feed every leaf in order, those up to the period's end; it goes on from one period to the next."""

    defects: dict[str, _Defect] = field(default_factory=dict)
    releases: dict[str, _Release] = field(default_factory=dict)
    since: datetime | None = None  # the first record there was

    def feed(self, leaf: Leaf) -> None:
        told, at = leaf.record, leaf.time
        match told:
            case r.DefectOpened():
                self.defects[told.defect] = _Defect(told.defect, told.kind, told.name, at)
            case r.ReleasePublished():
                self.releases[told.release] = _Release(told, at)
            case r.VersionInstalled():
                pass
            case r.DefectLinked() | r.DefectRemedied() | r.DefectSolved() | r.DefectTold():
                self._defect(told, at)
            case (
                r.ReleaseReceived() | r.AcceptanceOpened() | r.AcceptancePassed() | r.AcceptanceExpired()
                | r.AcceptanceDecided()
            ):  # fmt: skip
                self._release(told, at)
            case _:
                return
        self.since = self.since or at

    def _defect(
        self, told: r.DefectLinked | r.DefectRemedied | r.DefectSolved | r.DefectTold, at: datetime
    ) -> None:
        one = self.defects.get(told.defect)
        if one is None:
            return  # step 8 has the finding
        match told:
            case r.DefectLinked(incident=incident, session=session):
                one.incidents.add(incident)
                if session is not None:
                    one.sessions.add(session)
            case r.DefectRemedied():
                one.remedied = at
            case r.DefectSolved(release=release):
                one.solved, one.release = at, release
            case r.DefectTold():
                one.told = one.told or at

    def _release(
        self,
        told: r.ReleaseReceived
        | r.AcceptanceOpened
        | r.AcceptancePassed
        | r.AcceptanceExpired
        | r.AcceptanceDecided,
        at: datetime,
    ) -> None:
        one = self.releases.get(told.release)
        if one is None:
            return
        match told:
            case r.ReleaseReceived(received=received):
                one.received = instant.parse(received)
            case r.AcceptanceOpened(until=until):
                one.until = instant.parse(until)
            case r.AcceptancePassed():
                one.state, one.ended = "passed", at
            case r.AcceptanceExpired():
                one.state, one.ended = "expired", at
            case r.AcceptanceDecided():
                one.state = "decided"

    def part(
        self, days: tuple[datetime, datetime], zone: str, listed: Listed, totals: dict[str, Value]
    ) -> dict[str, Value]:
        """`value`, and `totals` with its own among them; empty where that is."""
        told = self.value(*days, zone, listed)
        if not told:
            return {}
        counted = {
            "defects": len(told["defects"]),
            "defects_open": sum(d["state"] != "solved" for d in told["defects"]),
            "releases": len(told["releases"]),
            "tests_open": sum(t["state"] == "open" for t in told["tests"]),
        }
        return told | {"totals": totals | counted}

    def value(self, start: datetime, end: datetime, zone: str, listed: Listed) -> dict[str, Value]:
        """`defects`, `releases` and `tests` of the time from `start` up to `end`; empty before there was any."""
        if self.since is None or self.since >= end:
            return {}
        here, sessions = ZoneInfo(zone), list(listed)
        defects = [
            _defect(one, self.releases, end, here, sessions)
            for one in self.defects.values()
            if one.opened < end and (one.solved is None or one.solved >= start or one.solved >= end)
        ]
        solved: dict[str, list[str]] = {}
        for one in self.defects.values():
            if one.solved is not None and one.solved < end:
                solved.setdefault(one.release, []).append(one.id)
        releases = [
            _released(one, sorted(solved.get(one.told.release, ())))
            for one in self.releases.values()
            if start <= one.at < end
        ]
        tests = [
            _test(one, end, here)
            for one in self.releases.values()
            if one.until is not None
            and one.received is not None
            and one.received < end
            and (one.ended is None or one.ended >= start)
        ]
        return {"defects": defects, "releases": releases, "tests": tests}


def _day(at: datetime, here: ZoneInfo) -> str:
    return at.astimezone(here).date().isoformat()


def _defect(
    one: _Defect,
    releases: dict[str, _Release],
    end: datetime,
    here: ZoneInfo,
    sessions: list[tuple[int, str, str]],
) -> Value:
    found: dict[str, Value] = {
        "id": one.id,
        "kind": one.kind,
        "product": one.product,
        "opened": _day(one.opened, here),
        "sessions": [n for n, id, incident in sessions if id in one.sessions or incident in one.incidents],
        "state": "open",
    }
    if one.remedied is not None and one.remedied < end:
        found |= {"state": "remedy", "remedy": {"date": _day(one.remedied, here)}}
    if one.solved is not None and one.solved < end:
        known = releases.get(one.release)
        version = one.release if known is None else known.told.version
        found |= {"state": "solved", "solution": {"date": _day(one.solved, here), "release": version}}
        if one.told is not None and one.told < end:
            found["told"] = _day(one.told, here)
    return found


def _released(one: _Release, solves: list[str]) -> Value:
    told = one.told
    kind = "custom" if told.customer is not None else "half_yearly" if told.half_yearly else "other"
    return {
        "version": told.version,
        "product": told.name,
        "date": told.dated,
        "kind": kind,
        "components": list(told.components),
        "defects": list(solves),
    }


def _test(one: _Release, end: datetime, here: ZoneInfo) -> Value:
    assert one.until is not None
    assert one.received is not None
    ended = one.ended is not None and one.ended < end
    last, today = one.until.astimezone(here).date(), _last_day(end, here)
    return {
        "version": one.told.version,
        "product": one.told.name,
        "received": _day(one.received, here),
        "until": last.isoformat(),
        "days_left": 0 if ended else max(0, (last - today).days),
        "state": one.state if ended else "expired" if one.until < end else "open",
    }


def _last_day(end: datetime, here: ZoneInfo) -> date:
    return (end - timedelta(milliseconds=1)).astimezone(here).date()
