"""The category of a customer. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Paper(TypedDict):
    """`dated` is a local day (``2026-11-22``), `file` a SHA-256 in hex."""

    kind: str
    reference: str
    dated: str
    file: NotRequired[str | None]


class Validity(TypedDict):
    """`until` is exclusive; None: until another one begins. `paper`: the appointment, of category 1."""

    category: Literal[1, 2]
    since: str
    until: NotRequired[str | None]
    paper: NotRequired[Paper | None]


class Category:
    """The category of a customer."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[Validity]:
        """Categories of a customer, with their days."""
        found: builtins.list[Validity] = self._calls.json(
            "GET", "/api/tenants/{tenant}/category", at={"tenant": tenant}
        )
        return found

    def set(
        self,
        *,
        tenant: str,
        category: Literal[1, 2],
        since: str | None = None,
        until: str | None = None,
        paper: str | None = None,
        reference: str | None = None,
        dated: str | None = None,
        file: str | None = None,
    ) -> Validity:
        """Enter a category."""
        found: Validity = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/category",
            at={"tenant": tenant},
            body={
                "category": category,
                "since": since,
                "until": until,
                "paper": paper,
                "reference": reference,
                "dated": dated,
                "file": file,
            },
        )
        return found
