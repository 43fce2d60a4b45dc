"""Step 8, its part of the years: a log holds records of the local year that its name says (FORMAT.md §2, *Shards*).

A record's year is that of the latest instant at which the broker wrote so far: a broker whose clock is a little
behind that of the one before it goes back to no year. What announces the next log may stand in the year after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from audit.errors import Malformed
from audit.leaf import Leaf
from audit.log_records import KeyRotated
from audit.periods import NoZones, zone_of
from audit.person_records import TenantOpened
from audit.verify_log import Shard

_NEVER = datetime.max.replace(tzinfo=UTC)


class Years:
    """Tell it each record once the broker has written at `until` or later; `turns` says from which record on it is which year."""

    def __init__(self) -> None:
        self.until = datetime.min.replace(tzinfo=UTC)
        self.turns: list[tuple[int, int]] = []
        self._zone = ""

    def reach(self, leaf: Leaf, written: datetime) -> None:
        """`written` is the latest so far."""
        if leaf.n == 0 and isinstance(leaf.record, TenantOpened):
            self._zone = _known(leaf.record.zone)
        elif isinstance(leaf.record, KeyRotated):
            return
        if not self._zone:
            self.until = _NEVER  # step 8 says what is wrong with the zone
            return
        here = ZoneInfo(self._zone)
        year = written.astimezone(here).year
        self.turns.append((leaf.n, year))
        self.until = datetime(year + 1, 1, 1, tzinfo=here).astimezone(UTC)


def _known(zone: str) -> str:
    try:
        zone_of(zone)
    except (Malformed, NoZones):
        return ""
    return zone


def misplaced(turns: list[tuple[int, int]], shards: Iterable[Shard]) -> Iterator[tuple[int, str, int]]:
    """Of each log the first record of another year than its name says: (index, the name's last part, year)."""
    for shard in shards:
        label = shard.vkey.name.rpartition("/")[2]
        held = [(max(n, shard.since), year) for n, year in turns if n < shard.until]
        before = [one for one in held if one[0] <= shard.since]
        for n, year in [*before[-1:], *held[len(before) :]]:
            if f"{year:04d}" != label[:4]:
                yield n, label, year
                break
