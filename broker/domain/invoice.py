"""A draft of an invoice: what a month's statement comes to, with VAT, split payment and stamp (C-29, U-28). Pure.

A draft has no number of the vendor's own and is sent to nobody: whoever keeps the books checks it and makes the
invoice. Amounts are the statement's, so its net is the sum of section 7 to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.charging import Kind
from broker.domain.invoice_party import Party
from broker.domain.tally import Line, Source, Tally

STAMP = 200  # cents (d.P.R. 642/1972, tariffa, art. 13)
STAMP_ABOVE = 7747
_STAMPED = frozenset({"N1", "N2.1", "N2.2", "N3.5", "N3.6", "N4"})


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What one contract's work comes to at one rate. `entries` lines of the statement make it."""

    contract: int
    kind: Kind
    tariff: str
    rate: int
    vat: int
    entries: int
    billed: int
    cents: int


@dataclass(frozen=True, slots=True)
class Vat:
    """`cents`: of the net at that rate, rounded once, half up."""

    rate: int
    net: int
    cents: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Of one customer and month. `disputed`: lines of the statement that somebody contests still."""

    tenant: str
    period: str
    source: Source | None
    customer: Party
    vendor: Party
    lines: tuple[InvoiceLine, ...]
    vat: tuple[Vat, ...]
    minutes: int
    disputed: int

    @property
    def net(self) -> int:
        return sum(one.cents for one in self.lines)

    @property
    def tax(self) -> int:
        return sum(one.cents for one in self.vat)

    @property
    def total(self) -> int:
        return self.net + self.tax

    @property
    def to_pay(self) -> int:
        """By split payment the customer pays the VAT to the State himself (d.P.R. 633/1972, art. 17-ter)."""
        return self.net if self.customer.split else self.total

    @property
    def stamp(self) -> int:
        """Owed on what bears no VAT; by the vendor, and no part of the total."""
        free = sum(one.net for one in self.vat if not one.rate)
        return STAMP if self.vendor.vat_nature in _STAMPED and free > STAMP_ABOVE else 0

    @property
    def number(self) -> str:
        """Its own name, at most twenty signs; the books give the invoice its number."""
        return f"BOZZA-{self.period[2:4]}{self.period[5:]}-{self.tenant.removeprefix('t-')[:8]}"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a FatturaPA cannot do without: ``customer.`` or ``vendor.`` and the field."""
        found = [f"vendor.{one}" for one in self.vendor.lacks()]
        if not self.vendor.vat and "vendor.vat_number" not in found:
            found.append("vendor.vat_number")
        if not self.vendor.vat_nature and any(not one.rate for one in self.vat):
            found.append("vendor.vat_nature")
        return (*found, *(f"customer.{one}" for one in self.customer.lacks()))


def draft(tally: Tally, customer: Party, vendor: Party) -> Draft | None:
    """Of a statement of one month; None where there is nothing to be asked for."""
    [month] = tally.months
    charged = [one for one in month.every if one.cents]
    if not charged:
        return None
    lines = _lines(charged)
    return Draft(
        tenant=tally.tenant,
        period=month.period,
        source=month.source,
        customer=customer,
        vendor=vendor,
        lines=lines,
        vat=_vat(lines),
        minutes=sum(one.billed for one in charged),
        disputed=sum(one.disputed == "open" for one in month.lines),
    )


def _lines(charged: Sequence[Line]) -> tuple[InvoiceLine, ...]:
    found: dict[tuple[int, Kind, str, int, int], list[Line]] = {}
    for one in charged:
        found.setdefault((one.contract, one.kind, one.tariff, one.rate, one.vat), []).append(one)
    return tuple(
        InvoiceLine(*key, len(every), sum(one.billed for one in every), sum(one.cents for one in every))
        for key, every in sorted(found.items())
    )


def _vat(lines: Sequence[InvoiceLine]) -> tuple[Vat, ...]:
    nets: dict[int, int] = {}
    for one in lines:
        nets[one.vat] = nets.get(one.vat, 0) + one.cents
    return tuple(Vat(rate, net, (net * rate + 50) // 100) for rate, net in sorted(nets.items()))
