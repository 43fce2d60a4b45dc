"""Incidents and the queue. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class CallLogged(TypedDict):
    """A call, as it was kept."""

    tenant: str
    # Of that customer alone: another one may have the same.
    incident: str
    # False: nothing can be asked for until titolare or ADS report it in writing.
    authorisable: bool
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int
    # The page on which it goes on, below the broker's address.
    next: str


class IncidentReported(TypedDict):
    tenant: str
    # Of that customer alone: another one may have the same.
    incident: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int
    # The reseller to whom it goes first.
    reseller: str | None


class FirstAnswer(TypedDict):
    how: Literal["call", "message", "session"]
    # In UTC, to the millisecond.
    at: str


class Incident(TypedDict):
    """Texts are null once they were erased. What is about its report (from `origin` on) is absent of a
    call."""

    tenant: str
    # Of that customer alone: another one may have the same.
    incident: str
    # The customer's name.
    customer: str
    state: Literal["contact", "open", "routed", "workable", "taken", "closed"]
    category: Literal[1, 2]
    # When the vendor first knew of it, UTC.
    logged: str
    # Its place in the queue, from 1.
    place: int | None
    text: str | None
    # Who is to be rung.
    caller: str | None
    # Under which number.
    callback: str | None
    # When it goes to the head of the queue by itself, UTC.
    jumps: str | None
    # What its request still lacks, by codes of refusals.
    lacks: list[str] | None
    # Its request for access.
    request: str | None
    session: str | None
    # Since when nothing keeps a technician from it, UTC.
    workable: NotRequired[str]
    # The reseller to whom it went first.
    reseller: NotRequired[str]
    # The technician.
    taken_by: NotRequired[str]
    outcome: NotRequired[
        Literal["solved", "not_solved", "solved_by_customer", "solved_by_reseller", "duplicate", "withdrawn"]
    ]
    # In UTC, to the millisecond.
    closed: NotRequired[str]
    origin: NotRequired[Literal["phone", "portal", "mail", "pec", "technician", "reseller"]]
    # Times of answer run from then, UTC.
    reported: NotRequired[str]
    # The severity that the customer thinks it has.
    proposed: NotRequired[str | None]
    # The program, by its id, or `other`.
    product: NotRequired[str | None]
    outside_contract: NotRequired[bool]
    severity: NotRequired[str | None]
    # By when a person answers, UTC; null: no promise.
    due: NotRequired[str | None]
    answered: NotRequired[FirstAnswer | None]
    awaited: NotRequired[Literal["customer", "authorisation"] | None]
    waits_since: NotRequired[str | None]
    # Before the wait that runs; no time of answer stops.
    waited_seconds: NotRequired[int]
    # All its requests, of one incident alone.
    requests: NotRequired[list[str]]


class Pick(TypedDict):
    """What *Prendi il prossimo* gives."""

    tenant: str
    # Of that customer alone: another one may have the same.
    incident: str
    # Why it goes before others.
    jumps: (
        Literal[
            "deadline_near",
            "acceptance_customisation",
            "work_stopped",
            "appointment",
            "same_customer",
            "expertise",
        ]
        | None
    )


class Queue(TypedDict):
    next: Pick | None
    # All that are not closed, in the order of the queue.
    incidents: list[Incident]


class Handed(TypedDict):
    """`jumped`: it went before others, and why."""

    tenant: str
    incident: str
    jumped: (
        Literal[
            "deadline_near",
            "acceptance_customisation",
            "work_stopped",
            "appointment",
            "same_customer",
            "expertise",
        ]
        | None
    )


class Incidents:
    """Incidents and the queue."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def call(
        self,
        *,
        tenant: str,
        caller: str | None = None,
        anomaly: str | None = None,
        callback: str | None = None,
    ) -> CallLogged:
        """Write a telephone call down."""
        found: CallLogged = self._calls.json(
            "POST",
            "/api/calls",
            body={"tenant": tenant, "caller": caller, "anomaly": anomaly, "callback": callback},
        )
        return found

    def report(
        self,
        *,
        tenant: str,
        text: str | None = None,
        proposed: Literal["A", "B", "C"] | None = None,
        contact: str | None = None,
        product: str | None = None,
        tried: str | None = None,
        charge_accepted: bool | None = None,
    ) -> IncidentReported:
        """Report a fault."""
        found: IncidentReported = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents",
            at={"tenant": tenant},
            body={
                "text": text,
                "proposed": proposed,
                "contact": contact,
                "product": product,
                "tried": tried,
                "charge_accepted": charge_accepted,
            },
        )
        return found

    def list(self, *, tenant: str) -> builtins.list[Incident]:
        """Incidents of a customer."""
        found: builtins.list[Incident] = self._calls.json(
            "GET", "/api/tenants/{tenant}/incidents", at={"tenant": tenant}
        )
        return found

    def show(self, *, tenant: str, incident: str) -> Incident:
        """One incident."""
        found: Incident = self._calls.json(
            "GET", "/api/tenants/{tenant}/incidents/{incident}", at={"tenant": tenant, "incident": incident}
        )
        return found

    def queue(self) -> Queue:
        """What waits, and what comes next."""
        found: Queue = self._calls.json("GET", "/api/queue")
        return found

    def next(self) -> Handed:
        """Take the next one."""
        found: Handed = self._calls.json("POST", "/api/queue/next")
        return found

    def take(
        self,
        *,
        tenant: str,
        incident: str,
        reason: Literal[
            "deadline_near",
            "acceptance_customisation",
            "work_stopped",
            "appointment",
            "same_customer",
            "expertise",
        ]
        | None = None,
    ) -> Handed:
        """Take this one, with a reason if it is not next."""
        found: Handed = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/taking",
            at={"tenant": tenant, "incident": incident},
            body={"reason": reason},
        )
        return found

    def release(self, *, tenant: str, incident: str) -> None:
        """Give it back to the queue."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/release",
            at={"tenant": tenant, "incident": incident},
        )

    def rate(
        self,
        *,
        tenant: str,
        incident: str,
        severity: Literal["A", "B", "C"],
        reason: Literal["worsened", "eased", "misjudged"] | None = None,
    ) -> None:
        """Set its severity."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/severity",
            at={"tenant": tenant, "incident": incident},
            body={"severity": severity, "reason": reason},
        )

    def answer(self, *, tenant: str, incident: str, how: Literal["call", "message"]) -> None:
        """The customer was answered."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/answer",
            at={"tenant": tenant, "incident": incident},
            body={"how": how},
        )

    def wait(self, *, tenant: str, incident: str, awaited: Literal["customer", "authorisation"]) -> None:
        """It waits for the customer, or for authorisation."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/waiting",
            at={"tenant": tenant, "incident": incident},
            body={"awaited": awaited},
        )

    def go_on(self, *, tenant: str, incident: str) -> None:
        """It waits no longer."""
        self._calls.json(
            "DELETE",
            "/api/tenants/{tenant}/incidents/{incident}/waiting",
            at={"tenant": tenant, "incident": incident},
        )

    def close(
        self,
        *,
        tenant: str,
        incident: str,
        outcome: Literal[
            "solved", "not_solved", "solved_by_customer", "solved_by_reseller", "duplicate", "withdrawn"
        ],
    ) -> None:
        """Close it with its outcome."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/closing",
            at={"tenant": tenant, "incident": incident},
            body={"outcome": outcome},
        )

    def write_again(self, *, tenant: str, incident: str) -> None:
        """Write to titolare and ADS about a call once more."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/letter",
            at={"tenant": tenant, "incident": incident},
        )

    def explain(self, *, tenant: str, incident: str) -> None:
        """Write to titolare and ADS why nobody can intervene yet."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/explanation",
            at={"tenant": tenant, "incident": incident},
        )

    def solve(self, *, tenant: str, incident: str) -> None:
        """The customer's people solve a call themselves."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/solution",
            at={"tenant": tenant, "incident": incident},
        )
