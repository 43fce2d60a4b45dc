"""Hours by month of all customers: sums of statements' lines, each hour once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from audit.charging import Kind
from broker.domain.house_hours import by_month, shares
from broker.domain.invoice import draft
from broker.domain.invoice_party import party
from broker.domain.tally import Free, Line, Month, Tally

PERIODS = ("2026-10", "2026-11")
ROW = st.tuples(
    st.sampled_from(PERIODS),
    st.sampled_from(("contract", "extra", "reseller", "training")),
    st.integers(0, 600),
    st.integers(0, 50_000),
)


def line(period: str, kind: Kind, billed: int, cents: int, free: Free | None = None) -> Line:
    day = date.fromisoformat(f"{period}-02")
    paid = 0 if kind == "contract" else cents
    return Line(period, day, "", "", "w", (), None, 0, kind, billed, billed, 0, "", paid, 22, free)


def tally(name: str, lines: Sequence[Line]) -> Tally:
    months = (Month(one, None, tuple(line for line in lines if line.month == one)) for one in PERIODS)
    return Tally(name, name, tuple(months))


@given(st.lists(st.lists(ROW, max_size=6), max_size=5))
def test_u25_every_line_of_every_statement_is_counted_once(
    customers: list[list[tuple[str, Kind, int, int]]],
) -> None:
    """And what is asked for is what the drafts of that month ask for."""
    found = [tally(f"c-{n}", [line(*row) for row in rows]) for n, rows in enumerate(customers)]
    summed = by_month([share for one in found for share in shares(one)], PERIODS)
    assert sum(one.included + one.beyond for one in summed) == sum(one.billed for one in found)
    assert sum(one.cents for one in summed) == sum(one.cents for one in found)
    for n, month in enumerate(summed):
        alone = [Tally(one.customer, one.tenant, (one.months[n],)) for one in found]
        drafts = [made for one in alone if (made := draft(one, party("", {}), party("", {})))]
        assert sorted(one.cents for one in month.asked) == sorted(one.net for one in drafts)


def test_u25_what_a_reseller_pays_for_is_not_counted_in_his_customers_statement_too() -> None:
    his = tally("reseller", [line("2026-11", "reseller", 40, 2000)])
    other = tally("customer", [line("2026-11", "reseller", 40, 0, "on_reseller")])
    [month] = by_month([*shares(his), *shares(other)], ("2026-11",))
    assert (month.beyond, month.cents, [one.customer for one in month.shares]) == (40, 2000, ["reseller"])
