"""Questions about a request that waits, and the technicians' answers: nothing of it is part of what is signed."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import Covered
from broker.api.request_forms import MessageForm
from broker.api.who import Caller, PartsOf
from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import Question, ask_clarification
from broker.cases.see_clarifications import Told, see_clarifications

router = APIRouter(prefix="/api/requests/{request}/clarifications")


@router.get("")
async def told(request: str, who: Caller, parts: PartsOf) -> list[Told]:
    """The oldest first."""
    return await see_clarifications(parts, who, request)


@router.post("", status_code=201)
async def ask(request: str, form: MessageForm, who: Caller, parts: PartsOf) -> Question:
    """Of whoever may approve it, while it waits; it goes on waiting."""
    return await ask_clarification(parts, who, request, form.text)


@router.post("/{question}/answers", status_code=201)
async def answer(request: str, question: int, form: MessageForm, who: Caller, parts: PartsOf) -> Covered:
    """Of a technician, while it waits; `question` is the record that asked."""
    return {"covered": await answer_clarification(parts, who, request, question, form.text)}
