"""What `GET /api/openapi.json` says of the API: made of the routes themselves, so it cannot differ from them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from broker.domain.refusal import Why

router = APIRouter()

ABOUT = """\
What the pages do, scripts can do. Whoever calls logs in as a person (a passkey, or a password with a code) and
sends the cookie `verbale_session` back (over TLS `__Host-verbale_session`), with `Origin` set to the broker's own
address where something is changed. Acts that matter answer 401 `proof_needed` where the last proof of who calls is
older than ten minutes: it is renewed by `POST /api/login/prove`, or by a new login.
Instants are ISO 8601 with an offset; those that come back are UTC. Unknown fields are refused.

A statement is never signed here: an operation that needs a signature answers with the address of the signing
page. A refusal has the status of its code and one sentence in each language; nothing was changed by it, except
where its sentence says so. What belongs to another customer does not exist (404).
"""


class Refusal(BaseModel):
    """What every status from 400 on has for a body."""

    code: Why
    it: str = Field(description="What is wrong and who can mend it, in Italian.")
    en: str = Field(description="The same in English.")
    field: str | None = Field(default=None, description="The field it is about.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "Refused."},
    503: {"model": Refusal, "description": "Refused for now: host or log does not answer."},
}


@router.get("/api/openapi.json", include_in_schema=False)
async def description(request: Request) -> dict[str, Any]:
    """For everybody: it says nothing of anybody."""
    found: dict[str, Any] = request.app.openapi()
    return found
