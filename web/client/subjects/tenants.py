"""Customers. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, TypedDict

from web.client.call import Calls


class Tenant(TypedDict):
    """Owner of one log: the vendor itself (`house`) or a customer."""

    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: str


class Tenants:
    """Customers."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[Tenant]:
        """Customers that you may see."""
        found: builtins.list[Tenant] = self._calls.json("GET", "/api/tenants")
        return found

    def open(self, *, name: str, zone: str | None = None, details: dict[str, Any] | None = None) -> Tenant:
        """Open a customer and its log."""
        found: Tenant = self._calls.json(
            "POST", "/api/tenants", body={"name": name, "zone": zone, "details": details}
        )
        return found
