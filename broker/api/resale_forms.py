"""Bodies that come in about resellers: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from broker.api.forms import Id
from broker.api.request_forms import Form, Text
from broker.cases.serve_customers import Tried
from broker.domain.reseller import TakeOver
from broker.domain.tariff import Rates


class ResaleRateForm(Form):
    """Cents an hour. `product` absent: of every program."""

    version: str = Field(max_length=64)
    first: date
    assistance: int = Field(ge=0, le=10**9)
    training: int = Field(ge=0, le=10**9)
    product: Id | None = None

    def rates(self) -> Rates:
        return Rates(self.version, self.first, self.assistance, self.training)


class ActivationForm(Form):
    product: Id
    first: date


class TopicForm(Form):
    """`training`: the line of the reseller's training register."""

    topic: Literal["installation", "configuration", "full_use"]
    training: Id


class SupplierForm(Form):
    """`reseller` None: from the vendor himself."""

    reseller: Id | None


class TriedForm(Form):
    """Both are needed after the free year of the program."""

    tried: str = Field(default="", max_length=4000)
    charge_accepted: bool = False

    def said(self) -> Tried:
        return Tried(self.tried, self.charge_accepted)


class ResoldReportForm(TriedForm):
    tenant: Id
    product: Id
    text: str = Text


class TakeOverForm(Form):
    reason: TakeOver
