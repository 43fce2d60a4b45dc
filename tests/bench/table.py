"""Figures: what was measured, beside its peer and its bar. Pure; printing gives text back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Sense = Literal["at most", "at least"]
Subject = Literal["value", "ratio"]


def quantile(samples: Sequence[float], share: float) -> float:
    """By linear interpolation between the two nearest samples."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Summary:
    """Many samples of one thing. `value` is the median, or the quantile that was asked for."""

    value: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, samples: Sequence[float], share: float = 0.5) -> Summary:
        """`low` and `high` hold the middle half; for another quantile, that of each fifth of the samples
        in the order they were taken, so that a spell of noise shows."""
        value = quantile(samples, share)
        if share == 0.5:
            return cls(value, quantile(samples, 0.25), quantile(samples, 0.75), len(samples))
        fifth = max(1, len(samples) // 5)
        parts = [
            quantile(samples[at : at + fifth], share) for at in range(0, len(samples) - fifth + 1, fifth)
        ]
        return cls(value, min(parts), max(parts), len(samples))

    @classmethod
    def once(cls, value: float) -> Summary:
        return cls(value, value, value, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A floor of data-path.md or of the requirements: on the value itself, or on its ratio to the peer."""

    sense: Sense
    limit: float
    of: Subject = "ratio"

    def verdict(self, measured: float) -> str:
        met = measured <= self.limit if self.sense == "at most" else measured >= self.limit
        if met:
            return "meets"
        return f"short by {abs(measured - self.limit) / self.limit:.0%}"

    def text(self, unit: str) -> str:
        sign = "≤" if self.sense == "at most" else "≥"
        return f"{sign} {self.limit:g}×" if self.of == "ratio" else f"{sign} {self.limit:g} {unit}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who else did the same in the same run; `name` is what a reader knows it by."""

    name: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    unit: str
    summary: Summary
    peer: Peer | None = None
    bars: tuple[Bar, ...] = ()

    @property
    def ratio(self) -> float | None:
        if self.peer is None or self.peer.summary.value == 0:
            return None
        return self.summary.value / self.peer.summary.value

    def verdicts(self) -> list[str]:
        """One per bar; a bar on a ratio that could not be measured says so."""
        measured: dict[Subject, float | None] = {"value": self.summary.value, "ratio": self.ratio}
        found = [(bar, measured[bar.of]) for bar in self.bars]
        return ["not measured" if value is None else bar.verdict(value) for bar, value in found]

    def to_value(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            **_numbers(self.summary),
            "peer": None if self.peer is None else {"name": self.peer.name, **_numbers(self.peer.summary)},
            "ratio": self.ratio,
            "bars": [
                {"sense": bar.sense, "limit": bar.limit, "of": bar.of, "verdict": verdict}
                for bar, verdict in zip(self.bars, self.verdicts(), strict=True)
            ],
        }


def _numbers(summary: Summary) -> dict[str, float]:
    return {"value": summary.value, "low": summary.low, "high": summary.high, "samples": summary.count}


def number(value: float) -> str:
    """Three figures, never an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


HEAD = ("what", "Verbale", "spread", "n", "peer", "peer's", "spread", "ratio", "bar", "")


def _row(figure: Figure) -> tuple[str, ...]:
    peer = figure.peer
    ratio = figure.ratio
    return (
        figure.name,
        f"{number(figure.summary.value)} {figure.unit}",
        _spread(figure.summary),
        str(figure.summary.count),
        "–" if peer is None else peer.name,
        "–" if peer is None else f"{number(peer.summary.value)} {figure.unit}",
        "–" if peer is None else _spread(peer.summary),
        "–" if ratio is None else f"{ratio:.2f}×",
        ", ".join(bar.text(figure.unit) for bar in figure.bars) or "–",
        _together(figure.verdicts()),
    )


def _spread(summary: Summary) -> str:
    return "–" if summary.count < 2 else f"{number(summary.low)}–{number(summary.high)}"


def _together(verdicts: Sequence[str]) -> str:
    return verdicts[0] if len(set(verdicts)) == 1 else ", ".join(verdicts)


def render(figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """One table for people."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    right = {1, 2, 3, 5, 6, 7}
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "─" * max(map(len, lines)))
    told = "; ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join(
        [*lines, "", f"{told}. Medians; spread is the middle half, of a p99 its range over fifths."]
    )
