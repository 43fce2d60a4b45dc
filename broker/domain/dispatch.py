"""A letter whose arrival somebody certifies: its states, and what receipts make of them (requirements.md C-15).

Receipts are a set: one that comes twice, or before another that was written earlier, changes nothing
about where the letter ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

# What a channel's receipt says. `accepted`: the sender's provider took it on; `refused`: it did not; `late`:
# nothing is known of its delivery yet, says the provider; `delivered`: it lies in the certified box.
Certified = Literal["accepted", "late", "undelivered", "refused", "delivered"]
# How it was handed over. `sending`: just now, or whoever did it died. `uncertain`: the line broke, and it may
# have been taken. `not_taken`: it certainly was not, in all attempts.
Handed = Literal["waiting", "sending", "sent", "uncertain", "not_taken"]
State = Literal[Handed, Certified]
# Each outweighs those before it: what shows that it arrived outweighs all.
_WEIGHT: tuple[Certified, ...] = get_args(Certified)
FINAL: frozenset[State] = frozenset({"delivered", "undelivered", "refused", "not_taken"})
HANDED: tuple[Handed, ...] = get_args(Handed)
OVERDUE_AFTER = timedelta(hours=24)  # by then a provider has delivered it, or said that it could not


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of a channel, its maker proved. `about` is the Message-ID of the letter, in angle brackets."""

    kind: Certified
    about: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """`message_id` is kept through every attempt. `person`: whom it is for, where that is a person of ours."""

    id: str
    tenant: str
    channel: str
    purpose: str
    message_id: str
    recipient: str
    person: str | None
    handed: Handed
    receipts: frozenset[Certified]
    made: datetime
    due: datetime
    tries: int = 0
    sent: datetime | None = None
    about: str | None = None  # the number of the report it brings
    overdue: bool = False  # a day has passed and was told of

    @property
    def state(self) -> State:
        return state(self.handed, self.receipts)


def state(handed: Handed, receipts: Iterable[Certified]) -> State:
    """Where it is. Receipts say more than how it was handed over: they also end what was uncertain."""
    found = set(receipts)
    return next((one for one in reversed(_WEIGHT) if one in found), handed)


def is_overdue(dispatch: Dispatch, at: datetime) -> bool:
    """Whether a day has passed since it was handed over, and nobody knows how it ended."""
    return dispatch.sent is not None and dispatch.state not in FINAL and at - dispatch.sent >= OVERDUE_AFTER
