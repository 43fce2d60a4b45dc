"""How fast a bundle is judged: records a second on one core, with schema, order and tree."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from audit import bundle, records
from audit.record import NOBODY, Actor
from audit.verify import verify
from tests.audit.world import ADS, TECHNICIAN, World
from tests.bench.table import Bar, Figure, Summary

RECORDS, ROUNDS = 100_000, 5
_BY = (
    (
        records.LoginSucceeded(TECHNICIAN, "passkey", "10.8.0.31", demo_software=False),
        Actor(TECHNICIAN, "technician"),
    ),
    (records.LoginFailed(ADS, "passkey", "not_recognised", "192.168.10.12"), NOBODY),
    (records.AccessDenied(TECHNICIAN, "ssh", "window_closed", "10.8.0.31"), Actor(TECHNICIAN, "technician")),
    (records.LoginEnded(TECHNICIAN, "10.8.0.31"), Actor(TECHNICIAN, "technician")),
    (records.RecordRead(ADS, "report", "192.168.10.12"), Actor(ADS, "ads")),
)


def a_year(count: int) -> World:
    """Comings and goings, as most of a log is."""
    w = World()
    w.onboard()

    def wait(**_kw: Any) -> None:
        w.now += timedelta(milliseconds=20)

    w.wait = wait  # type: ignore[method-assign]
    for n in range(count):
        record, actor = _BY[n % len(_BY)]
        w.append(record, actor=actor)
    return w


def test_records_a_second(figures: list[Figure]) -> None:
    w = a_year(RECORDS)
    packed, trust = bundle.pack(w.entries()), w.trust()
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        verdict = verify(packed, trust=trust).verdict
        rates.append(verdict.counts["entries"] / (time.process_time() - began))
        assert verdict.sound
    figures.append(
        Figure(
            "bundle judged, one core",
            "records/s",
            Summary.of(rates),
            None,
            (Bar("at least", 100_000, "value"),),
        )
    )
