"""Bodies of requests about the protection of personal data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from broker.api.forms import Form, Id, Instant
from broker.domain.breach import BreachDraft, Chosen, stretch

Text = Annotated[str, StringConstraints(max_length=8000)]


class BreachTexts(Form):
    """Of art. 33(3), and `people` of art. 34: what the people concerned are to be told."""

    nature: Text = ""
    subjects: Text = ""
    consequences: Text = ""
    measures: Text = ""
    contact: Text = ""
    people: Text = ""

    def typed(self) -> dict[str, str]:
        return self.model_dump()


class BreachForm(Form):
    """`first`, `until`, `host`, `person` choose the sessions that may be touched."""

    aware: Instant
    first: Instant
    until: Instant
    host: Id | None = None
    person: Id | None = None
    high_risk: bool = False
    texts: BreachTexts

    def draft(self) -> BreachDraft:
        first, until = stretch(self.first, self.until)
        return BreachDraft(
            self.aware, Chosen(first, until, self.host, self.person), self.high_risk, self.texts.typed()
        )


class NoticeForm(Form):
    high_risk: bool = False
    texts: BreachTexts


class BreachEndForm(Form):
    outcome: Literal["contained", "no_breach"]


class BreachTermForm(Form):
    hours: int


class RelayForm(Form):
    tool: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    relay: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class QuestionForm(Form):
    text: Text


class RectifyForm(Form):
    """`what`: request (its texts) | note (of the session that came of it)."""

    what: Literal["request", "note"]
    text: Text
