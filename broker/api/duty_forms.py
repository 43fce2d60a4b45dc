"""Bodies that come in about category and papers: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from broker.api.forms import Form, Id, Instant, Name
from broker.cases.file_paper import PaperDraft
from broker.cases.set_category import CategoryDraft
from broker.cases.set_matrix import MOST_NAMED
from broker.cases.subprocessors import LONGEST_NOTICE_DAYS, NOTICE_DAYS
from broker.domain.register import Matrix

Short = Annotated[str, StringConstraints(max_length=80)]


class CategoryForm(Form):
    category: Literal[1, 2]
    since: Instant | None = None
    until: Instant | None = None
    paper: Short = "appointment"
    reference: Short = ""
    dated: Short = ""
    file: Short = Field(default="", description="SHA-256, hex")

    def draft(self) -> CategoryDraft:
        return CategoryDraft(
            self.category, self.since, self.until, self.paper, self.reference, self.dated, self.file
        )


class PaperForm(Form):
    kind: Short
    reference: Short
    dated: Short
    until: Short = ""
    file: Short = Field(default="", description="SHA-256, hex")
    person: Id | None = None

    def draft(self) -> PaperDraft:
        return PaperDraft(self.kind, self.reference, self.dated, self.until, self.file, self.person)


Row = Annotated[tuple[Id, ...], Field(max_length=MOST_NAMED)]


class MatrixForm(Form):
    authorise: Row
    supervise: Row
    train: Row
    credentials: Row

    def matrix(self) -> Matrix:
        return Matrix(self.authorise, self.supervise, self.train, self.credentials)


class BlockForm(Form):
    block: Short


class SubprocessorForm(Form):
    name: Name
    place: Name


class AnnounceForm(Form):
    general: bool
    days: int = Field(default=NOTICE_DAYS, ge=0, le=LONGEST_NOTICE_DAYS)


class SubprocessorAnswerForm(Form):
    answer: Literal["agreed", "objected"]


class EmployerForm(Form):
    subprocessor: Id | None = None
