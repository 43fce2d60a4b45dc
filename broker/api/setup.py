"""The first run, over HTTP; once somebody exists, nothing here does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from broker.api.answers import SetupOpen
from broker.api.forms import SetupForm
from broker.api.who import PartsOf, parts_of
from broker.cases.invite import Invited
from broker.cases.setup import setup, setup_is_open
from broker.domain.refusal import Refused, Why

EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class WhileOpen(APIRoute):
    """A route that is there before set-up only: afterwards not even its form is looked at."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if not await setup_is_open(parts_of(request)):
                raise Refused(Why.SETUP_DONE)
            return await handle(request)

        return answer


router = APIRouter(route_class=WhileOpen)


@router.post("/api/setup", status_code=201)
async def first_run(form: SetupForm, parts: PartsOf) -> Invited:
    return await setup(parts, form.secret, name=form.name, email=form.email, house=form.house)


@router.get("/api/setup")
async def is_open() -> SetupOpen:
    return {"open": True}


@router.api_route("/api/setup{rest:path}", methods=EVERY_METHOD, include_in_schema=False)
async def no_other_spelling(rest: str) -> None:
    """Other methods and trailing slashes: without this a redirect or a 405 would betray the route."""
    raise Refused(Why.NOT_FOUND)
