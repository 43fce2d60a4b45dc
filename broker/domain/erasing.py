"""What may be erased at a given moment: by its term, or because the titolare so decided (FORMAT.md §12).

Pure: the verifier judges the same by `audit.verify_erasures`; this one never tries what that would find.
A text that reports print goes with the last of them, so that nothing of it is left here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from audit.erasure import Erasure
from audit.month_doings import FILE_TEXTS
from audit.record import RetainClass
from audit.retention import ends
from audit.terms import months
from broker.domain.refusal import Refused, Why
from broker.domain.request import AnyRequest, Approved, AwaitingApproval, Supervised
from broker.domain.session import Active, AnySession, Granted, Ordered

HOLD_REASONS = ("contest", "claim", "authority")
LONGEST_REVIEW = timedelta(days=184)  # requirements §3.4: a hold is looked at again within six months


@dataclass(frozen=True, slots=True)
class Text:
    """An opening that is still there, or a recording: its record, class, and when its term began.

    `request` is whose it is; a report's commercial part has its `period` instead. `printed`: reports
    print it. `technician`: it names him. `also`: of an incident, the requests that hang on it.
    """

    n: int
    retain: RetainClass
    since: datetime
    request: str | None = None
    period: str | None = None
    printed: bool = False
    technician: str | None = None
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Printed:
    """An issued report whose files are still here, the requests of which it prints a text, whom it names, and
    the records whose files it lists by name."""

    n: int
    number: str
    period: str
    since: datetime
    prints: frozenset[str]
    people: frozenset[str] = frozenset()
    files: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Name:
    """The name of somebody who has left, still tied to his pseudonym by the opening of record `n`.

    `since`: by class, the last record that needs it.
    """

    n: int
    person: str
    since: tuple[tuple[RetainClass, datetime], ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of `request` (None: nothing at all) is erased. `role` is whose hold it is."""

    id: str
    request: str | None
    role: str
    reason: str
    review: date


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything of a customer that could be erased one day. `chosen` are his terms, in months by class."""

    texts: tuple[Text, ...]
    reports: tuple[Printed, ...]
    holds: tuple[Hold, ...]
    chosen: Mapping[str, int]
    zone: str
    names: tuple[Name, ...] = ()

    def held(self, *requests: str | None) -> bool:
        return any(hold.request is None or hold.request in requests for hold in self.holds)

    def free(self, item: Text | Printed) -> datetime:
        """The first instant at which its own term has ended."""
        retain: RetainClass = "report" if isinstance(item, Printed) else item.retain
        return self.end(retain, item.since)

    def end(self, retain: RetainClass, since: datetime) -> datetime:
        """Of a term that began then."""
        return ends(since, months(retain, self.chosen), self.zone)


@dataclass(frozen=True, slots=True)
class Erased:
    """Records whose texts or segments, and records of reports whose files, are to be destroyed, or were."""

    texts: tuple[int, ...] = ()
    reports: tuple[int, ...] = ()

    @property
    def refs(self) -> tuple[int, ...]:
        return tuple(sorted({*self.texts, *self.reports}))


def printed_requests(report: bytes) -> frozenset[str]:
    """The requests of which a report's data print the fault as it was written, or a file by name."""
    found = set()
    for session in json.loads(report)["sessions"]:
        if "authorisation" in session and ("text" in session["incident"] or _listed(session)):
            found.add(session["authorisation"]["id"])
    return frozenset(found)


def printed_files(report: bytes) -> frozenset[int]:
    """The records whose files a report's data list by name."""
    return frozenset(n for session in json.loads(report)["sessions"] for n in _listed(session))


def _listed(session: dict[str, Any]) -> list[int]:
    sorts = [session.get("doings", {}).get(name, {"lines": []}) for name in ("files", "refused")]
    return [
        line["leaf"] for sort in sorts for line in sort["lines"] if not line.keys().isdisjoint(FILE_TEXTS)
    ]


def printed_people(report: bytes) -> frozenset[str]:
    """Whom a report's data name."""
    return frozenset(person["id"] for person in json.loads(report)["people"] if "name" in person)


def due(kept: Kept, at: datetime) -> Erased:
    """What its term has ended for. A hold on a request stays the reports that print it too."""
    reports = [r for r in kept.reports if at >= kept.free(r) and not kept.held(*r.prints)]
    staying = [r for r in kept.reports if r not in reports]
    on_paper = frozenset[str]().union(*(r.prints for r in staying))
    listed = frozenset[int]().union(*(r.files for r in staying))
    periods = {r.period for r in staying}
    texts = [
        t
        for t in kept.texts
        if at >= kept.free(t)
        and not kept.held(t.request, *t.also)
        and not (t.printed and (t.request in on_paper or not t.also.isdisjoint(on_paper)))
        and t.n not in listed
        and (t.period is None or t.period not in periods)
    ]
    return Erased(tuple(t.n for t in texts), tuple(r.n for r in reports))


def next_due(kept: Kept) -> datetime | None:
    """When the first term of what is kept ends."""
    items: list[Text | Printed] = [*kept.texts, *kept.reports]
    return min(map(kept.free, items), default=None)


def printing(kept: Kept, requests: Iterable[str]) -> tuple[str, ...]:
    """The numbers of the reports that print a text of these requests."""
    wanted = frozenset(requests)
    return tuple(sorted(r.number for r in kept.reports if r.prints & wanted))


def ordered(kept: Kept, order: Erasure) -> Erased:
    """What the titolare's order erases. `Refused`: on hold, or not what he signed any more."""
    if kept.held(*order.requests):
        raise Refused(Why.ERASURE_HELD)
    if not set(printing(kept, order.requests)) <= set(order.reports):
        raise Refused(Why.WRONG_STATE)  # a month was closed meanwhile, and its report prints a text too
    texts = tuple(t.n for t in kept.texts if t.request in order.requests)
    reports = tuple(r.n for r in kept.reports if r.number in order.reports)
    if not texts:
        raise Refused(Why.WRONG_STATE)
    return Erased(texts, reports)


def over(request: AnyRequest, session: AnySession | None) -> bool:
    """Whether nothing can come of it any more: what approvers and agents still have to read stays."""
    waits = isinstance(request, AwaitingApproval | Approved | Supervised)
    return not waits and not isinstance(session, Granted | Ordered | Active)


def new_hold(hold: str, request: str | None, role: str, reason: str, review: date, today: date) -> Hold:
    if reason not in HOLD_REASONS:
        raise Refused(Why.BAD_INPUT, field="reason")
    if not today < review <= today + LONGEST_REVIEW:
        raise Refused(Why.BAD_INPUT, field="review")
    return Hold(hold, request, role, reason, review)


def lift(hold: Hold, role: str) -> None:
    """Return, or raise: the titolare lifts any, others those of their own role."""
    if role not in (hold.role, "titolare"):
        raise Refused(Why.NOT_ALLOWED)
