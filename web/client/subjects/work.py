"""Work beside sessions, hours, tariffs, office programs. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls


class Tariff(TypedDict):
    """In force from `first` until another of its owner's begins. `own`: agreed with this customer, and
    while one of his own is in force the house's is not. `last` is his own one's last day; None: until
    further notice.  Rates are cents an hour, of assistance and of training; `vat` is percent."""

    version: str
    first: str
    assistance: int
    training: int
    vat: NotRequired[int]
    own: NotRequired[bool]
    last: NotRequired[str | None]


class WorkAnswer(TypedDict):
    """Work beside sessions, as its record has it."""

    work: str
    # In UTC, to the millisecond.
    began: str
    # Whole minutes.
    minutes: int
    # `titolare`, `ads` or `staff`.
    asker: str
    # `mail`, `phone`, `visit` or `other`.
    means: str
    # By their codes.
    activities: list[str]
    product: NotRequired[str]
    incident: NotRequired[str]
    # In UTC, to the millisecond.
    typed: str
    description: str | None


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


class WorkKept(TypedDict):
    work: str


class Training(TypedDict):
    """A line of the training register; its words as long as they are kept."""

    training: str
    # A day, in the customer's zone.
    day: str
    participants: int
    product: NotRequired[str]
    work: NotRequired[str]
    topic: NotRequired[str]
    # Names of who took part.
    people: NotRequired[list[str]]


class HoursAnswer(TypedDict):
    tenant: str
    # A month, in the customer's zone.
    period: str
    # The `charges` of that month's report (FORMAT.md §11), or as it would have them now.
    charges: dict[str, Any] | None
    # What was written of typed work, by its id.
    descriptions: dict[str, str]
    training: list[Training]
    # Nobody was trained for a year.
    training_missing: bool


class Work:
    """Work beside sessions, hours, tariffs, office programs."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def tariffs(self) -> builtins.list[Tariff]:
        """The vendor's tariffs."""
        found: builtins.list[Tariff] = self._calls.json("GET", "/api/tariffs")
        return found

    def add_tariff(
        self,
        *,
        version: str,
        first: str,
        assistance: int,
        training: int,
        vat_percent: int | None = None,
        until: str | None = None,
    ) -> Tariff:
        """A tariff of the vendor's."""
        found: Tariff = self._calls.json(
            "POST",
            "/api/tariffs",
            body={
                "version": version,
                "first": first,
                "assistance": assistance,
                "training": training,
                "vat_percent": vat_percent,
                "until": until,
            },
        )
        return found

    def customer_tariffs(self, *, tenant: str) -> builtins.list[Tariff]:
        """The tariffs that count for a customer."""
        found: builtins.list[Tariff] = self._calls.json(
            "GET", "/api/tenants/{tenant}/tariffs", at={"tenant": tenant}
        )
        return found

    def add_customer_tariff(
        self,
        *,
        tenant: str,
        version: str,
        first: str,
        assistance: int,
        training: int,
        vat_percent: int | None = None,
        until: str | None = None,
    ) -> Tariff:
        """A tariff of one customer's."""
        found: Tariff = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/tariffs",
            at={"tenant": tenant},
            body={
                "version": version,
                "first": first,
                "assistance": assistance,
                "training": training,
                "vat_percent": vat_percent,
                "until": until,
            },
        )
        return found

    def office_apps(self) -> builtins.list[str]:
        """What OFFICE stands for."""
        found: builtins.list[str] = self._calls.json("GET", "/api/office-apps")
        return found

    def set_office_apps(self, *, apps: builtins.list[str]) -> builtins.list[str]:
        """Set what OFFICE stands for."""
        found: builtins.list[str] = self._calls.json("PUT", "/api/office-apps", body={"apps": apps})
        return found

    def list(self, *, tenant: str) -> builtins.list[WorkAnswer]:
        """Your own work at a customer."""
        found: builtins.list[WorkAnswer] = self._calls.json(
            "GET", "/api/tenants/{tenant}/work", at={"tenant": tenant}
        )
        return found

    def add(
        self,
        *,
        tenant: str,
        began: str,
        minutes: int,
        asker: Literal["titolare", "ads", "staff"],
        means: Literal["mail", "phone", "visit", "other"],
        activities: builtins.list[ActivityForm],
        target: str | None = None,
        change: str | None = None,
        other_data: bool | None = None,
        apps: builtins.list[str] | None = None,
        topic: str | None = None,
        people: str | None = None,
        description: str | None = None,
        product: str | None = None,
        incident: str | None = None,
    ) -> WorkKept:
        """Enter work done."""
        found: WorkKept = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/work",
            at={"tenant": tenant},
            body={
                "began": began,
                "minutes": minutes,
                "asker": asker,
                "means": means,
                "activities": activities,
                "target": target,
                "change": change,
                "other_data": other_data,
                "apps": apps,
                "topic": topic,
                "people": people,
                "description": description,
                "product": product,
                "incident": incident,
            },
        )
        return found

    def drop(self, *, tenant: str, work: str) -> None:
        """Take an entry back."""
        self._calls.json("DELETE", "/api/tenants/{tenant}/work/{work}", at={"tenant": tenant, "work": work})

    def hours(self, *, tenant: str, period: str) -> HoursAnswer:
        """Hours of a period."""
        found: HoursAnswer = self._calls.json(
            "GET", "/api/tenants/{tenant}/hours/{period}", at={"tenant": tenant, "period": period}
        )
        return found
