"""Versions of programs, and where each customer stands. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal

from web.client.call import Calls


class Programs:
    """Versions of programs, and where each customer stands."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> dict[str, Any]:
        """All of it, and where each customer stands."""
        found: dict[str, Any] = self._calls.json("GET", "/api/programs")
        return found

    def show(self, *, tenant: str) -> dict[str, Any]:
        """A customer's own versions and what is offered."""
        found: dict[str, Any] = self._calls.json(
            "GET", "/api/tenants/{tenant}/programs", at={"tenant": tenant}
        )
        return found

    def publish(
        self,
        *,
        product: str,
        version: str,
        dated: str,
        components: builtins.list[Literal["program", "database"]],
        half_yearly: bool | None = None,
        os: str | None = None,
        customer: str | None = None,
        peremptory: bool | None = None,
        reason: Literal["law", "security", "defects", "system"] | None = None,
    ) -> dict[str, Any]:
        """Publish a version."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/releases",
            body={
                "product": product,
                "version": version,
                "dated": dated,
                "components": components,
                "half_yearly": half_yearly,
                "os": os,
                "customer": customer,
                "peremptory": peremptory,
                "reason": reason,
            },
        )
        return found

    def installed(self, *, tenant: str, product: str, version: str) -> None:
        """Which version a customer has."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/versions",
            at={"tenant": tenant},
            body={"product": product, "version": version},
        )

    def receipt(
        self,
        *,
        tenant: str,
        release: str,
        how: str,
        received: str,
        reference: str | None = None,
        file: str | None = None,
    ) -> None:
        """That it was delivered, with what proves it."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/releases/{release}/receipt",
            at={"tenant": tenant, "release": release},
            body={"how": how, "received": received, "reference": reference, "file": file},
        )

    def fetched(self, *, release: str) -> None:
        """The customer fetches it now."""
        self._calls.json("POST", "/api/releases/{release}/fetched", at={"release": release})

    def accept(self, *, release: str) -> None:
        """The customer accepts it."""
        self._calls.json("POST", "/api/releases/{release}/acceptance", at={"release": release})

    def malfunction(
        self,
        *,
        release: str,
        steps: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        sample: str | None = None,
        build: str | None = None,
    ) -> dict[str, Any]:
        """It does not do what it should."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/releases/{release}/malfunctions",
            at={"release": release},
            body={"steps": steps, "expected": expected, "actual": actual, "sample": sample, "build": build},
        )
        return found

    def decide(
        self, *, tenant: str, release: str, decision: Literal["accepted", "more_time", "not_bought", "agreed"]
    ) -> None:
        """What becomes of a customisation whose days are over."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/releases/{release}/decision",
            at={"tenant": tenant, "release": release},
            body={"decision": decision},
        )
