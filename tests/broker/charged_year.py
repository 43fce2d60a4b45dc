"""A year of customers whose work is charged, made at random from a seed, and counted again minute by minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from audit import instant
from audit.billing import Charged, Paid
from audit.incident_records import ContractAgreed
from audit.month_charges import Charges, Sat, Typed
from audit.periods import month_bounds
from audit.resale_records import ResaleRateSet
from audit.work_records import TariffSet, WorkTyped
from broker.domain.tally import Source, Told

ROME = ZoneInfo("Europe/Rome")
MONTHS = tuple(f"2026-{n:02d}" for n in range(1, 13))
TARIFFS = (
    TariffSet("2026/1", "2026-01-01", 6000, 4800, 22, own=False),
    TariffSet("2026/2", "2026-07-01", 6550, 4999, 22, own=False),
)
PROGRAMS = ("g-1", "g-2", "other", None)
Mark = tuple[str, str, int]  # kind, version, cents an hour


def contract(number: int = 1, **more: Any) -> ContractAgreed:
    base: dict[str, Any] = {
        "number": number, "plan": "basic", "first": "2026-01-01", "last": "2026-12-31", "prepaid": True,
        "paid": "2026-01-01", "patron": None, "closures": (), "half_shifts": False,
    }  # fmt: skip
    return ContractAgreed(**(base | more))


@dataclass
class Account:
    """One customer's log as far as charges go, and what he did in the year."""

    id: str
    charges: Charges
    sats: list[Sat] = field(default_factory=list)
    of_month: dict[str, list[str]] = field(default_factory=dict)  # sessions, in order

    @classmethod
    def made(cls, id: str, *contracts: ContractAgreed) -> Account:
        found = cls(id, Charges("Europe/Rome"))
        found.charges.tariffs += TARIFFS
        found.charges.contracts += contracts
        return found

    def live(self, chance: Random, *, products: tuple[str | None, ...] = PROGRAMS, most: int = 4) -> None:
        """A year of sessions and typed work, some of it over midnight, some with a pause."""
        for period in MONTHS:
            start, end = month_bounds(period, "Europe/Rome")
            for n in range(chance.randint(0, most)):
                lasts = timedelta(seconds=chance.choice((20, 61, 400, 3599, 5000, 14_000)))
                room = (end - start - lasts).total_seconds() - 1
                begin = start + timedelta(seconds=chance.randint(0, int(room)))
                product, id = chance.choice(products), f"{self.id}-{period}-{n}"
                if chance.random() < 0.3:
                    self._typed(id, begin, max(1, int(lasts.total_seconds()) // 60), product, chance)
                else:
                    self._sat(id, begin, lasts, product, chance)
        for period in MONTHS:
            start, end = month_bounds(period, "Europe/Rome")
            mine = sorted((one for one in self.sats if start <= one.start < end), key=lambda one: one.start)
            self.of_month[period] = [one.id for one in mine]

    def _sat(self, id: str, begin: datetime, lasts: timedelta, product: str | None, chance: Random) -> None:
        self.charges.products[f"I-{id}"] = product
        self.charges.done[id] = ("GEST/FOR",) if chance.random() < 0.2 else ("GEST",)
        self.charges.closed.add(id)
        if chance.random() < 0.3:
            self.charges.pauses[id] = [(begin + lasts / 4, begin + lasts / 3)]
        self.sats.append(Sat(id, begin, begin + lasts, f"I-{id}", ("GEST",)))

    def _typed(self, id: str, begin: datetime, minutes: int, product: str | None, chance: Random) -> None:
        codes = ("GEST/FOR",) if chance.random() < 0.2 else ("GEST",)
        record = WorkTyped(id, instant.to_text(begin), minutes, "staff", "mail", codes, product, f"I-{id}")
        self.charges.typed[id] = Typed(record, begin + timedelta(minutes=minutes), "p-1")

    # ---------------------------------------------------------------- as the product has it

    def told(self, period: str) -> Told:
        start, end = month_bounds(period, "Europe/Rome")
        numbers = {id: n for n, id in enumerate(self.of_month[period], 1)}
        value = self.charges.value(self.sats, numbers, start, end).get("charges", {})
        sessions = [
            {"n": n, "id": id, "incident": {"id": f"I-{id}"}, "activities": []}
            for id, n in numbers.items()
        ]  # fmt: skip
        typed = {id: one.record for id, one in self.charges.typed.items()}
        told = self.charges
        return Told(value, sessions, told.products, typed, told.contracts, told.resellers)

    def charged(self, period: str) -> list[Charged]:
        start, end = month_bounds(period, "Europe/Rome")
        return self.charges.charged(self.sats, self.of_month[period], start, end)[0]

    def paid(self) -> Paid:
        return self.charges.paid()

    def source(self, period: str) -> Source:
        return Source(f"VB-{self.id}-{period}", "0" * 64)


# ------------------------------------------------------------------- counted again, minute by minute


@dataclass
class Counted:
    """Minutes and cents of a month by what they are charged as; `cents` are rounded entry by entry."""

    minutes: Counter[Mark] = field(default_factory=Counter)
    cents: int = 0


def recount(one: Account) -> dict[str, Counted]:
    """Of a customer's own log, month by month, from nothing but its records."""
    found = {period: Counted() for period in MONTHS}
    left: dict[str, int] = {}
    for begin, period, stretches, product, codes, incident in _works(one):
        if incident in one.charges.resellers:
            continue
        training = all(code.endswith("/FOR") for code in codes)
        _count(found[period], one, begin, stretches, product, left, training=training)
    return found


def recount_for(reseller: Account, others: list[Account]) -> dict[str, Counted]:
    """What a reseller owes for what his customers' logs have on his account: by his own table alone."""
    found = {period: Counted() for period in MONTHS}
    for other in others:
        for begin, period, stretches, product, codes, incident in _works(other):
            if other.charges.resellers.get(incident) == reseller.id:
                training = all(code.endswith("/FOR") for code in codes)
                _count(found[period], reseller, begin, stretches, product, {}, training=training)
    return found


def _works(one: Account) -> list[tuple[Any, ...]]:
    rows = []
    for sat in one.sats:
        period = next(month for month, ids in one.of_month.items() if sat.id in ids)
        pauses = one.charges.pauses.get(sat.id, [])
        parts = [(sat.start, pauses[0][0]), (pauses[0][1], sat.end)] if pauses else [(sat.start, sat.end)]
        product = one.charges.products[sat.incident]
        rows.append((sat.start, period, parts, product, one.charges.done[sat.id], sat.incident))
    for typed in one.charges.typed.values():
        record, begin = typed.record, instant.parse(typed.record.began)
        parts = [(begin, begin + timedelta(minutes=record.minutes))]
        period = f"{typed.at.astimezone(ROME):%Y-%m}"
        rows.append((begin, period, parts, record.product, record.activities, record.incident))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _count(
    into: Counted, one: Account, begin: datetime, stretches: list[Any], product: str | None, left: dict[str, int],
    *, training: bool,
) -> None:  # fmt: skip
    days = [
        datetime.fromtimestamp(60 * minute, UTC).astimezone(ROME).date()
        for since, until in stretches
        for minute in range(int(since.timestamp()) // 60, int(until.timestamp()) // 60)
    ]
    if not days:
        return
    agreed = _agreed(one, begin.astimezone(ROME).date())
    step, least = (1, 0) if agreed is None else (agreed.step or 1, agreed.least or 0)
    whole = max(len(days), least)
    days += [days[-1]] * (whole + (-whole) % step - len(days))
    sixtieths = 0
    for day in days:
        mark = _mark(one, day, product, left, training=training)
        into.minutes[mark] += 1
        sixtieths += mark[2]
    into.cents += int(sixtieths / 60 + 0.5)


def _agreed(one: Account, day: date) -> ContractAgreed | None:
    held = [each for each in one.charges.contracts if each.first <= day.isoformat() <= each.last]
    return held[-1] if held else None


def _mark(one: Account, day: date, product: str | None, left: dict[str, int], *, training: bool) -> Mark:
    since = one.charges.activated.get(product or "")
    if since is not None and day.isoformat() >= since:
        return _resold(one, day, product, since, training=training)
    agreed = _agreed(one, day)
    if (
        agreed is not None
        and product != "other"
        and (agreed.products is None or product in (None, *agreed.products))
    ):
        if agreed.included is None:
            return ("contract", "", 0)
        rest = left.setdefault(agreed.first, agreed.included)  # these contracts have one year
        if rest:
            left[agreed.first] = rest - 1
            return ("contract", "", 0)
    tariff = TARIFFS[day.isoformat() >= "2026-07-01"]
    return ("training" if training else "extra", tariff.version, tariff.training if training else tariff.assistance)  # fmt: skip


def _resold(one: Account, day: date, product: str | None, since: str, *, training: bool) -> Mark:
    year, rest = since[:4], since[4:]
    if day.isoformat() < f"{int(year) + 1}{rest}":
        return ("reseller", "", 0)
    lines: list[ResaleRateSet] = [
        each for each in one.charges.resale_rates if each.first <= day.isoformat() and each.product in (None, product)
    ]  # fmt: skip
    best = max(lines, key=lambda each: (each.product is not None, each.first))
    return ("reseller", best.version, best.training if training else best.assistance)
