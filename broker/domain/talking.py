"""What is said beside a session that runs: who may, and how much of it (U-13, U-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import AnySession, Running

MAX_MESSAGE = 500
MAX_MESSAGES = 300  # of one session: a conversation, and no place to keep things in
MAX_FLAGS = 100
LENGTHS_S = (1800, 3600, 7200, 14_400)  # that may be proposed; what is signed is asked for by the technician


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is None where it was erased."""

    n: int
    at: datetime
    by: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment that was flagged and not withdrawn; `explained`: he said why."""

    n: int
    at: datetime
    by: str
    explained: bool = False


def speaking(found: AnySession, who: Who) -> Running:
    """It runs, and he is its technician or one of those who may end it."""
    if not isinstance(found, Running):
        raise Refused(Why.SESSION_ENDED)
    if who.role == "technician" and found.permit.technician != who.person:
        raise Refused(Why.NOT_ALLOWED)
    return found
