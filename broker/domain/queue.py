"""The one queue of all customers: who is next, and what may go before what (S-23, D-04).

First in, first out by the instant of becoming workable. Two kinds go ahead by themselves: one whose deadline would
be missed within the next thirty minutes of service, and then, in their order, those of the lane *collaudo*: a whole
report on a customisation that is being tested (S-42). Anything else that goes before another has a reason from a
closed list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.domain.incident import AUTOMATIC, JUMP_REASONS, LANE, JumpReason, Workable
from broker.domain.refusal import Refused, Why
from broker.domain.service_time import Calendar

NEAR = timedelta(minutes=30)  # of service time
_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident in the queue; `calendar` is that of its contract, None without a plan."""

    found: Workable
    calendar: Calendar | None

    @property
    def id(self) -> tuple[str, str]:
        return self.found.known.tenant, self.found.known.id

    @property
    def due(self) -> datetime | None:
        """By when somebody has to answer; None where nothing was promised, or somebody has."""
        rated = self.found.course.rated
        return None if rated is None or self.found.course.answered is not None else rated.due

    @property
    def in_lane(self) -> bool:
        """Whether it is of the lane *collaudo*."""
        return self.found.course.testing is not None

    def left(self, at: datetime) -> timedelta | None:
        """The service time until then."""
        if self.due is None or self.calendar is None:
            return None
        return self.calendar.between(at, self.due)

    def presses(self, at: datetime) -> bool:
        """Whether its deadline is within the next `NEAR`. One that is over can be missed no more."""
        left = self.left(at)
        return self.due is not None and at <= self.due and left is not None and left <= NEAR

    def presses_from(self, at: datetime) -> datetime | None:
        """From when on it will press, if nobody answers; None where it never does, or does already."""
        if self.due is None or self.due <= at or self.presses(at):
            return None
        early, late = at, self.due  # it does not press at `early`, and does at `late`
        while late - early > _STEP:
            middle = early + (late - early) / 2
            early, late = (early, middle) if self.presses(middle) else (middle, late)
        return late.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is handed out: how many stood `ahead` of it, and where it went before others, which and why."""

    waiting: Waiting
    passed: tuple[Waiting, ...]
    reason: JumpReason | None

    @property
    def ahead(self) -> int:
        return len(self.passed)


def in_order(found: Sequence[Waiting]) -> list[Waiting]:
    """By the instant of becoming workable; of one instant, always the same way."""
    return sorted(found, key=lambda one: (one.found.since, one.id))


def next_of(queue: Sequence[Waiting], at: datetime) -> Pick | None:
    """What *Prendi il prossimo* gives; None of an empty queue. `queue` is in order."""
    pressing = [one for one in queue if one.presses(at)]
    if pressing:
        return _pick(
            queue, min(pressing, key=lambda one: (one.due or at, one.found.since, one.id)), AUTOMATIC
        )
    lane = next((one for one in queue if one.in_lane), None)
    if lane is not None:
        return _pick(queue, lane, LANE)
    return _pick(queue, queue[0], AUTOMATIC) if queue else None


def choose(queue: Sequence[Waiting], tenant: str, incident: str, reason: str | None, at: datetime) -> Pick:
    """That one. Where it is not next, a reason from the list is needed: `out_of_turn`."""
    first = next_of(queue, at)
    wanted = next((one for one in queue if one.id == (tenant, incident)), None)
    if wanted is None or first is None:
        raise Refused(Why.NOT_FOUND)
    if wanted is first.waiting:
        return first
    named = next((one for one in JUMP_REASONS if one == reason), None)
    if named is None:
        raise Refused(Why.OUT_OF_TURN)
    return _pick(queue, wanted, named)


def _pick(queue: Sequence[Waiting], one: Waiting, reason: JumpReason) -> Pick:
    passed = tuple(queue[: queue.index(one)])
    return Pick(one, passed, reason if passed else None)
