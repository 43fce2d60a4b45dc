"""Who asked about a plan. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import TypedDict

from web.client.call import Calls


class Lead(TypedDict):
    """All of it but the days is a stranger's own words."""

    lead: str
    # In UTC, to the millisecond.
    came: str
    name: str
    email: str
    company: str
    phone: str
    # The plan asked about, by its code; may be empty.
    plan: str
    text: str
    answered: str | None


class Leads:
    """Who asked about a plan."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[Lead]:
        """Who asked about a plan, those nobody answered first."""
        found: builtins.list[Lead] = self._calls.json("GET", "/api/leads")
        return found

    def answer(self, *, lead: str) -> None:
        """Say that somebody answered."""
        self._calls.json("POST", "/api/leads/{lead}/answer", at={"lead": lead})

    def drop(self, *, lead: str) -> None:
        """Erase one."""
        self._calls.json("DELETE", "/api/leads/{lead}", at={"lead": lead})
