"""Requests for access. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls, File


class RequestTold(TypedDict):
    """`stands` is the word of its state, `lacks` what keeps it from starting. `own`: the caller asked
    for it. `phase` is its session's, `ssh` how one calls it (``-p 2222 s-…@broker.example``), for the
    caller's own."""

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
    """A port of the customer's rules, word for word; whether they name it, the cases judge."""

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


class Asked(TypedDict):
    """A request for access, as it was recorded."""

    request: str
    # The page on which it goes on, below the broker's address.
    next: str
    # SHA-256 of the statement that is to be approved, in hex.
    digest: str
    # Its number in the customer's log.
    record: int
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class RequestPage(TypedDict):
    """Newest first, of any state. `before` asks for the older ones; null: that was all."""

    requests: list[RequestTold]
    before: str | None


class NextCovered(TypedDict):
    """Done, with what was written."""

    # The page on which it goes on, below the broker's address.
    next: str
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Progress(TypedDict):
    """`session` and its `phase` (decisions §16) are there once it was approved; `reason` once it is
    over."""

    request: str
    tenant: str
    state: str
    session: NotRequired[str | None]
    phase: NotRequired[str | None]
    reason: NotRequired[str | None]


class ToSign(TypedDict):
    """Nothing is signed by it."""

    # The signing page; a person opens it, reads and signs.
    url: str


class Next(TypedDict):
    """Done."""

    # The page on which it goes on, below the broker's address.
    next: str


class NextSent(TypedDict):
    """Done here; a session that runs is ended by an order to its host."""

    # The page on which it goes on, below the broker's address.
    next: str
    # Whether the order left for the host; null: nothing ran.
    sent: bool | None


class Told(TypedDict):
    """A question, or with `question` the answer to that record; `text` is None where it was erased."""

    record: int
    at: str
    by: str
    role: str
    question: int | None
    text: str | None


class Question(TypedDict):
    """`question` is its record, which an answer names; `covered` how many pieces were covered as
    passwords."""

    question: int
    covered: int


class Covered(TypedDict):
    """Kept."""

    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


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
    ) -> Asked:
        """Ask for access to a host."""
        found: Asked = self._calls.json(
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

    def history(self, *, before: str | None = None, limit: int | None = None) -> RequestPage:
        """Every request of any state, newest first."""
        found: RequestPage = self._calls.json(
            "GET", "/api/requests/history", query={"before": before, "limit": limit}
        )
        return found

    def withdraw(self, *, request: str, reason: str | None = None) -> NextCovered:
        """Take a request back."""
        found: NextCovered = self._calls.json(
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
    ) -> ToSign:
        """The page to read and sign."""
        found: ToSign = self._calls.json(
            "POST",
            "/api/requests/{request}/approval/begin",
            at={"request": request},
            body={"supervision": supervision, "watcher": watcher, "demo_software": demo_software},
        )
        return found

    def refuse(self, *, request: str) -> Next:
        """Say no."""
        found: Next = self._calls.json("POST", "/api/requests/{request}/refusal", at={"request": request})
        return found

    def explain(self, *, request: str, reason: str | None = None) -> NextCovered:
        """Say why it was no."""
        found: NextCovered = self._calls.json(
            "POST", "/api/requests/{request}/refusal/reason", at={"request": request}, body={"reason": reason}
        )
        return found

    def revoke(self, *, request: str) -> NextSent:
        """Take a yes back; what runs ends."""
        found: NextSent = self._calls.json(
            "POST", "/api/requests/{request}/revocation", at={"request": request}
        )
        return found

    def solved(self, *, request: str) -> Next:
        """The customer solved it himself."""
        found: Next = self._calls.json("POST", "/api/requests/{request}/solved", at={"request": request})
        return found

    def supervise(self, *, request: str, page_key: str, demo_software: bool | None = None) -> ToSign:
        """The page to take the supervision."""
        found: ToSign = self._calls.json(
            "POST",
            "/api/requests/{request}/supervision/begin",
            at={"request": request},
            body={"page_key": page_key, "demo_software": demo_software},
        )
        return found

    def clarifications(self, *, request: str) -> builtins.list[Told]:
        """What was asked about it, and the answers."""
        found: builtins.list[Told] = self._calls.json(
            "GET", "/api/requests/{request}/clarifications", at={"request": request}
        )
        return found

    def clarify(self, *, request: str, text: str | None = None) -> Question:
        """Ask about it before you decide."""
        found: Question = self._calls.json(
            "POST", "/api/requests/{request}/clarifications", at={"request": request}, body={"text": text}
        )
        return found

    def answer(self, *, request: str, question: int, text: str | None = None) -> Covered:
        """Answer what was asked about it."""
        found: Covered = self._calls.json(
            "POST",
            "/api/requests/{request}/clarifications/{question}/answers",
            at={"request": request, "question": question},
            body={"text": text},
        )
        return found

    def question(self, *, request_id: str, text: str) -> Covered:
        """An instruction that seems unlawful."""
        found: Covered = self._calls.json(
            "POST", "/api/requests/{request_id}/question", at={"request_id": request_id}, body={"text": text}
        )
        return found

    def rectify(self, *, request_id: str, what: Literal["request", "note"], text: str) -> Covered:
        """Correct what was written of it."""
        found: Covered = self._calls.json(
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
