"""Where one is logged in. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import TypedDict

from web.client.call import Calls


class LoginView(TypedDict):
    """`used`: the last act that the broker knows of. `terminal` as the access log has it, `browser` as
    it says it is. `provider`: its name, where he came by one, and `acr` what level it said."""

    id: str
    since: str
    used: str
    until: str
    proved: str
    method: str
    provider: str
    acr: str
    terminal: str
    browser: str
    here: bool


class Ended(TypedDict):
    """How many log-ins."""

    ended: int


class Logins:
    """Where one is logged in."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[LoginView]:
        """Where you are logged in."""
        found: builtins.list[LoginView] = self._calls.json("GET", "/api/logins")
        return found

    def end_others(self) -> Ended:
        """End all of yours but this one."""
        found: Ended = self._calls.json("DELETE", "/api/logins")
        return found

    def end(self, *, id: str) -> None:
        """End one of them."""
        self._calls.json("DELETE", "/api/logins/{id}", at={"id": id})
