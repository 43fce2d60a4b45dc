"""Requests for access. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls, File


class RequestTold(TypedDict):
    request: str
    tenant: str
    customer: str
    host: str
    label: str
    incident: str
    own: bool
    stands: str
    lacks: list[str]
    not_before: str
    not_after: str
    session: NotRequired[str | None]
    phase: NotRequired[str | None]
    ssh: NotRequired[str | None]


class PortForm(TypedDict):
    id: str
    host: str
    port: int


class ChannelForm(TypedDict):
    kind: Literal["terminal", "exec", "files", "forward", "desktop", "tool"]
    tool: NotRequired[str | None]
    port: NotRequired[PortForm | None]
    folder: NotRequired[str | None]
    direction: NotRequired[Literal["from_host", "to_host", "both"] | None]
    control: NotRequired[bool]
    clipboard: NotRequired[bool]


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


class Progress(TypedDict):
    request: str
    tenant: str
    state: str
    session: NotRequired[str | None]
    phase: NotRequired[str | None]
    reason: NotRequired[str | None]


class Requests:
    """Requests for access."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[RequestTold]:
        """Requests that something can still come of."""
        found: builtins.list[RequestTold] = self._calls.json("GET", "/api/requests")
        return found

    def ask(
        self,
        *,
        host: str,
        channels: builtins.list[ChannelForm],
        activities: builtins.list[ActivityForm],
        incident_text: str | None = None,
        reason: str | None = None,
        incident: str | None = None,
        not_before: str | None = None,
        not_after: str | None = None,
        longest_s: int | None = None,
    ) -> dict[str, Any]:
        """Ask for access to a host."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/requests",
            body={
                "host": host,
                "channels": channels,
                "activities": activities,
                "incident_text": incident_text,
                "reason": reason,
                "incident": incident,
                "not_before": not_before,
                "not_after": not_after,
                "longest_s": longest_s,
            },
        )
        return found

    def withdraw(self, *, request: str, reason: str | None = None) -> dict[str, Any]:
        """Take a request back."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/requests/{request}/withdrawal", at={"request": request}, body={"reason": reason}
        )
        return found

    def remind(self, *, request: str) -> None:
        """Write once more to whoever may approve."""
        self._calls.json("POST", "/api/requests/{request}/letter", at={"request": request})

    def show(self, *, request: str) -> Progress:
        """What became of a request."""
        found: Progress = self._calls.json("GET", "/api/requests/{request}", at={"request": request})
        return found

    def approve(
        self,
        *,
        request: str,
        supervision: Literal["self", "named", "waived"],
        watcher: str | None = None,
        demo_software: bool | None = None,
    ) -> dict[str, Any]:
        """The page to read and sign."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/requests/{request}/approval/begin",
            at={"request": request},
            body={"supervision": supervision, "watcher": watcher, "demo_software": demo_software},
        )
        return found

    def refuse(self, *, request: str) -> dict[str, Any]:
        """Say no."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/requests/{request}/refusal", at={"request": request}
        )
        return found

    def explain(self, *, request: str, reason: str | None = None) -> dict[str, Any]:
        """Say why it was no."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/requests/{request}/refusal/reason", at={"request": request}, body={"reason": reason}
        )
        return found

    def revoke(self, *, request: str) -> dict[str, Any]:
        """Take a yes back; what runs ends."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/requests/{request}/revocation", at={"request": request}
        )
        return found

    def solved(self, *, request: str) -> dict[str, Any]:
        """The customer solved it himself."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/requests/{request}/solved", at={"request": request}
        )
        return found

    def supervise(self, *, request: str, page_key: str, demo_software: bool | None = None) -> dict[str, Any]:
        """The page to take the supervision."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/requests/{request}/supervision/begin",
            at={"request": request},
            body={"page_key": page_key, "demo_software": demo_software},
        )
        return found

    def question(self, *, request_id: str, text: str) -> dict[str, int]:
        """An instruction that seems unlawful."""
        found: dict[str, int] = self._calls.json(
            "POST", "/api/requests/{request_id}/question", at={"request_id": request_id}, body={"text": text}
        )
        return found

    def rectify(self, *, request_id: str, what: Literal["request", "note"], text: str) -> dict[str, int]:
        """Correct what was written of it."""
        found: dict[str, int] = self._calls.json(
            "POST",
            "/api/requests/{request_id}/rectifications",
            at={"request_id": request_id},
            body={"what": what, "text": text},
        )
        return found

    def calendar(self, *, request: str, en: bool | None = None) -> File:
        """A request's window, for a calendar."""
        return self._calls.file(
            "GET", "/api/requests/{request}/calendar.ics", at={"request": request}, query={"en": en}
        )
