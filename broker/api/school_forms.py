"""Bodies that come in about schools: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from broker.api.forms import Form
from broker.cases.type_customer import RowDraft


class TypeForm(Form):
    """`clean_up` is a day of every year, ``08-31`` where it is left out."""

    type: Literal["school", "other"]
    clean_up: Annotated[str, StringConstraints(max_length=5)] = ""


class StudyForm(Form):
    """`file` is the SHA-256 of a paper of so many `octets`, which stays with whoever wrote it."""

    row: Annotated[str, StringConstraints(max_length=32)]
    answer: Annotated[str, StringConstraints(max_length=8000)]
    file: Annotated[str, StringConstraints(max_length=64)] = ""
    octets: Annotated[int, Field(ge=0, le=2**53 - 1)] | None = None

    def draft(self) -> RowDraft:
        return RowDraft(self.row, self.answer, self.file, self.octets)


class CountForm(Form):
    """`archive` is its place in the titolare's instruction, from 1."""

    archive: Annotated[int, Field(ge=0, le=1000)]
    phase: Literal["before", "after"]
    rows: Annotated[int, Field(ge=0, le=2**53 - 1)]


class DeclineForm(Form):
    reason: Annotated[str, StringConstraints(max_length=8000)]
