"""Hosts. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls, File


class BareHost(TypedDict):
    """`place` may be empty; `tool` is the licensed tool, of the same policy, that reaches it."""

    id: str
    label: str
    place: str
    os: str
    tool: str


class HostView(TypedDict):
    """`confirmed` is None while no agent has come, `list` (of the month that ended last) where it owes
    none."""

    id: str
    tenant: str
    label: str
    place: str
    state: Literal["prepared", "signed", "enrolled", "revoked", "bare", "bare_gone"]
    confirmed: bool | None
    connected: bool
    last_seen: str | None
    account: str | None
    administrator: bool
    list: Literal["received", "missing"] | None
    bare: NotRequired[BareHost | None]


class PreparedHost(TypedDict):
    """Named, and nothing signed yet."""

    tenant: str
    id: str
    label: str
    place: str


class Hosts:
    """Hosts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[HostView]:
        """Hosts of a customer."""
        found: builtins.list[HostView] = self._calls.json("GET", "/api/hosts", query={"tenant": tenant})
        return found

    def prepare(self, *, tenant: str, label: str, place: str) -> PreparedHost:
        """Name a host; the titolare signs its enrolment."""
        found: PreparedHost = self._calls.json(
            "POST", "/api/hosts", body={"tenant": tenant, "label": label, "place": place}
        )
        return found

    def enrolment(self, *, host: str) -> File:
        """The file that its agent is given."""
        return self._calls.file("GET", "/api/hosts/{host}/enrolment", at={"host": host})

    def revoke(self, *, host: str, reason: Literal["retired", "lost", "compromised", "reinstalled"]) -> None:
        """Out of use for good."""
        self._calls.json("POST", "/api/hosts/{host}/revocation", at={"host": host}, body={"reason": reason})
