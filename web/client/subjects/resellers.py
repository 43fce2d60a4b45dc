"""Resellers, their rates, programs, hours and customers. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class ResellerProgram(TypedDict):
    product: str
    # The day on which he activated it.
    first: str | None
    # The last day on which help costs nothing.
    free_until: str | None
    # 1 in the free year, 2 after it, 0 before he has the program.
    year: int
    # Topics, each with its line of the training register.
    taught: dict[str, str]
    # Topics that were not taught yet.
    lacks: list[str]
    autonomous: bool


class ResaleRate(TypedDict):
    """A line of the table, in force from `first` until another begins. `product` None: of every
    program."""

    version: str
    first: str
    assistance: int
    training: int
    product: NotRequired[str | None]


class ResoldLine(TypedDict):
    """What a statement has of one program on one condition: `free`, or at `rate` cents an hour of
    `version`."""

    product: str
    free: bool
    rate: int
    version: str
    minutes: int
    billed: int
    cents: int


class ResellerCustomer(TypedDict):
    tenant: str
    product: str


class ResellerAnswer(TypedDict):
    """`programs` and `rates` null: no reseller yet."""

    tenant: str
    name: str
    # A month, in the customer's zone.
    period: str
    programs: list[ResellerProgram] | None
    # Cents of a euro an hour.
    rates: list[ResaleRate] | None
    # Hours of that month, in minutes; `rate` in cents an hour.
    lines: list[ResoldLine]
    customers: list[ResellerCustomer]


class ServedIncident(TypedDict):
    tenant: str
    # The customer's name.
    customer: str
    incident: str
    state: str
    text: str | None


class ServedReported(TypedDict):
    tenant: str
    incident: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Resellers:
    """Resellers, their rates, programs, hours and customers."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[ResellerAnswer]:
        """Resellers with this month's hours."""
        found: builtins.list[ResellerAnswer] = self._calls.json("GET", "/api/resellers")
        return found

    def show(self, *, tenant: str, period: str) -> ResellerAnswer:
        """One, with a month's hours."""
        found: ResellerAnswer = self._calls.json(
            "GET", "/api/tenants/{tenant}/resale/{period}", at={"tenant": tenant, "period": period}
        )
        return found

    def add_rate(
        self,
        *,
        tenant: str,
        version: str,
        first: str,
        assistance: int,
        training: int,
        product: str | None = None,
    ) -> ResaleRate:
        """A line of his table; with the first he is one."""
        found: ResaleRate = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/resale/rates",
            at={"tenant": tenant},
            body={
                "version": version,
                "first": first,
                "assistance": assistance,
                "training": training,
                "product": product,
            },
        )
        return found

    def activate(self, *, tenant: str, product: str, first: str) -> None:
        """First activation of a program."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/resale/programs",
            at={"tenant": tenant},
            body={"product": product, "first": first},
        )

    def teach(
        self,
        *,
        tenant: str,
        product: str,
        topic: Literal["installation", "configuration", "full_use"],
        training: str,
    ) -> None:
        """A topic of the plan."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/resale/programs/{product}/topics",
            at={"tenant": tenant, "product": product},
            body={"topic": topic, "training": training},
        )

    def autonomous(self, *, tenant: str, product: str) -> None:
        """All topics are taught."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/resale/programs/{product}/autonomy",
            at={"tenant": tenant, "product": product},
        )

    def supply(self, *, tenant: str, product: str, reseller: str | None) -> None:
        """From whom a customer has it."""
        self._calls.json(
            "PUT",
            "/api/tenants/{tenant}/suppliers/{product}",
            at={"tenant": tenant, "product": product},
            body={"reseller": reseller},
        )

    def take_over(
        self, *, tenant: str, incident: str, reason: Literal["no_answer", "urgent", "asked", "relation_over"]
    ) -> None:
        """What is with a reseller."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/incidents/{incident}/takeover",
            at={"tenant": tenant, "incident": incident},
            body={"reason": reason},
        )

    def served(self) -> builtins.list[ServedIncident]:
        """Incidents of your customers."""
        found: builtins.list[ServedIncident] = self._calls.json("GET", "/api/served")
        return found

    def ask(
        self,
        *,
        tenant: str,
        product: str,
        tried: str | None = None,
        charge_accepted: bool | None = None,
        text: str | None = None,
    ) -> ServedReported:
        """Ask the vendor for help for a customer."""
        found: ServedReported = self._calls.json(
            "POST",
            "/api/served",
            body={
                "tenant": tenant,
                "product": product,
                "tried": tried,
                "charge_accepted": charge_accepted,
                "text": text,
            },
        )
        return found

    def pass_(
        self, *, tenant: str, incident: str, tried: str | None = None, charge_accepted: bool | None = None
    ) -> None:
        """Pass an incident to the vendor."""
        self._calls.json(
            "POST",
            "/api/served/{tenant}/{incident}/passing",
            at={"tenant": tenant, "incident": incident},
            body={"tried": tried, "charge_accepted": charge_accepted},
        )

    def solve(self, *, tenant: str, incident: str) -> None:
        """You solved it."""
        self._calls.json(
            "POST", "/api/served/{tenant}/{incident}/solution", at={"tenant": tenant, "incident": incident}
        )
