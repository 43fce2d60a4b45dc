"""What customers contest. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Tenant(TypedDict):
    """Owner of one log: the vendor itself (`house`) or a customer."""

    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: str


class About(TypedDict):
    """At least one of `request` and `report`; `row` is of the report."""

    request: str | None
    report: str | None
    row: str | None


class Turn(TypedDict):
    """What somebody wrote, in the record `n`: the opening, or an answer."""

    n: int
    by: str
    role: str
    at: str


class Contest(TypedDict):
    """`turns` begins with its opening. `outcome` and `closed` once the customer closed it."""

    id: str
    about: About
    turns: list[Turn]
    outcome: NotRequired[Literal["explained", "corrected", "withdrawn"] | None]
    closed: NotRequired[str | None]


class Listed(TypedDict):
    customer: Tenant
    contest: Contest


class ContestOpened(TypedDict):
    contest: str


class Thread(TypedDict):
    """`words` by record; a text that was erased is not among them."""

    customer: Tenant
    contest: Contest
    words: dict[str, str]


class Covered(TypedDict):
    """Kept."""

    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Contests:
    """What customers contest."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[Listed]:
        """What is contested."""
        found: builtins.list[Listed] = self._calls.json("GET", "/api/contests")
        return found

    def open(
        self, *, text: str, session: str | None = None, report: str | None = None, row: str | None = None
    ) -> ContestOpened:
        """Contest a session, or a row of a report."""
        found: ContestOpened = self._calls.json(
            "POST", "/api/contests", body={"text": text, "session": session, "report": report, "row": row}
        )
        return found

    def show(self, *, tenant: str, contest: str) -> Thread:
        """What was said of one."""
        found: Thread = self._calls.json(
            "GET", "/api/contests/{tenant}/{contest}", at={"tenant": tenant, "contest": contest}
        )
        return found

    def answer(self, *, tenant: str, contest: str, text: str) -> Covered:
        """Say something to it."""
        found: Covered = self._calls.json(
            "POST",
            "/api/contests/{tenant}/{contest}/answers",
            at={"tenant": tenant, "contest": contest},
            body={"text": text},
        )
        return found

    def close(
        self, *, tenant: str, contest: str, outcome: Literal["explained", "corrected", "withdrawn"]
    ) -> None:
        """Close it with its outcome."""
        self._calls.json(
            "POST",
            "/api/contests/{tenant}/{contest}/closure",
            at={"tenant": tenant, "contest": contest},
            body={"outcome": outcome},
        )
