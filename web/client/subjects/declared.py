"""Sessions on hosts without an agent. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


class NextCovered(TypedDict):
    """Done, with what was written."""

    # The page on which it goes on, below the broker's address.
    next: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Declared:
    """Sessions on hosts without an agent."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def close(
        self,
        *,
        declared: str,
        outcome: str,
        activities: list[ActivityForm],
        target: str | None = None,
        change: str | None = None,
        other_data: bool | None = None,
        apps: list[str] | None = None,
        topic: str | None = None,
        people: str | None = None,
        note: str | None = None,
    ) -> NextCovered:
        """Outcome and activities."""
        found: NextCovered = self._calls.json(
            "POST",
            "/api/declared/{declared}/close",
            at={"declared": declared},
            body={
                "outcome": outcome,
                "activities": activities,
                "target": target,
                "change": change,
                "other_data": other_data,
                "apps": apps,
                "topic": topic,
                "people": people,
                "note": note,
            },
        )
        return found
