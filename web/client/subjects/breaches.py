"""Breaches of personal data, measures, relays. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Chosen(TypedDict):
    """The sessions that may be touched: of a stretch of time, of one host, of one technician."""

    first: str
    until: str
    host: NotRequired[str | None]
    person: NotRequired[str | None]


class Breach(TypedDict):
    """As the log says. `written` are the records whose openings hold its texts, the last one counts."""

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
    """Of art. 33(3), and `people` of art. 34: what the people concerned are to be told."""

    nature: NotRequired[str]
    subjects: NotRequired[str]
    consequences: NotRequired[str]
    measures: NotRequired[str]
    contact: NotRequired[str]
    people: NotRequired[str]


class BreachOpened(TypedDict):
    breach: str


class Tenant(TypedDict):
    """Owner of one log: the vendor itself (`house`) or a customer."""

    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: str


class BreachView(TypedDict):
    """`texts` by their names (`broker.domain.breach.FIELDS`)."""

    customer: Tenant
    breach: Breach
    texts: dict[str, str]
    now: str


class Covered(TypedDict):
    """Kept."""

    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


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
    ) -> BreachOpened:
        """A breach has become known."""
        found: BreachOpened = self._calls.json(
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

    def tell(self, *, tenant: str, breach: str, texts: BreachTexts, high_risk: bool | None = None) -> Covered:
        """Tell the titolare of it."""
        found: Covered = self._calls.json(
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
