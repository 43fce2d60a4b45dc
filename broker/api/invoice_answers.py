"""What operations on statements of charges, hours and draft invoices answer. Amounts are cents, without VAT."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from audit.charging import Kind
from broker.api.answers import Cents, Day, Instant, Minutes, Month, Percent, Rate
from broker.domain.invoice import Vat
from broker.domain.tally import Disputed, Free, Prepaid, Source, Sum


class StatementLine(TypedDict):
    """Of a session, or of typed work."""

    day: Annotated[date, Field(description="A day, in the customer's zone.")]
    incident: str
    session: str | None
    work: str | None
    activities: Annotated[list[str], Field(description="By their codes.")]
    product: Annotated[str | None, Field(description="The program, by its id, or `other`.")]
    program: Annotated[str | None, Field(description="Its name.")]
    contract: Annotated[int, Field(description="The number of the one in force that day; 0: none.")]
    kind: Kind
    minutes: Annotated[int, Field(description="Minutes worked.")]
    billed_minutes: Annotated[int, Field(description="Minutes charged, rounded as the contract says.")]
    tariff: Annotated[str | None, Field(description="The version of the tariff.")]
    rate_cents_hour: Rate
    cents: Cents
    vat_percent: Percent
    free: Annotated[Free | None, Field(description="Why nothing is asked for it.")]
    contested: Disputed | None


class StatementMonth(TypedDict):
    period: Month
    source: Annotated[Source | None, Field(description="The report it is drawn from; null: not closed yet.")]
    paused_minutes: Annotated[int, Field(description="While the host held everything: not charged.")]
    hours: Annotated[
        list[Prepaid], Field(description="Minutes that a contract's year includes, before and after.")
    ]
    lines: list[StatementLine]


class Statement(TypedDict):
    """What a customer owes. No line names who worked."""

    tenant: str
    customer: Annotated[str, Field(description="The customer's name.")]
    contract: Annotated[int | None, Field(description="Of this one alone; null: of all.")]
    provisional: Annotated[bool, Field(description="A month of it is not closed, and may change.")]
    minutes: Minutes
    billed_minutes: Minutes
    cents: Cents
    sums: Annotated[list[Sum], Field(description="Lines alike together; `rate` in cents an hour.")]
    months: list[StatementMonth]


class InvoiceLineAnswer(TypedDict):
    contract: int
    kind: Kind
    tariff: str | None
    rate_cents_hour: Rate
    vat_percent: Percent
    minutes: Minutes
    cents: Cents
    description: Annotated[str, Field(description="As the invoice would word it, in Italian.")]


class DraftAnswer(TypedDict):
    """A draft for whoever keeps the books: it has no number of theirs."""

    tenant: str
    customer: Annotated[str, Field(description="The customer's name, as invoices bear it.")]
    number: Annotated[str, Field(description="The draft's own name.", examples=["BOZZA-2611-1a2b3c4d"])]
    source: Annotated[
        Source | None, Field(description="The report it is drawn from; null: the month is not closed.")
    ]
    net_cents: Cents
    vat_cents: int
    total_cents: Annotated[int, Field(description="Cents, with VAT.")]
    to_pay_cents: Annotated[int, Field(description="Cents; by split payment without the VAT.")]
    stamp_cents: Annotated[int, Field(description="Stamp duty, owed by the vendor: no part of the total.")]
    split_payment: bool
    minutes: Minutes
    contested: Annotated[int, Field(description="Lines that somebody contests still.")]
    missing: Annotated[
        list[str], Field(description="What a FatturaPA lacks: `customer.` or `vendor.` and the field.")
    ]
    vat: list[Vat]
    lines: list[InvoiceLineAnswer]


class Drafts(TypedDict):
    period: Month
    quiet: Annotated[int, Field(description="How many customers owe nothing.")]
    drafts: list[DraftAnswer]


class ContractOrder(TypedDict):
    contract: int
    cig: str
    cup: str


class PartyAnswer(TypedDict):
    """Whom invoices are made out to; what is empty was not entered."""

    legal_name: str
    vat: str
    fiscal_code: str
    street: str
    postal_code: str
    town: str
    province: str
    recipient: Annotated[str, Field(description="The code of the exchange system, seven signs or six.")]
    pec: str
    split: Annotated[bool, Field(description="Split payment.")]
    regime: str
    vat_nature: str
    law: str
    orders: Annotated[
        list[ContractOrder], Field(description="CIG and CUP by contract; 0: of work without one.")
    ]


class WorkAnswer(TypedDict):
    """Work beside sessions, as its record has it."""

    work: str
    began: Instant
    minutes: Minutes
    asker: Annotated[str, Field(description="`titolare`, `ads` or `staff`.")]
    means: Annotated[str, Field(description="`mail`, `phone`, `visit` or `other`.")]
    activities: Annotated[list[str], Field(description="By their codes.")]
    product: NotRequired[str]
    incident: NotRequired[str]
    typed: Instant
    description: str | None


class WorkKept(TypedDict):
    work: str


class Training(TypedDict):
    """A line of the training register; its words as long as they are kept."""

    training: str
    day: Day
    participants: int
    product: NotRequired[str]
    work: NotRequired[str]
    topic: NotRequired[str]
    people: NotRequired[Annotated[list[str], Field(description="Names of who took part.")]]


class HoursAnswer(TypedDict):
    tenant: str
    period: Month
    charges: Annotated[
        dict[str, Any] | None,
        Field(
            description="The `charges` of that month's report (FORMAT.md §11), or as it would have them now."
        ),
    ]
    descriptions: Annotated[dict[str, str], Field(description="What was written of typed work, by its id.")]
    training: list[Training]
    training_missing: Annotated[bool, Field(description="Nobody was trained for a year.")]
