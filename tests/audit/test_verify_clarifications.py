"""What is judged of questions about a request and their answers (FORMAT.md §3, *Clarifications*): both verifiers."""

from __future__ import annotations

from audit.clarification_records import ClarificationAnswered, ClarificationAsked
from audit.record import Actor
from audit.request_records import ApprovalRefused
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import ADS, TECHNICIAN, World

HIS, OURS = Actor(ADS, "ads"), Actor(TECHNICIAN, "technician")


def started() -> World:
    w = World()
    w.onboard()
    w.until(3, 10)
    return w


def asks(w: World, number: str) -> int:
    """The index of the question."""
    return w.append(ClarificationAsked(number), actor=HIS, opening={"text": "Serve fermare la cassa?"})


def answers(w: World, number: str, question: int) -> None:
    w.append(ClarificationAnswered(number, question), actor=OURS, opening={"text": "No, solo la stampante."})


def test_questions_and_answers_while_a_request_waits() -> None:
    w = started()
    request, number = w.ask(1)
    first = asks(w, number)
    answers(w, number, first)
    answers(w, number, first)
    asks(w, number)  # nobody owes an answer
    w.approve(request)
    sound(judge(w))


def test_an_answer_is_to_a_question_of_the_same_request() -> None:
    w = started()
    (_, one), (_, other) = w.ask(1), w.ask(2)
    question = asks(w, one)
    answers(w, other, question)
    alone(judge(w), "INCOMPLETE", "order")


def test_an_answer_to_what_nobody_asked() -> None:
    w = started()
    _, number = w.ask(1)
    answers(w, number, 3)
    alone(judge(w), "INCOMPLETE", "order")


def test_nothing_is_asked_of_a_request_that_was_answered() -> None:
    w = started()
    _, number = w.ask(1)
    w.append(ApprovalRefused(number), actor=HIS)
    asks(w, number)
    alone(judge(w), "INCOMPLETE", "order")


def test_a_question_of_a_request_nobody_made() -> None:
    w = started()
    asks(w, "r-00000009")
    alone(judge(w), "INCOMPLETE", "unknown_request")


def test_a_question_without_its_text() -> None:
    w = started()
    _, number = w.ask(1)
    w.append(ClarificationAsked(number), actor=HIS)
    alone(judge(w), "WITHHELD", "not_sealed")
