"""A licensed tool over HTTP: started and stopped under the running session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from broker.api.answers import ToolStarted, ToolStopped
from broker.api.forms import Form
from broker.api.who import Caller, PartsOf
from broker.cases.join_session import find_session, join_session

router = APIRouter(prefix="/api/sessions/{session}/tool")


class ToolAsked(Form):
    tool: Annotated[str, StringConstraints(min_length=1, max_length=64)]


@router.post("", status_code=202)
async def start(session: str, form: ToolAsked, request: Request, who: Caller, parts: PartsOf) -> ToolStarted:
    """Started on the host; that it runs is told by the agent, in a moment."""
    joined = await join_session(
        parts, session, who=who, via="agent", kind="tool", tool=form.tool, terminal=who.terminal
    )
    pipe = await parts.hub.open_channel(
        joined.host, joined.session, joined.channel, kind="tool", params=joined.params, salt=joined.salt
    )
    request.app.state.tools.hold(pipe)
    return {"channel": joined.channel}


@router.post("/stop", status_code=202)
async def stop(session: str, request: Request, who: Caller, parts: PartsOf) -> ToolStopped:
    await find_session(parts, session, who=who)
    return {"asked": await request.app.state.tools.stop(session)}
