"""Work beside sessions, hours, tariffs, office programs. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls


class Tariff(TypedDict):
    version: str
    first: str
    assistance: int
    training: int
    vat: NotRequired[int]
    own: NotRequired[bool]
    last: NotRequired[str | None]


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


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

    def list(self, *, tenant: str) -> builtins.list[dict[str, Any]]:
        """Your own work at a customer."""
        found: builtins.list[dict[str, Any]] = self._calls.json(
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
    ) -> dict[str, str]:
        """Enter work done."""
        found: dict[str, str] = self._calls.json(
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

    def hours(self, *, tenant: str, period: str) -> dict[str, Any]:
        """Hours of a period."""
        found: dict[str, Any] = self._calls.json(
            "GET", "/api/tenants/{tenant}/hours/{period}", at={"tenant": tenant, "period": period}
        )
        return found
