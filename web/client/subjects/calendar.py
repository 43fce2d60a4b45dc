"""Your windows and due dates, in a calendar program. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import TypedDict

from web.client.call import Calls


class CalendarOpened(TypedDict):
    """Shown this once; it counts until it is renewed or taken back, or he leaves."""

    address: str


class Calendar:
    """Your windows and due dates, in a calendar program."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def open(self) -> CalendarOpened:
        """The secret address of your calendar, once."""
        found: CalendarOpened = self._calls.json("POST", "/api/calendar")
        return found

    def close(self) -> None:
        """Nobody reads it any more."""
        self._calls.json("DELETE", "/api/calendar")
