"""The log's files. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import TypedDict

from web.client.call import Calls, File


class MonitorLet(TypedDict):
    """`address` is the log's, without a slash at the end; `token` is shown this once."""

    address: str
    token: str


class Log:
    """The log's files."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def token(self) -> MonitorLet:
        """A secret by which a monitor reads the log."""
        found: MonitorLet = self._calls.json("POST", "/api/log/token")
        return found

    def fetch(self, *, tenant: str, year: str, path: str) -> File:
        """A file of a log: checkpoint, tile/…."""
        return self._calls.file(
            "GET", "/api/log/{tenant}/{year}/{path}", at={"tenant": tenant, "year": year, "path": path}
        )
