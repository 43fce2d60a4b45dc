"""Sessions. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls


class PasskeyOptions(TypedDict):
    """What a technician's passkey is to sign."""

    # For the browser's passkey call, as WebAuthn has them.
    options: dict[str, Any]


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


class NextCovered(TypedDict):
    """Done, with what was written."""

    # The page on which it goes on, below the broker's address.
    next: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class AskedMore(TypedDict):
    """A request for more time, as it was recorded."""

    request: str
    # SHA-256 of the statement that is to be approved, in hex.
    digest: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Ordered(TypedDict):
    """The host was told."""

    # Whether the order left for the host.
    sent: bool


class ToSign(TypedDict):
    """Nothing is signed by it."""

    # The signing page; a person opens it, reads and signs.
    url: str


class NextOrdered(TypedDict):
    # The page on which it goes on, below the broker's address.
    next: str
    # False: the host is out of reach, and ends it by its own clock.
    sent: bool


class Covered(TypedDict):
    """Kept."""

    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Flagged(TypedDict):
    # The flag's number: its record's in the customer's log.
    flag: int


class ToolStarted(TypedDict):
    # The channel it runs in; that it runs, the agent tells in a moment.
    channel: str


class ToolStopped(TypedDict):
    # Whether one ran that was asked to stop.
    asked: bool


class Sessions:
    """Sessions."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def activate(self, *, session: str) -> PasskeyOptions:
        """The page to begin it with a passkey."""
        found: PasskeyOptions = self._calls.json(
            "POST", "/api/sessions/{session}/activation/begin", at={"session": session}
        )
        return found

    def close(
        self,
        *,
        session: str,
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
            "/api/sessions/{session}/close",
            at={"session": session},
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

    def extend(self, *, session: str, reason: str | None = None, longest_s: int | None = None) -> AskedMore:
        """Ask for more time, by a request to be signed."""
        found: AskedMore = self._calls.json(
            "POST",
            "/api/sessions/{session}/extension",
            at={"session": session},
            body={"reason": reason, "longest_s": longest_s},
        )
        return found

    def pause(self, *, session: str) -> Ordered:
        """The host holds it."""
        found: Ordered = self._calls.json("POST", "/api/sessions/{session}/pause", at={"session": session})
        return found

    def resume(self, *, session: str) -> Ordered:
        """Let it go on."""
        found: Ordered = self._calls.json("POST", "/api/sessions/{session}/resume", at={"session": session})
        return found

    def sign_stop(self, *, session: str, demo_software: bool | None = None) -> ToSign:
        """The page to end it by a signature."""
        found: ToSign = self._calls.json(
            "POST",
            "/api/sessions/{session}/stop/begin",
            at={"session": session},
            body={"demo_software": demo_software},
        )
        return found

    def stop(self, *, session: str) -> NextOrdered:
        """End it now."""
        found: NextOrdered = self._calls.json("POST", "/api/sessions/{session}/stop", at={"session": session})
        return found

    def say(self, *, session: str, text: str | None = None) -> Covered:
        """Write to its technician, or to whoever watches."""
        found: Covered = self._calls.json(
            "POST", "/api/sessions/{session}/messages", at={"session": session}, body={"text": text}
        )
        return found

    def flag(self, *, session: str) -> Flagged:
        """Mark this moment, to be looked at again."""
        found: Flagged = self._calls.json("POST", "/api/sessions/{session}/flags", at={"session": session})
        return found

    def explain_flag(self, *, session: str, flag: int, reason: str | None = None) -> Covered:
        """Say what you saw there."""
        found: Covered = self._calls.json(
            "POST",
            "/api/sessions/{session}/flags/{flag}/reason",
            at={"session": session, "flag": flag},
            body={"reason": reason},
        )
        return found

    def withdraw_flag(self, *, session: str, flag: int) -> None:
        """Take a mark back."""
        self._calls.json(
            "DELETE", "/api/sessions/{session}/flags/{flag}", at={"session": session, "flag": flag}
        )

    def here(self, *, session: str) -> None:
        """You have the supervision, and are there."""
        self._calls.json("POST", "/api/sessions/{session}/presence", at={"session": session})

    def propose(self, *, session: str, seconds: int) -> None:
        """More time that you would sign for."""
        self._calls.json(
            "POST", "/api/sessions/{session}/proposal", at={"session": session}, body={"seconds": seconds}
        )

    def tool(self, *, session: str, tool: str) -> ToolStarted:
        """Start a licensed tool."""
        found: ToolStarted = self._calls.json(
            "POST", "/api/sessions/{session}/tool", at={"session": session}, body={"tool": tool}
        )
        return found

    def tool_stop(self, *, session: str) -> ToolStopped:
        """End the licensed tool."""
        found: ToolStopped = self._calls.json(
            "POST", "/api/sessions/{session}/tool/stop", at={"session": session}
        )
        return found
