"""Records of what an approver asks about a request that waits, and what the vendor answers (R615, R616; FORMAT.md §3,
*Clarifications*). Members of the union in `records`."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Id
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ClarificationAsked(Record):
    """*Chiedi un chiarimento*: somebody who may approve the request wants to know more first. The opening holds `text`."""

    KIND, CODE, IT, EN = "clarification.asked", "R615", "Chiarimento chiesto", "Clarification asked"
    RETAIN = "authorisation"
    SEALED = "must"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class ClarificationAnswered(Record):
    """The technicians' answer; `question` is the index of the record that asked. The opening holds `text`."""

    KIND, CODE, IT, EN = "clarification.answered", "R616", "Chiarimento dato", "Clarification given"
    RETAIN = "authorisation"
    SEALED = "must"
    request: Id
    question: int


ClarificationRecord = ClarificationAsked | ClarificationAnswered
