"""Bodies that come in about incidents and contracts: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from broker.api.forms import Id
from broker.api.request_forms import Form, Text
from broker.cases.agree_contract import Terms
from broker.cases.log_call import Call
from broker.cases.open_incident import Report
from broker.domain.contract import MAX_CLOSURES, MAX_PRODUCTS
from broker.domain.incident import Awaited, Change, JumpReason, Outcome
from broker.domain.plans import Severity


class CallForm(Form):
    """The four fields (S-55)."""

    tenant: Id
    caller: str = Field(default="", max_length=2000)
    anomaly: str = Text
    callback: str = Field(default="", max_length=2000)

    def call(self) -> Call:
        return Call(self.tenant, self.caller, self.anomaly, self.callback)


class ReportForm(Form):
    """`proposed` is what the customer thinks of its severity; `contact` the call that this report confirms. `tried`
    and `charge_accepted`: of a reseller, after the free year of that program."""

    text: str = Text
    proposed: Severity | None = None
    contact: Id | None = None
    product: Id | None = None
    tried: str = Field(default="", max_length=4000)
    charge_accepted: bool = False

    def report(self) -> Report:
        return Report(
            self.text, "portal", proposed=self.proposed, contact=self.contact, product=self.product,
            tried=self.tried, accepted=self.charge_accepted,
        )  # fmt: skip


class ProductForm(Form):
    name: str = Field(max_length=2000)


class SeverityForm(Form):
    severity: Severity
    reason: Change | None = None


class AnswerForm(Form):
    how: Literal["call", "message"]


class TakeForm(Form):
    """`reason` where it is not the next one."""

    reason: JumpReason | None = None


class WaitForm(Form):
    awaited: Awaited


class OutcomeForm(Form):
    outcome: Outcome


class ContractForm(Form):
    """Days as ``YYYY-MM-DD``. `plan` None: *Senza piano*."""

    plan: str | None = Field(default=None, max_length=64)
    first: date
    last: date
    prepaid: bool = True
    paid: date | None = None
    patron: str | None = Field(default=None, max_length=16)
    closures: list[date] = Field(default_factory=list, max_length=MAX_CLOSURES)
    half_shifts: bool = False
    products: list[Id] | None = Field(default=None, max_length=MAX_PRODUCTS)
    included: int | None = Field(default=None, ge=0, le=10**9)
    step: int | None = Field(default=None, ge=0, le=10**9)
    least: int | None = Field(default=None, ge=0, le=10**9)

    def terms(self) -> Terms:
        return Terms(
            self.plan, self.first, self.last, self.prepaid, self.paid, self.patron, frozenset(self.closures),
            self.half_shifts, None if self.products is None else frozenset(self.products),
            self.included, self.step, self.least,
        )  # fmt: skip
