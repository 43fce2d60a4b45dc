"""Contracts. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any

from web.client.call import Calls


class Contracts:
    """Contracts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> dict[str, Any]:
        """Contracts of a customer, and which counts now."""
        found: dict[str, Any] = self._calls.json(
            "GET", "/api/tenants/{tenant}/contracts", at={"tenant": tenant}
        )
        return found

    def agree(
        self,
        *,
        tenant: str,
        first: str,
        last: str,
        plan: str | None = None,
        prepaid: bool | None = None,
        paid: str | None = None,
        patron: str | None = None,
        closures: builtins.list[str] | None = None,
        half_shifts: bool | None = None,
        products: builtins.list[str] | None = None,
        included: int | None = None,
        step: int | None = None,
        least: int | None = None,
    ) -> dict[str, Any]:
        """Enter a contract."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/contracts",
            at={"tenant": tenant},
            body={
                "first": first,
                "last": last,
                "plan": plan,
                "prepaid": prepaid,
                "paid": paid,
                "patron": patron,
                "closures": closures,
                "half_shifts": half_shifts,
                "products": products,
                "included": included,
                "step": step,
                "least": least,
            },
        )
        return found
