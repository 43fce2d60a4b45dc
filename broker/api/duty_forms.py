"""Bodies that come in about category and papers: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from broker.api.forms import Form, Instant
from broker.cases.set_category import CategoryDraft

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
