"""Facts of a log, to another system. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, TypedDict

from web.client.call import Calls


class WebhookSecret(TypedDict):
    webhook: str
    secret: str


class EventsPage(TypedDict):
    events: list[dict[str, Any]]
    next: int
    more: bool


class Webhooks:
    """Facts of a log, to another system."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[dict[str, Any]]:
        """Where facts of a customer's log go, and the last tries."""
        found: builtins.list[dict[str, Any]] = self._calls.json(
            "GET", "/api/tenants/{tenant}/webhooks", at={"tenant": tenant}
        )
        return found

    def open(self, *, tenant: str, address: str, kinds: builtins.list[str] | None = None) -> WebhookSecret:
        """Send facts to an https address; prints the secret, once."""
        found: WebhookSecret = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks",
            at={"tenant": tenant},
            body={"address": address, "kinds": kinds},
        )
        return found

    def close(self, *, tenant: str, webhook: str) -> None:
        """Send no more."""
        self._calls.json(
            "DELETE", "/api/tenants/{tenant}/webhooks/{webhook}", at={"tenant": tenant, "webhook": webhook}
        )

    def pause(self, *, tenant: str, webhook: str) -> None:
        """Hold them back."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/pause",
            at={"tenant": tenant, "webhook": webhook},
        )

    def resume(self, *, tenant: str, webhook: str) -> None:
        """Go on from where it stopped."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/resume",
            at={"tenant": tenant, "webhook": webhook},
        )

    def secret(self, *, tenant: str, webhook: str) -> WebhookSecret:
        """A new secret; the one before counts for a day more."""
        found: WebhookSecret = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/secret",
            at={"tenant": tenant, "webhook": webhook},
        )
        return found

    def test(self, *, tenant: str, webhook: str) -> dict[str, Any]:
        """Send an event that stands for no fact."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/tenants/{tenant}/webhooks/{webhook}/test", at={"tenant": tenant, "webhook": webhook}
        )
        return found

    def events(
        self, *, tenant: str, webhook: str, after: int | None = None, limit: int | None = None
    ) -> EventsPage:
        """The facts that it sends, from a number on."""
        found: EventsPage = self._calls.json(
            "GET",
            "/api/tenants/{tenant}/webhooks/{webhook}/events",
            at={"tenant": tenant, "webhook": webhook},
            query={"after": after, "limit": limit},
        )
        return found
