"""Bodies that come in about work and what it costs: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from broker.api.forms import Id, Instant
from broker.api.request_forms import ActivityForm, BesideForm, Form, Text
from broker.cases.type_work import Draft
from broker.domain.activity import MAX_ACTIVITIES, MAX_APPS
from broker.domain.tariff import Rates


class TariffForm(Form):
    """Rates are cents an hour; days ``YYYY-MM-DD``. `until` of a customer's own."""

    version: str = Field(max_length=40)
    first: date
    assistance: int = Field(ge=-1, le=10**9)
    training: int = Field(ge=-1, le=10**9)
    vat_percent: int = Field(default=22, ge=-1, le=10**6)
    until: date | None = None

    def rates(self) -> Rates:
        return Rates(self.version, self.first, self.assistance, self.training, self.vat_percent, self.until)


class WorkForm(BesideForm):
    began: Instant
    minutes: int = Field(ge=-1, le=10**6)
    asker: Literal["titolare", "ads", "staff"]
    means: Literal["mail", "phone", "visit", "other"]
    description: str = Text
    activities: list[ActivityForm] = Field(max_length=MAX_ACTIVITIES)
    product: Id | None = None
    incident: Id | None = None

    def draft(self) -> Draft:
        return Draft(
            self.began, self.minutes, self.asker, self.means, self.description,
            tuple(one.activity() for one in self.activities), self.product, self.incident, self.beside(),
        )  # fmt: skip


class AppsForm(Form):
    apps: list[str] = Field(max_length=MAX_APPS)
