"""The register of administrators. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, TypedDict

from web.client.call import Calls, File


class Listed(TypedDict):
    """A line of the register as of a day. `hosts` are labels; no areas or hosts: not restricted.
    `first` and `last` are the local days of this time without a break, both counted; `appointment` its
    id, if it is one."""

    person: str
    name: str
    function: str
    source: Literal["set", "appointment"]
    areas: list[str]
    hosts: list[str]
    first: str
    last: str
    evaluated: str
    by: str
    n: int
    appointment: str | None


class RegisterAnswer(TypedDict):
    """Who was administrator at any time of `day`."""

    tenant: str
    day: str
    shows: Literal["nothing", "functions", "names"]
    administrators: list[Listed]


class Appointed(TypedDict):
    appointment: str


class StaffLine(TypedDict):
    """One of the vendor's people, and the customers for whom he is appointed today."""

    person: str
    name: str
    function: str
    customers: list[str]


class Notice(TypedDict):
    """What the people at work are told, today: nothing, functions alone, or names with functions
    (L-04)."""

    tenant: str
    day: str
    shows: Literal["nothing", "functions", "names"]
    lines: list[list[Any]]


class Administrators:
    """The register of administrators."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str, day: str | None = None) -> RegisterAnswer:
        """Who was administrator on a day."""
        found: RegisterAnswer = self._calls.json(
            "GET", "/api/administrators", query={"tenant": tenant, "day": day}
        )
        return found

    def appoint(
        self,
        *,
        tenant: str,
        person: str,
        function: str,
        areas: builtins.list[str],
        first: str,
        last: str,
        hosts: builtins.list[str] | None = None,
        evaluation: str | None = None,
        evaluated_by: str | None = None,
        evaluated: str | None = None,
    ) -> Appointed:
        """Appoint one, with his evaluation."""
        found: Appointed = self._calls.json(
            "POST",
            "/api/administrators",
            body={
                "tenant": tenant,
                "person": person,
                "function": function,
                "areas": areas,
                "first": first,
                "last": last,
                "hosts": hosts,
                "evaluation": evaluation,
                "evaluated_by": evaluated_by,
                "evaluated": evaluated,
            },
        )
        return found

    def staff(self) -> builtins.list[StaffLine]:
        """The vendor's people and their appointments."""
        found: builtins.list[StaffLine] = self._calls.json("GET", "/api/administrators/staff")
        return found

    def notice(self, *, tenant: str) -> Notice:
        """The notice for people at work."""
        found: Notice = self._calls.json("GET", "/api/administrators/notice", query={"tenant": tenant})
        return found

    def set_notice(self, *, shows: Literal["nothing", "functions", "names"]) -> None:
        """What that notice shows."""
        self._calls.json("PUT", "/api/administrators/notice", body={"shows": shows})

    def print(self, *, form: Literal["pdf", "csv"], tenant: str, day: str | None = None) -> File:
        """The register as a file."""
        return self._calls.file(
            "GET", "/api/administrators/list.{form}", at={"form": form}, query={"tenant": tenant, "day": day}
        )

    def letter(self, *, tenant: str, appointment: str) -> File:
        """A letter of appointment."""
        return self._calls.file(
            "GET",
            "/api/administrators/{tenant}/{appointment}.pdf",
            at={"tenant": tenant, "appointment": appointment},
        )

    def end(self, *, tenant: str, appointment: str) -> None:
        """End an appointment."""
        self._calls.json(
            "DELETE",
            "/api/administrators/{tenant}/{appointment}",
            at={"tenant": tenant, "appointment": appointment},
        )
