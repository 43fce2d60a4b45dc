"""How often reports are made, packages for preservation. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, TypedDict

from web.client.call import Calls, File


class CadenceAnswer(TypedDict):
    # How often reports are made.
    cadence: Literal["monthly", "weekly", "quarterly", "intervention"]


class Agreed(TypedDict):
    """From the local day `since` on."""

    cadence: Literal["monthly", "weekly", "quarterly", "intervention"]
    since: str


class Reports:
    """How often reports are made, packages for preservation."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def preservation(self, *, number: str, profile: str | None = None) -> File:
        """The package of a report for a conservatore."""
        return self._calls.file(
            "GET", "/api/reports/{number}/preservation.zip", at={"number": number}, query={"profile": profile}
        )

    def cadence(self, *, tenant: str) -> CadenceAnswer:
        """How often a customer is reported to."""
        found: CadenceAnswer = self._calls.json("GET", "/api/cadence", query={"tenant": tenant})
        return found

    def set_cadence(
        self, *, cadence: Literal["monthly", "weekly", "quarterly", "intervention"], tenant: str | None = None
    ) -> Agreed:
        """Agree how often."""
        found: Agreed = self._calls.json("POST", "/api/cadence", body={"cadence": cadence, "tenant": tenant})
        return found
