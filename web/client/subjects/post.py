"""Mails that came, and letters with receipts. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any

from web.client.call import Calls, File


class Post:
    """Mails that came, and letters with receipts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> dict[str, Any]:
        """Mails and letters."""
        found: dict[str, Any] = self._calls.json("GET", "/api/post")
        return found

    def rules(self, *, least: str) -> dict[str, Any]:
        """The least proof that a customer wants of a mail."""
        found: dict[str, Any] = self._calls.json("PUT", "/api/post/rules", body={"least": least})
        return found

    def senders(self) -> builtins.list[dict[str, Any]]:
        """Who of a customer may write, and by what he is known."""
        found: builtins.list[dict[str, Any]] = self._calls.json("GET", "/api/post/senders")
        return found

    def know(
        self,
        *,
        person: str,
        domain: str | None = None,
        box: str | None = None,
        fiscal_code: str | None = None,
    ) -> dict[str, Any]:
        """By what a person's mail is known."""
        found: dict[str, Any] = self._calls.json(
            "PUT",
            "/api/post/senders/{person}",
            at={"person": person},
            body={"domain": domain, "box": box, "fiscal_code": fiscal_code},
        )
        return found

    def show(self, *, mail: str) -> dict[str, Any]:
        """A mail, and what it proves."""
        found: dict[str, Any] = self._calls.json("GET", "/api/post/mails/{mail}", at={"mail": mail})
        return found

    def raw(self, *, mail: str) -> File:
        """A mail's bytes as they came."""
        return self._calls.file("GET", "/api/post/mails/{mail}/raw", at={"mail": mail})

    def bind(self, *, mail: str, request: str) -> dict[str, Any]:
        """Say which request a mail is about."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/post/mails/{mail}/binding", at={"mail": mail}, body={"request": request}
        )
        return found

    def report(self, *, mail: str, text: str) -> dict[str, Any]:
        """Make an incident of a mail."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/post/mails/{mail}/incident", at={"mail": mail}, body={"text": text}
        )
        return found

    def aside(self, *, mail: str) -> dict[str, Any]:
        """Nothing is to be done about a mail."""
        found: dict[str, Any] = self._calls.json("POST", "/api/post/mails/{mail}/aside", at={"mail": mail})
        return found
