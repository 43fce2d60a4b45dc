"""A reason written after an act, which it neither delays nor undoes: a refusal's, a stop's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from fastapi import Request, Response

from broker.api.refusals import sentences, status
from broker.domain.refusal import Refused, Why
from web.pages.page import Fields, lead
from web.present.asking import too_long
from web.present.reader import Reader
from web.views import Slip


class Again(Protocol):
    """The page on which it was written, with what was typed and what is wrong with it."""

    def __call__(self, *, slip: Slip, status: int) -> Awaitable[Response]: ...


async def take_reason(
    request: Request,
    form: Fields,
    reader: Reader,
    *,
    address: str,
    explain: Callable[[str], Awaitable[int]],
    again: Again,
) -> Response:
    """Back to `address`. It is optional: an empty one is none, and nothing is recorded. `explain` gives how many
    secrets were covered in it."""
    if not form.one("reason"):
        return lead(request, address)
    try:
        covered = await explain(form.one("reason"))
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        said = too_long(no, reader) if no.why is Why.TOO_LARGE else reader.say(*sentences(no))
        return await again(slip=form.slip("reason", said, "reason"), status=status(no))
    return lead(request, address, covered=covered)
