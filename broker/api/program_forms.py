"""Bodies that come in about versions, defects and acceptance: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from pydantic import Field

from broker.api.forms import Id, Instant
from broker.api.request_forms import Form, Text
from broker.cases.accept_release import Malfunction
from broker.cases.publish_release import ReleaseDraft
from broker.cases.receive_release import Receipt
from broker.domain.programs import Component, Decision, DefectKind, Reason

_LINE = Field(default="", max_length=2000)


class ReleaseForm(Form):
    """`customer`: made for that one alone. `dated` is a local day; `reason` of a third half-yearly one."""

    product: Id
    version: str = Field(max_length=2000)
    dated: str = Field(max_length=2000)
    components: list[Component] = Field(max_length=2)
    half_yearly: bool = False
    os: str = _LINE
    customer: Id | None = None
    peremptory: bool = False
    reason: Reason | None = None

    def draft(self) -> ReleaseDraft:
        return ReleaseDraft(
            self.product,
            self.version,
            self.dated,
            tuple(self.components),
            self.half_yearly,
            self.os,
            self.customer or "",
            self.peremptory,
            self.reason or "",
        )


class ReceiptForm(Form):
    """How the vendor proves that the customer has it: ``pec`` or ``note``."""

    how: str = Field(max_length=2000)
    received: Instant
    reference: str = _LINE
    file: str = _LINE

    def receipt(self) -> Receipt:
        return Receipt(self.how, self.received, self.reference, self.file)


class InstalledForm(Form):
    product: Id
    version: str = Field(max_length=2000)


class DecisionForm(Form):
    decision: Decision


class MalfunctionForm(Form):
    """*Rapporto di malfunzionamento*; what is left empty is named in the answer."""

    steps: str = _LINE
    expected: str = _LINE
    actual: str = Text
    sample: str = _LINE
    build: str = _LINE

    def typed(self) -> Malfunction:
        return Malfunction(self.steps, self.expected, self.actual, self.sample, self.build)


class DefectForm(Form):
    kind: DefectKind
    product: Id
    text: str = Text


class LinkForm(Form):
    tenant: Id
    incident: str = Field(max_length=64)
    session: Id | None = None


class RemedyForm(Form):
    text: str = Text


class SolutionForm(Form):
    release: Id
    text: str = Text
