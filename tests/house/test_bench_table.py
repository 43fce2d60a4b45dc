"""The benches' statistics and table: what `make bench` prints must be right before it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.table import Bar, Figure, Peer, Summary, number, quantile, render


@pytest.mark.parametrize(
    ("samples", "share", "expected"),
    [
        ([1.0], 0.99, 1.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([0.0, 10.0], 0.25, 2.5),
        ([1.0, 2.0, 3.0, 4.0], 1.0, 4.0),
    ],
)
def test_quantile(samples: list[float], share: float, expected: float) -> None:
    assert quantile(samples, share) == expected


def test_no_samples_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no samples"):
        quantile([], 0.5)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_are_within_and_in_order(samples: list[float], one: float, other: float) -> None:
    low, high = (quantile(samples, share) for share in sorted((one, other)))
    assert min(samples) <= low <= high * (1 + 1e-9) + 1e-9
    assert high <= max(samples)


def test_spread_of_a_median_is_the_middle_half() -> None:
    assert Summary.of([1.0, 2.0, 3.0, 4.0, 5.0]) == Summary(3.0, 2.0, 4.0, 5)


def test_spread_of_a_p99_shows_the_bad_spell() -> None:
    calm, spell = [1.0] * 80, [9.0] * 20
    found = Summary.of(calm + spell, 0.99)
    assert (found.low, found.high) == (1.0, 9.0)


@pytest.mark.parametrize(
    ("bar", "measured", "verdict"),
    [
        (Bar("at most", 2.0), 2.0, "meets"),
        (Bar("at most", 2.0), 3.0, "short by 50%"),
        (Bar("at least", 1.2), 1.3, "meets"),
        (Bar("at least", 1.2), 0.6, "short by 50%"),
    ],
)
def test_verdict(bar: Bar, measured: float, verdict: str) -> None:
    assert bar.verdict(measured) == verdict


FIGURE = Figure(
    "bulk up",
    "MB/s",
    Summary.of([150.0, 200.0, 160.0]),
    Peer("ProxyJump", Summary.of([80.0, 100.0, 90.0])),
    (Bar("at least", 1.8), Bar("at least", 100, "value")),
)


def test_each_bar_is_judged_on_its_own() -> None:
    assert FIGURE.ratio == pytest.approx(160 / 90)
    assert FIGURE.verdicts() == ["short by 1%", "meets"]


def test_a_ratio_without_a_peer_is_not_measured() -> None:
    alone = Figure("bulk up", "MB/s", Summary.once(1.0), None, (Bar("at least", 1.8),))
    assert alone.verdicts() == ["not measured"]


def test_table_names_everything() -> None:
    text = render([FIGURE], {"cores": "2"})
    for part in ("bulk up", "160 MB/s", "ProxyJump", "90.0 MB/s", "1.78×", "≥ 1.8×, ≥ 100 MB/s", "cores 2"):
        assert part in text


def test_value_is_json() -> None:
    said = json.loads(json.dumps(FIGURE.to_value()))
    assert said["samples"] == 3
    assert said["peer"]["value"] == 90.0
    assert [bar["verdict"] for bar in said["bars"]] == FIGURE.verdicts()


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.0149, "0.015"), (1.234, "1.23"), (43.52, "43.5"), (1903.2, "1,903")]
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text
