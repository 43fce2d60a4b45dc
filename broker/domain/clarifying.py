"""*Chiedi un chiarimento*: what whoever may approve a request asks about it while it waits, and what the technicians
answer. Pure. It permits nothing, and none of it is part of what is signed (decision 157)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from audit.clarification_records import ClarificationAnswered, ClarificationAsked
from audit.leaf import Leaf
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval

KINDS = (ClarificationAsked.KIND, ClarificationAnswered.KIND)
MAX_QUESTIONS = 20  # of one request: who needs more of them rings, or refuses
MAX_ANSWERS = 40
Stands = Literal["", "asked", "answered"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody wrote, in the record `n`; `question` is the record that an answer is to, None of a question. `text` is
    None where it was erased, or is not read."""

    n: int
    at: datetime
    by: str
    role: str
    question: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Clarifications:
    """Of one request, oldest first."""

    turns: tuple[Turn, ...] = ()

    @property
    def questions(self) -> tuple[Turn, ...]:
        return tuple(one for one in self.turns if one.question is None)

    @property
    def open(self) -> tuple[Turn, ...]:
        """Questions that nobody has answered yet."""
        answered = {one.question for one in self.turns}
        return tuple(one for one in self.questions if one.n not in answered)

    @property
    def answers(self) -> int:
        return len(self.turns) - len(self.questions)

    @property
    def may_ask(self) -> bool:
        """Whether there is room for a question more."""
        return len(self.questions) < MAX_QUESTIONS

    @property
    def may_answer(self) -> bool:
        """Whether there is room for an answer more."""
        return self.answers < MAX_ANSWERS

    @property
    def stands(self) -> Stands:
        """Asked while any question is open."""
        if not self.turns:
            return ""
        return "asked" if self.open else "answered"

    def with_turn(self, turn: Turn) -> Clarifications:
        return Clarifications((*self.turns, turn))


def by_request(leaves: Iterable[Leaf]) -> dict[str, Clarifications]:
    """What was asked and answered in these records, oldest first, by request."""
    found: dict[str, Clarifications] = {}
    for leaf in leaves:
        if isinstance(leaf.record, ClarificationAsked | ClarificationAnswered):
            question = leaf.record.question if isinstance(leaf.record, ClarificationAnswered) else None
            turn = Turn(leaf.n, leaf.time, leaf.actor.id, leaf.actor.role, question)
            request = leaf.record.request
            found[request] = found.get(request, Clarifications()).with_turn(turn)
    return found


def ask(found: AwaitingApproval, before: Clarifications) -> ClarificationAsked:
    """The next question about it."""
    if not before.may_ask:
        raise Refused(Why.TOO_LARGE, field="clarifications", limit=str(MAX_QUESTIONS))
    return ClarificationAsked(found.asked.id)


def answer(
    found: AwaitingApproval, before: Clarifications, question: int
) -> tuple[ClarificationAnswered, Turn]:
    """The next answer to that question, and the question itself."""
    asked = next((one for one in before.questions if one.n == question), None)
    if asked is None:
        raise Refused(Why.NOT_FOUND)
    if not before.may_answer:
        raise Refused(Why.TOO_LARGE, field="clarifications", limit=str(MAX_ANSWERS))
    return ClarificationAnswered(found.asked.id, question), asked
