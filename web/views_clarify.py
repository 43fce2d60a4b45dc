"""What was asked about a request and answered, as its two pages show it; nothing of `views` is needed for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """`answer`: of the technicians, else a question."""

    by: str
    time: str
    text: str
    answer: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """A form with one text. `id` names its field, and with it the slip; `error` and `typed` are of one that could not be
    taken. `fold`: it is opened by its label."""

    id: str
    post: str
    label: str
    send: str
    hint: str = ""
    error: str = ""
    typed: str = ""
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """`waiting`: a question is open, and the reader is one of those who answer. `ask` is the approver's form, `answers`
    the technicians': one for each open question; `full` says why neither is there."""

    turns: tuple[Turn, ...]
    waiting: bool = False
    ask: Writing | None = None
    answers: tuple[Writing, ...] = ()
    full: str = ""
