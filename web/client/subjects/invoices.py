"""Statements of charges, draft invoices, whom they are made out to. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, TypedDict

from web.client.call import Calls, File


class Sum(TypedDict):
    """Of lines alike: what they are charged as, at which rate of which tariff."""

    kind: Literal["contract", "extra", "reseller", "training"]
    tariff: str
    rate: int
    vat: int
    lines: int
    minutes: int
    billed: int
    cents: int


class Source(TypedDict):
    """The report that a closed month's lines are drawn from."""

    number: str
    pdf_sha256: str


class Prepaid(TypedDict):
    """Hours that a contract's year includes, in minutes, as they stood before and after the month."""

    month: str
    year: str
    included: int
    before: int
    now: int
    left: int


class StatementLine(TypedDict):
    """Of a session, or of typed work."""

    # A day, in the customer's zone.
    day: str
    incident: str
    session: str | None
    work: str | None
    # By their codes.
    activities: list[str]
    # The program, by its id, or `other`.
    product: str | None
    # Its name.
    program: str | None
    # The number of the one in force that day; 0: none.
    contract: int
    kind: Literal["contract", "extra", "reseller", "training"]
    # Minutes worked.
    minutes: int
    # Minutes charged, rounded as the contract says.
    billed_minutes: int
    # The version of the tariff.
    tariff: str | None
    # Cents of a euro an hour, without VAT.
    rate_cents_hour: int
    # Cents of a euro, without VAT.
    cents: int
    # Per cent.
    vat_percent: int
    # Why nothing is asked for it.
    free: Literal["contract", "first_year", "on_reseller", "no_tariff", "no_minute"] | None
    contested: Literal["open", "explained", "corrected", "withdrawn"] | None


class StatementMonth(TypedDict):
    # A month, in the customer's zone.
    period: str
    # The report it is drawn from; null: not closed yet.
    source: Source | None
    # While the host held everything: not charged.
    paused_minutes: int
    # Minutes that a contract's year includes, before and after.
    hours: list[Prepaid]
    lines: list[StatementLine]


class Statement(TypedDict):
    """What a customer owes. No line names who worked."""

    tenant: str
    # The customer's name.
    customer: str
    # Of this one alone; null: of all.
    contract: int | None
    # A month of it is not closed, and may change.
    provisional: bool
    # Whole minutes.
    minutes: int
    # Whole minutes.
    billed_minutes: int
    # Cents of a euro, without VAT.
    cents: int
    # Lines alike together; `rate` in cents an hour.
    sums: list[Sum]
    months: list[StatementMonth]


class Vat(TypedDict):
    """`cents`: of the net at that rate, rounded once, half up."""

    rate: int
    net: int
    cents: int


class InvoiceLineAnswer(TypedDict):
    contract: int
    kind: Literal["contract", "extra", "reseller", "training"]
    tariff: str | None
    # Cents of a euro an hour, without VAT.
    rate_cents_hour: int
    # Per cent.
    vat_percent: int
    # Whole minutes.
    minutes: int
    # Cents of a euro, without VAT.
    cents: int
    # As the invoice would word it, in Italian.
    description: str


class DraftAnswer(TypedDict):
    """A draft for whoever keeps the books: it has no number of theirs."""

    tenant: str
    # The customer's name, as invoices bear it.
    customer: str
    # The draft's own name.
    number: str
    # The report it is drawn from; null: the month is not closed.
    source: Source | None
    # Cents of a euro, without VAT.
    net_cents: int
    vat_cents: int
    # Cents, with VAT.
    total_cents: int
    # Cents; by split payment without the VAT.
    to_pay_cents: int
    # Stamp duty, owed by the vendor: no part of the total.
    stamp_cents: int
    split_payment: bool
    # Whole minutes.
    minutes: int
    # Lines that somebody contests still.
    contested: int
    # What a FatturaPA lacks: `customer.` or `vendor.` and the field.
    missing: list[str]
    vat: list[Vat]
    lines: list[InvoiceLineAnswer]


