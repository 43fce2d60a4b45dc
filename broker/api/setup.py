"""The first run, over HTTP; once somebody exists, nothing here does."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.forms import SetupForm
from broker.api.who import PartsOf
from broker.cases.invite import Invited
from broker.cases.setup import setup, setup_is_open
from broker.domain.refusal import Refused, Why

router = APIRouter()
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@router.post("/api/setup", status_code=201)
async def first_run(form: SetupForm, parts: PartsOf) -> Invited:
    return await setup(parts, form.secret, name=form.name, email=form.email, house=form.house)


@router.get("/api/setup")
async def is_open(parts: PartsOf) -> dict[str, bool]:
    if not await setup_is_open(parts):
        raise Refused(Why.SETUP_DONE)
    return {"open": True}


@router.api_route("/api/setup{rest:path}", methods=EVERY_METHOD, include_in_schema=False)
async def no_other_spelling(rest: str) -> None:
    """Other methods and trailing slashes: without this a redirect or a 405 would betray the route."""
    raise Refused(Why.NOT_FOUND)
