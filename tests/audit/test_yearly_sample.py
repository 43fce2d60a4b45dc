"""The yearly verification's sample: the same log gives the same one, exceptions are all in it, a lot draws the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audit.yearly_sample import FEWEST, MOST, Access, Accesses, Item, digest, out_of_hours

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
FIRST, UNTIL = "2026-01-01", "2026-12-31"


def accesses(ordinary: int = 0, unwatched: int = 0, denied: int = 0) -> Accesses:
    found = Accesses(zone="Europe/Rome")
    for number in range(ordinary + unwatched):
        name = f"s-{number:04d}"
        at = MONDAY + timedelta(seconds=number)
        found.found[name] = Access(name, "p-1", at, n=number, watched=number < ordinary)
    for number in range(denied):
        name = f"n={90_000 + number}"
        found.found[name] = Access(name, "p-1", MONDAY, denied=True)
    return found


@given(st.integers(0, 900), st.integers(0, 30), st.integers(0, 40), st.binary(min_size=32, max_size=32))
def test_l06_the_same_log_gives_the_same_sample(
    ordinary: int, unwatched: int, denied: int, root: bytes
) -> None:
    """L-06: all exceptions, at least twenty or one in twenty of the others, each once and of the log."""
    found = accesses(ordinary, unwatched, denied)
    sample = found.drawn(FIRST, UNTIL, root.hex())
    assert sample == accesses(ordinary, unwatched, denied).drawn(FIRST, UNTIL, root.hex())
    assert len({one.name for one in sample}) == len(sample)
    assert {one.name for one in sample} <= set(found.found)
    count = {stratum: sum(one.stratum == stratum for one in sample) for stratum in ("unwatched", "denied")}
    assert count == {"unwatched": unwatched, "denied": min(denied, FEWEST)}
    others = sum(one.stratum == "ordinary" for one in sample)
    assert others == min(ordinary, max(FEWEST, -(-ordinary // 20)))


def test_l06_another_root_draws_others_and_a_day_outside_is_not_drawn() -> None:
    found = accesses(400)
    one, other = (found.drawn(FIRST, UNTIL, root * 32) for root in ("aa", "bb"))
    assert digest(one) != digest(other)
    assert found.drawn("2026-11-03", UNTIL, "aa" * 32) == []


def test_l06_of_too_many_exceptions_a_lot_is_drawn_too() -> None:
    assert len(accesses(unwatched=MOST + 50).drawn(FIRST, UNTIL, "aa" * 32)) == MOST


def test_l06_hours_are_local_and_need_no_holidays() -> None:
    """Monday at 7:59 and at 19:00 in Rome, winter and summer; a Saturday at noon."""
    inside = [datetime(2026, 11, 2, 7, 0, tzinfo=UTC), datetime(2026, 7, 6, 6, 0, tzinfo=UTC)]
    outside = [
        datetime(2026, 11, 2, 6, 59, tzinfo=UTC), datetime(2026, 11, 2, 18, 0, tzinfo=UTC),
        datetime(2026, 7, 6, 17, 0, tzinfo=UTC), datetime(2026, 11, 7, 11, 0, tzinfo=UTC),
    ]  # fmt: skip
    assert [out_of_hours(at, "Europe/Rome") for at in inside + outside] == [False] * 2 + [True] * 4


def test_the_digest_is_of_lines() -> None:
    assert digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest([Item("denied", "n=1")]) != digest([Item("denied", "n=2")])
