"""Breaches of personal data, measures, relays. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Chosen(TypedDict):
    first: str
    until: str
    host: NotRequired[str | None]
    person: NotRequired[str | None]


class Breach(TypedDict):
    id: str
    aware: str
    due: str
    tell_by: str
    high_risk: bool
    chosen: Chosen
    sessions: list[str]
    written: list[int]
    told: NotRequired[list[str]]
    closed: NotRequired[str | None]
    outcome: NotRequired[str | None]


class BreachTexts(TypedDict):
    nature: NotRequired[str]
    subjects: NotRequired[str]
    consequences: NotRequired[str]
    measures: NotRequired[str]
    contact: NotRequired[str]
    people: NotRequired[str]


class Tenant(TypedDict):
    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: str


class BreachView(TypedDict):
    customer: Tenant
    breach: Breach
    texts: dict[str, str]
    now: str


class Breaches:
    """Breaches of personal data, measures, relays."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[Breach]:
        """Breaches at a customer."""
        found: builtins.list[Breach] = self._calls.json(
            "GET", "/api/tenants/{tenant}/breaches", at={"tenant": tenant}
        )
        return found

    def open(
        self,
        *,
        tenant: str,
        aware: str,
        first: str,
        until: str,
        texts: BreachTexts,
        host: str | None = None,
        person: str | None = None,
        high_risk: bool | None = None,
    ) -> dict[str, str]:
        """A breach has become known."""
        found: dict[str, str] = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/breaches",
            at={"tenant": tenant},
            body={
                "aware": aware,
                "first": first,
                "until": until,
                "texts": texts,
                "host": host,
                "person": person,
                "high_risk": high_risk,
            },
        )
        return found

    def show(self, *, tenant: str, breach: str) -> BreachView:
        """One breach."""
        found: BreachView = self._calls.json(
            "GET", "/api/tenants/{tenant}/breaches/{breach}", at={"tenant": tenant, "breach": breach}
        )
        return found

    def tell(
        self, *, tenant: str, breach: str, texts: BreachTexts, high_risk: bool | None = None
    ) -> dict[str, int]:
        """Tell the titolare of it."""
        found: dict[str, int] = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/breaches/{breach}/notices",
            at={"tenant": tenant, "breach": breach},
            body={"texts": texts, "high_risk": high_risk},
        )
        return found

    def close(self, *, tenant: str, breach: str, outcome: Literal["contained", "no_breach"]) -> None:
        """Close it with its outcome."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/breaches/{breach}/closure",
            at={"tenant": tenant, "breach": breach},
            body={"outcome": outcome},
        )

    def term(self, *, hours: int) -> None:
        """Within how many hours the vendor tells of one."""
        self._calls.json("POST", "/api/breach-term", body={"hours": hours})

    def relay(self, *, tenant: str, tool: str, relay: str) -> None:
        """Through which server a licensed tool goes."""
        self._calls.json(
            "POST", "/api/tenants/{tenant}/relays", at={"tenant": tenant}, body={"tool": tool, "relay": relay}
        )

    def measures(self, *, tenant: str) -> builtins.list[str]:
        """Security measures in force at a customer."""
        found: builtins.list[str] = self._calls.json(
            "GET", "/api/tenants/{tenant}/measures", at={"tenant": tenant}
        )
        return found
