"""Sessions. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls


class ActivityForm(TypedDict):
    code: str
    type: NotRequired[Literal["ASS", "FOR"]]


class Sessions:
    """Sessions."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def activate(self, *, session: str) -> dict[str, Any]:
        """The page to begin it with a passkey."""
        found: dict[str, Any] = self._calls.json(
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
    ) -> dict[str, Any]:
        """Outcome and activities."""
        found: dict[str, Any] = self._calls.json(
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

    def extend(
        self, *, session: str, reason: str | None = None, longest_s: int | None = None
    ) -> dict[str, Any]:
        """Ask for more time, by a request to be signed."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/sessions/{session}/extension",
            at={"session": session},
            body={"reason": reason, "longest_s": longest_s},
        )
        return found

    def pause(self, *, session: str) -> dict[str, Any]:
        """The host holds it."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/pause", at={"session": session}
        )
        return found

    def resume(self, *, session: str) -> dict[str, Any]:
        """Let it go on."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/resume", at={"session": session}
        )
        return found

    def sign_stop(self, *, session: str, demo_software: bool | None = None) -> dict[str, Any]:
        """The page to end it by a signature."""
        found: dict[str, Any] = self._calls.json(
            "POST",
            "/api/sessions/{session}/stop/begin",
            at={"session": session},
            body={"demo_software": demo_software},
        )
        return found

    def stop(self, *, session: str) -> dict[str, Any]:
        """End it now."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/stop", at={"session": session}
        )
        return found

    def say(self, *, session: str, text: str | None = None) -> dict[str, Any]:
        """Write to its technician, or to whoever watches."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/messages", at={"session": session}, body={"text": text}
        )
        return found

    def flag(self, *, session: str) -> dict[str, Any]:
        """Mark this moment, to be looked at again."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/flags", at={"session": session}
        )
        return found

    def explain_flag(self, *, session: str, flag: int, reason: str | None = None) -> dict[str, Any]:
        """Say what you saw there."""
        found: dict[str, Any] = self._calls.json(
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

    def tool(self, *, session: str, tool: str) -> dict[str, Any]:
        """Start a licensed tool."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/tool", at={"session": session}, body={"tool": tool}
        )
        return found

    def tool_stop(self, *, session: str) -> dict[str, Any]:
        """End the licensed tool."""
        found: dict[str, Any] = self._calls.json(
            "POST", "/api/sessions/{session}/tool/stop", at={"session": session}
        )
        return found
