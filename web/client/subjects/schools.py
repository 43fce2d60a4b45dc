"""Schools: feasibility study, delegation for archives, yearly clean-up. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Any, Literal

from web.client.call import Calls


class Schools:
    """Schools: feasibility study, delegation for archives, yearly clean-up."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def show(self, *, tenant: str) -> dict[str, Any]:
        """Study, delegations and clean-ups of a customer."""
        found: dict[str, Any] = self._calls.json("GET", "/api/tenants/{tenant}/school", at={"tenant": tenant})
        return found

    def type(self, *, tenant: str, type: Literal["school", "other"], clean_up: str | None = None) -> None:
        """The customer is a school, or none."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/school",
            at={"tenant": tenant},
            body={"type": type, "clean_up": clean_up},
        )

    def answer(
        self, *, tenant: str, row: str, answer: str, file: str | None = None, octets: int | None = None
    ) -> dict[str, int]:
        """Settle a row of the feasibility study."""
        found: dict[str, int] = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/school/study",
            at={"tenant": tenant},
            body={"row": row, "answer": answer, "file": file, "octets": octets},
        )
        return found

    def service(self, *, tenant: str) -> None:
        """In service, once no row is open."""
        self._calls.json("POST", "/api/tenants/{tenant}/school/service", at={"tenant": tenant})

    def end_delegation(self, *, delegation: str) -> None:
        """End a delegation for archives."""
        self._calls.json("DELETE", "/api/archives-delegations/{delegation}", at={"delegation": delegation})

    def count(
        self, *, tenant: str, clean_up: str, archive: int, phase: Literal["before", "after"], rows: int
    ) -> None:
        """Rows of an archive, before or after the clean-up."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/clean-ups/{clean_up}/counts",
            at={"tenant": tenant, "clean_up": clean_up},
            body={"archive": archive, "phase": phase, "rows": rows},
        )

    def close(self, *, tenant: str, clean_up: str) -> dict[str, int]:
        """Close a clean-up; prints the record of its minute."""
        found: dict[str, int] = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/clean-ups/{clean_up}/closure",
            at={"tenant": tenant, "clean_up": clean_up},
        )
        return found

    def decline(self, *, clean_up: str, reason: str) -> None:
        """No clean-up this year."""
        self._calls.json(
            "POST", "/api/clean-ups/{clean_up}/refusal", at={"clean_up": clean_up}, body={"reason": reason}
        )
