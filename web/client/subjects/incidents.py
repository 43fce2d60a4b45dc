"""Incidents and the queue. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, TypedDict

from web.client.call import Calls


class Handed(TypedDict):
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
    ) -> dict[str, Any]:
        """Write a telephone call down."""
        found: dict[str, Any] = self._calls.json(
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
    ) -> dict[str, Any]:
        """Report a fault."""
        found: dict[str, Any] = self._calls.json(
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

    def list(self, *, tenant: str) -> builtins.list[dict[str, Any]]:
        """Incidents of a customer."""
        found: builtins.list[dict[str, Any]] = self._calls.json(
            "GET", "/api/tenants/{tenant}/incidents", at={"tenant": tenant}
        )
        return found

    def show(self, *, tenant: str, incident: str) -> dict[str, Any]:
        """One incident."""
        found: dict[str, Any] = self._calls.json(
            "GET", "/api/tenants/{tenant}/incidents/{incident}", at={"tenant": tenant, "incident": incident}
        )
        return found

    def queue(self) -> dict[str, Any]:
        """What waits, and what comes next."""
        found: dict[str, Any] = self._calls.json("GET", "/api/queue")
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
