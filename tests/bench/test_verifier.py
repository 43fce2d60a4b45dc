"""How fast a bundle is judged, on one core and on two, with schema, order and tree; and in how much memory."""

from __future__ import annotations

import resource
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit import bundle
from audit.person_records import AccessDenied, LoginEnded, LoginFailed, LoginSucceeded, RecordRead
from audit.record import NOBODY, Actor
from audit.second_process import read_ahead
from audit.verify import verify
from audit.verify_ahead import alone
from tests.audit.world import ADS, TECHNICIAN, World
from tests.bench.memory import peak_mib
from tests.bench.table import Bar, Figure, Peer, Summary

RECORDS, ROUNDS = 100_000, 5
_BY = (
    (
        LoginSucceeded(TECHNICIAN, "passkey", "10.8.0.31", demo_software=False),
        Actor(TECHNICIAN, "technician"),
    ),
    (LoginFailed(ADS, "passkey", "not_recognised", "192.168.10.12"), NOBODY),
    (AccessDenied(TECHNICIAN, "ssh", "window_closed", "10.8.0.31"), Actor(TECHNICIAN, "technician")),
    (LoginEnded(TECHNICIAN, "10.8.0.31"), Actor(TECHNICIAN, "technician")),
    (RecordRead(ADS, "report", "192.168.10.12"), Actor(ADS, "ads")),
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


@pytest.fixture(scope="module")
def year() -> World:
    return a_year(RECORDS)


def test_memory(figures: list[Figure], year: World, tmp_path: Path) -> None:
    """The whole command, the pages of the mapped file that it holds and its second process included."""
    (tmp_path / "b.zip").write_bytes(bundle.pack(year.entries()))
    peak = Summary.once(peak_mib(str(tmp_path / "b.zip")))
    figures.append(Figure("bundle judged, memory", "MiB", peak, None, (Bar("at most", 200, "value"),)))


def test_records_a_second(figures: list[Figure], year: World) -> None:
    w = year
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


def test_two_cores(figures: list[Figure], year: World) -> None:
    """By the clock, and by the CPU time of whichever process works longer: the clock says nothing where
    others use the second core."""
    packed, trust = bundle.pack(year.entries()), year.trust()
    clock: dict[bool, list[float]] = {False: [], True: []}
    busiest: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for ahead in (False, True):
            began, own, other = time.perf_counter(), time.process_time(), _children()
            verdict = verify(packed, trust=trust, ahead=read_ahead if ahead else alone).verdict
            entries = verdict.counts["entries"]
            clock[ahead].append(entries / (time.perf_counter() - began))
            busiest[ahead].append(entries / max(time.process_time() - own, _children() - other))
            assert verdict.sound
    for name, found in (("by the clock", clock), ("by CPU time", busiest)):
        figures.append(
            Figure(
                f"bundle judged, two cores, {name}",
                "records/s",
                Summary.of(found[True]),
                Peer("one core", Summary.of(found[False])),
                (Bar("at least", 1.6),),
            )
        )


def _children() -> float:
    """CPU seconds of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