class Drafts(TypedDict):
    # A month, in the customer's zone.
    period: str
    # How many customers owe nothing.
    quiet: int
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
    # The code of the exchange system, seven signs or six.
    recipient: str
    pec: str
    # Split payment.
    split: bool
    regime: str
    vat_nature: str
    law: str
    # CIG and CUP by contract; 0: of work without one.
    orders: list[ContractOrder]


class Invoices:
    """Statements of charges, draft invoices, whom they are made out to."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def statement(
        self, *, tenant: str, first: str | None = None, last: str | None = None, contract: int | None = None
    ) -> Statement:
        """What a customer owes, line by line."""
        found: Statement = self._calls.json(
            "GET",
            "/api/tenants/{tenant}/statement",
            at={"tenant": tenant},
            query={"first": first, "last": last, "contract": contract},
        )
        return found

    def statement_file(
        self,
        *,
        tenant: str,
        form: Literal["csv", "xlsx", "pdf"],
        first: str | None = None,
        last: str | None = None,
        contract: int | None = None,
        bom: bool | None = None,
    ) -> File:
        """The same as csv, xlsx or pdf."""
        return self._calls.file(
            "GET",
            "/api/tenants/{tenant}/statement.{form}",
            at={"tenant": tenant, "form": form},
            query={"first": first, "last": last, "contract": contract, "bom": bom},
        )

    def drafts(self, *, period: str) -> Drafts:
        """Draft invoices of a month."""
        found: Drafts = self._calls.json("GET", "/api/invoices/{period}", at={"period": period})
        return found

    def lines(self, *, period: str, form: Literal["csv", "xlsx"], bom: bool | None = None) -> File:
        """Their lines as csv or xlsx."""
        return self._calls.file(
            "GET",
            "/api/invoices/{period}/lines.{form}",
            at={"period": period, "form": form},
            query={"bom": bom},
        )

    def fattura(self, *, period: str, tenant: str) -> File:
        """One as FatturaPA; nothing is sent."""
        return self._calls.file(
            "GET", "/api/invoices/{period}/{tenant}.xml", at={"period": period, "tenant": tenant}
        )

    def billing(self, *, tenant: str) -> PartyAnswer:
        """Whom invoices are made out to."""
        found: PartyAnswer = self._calls.json("GET", "/api/tenants/{tenant}/billing", at={"tenant": tenant})
        return found

    def set_billing(
        self,
        *,
        tenant: str,
        legal_name: str | None = None,
        vat: str | None = None,
        fiscal_code: str | None = None,
        street: str | None = None,
        postal_code: str | None = None,
        town: str | None = None,
        province: str | None = None,
        recipient: str | None = None,
        pec: str | None = None,
        split: str | None = None,
        regime: str | None = None,
        vat_nature: str | None = None,
        law: str | None = None,
    ) -> PartyAnswer:
        """Enter it, all of it at once."""
        found: PartyAnswer = self._calls.json(
            "PUT",
            "/api/tenants/{tenant}/billing",
            at={"tenant": tenant},
            body={
                "legal_name": legal_name,
                "vat": vat,
                "fiscal_code": fiscal_code,
                "street": street,
                "postal_code": postal_code,
                "town": town,
                "province": province,
                "recipient": recipient,
                "pec": pec,
                "split": split,
                "regime": regime,
                "vat_nature": vat_nature,
                "law": law,
            },
        )
        return found

    def set_order(
        self, *, tenant: str, contract: int, cig: str | None = None, cup: str | None = None
    ) -> None:
        """CIG and CUP of a contract."""
        self._calls.json(
            "PUT",
            "/api/tenants/{tenant}/billing/order",
            at={"tenant": tenant},
            body={"contract": contract, "cig": cig, "cup": cup},
        )
