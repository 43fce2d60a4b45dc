"""Recordings. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, TypedDict

from web.client.call import Calls, File


class Cleared(TypedDict):
    # Recorded, with its reason.
    clear: bool


class Recordings:
    """Recordings."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def read(
        self,
        *,
        session: str,
        recording: str,
        reason: Literal["incident", "dispute", "control", "access_request"],
    ) -> File:
        """A recording, with the reason for reading it."""
        return self._calls.file(
            "POST",
            "/api/sessions/{session}/recordings/{recording}",
            at={"session": session, "recording": recording},
            body={"reason": reason},
        )

    def clear(
        self,
        *,
        session: str,
        recording: str,
        reason: Literal["incident", "dispute", "control", "access_request"],
    ) -> Cleared:
        """Note, with the reason, that a screen is seen as it was."""
        found: Cleared = self._calls.json(
            "POST",
            "/api/sessions/{session}/recordings/{recording}/clear",
            at={"session": session, "recording": recording},
            body={"reason": reason},
        )
        return found
