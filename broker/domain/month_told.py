"""A signed report as a page tells it: read out of its JSON, which counts (`audit.month_report` writes it)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from audit import instant

Watched = Literal["present", "absent", "waived"]


@dataclass(frozen=True, slots=True)
class SessionTold:
    """One session of it. `n` is its number in this report; `by` who authorised it, empty where nobody did."""

    n: int
    session: str
    start: datetime
    minutes: int
    host: str
    technician: str
    incident: str
    by: str
    watched: Watched


@dataclass(frozen=True, slots=True)
class Deviation:
    """An exception, in the report's own words, which are Italian. `session`: the id of the one it is about, if of any."""

    id: str
    time: datetime
    what: str
    why: str
    session: str


@dataclass(frozen=True, slots=True)
class MonthTold:
    """`size`, `root` (base64) and `origin` are of the head of the log that it was drawn from."""

    number: str
    issued: datetime
    sessions: tuple[SessionTold, ...]
    deviations: tuple[Deviation, ...]
    minutes: int
    authorised: int
    supervised: int
    size: int
    root: str
    origin: str


def told(report: bytes) -> MonthTold:
    """Of the JSON as it is kept."""
    found = json.loads(report)
    names = {one["id"]: one.get("name", one["id"]) for one in (*found["people"], *found["hosts"])}
    sessions = tuple(_session(one, names) for one in found["sessions"])
    ids = {one.n: one.session for one in sessions}
    totals, log = found["totals"], found["log"]
    return MonthTold(
        number=found["report"]["number"],
        issued=instant.parse(found["report"]["issued"]),
        sessions=sessions,
        deviations=tuple(_deviation(one, ids) for one in found["exceptions"]),
        minutes=totals["minutes"],
        authorised=totals["authorised"],
        supervised=totals["supervised"],
        size=log["size"],
        root=log["root"],
        origin=log["origin"],
    )


def _session(one: Mapping[str, Any], names: Mapping[str, str]) -> SessionTold:
    by = one.get("authorisation", {}).get("by", "")
    return SessionTold(
        n=one["n"],
        session=one["id"],
        start=instant.parse(one["start"]),
        minutes=one["minutes"],
        host=names.get(one["host"], one["host"]),
        technician=names.get(one["technician"], one["technician"]),
        incident=one.get("incident", {}).get("id", ""),
        by=names.get(by, by),
        watched=one["supervision"]["state"],
    )


def _deviation(one: Mapping[str, Any], ids: Mapping[int, str]) -> Deviation:
    return Deviation(
        one["id"],
        instant.parse(one["time"]),
        one["what"],
        one.get("why", ""),
        ids.get(one.get("session", 0), ""),
    )
