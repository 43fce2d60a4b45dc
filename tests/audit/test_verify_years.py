"""A log holds records of its own local year: what the broker's turn of the year gives, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import KeyRotated, LogHeartbeat
from audit.note import VerifierKey
from audit.person_records import TenantOpened
from audit.record import BROKER
from audit.records import AnyRecord
from audit.verify_log import Shard
from audit.verify_years import Years, misplaced
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import HOUSE, TENANT, Twist, World, seed

MIDNIGHT = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # in Rome
MINUTE = timedelta(minutes=1)
BEAT = LogHeartbeat("2026-12-31")
OPENED = TenantOpened(HOUSE, demo=True, zone="Europe/Rome")


def told(*records: tuple[AnyRecord, datetime], years: Years | None = None) -> list[tuple[int, int]]:
    found = years or Years()
    for n, (record, at) in enumerate(records):
        if at >= found.until:
            found.reach(Leaf(TENANT, n, at, BROKER, record), at)
    return found.turns


def test_a_year_begins_where_the_tenant_is() -> None:
    before = MIDNIGHT - timedelta(milliseconds=1)
    assert told((OPENED, before), (BEAT, before), (BEAT, MIDNIGHT)) == [(0, 2026), (2, 2027)]


def test_no_announcement_begins_one_and_no_clock_a_little_behind_ends_it() -> None:
    rotated = KeyRotated("key", "year")
    found = told(
        (OPENED, MIDNIGHT - MINUTE), (rotated, MIDNIGHT), (BEAT, MIDNIGHT), (BEAT, MIDNIGHT - MINUTE)
    )
    assert found == [(0, 2026), (2, 2027)]


@pytest.mark.parametrize("first", [BEAT, TenantOpened(HOUSE, demo=True, zone="Europe/Atlantis")])
def test_without_a_zone_there_is_no_year(first: AnyRecord) -> None:
    assert told((first, MIDNIGHT), (BEAT, MIDNIGHT + timedelta(days=900))) == []


def shard(label: str, since: int, until: int) -> Shard:
    key = VerifierKey.log(f"registro.localhost/{TENANT}/{label}", SigningKey(seed(label)).public)
    return Shard(key, since, until)


@pytest.mark.parametrize(
    ("turns", "wrong"),
    [
        ([(0, 2026), (5, 2027)], []),
        ([], []),
        ([(0, 2026), (4, 2027)], [(4, "2026", 2027)]),
        ([(0, 2026), (6, 2027)], [(5, "2027", 2026)]),
        ([(0, 2026)], [(5, "2027", 2026)]),
        ([(0, 2025), (5, 2027)], [(0, "2026", 2025)]),
        ([(0, 2026), (5, 2027), (7, 2028), (8, 2029)], [(7, "2027", 2028)]),
        ([(0, 2026), (5, 2027), (9, 2028)], []),
    ],
)
def test_what_stands_in_another_log_than_its_years(turns: list[Any], wrong: list[Any]) -> None:
    assert list(misplaced(turns, [shard("2026", 0, 5), shard("2027", 5, 9)])) == wrong


def test_a_letter_is_no_year() -> None:
    logs = [shard("2026", 0, 2), shard("2026b", 2, 5), shard("2027", 5, 9)]
    assert list(misplaced([(0, 2026), (5, 2027)], logs)) == []


# ------------------------------------------------------------------------------------- both verifiers


def at(moment: datetime) -> World:
    w = World(Twist(witnesses=1, turns=False))
    w.onboard()
    w.now = moment
    return w


def test_the_turn_as_the_broker_makes_it() -> None:
    """The first record after midnight opens the next log; another broker's clock is half a minute behind."""
    w = at(MIDNIGHT)
    w.turn()
    w.now -= timedelta(seconds=30)
    w.append(LogHeartbeat("2026-12-31"))
    sound(judge(w))


def test_a_log_that_goes_on_beyond_its_year() -> None:
    w = at(MIDNIGHT - timedelta(seconds=1))
    w.append(BEAT)
    n = w.append(LogHeartbeat("2027-01-01"))
    verdict = judge(w)
    alone(verdict, "INCOMPLETE", "shard_year")
    assert (verdict.findings[0].where, "“2026”" in verdict.findings[0].en) == (f"n={n}", True)


EARLY: dict[str, Callable[[World], Any]] = {
    "a log of a year that has not begun": lambda w: w.turn("2027"),
    "a log of a year that is over": lambda w: (w.wait(days=400), w.turn("2027")),
}


@pytest.mark.parametrize("how", EARLY)
def test_a_log_of_another_year(how: str) -> None:
    w = at(MIDNIGHT - timedelta(hours=1))
    EARLY[how](w)
    alone(judge(w), "INCOMPLETE", "shard_year")


def test_a_year_without_records_has_no_log() -> None:
    w = at(MIDNIGHT + timedelta(days=400))
    w.turn("2028")
    sound(judge(w))
