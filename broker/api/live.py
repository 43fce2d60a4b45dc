"""What is said and done beside a session that runs: messages, flags, presence, a proposal of more time."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import Covered, Flagged
from broker.api.request_forms import MessageForm, ProposalForm, ReasonForm
from broker.api.who import Caller, PartsOf
from broker.cases.confirm_presence import confirm_presence
from broker.cases.flag_moment import explain_flag, flag_moment, withdraw_flag
from broker.cases.propose_extension import propose_extension
from broker.cases.send_message import send_message

router = APIRouter(prefix="/api/sessions/{session}")


@router.post("/messages", status_code=201)
async def say(session: str, form: MessageForm, who: Caller, parts: PartsOf) -> Covered:
    """To the technician, or to whoever watches; what looks like a password is covered."""
    return {"covered": await send_message(parts, who, session, form.text)}


@router.post("/flags", status_code=201)
async def flag(session: str, who: Caller, parts: PartsOf) -> Flagged:
    """This moment is to be looked at again."""
    return {"flag": await flag_moment(parts, who, session)}


@router.post("/flags/{flag}/reason")
async def explain(session: str, flag: int, form: ReasonForm, who: Caller, parts: PartsOf) -> Covered:
    """What he saw who flagged it."""
    return {"covered": await explain_flag(parts, who, session, flag, form.reason)}


@router.delete("/flags/{flag}", status_code=204)
async def withdraw(session: str, flag: int, who: Caller, parts: PartsOf) -> None:
    await withdraw_flag(parts, who, session, flag)


@router.post("/presence", status_code=204)
async def here(session: str, who: Caller, parts: PartsOf) -> None:
    """Of whoever has the supervision, every twenty minutes."""
    await confirm_presence(parts, who, session)


@router.post("/proposal", status_code=204)
async def propose(session: str, form: ProposalForm, who: Caller, parts: PartsOf) -> None:
    """More time that the caller would sign for; the technician asks for it."""
    await propose_extension(parts, who, session, form.seconds)
