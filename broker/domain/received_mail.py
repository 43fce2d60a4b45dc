"""A mail that came and was judged, as the pages list it; what becomes of it, and what its sender's words are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from audit.mail_evidence.judgement import Judgement

State = Literal["bound", "open", "set_aside", "nothing"]
# A mail of these opens nothing and asks for nobody's eye: a copy of one that came, a provider's receipt.
MOST_UNPROVEN = 200  # of one customer in a day: a stranger who knows an address fills no log
UNPROVEN_IN = timedelta(days=1)
MOST_STRANGERS = 2000
MOST_STRANGERS_BYTES = 256 * 1024 * 1024
STRANGERS_STAY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Mail:
    """`n` is its leaf, None of a stranger's, which lies in the house's own list. `done_by` set it aside.
    `sender` and `subject` are what the mail says, kept beside a stranger's alone: of others they are sealed.
    `confirmed`: whoever wrote it approved the request it is about by passkey, so that both together are E2."""

    id: str
    tenant: str
    n: int | None
    came: datetime
    recorded: datetime
    way: str
    digest: str
    replay: str
    size: int
    transport: str
    level: str
    code: str
    reasons: tuple[str, ...]
    person: str | None
    request: str | None = None
    incident: str | None = None
    done_by: str | None = None
    sender: str = ""
    subject: str = ""
    confirmed: bool = False

    @property
    def state(self) -> State:
        if self.request is not None or self.incident is not None:
            return "bound"
        if self.code == "duplicate" or self.transport == "receipt":
            return "nothing"
        return "open" if self.done_by is None else "set_aside"


def bound_state(judged: Judgement) -> Literal["accepted", "awaiting_approval"]:
    """What the mail is worth as evidence beside the request. Neither opens anything (trust.md §2.3)."""
    return "accepted" if judged.accepted else "awaiting_approval"


def delegation_lacks(reasons: tuple[str, ...]) -> bool:
    """Whether an ADS wrote whom no delegation covers now (S-36)."""
    return "delegation_expired" in reasons or "delegation_missing" in reasons
