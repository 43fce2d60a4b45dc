"""Bodies of requests about contests and the cadence of reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from broker.api.forms import Form, Id

Text = Annotated[str, StringConstraints(max_length=4000)]


class ContestForm(Form):
    """Of a `session`; or of the `row` of a `report`, as it numbers it: ``12``, ``E3``; without one of all of it."""

    session: Id | None = None
    report: Id | None = None
    row: Annotated[str, StringConstraints(max_length=8)] = ""
    text: Text


class AnswerForm(Form):
    text: Text


class ClosureForm(Form):
    outcome: Literal["explained", "corrected", "withdrawn"]


class CadenceForm(Form):
    """`tenant` is needed of the house."""

    tenant: Id | None = None
    cadence: Literal["monthly", "weekly", "quarterly", "intervention"]
