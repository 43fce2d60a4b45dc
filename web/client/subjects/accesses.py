"""The access log. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, TypedDict

from web.client.call import Calls, File


class AccessPage(TypedDict):
    entries: list[Any]
    before: int | None


class Counts(TypedDict):
    tenant: str
    name: str
    total: int
    outcomes: dict[str, int] | None


class Accesses:
    """The access log."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self,
        *,
        tenant: str,
        since: str | None = None,
        until: str | None = None,
        person: str | None = None,
        host: str | None = None,
        before: int | None = None,
        administrators: bool | None = None,
        limit: int | None = None,
    ) -> AccessPage:
        """Accesses of a customer, newest first."""
        found: AccessPage = self._calls.json(
            "GET",
            "/api/accesses",
            query={
                "tenant": tenant,
                "since": since,
                "until": until,
                "person": person,
                "host": host,
                "before": before,
                "administrators": administrators,
                "limit": limit,
            },
        )
        return found

    def own(
        self,
        *,
        tenant: str,
        since: str | None = None,
        until: str | None = None,
        person: str | None = None,
        host: str | None = None,
        before: int | None = None,
        administrators: bool | None = None,
        limit: int | None = None,
    ) -> AccessPage:
        """Your own accesses."""
        found: AccessPage = self._calls.json(
            "GET",
            "/api/accesses/own",
            query={
                "tenant": tenant,
                "since": since,
                "until": until,
                "person": person,
                "host": host,
                "before": before,
                "administrators": administrators,
                "limit": limit,
            },
        )
        return found

    def count(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        person: str | None = None,
        host: str | None = None,
        before: int | None = None,
        administrators: bool | None = None,
        limit: int | None = None,
    ) -> builtins.list[Counts]:
        """How many, by customer."""
        found: builtins.list[Counts] = self._calls.json(
            "GET",
            "/api/accesses/counts",
            query={
                "since": since,
                "until": until,
                "person": person,
                "host": host,
                "before": before,
                "administrators": administrators,
                "limit": limit,
            },
        )
        return found

    def export(
        self,
        *,
        form: Literal["csv", "jsonl", "zip"],
        tenant: str,
        bom: bool | None = None,
        since: str | None = None,
        until: str | None = None,
        person: str | None = None,
        host: str | None = None,
        before: int | None = None,
        administrators: bool | None = None,
        limit: int | None = None,
    ) -> File:
        """The access log as a file."""
        return self._calls.file(
            "GET",
            "/api/accesses/export.{form}",
            at={"form": form},
            query={
                "tenant": tenant,
                "bom": bom,
                "since": since,
                "until": until,
                "person": person,
                "host": host,
                "before": before,
                "administrators": administrators,
                "limit": limit,
            },
        )

    def incident(self, *, tenant: str, since: str, until: str) -> File:
        """Evidence of an incident, with proofs, for an authority."""
        return self._calls.file(
            "GET", "/api/accesses/incident.zip", query={"tenant": tenant, "since": since, "until": until}
        )

    def export_own(
        self,
        *,
        form: Literal["csv", "jsonl", "zip"],
        tenant: str,
        since: str | None = None,
        until: str | None = None,
        person: str | None = None,
        host: str | None = None,
        before: int | None = None,
        administrators: bool | None = None,
        limit: int | None = None,
    ) -> File:
        """Your own accesses as a file."""
        return self._calls.file(
            "GET",
            "/api/accesses/own.{form}",
            at={"form": form},
            query={
                "tenant": tenant,
                "since": since,
                "until": until,
                "person": person,
                "host": host,
                "before": before,
                "administrators": administrators,
                "limit": limit,
            },
        )
