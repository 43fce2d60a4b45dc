"""The access log. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls, File


class AccessEntry(TypedDict):
    """One access; what is empty is absent."""

    # The record's number in the log.
    seq: int
    # Whose log it is.
    chain: str
    # When it happened, UTC.
    time: str
    # The same as clocks at the customer's showed it.
    local: str
    # What the zone was called then.
    zone: str
    # When the broker wrote it down, UTC.
    received: str
    event: str
    # `ok`, `denied`, `failed` or `info`.
    outcome: str
    reason: NotRequired[str]
    # His pseudonym.
    person: NotRequired[str]
    name: NotRequired[str]
    role: NotRequired[str]
    # He was appointed one at that instant.
    administrator: bool
    # How he showed who he is.
    auth: NotRequired[str]
    # `portal`: the broker's own doors.
    host: NotRequired[str]
    host_name: NotRequired[str]
    # The local account, on the host.
    account: NotRequired[str]
    # That account administers the host.
    privileged: NotRequired[bool]
    terminal: NotRequired[str]
    tool: NotRequired[str]
    what: NotRequired[str]
    session: NotRequired[str]
    request: NotRequired[str]
    grant: NotRequired[str]
    incident: NotRequired[str]
    last_seen: NotRequired[str]
    # The record's leaf hash, in hex.
    leaf: str
    # A sentence, in Italian, of a template.
    text: str


class AccessPage(TypedDict):
    """Newest first, each as in `accessi.jsonl` (FORMAT.md §17)."""

    entries: list[AccessEntry]
    # Ask with it for the next page; null: that was all.
    before: int | None


class Counts(TypedDict):
    """Of one tenant in the days asked for. `outcomes` is None where it would tell of too few people
    (L-43)."""

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
