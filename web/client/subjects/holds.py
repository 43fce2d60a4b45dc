"""Holds of erasure. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, TypedDict

from web.client.call import Calls


class HoldPlaced(TypedDict):
    hold: str


class Holds:
    """Holds of erasure."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def set(
        self,
        *,
        reason: Literal["contest", "claim", "authority"],
        review: str,
        tenant: str | None = None,
        request: str | None = None,
    ) -> HoldPlaced:
        """Hold the erasure of what a dispute needs."""
        found: HoldPlaced = self._calls.json(
            "POST",
            "/api/holds",
            body={"reason": reason, "review": review, "tenant": tenant, "request": request},
        )
        return found

    def lift(self, *, tenant: str, hold: str) -> None:
        """Let it be erased again."""
        self._calls.json("DELETE", "/api/holds/{tenant}/{hold}", at={"tenant": tenant, "hold": hold})
