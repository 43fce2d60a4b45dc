"""Sub-processors. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, TypedDict

from web.client.call import Calls


class Subprocessor(TypedDict):
    """A company whose people work for the vendor. `place`: the country it works from (art. 28(4),
    44)."""

    id: str
    name: str
    place: str


class Subprocessors:
    """Sub-processors."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[Subprocessor]:
        """Sub-processors."""
        found: builtins.list[Subprocessor] = self._calls.json("GET", "/api/subprocessors")
        return found

    def add(self, *, name: str, place: str) -> Subprocessor:
        """Enter a company."""
        found: Subprocessor = self._calls.json(
            "POST", "/api/subprocessors", body={"name": name, "place": place}
        )
        return found

    def announce(self, *, tenant: str, company: str, general: bool, days: int | None = None) -> None:
        """Announce one to a customer."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/subprocessors/{company}",
            at={"tenant": tenant, "company": company},
            body={"general": general, "days": days},
        )

    def answer(self, *, company: str, answer: Literal["agreed", "objected"]) -> None:
        """The titolare agrees or objects."""
        self._calls.json(
            "POST", "/api/subprocessors/{company}/answer", at={"company": company}, body={"answer": answer}
        )
