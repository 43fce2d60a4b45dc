"""What comes in pages, one after the other: asked for as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from web.client.client import Client
from web.client.subjects.accesses import AccessEntry
from web.client.subjects.requests import RequestTold
from web.client.subjects.webhooks import Event


def events(client: Client, tenant: str, webhook: str, after: int = -1) -> Iterator[Event]:
    """Every event from behind record number `after` to the end of the log as it stands then."""
    more = True
    while more:
        page = client.webhooks.events(tenant=tenant, webhook=webhook, after=after)
        yield from page["events"]
        after, more = page["next"], page["more"]


def accesses(client: Client, tenant: str, **asked: Any) -> Iterator[AccessEntry]:
    """Every access of a customer, the newest first; `asked` as `client.accesses.list` takes it."""
    before: int | None = None
    while True:
        page = client.accesses.list(tenant=tenant, before=before, **asked)
        yield from page["entries"]
        before = page["before"]
        if before is None:
            return


def requests(client: Client, *, limit: int = 100) -> Iterator[RequestTold]:
    """Every request that you may see, of any state, the newest first; `limit` of them at a time."""
    before: str | None = ""
    while before is not None:
        page = client.requests.history(before=before, limit=limit)
        yield from page["requests"]
        before = page["before"]
