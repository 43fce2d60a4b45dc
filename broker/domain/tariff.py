"""The vendor's rates as his owner enters them, with the days on which they hold (S-44).

The house's tariff is one row of versions, each in force until the next begins; a customer can have his own.
How work is priced by them is `audit.rates` and `audit.charging`, which the verifier reads too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from audit.rates import Tariff
from broker.domain.refusal import Refused, Why

MAX_RATE = 100_000  # cents an hour: whoever asks for more than 1,000 euro mistook the point
MAX_VAT = 100
MAX_TARIFFS = 200
VERSION = re.compile(r"(?=.*[0-9])[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,18}[A-Za-z0-9])?")
_EURO = re.compile(r"(0|[1-9][0-9]{0,5})(?:,([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Rates:
    """As entered; `last` only of a customer's own."""

    version: str
    first: date
    assistance: int
    training: int
    vat: int = 22
    last: date | None = None


def enter(rates: Rates, told: Sequence[Tariff], today: date, *, own: bool) -> Tariff:
    """A version that may be published: none of the past, because what was done was done at the tariff of then.

    Raises `Refused` naming the field: `version`, `first`, `until`, `assistance`, `training`, `vat_percent`.
    """
    if not VERSION.fullmatch(rates.version):
        raise Refused(Why.BAD_INPUT, field="version")
    if any(one.version == rates.version for one in told):
        raise Refused(Why.DUPLICATE)
    begun = any(one.own == own for one in told)
    # The first one of all may speak of a month that runs already: there was none to be changed.
    earliest = today if begun else today.replace(day=1)
    if not earliest <= rates.first <= today + timedelta(days=3660):
        raise Refused(Why.BAD_INPUT, field="first")
    if rates.last is not None and (not own or rates.last < rates.first or rates.last.year >= 2900):
        raise Refused(Why.BAD_INPUT, field="until")
    for field, rate in (("assistance", rates.assistance), ("training", rates.training)):
        if not 0 <= rate <= MAX_RATE:
            raise Refused(Why.BAD_INPUT, field=field)
    if not 0 <= rates.vat <= MAX_VAT:
        raise Refused(Why.BAD_INPUT, field="vat_percent")
    if len(told) >= MAX_TARIFFS:
        raise Refused(Why.TOO_LARGE, field="version", limit=str(MAX_TARIFFS))
    return Tariff(rates.version, rates.first, rates.assistance, rates.training, rates.vat, own, rates.last)


def cents(euro: str, field: str) -> int:
    """``65`` and ``65,50`` as cents; one spelling, the Italian one."""
    found = _EURO.fullmatch(euro.strip())
    if found is None:
        raise Refused(Why.BAD_INPUT, field=field)
    return int(found[1]) * 100 + int(found[2] or 0)


def euro(amount: int) -> Decimal:
    """Cents as an amount with two places, exactly."""
    return Decimal(amount).scaleb(-2)
