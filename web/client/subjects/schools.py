"""Schools: feasibility study, delegation for archives, yearly clean-up. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class StudyRow(TypedDict):
    answer: str | None
    at: str
    # SHA-256 of the paper beside it, in hex.
    file: str | None
    # Its size in bytes.
    octets: int | None


_Delegation = TypedDict("_Delegation", {"from": str})


class Delegation(_Delegation):
    delegation: str
    # SHA-256, in hex.
    statement: str
    persons: list[str]
    until: str
    # Ended by a titolare before its day.
    ended: bool


class CountedArchive(TypedDict):
    """Rows, as they were counted."""

    name: str
    before: NotRequired[int]
    after: NotRequired[int]


class CleanUpAnswer(TypedDict):
    id: str
    due: str
    state: Literal["due", "instructed", "cleaning", "closed", "declined"]
    archives: list[CountedArchive]
    instructed: str | None
    # SHA-256 of the instruction, in hex.
    statement: str | None
    ended: str | None
    # The number of its record in the log.
    minute: int | None


class SchoolAnswer(TypedDict):
    """A feasibility study, and what stands on it."""

    type: Literal["school", "other"]
    # The day of the year on which it is due, `MM-DD`.
    clean_up: str | None
    # What the study has, by the row's code.
    rows: dict[str, StudyRow]
    # Rows without an answer, by their codes.
    open_rows: list[str]
    in_service: str | None
    delegations: list[Delegation]
    clean_ups: list[CleanUpAnswer]


class Covered(TypedDict):
    """Kept."""

    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class MinuteKept(TypedDict):
    # The number of its record in the log.
    minute: int


class Schools:
    """Schools: feasibility study, delegation for archives, yearly clean-up."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def show(self, *, tenant: str) -> SchoolAnswer:
        """Study, delegations and clean-ups of a customer."""
        found: SchoolAnswer = self._calls.json("GET", "/api/tenants/{tenant}/school", at={"tenant": tenant})
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
    ) -> Covered:
        """Settle a row of the feasibility study."""
        found: Covered = self._calls.json(
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

    def close(self, *, tenant: str, clean_up: str) -> MinuteKept:
        """Close a clean-up; prints the record of its minute."""
        found: MinuteKept = self._calls.json(
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
