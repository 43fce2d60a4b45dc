"""The month that will be closed next, read along with the steps, so that its report needs no second reading."""

from __future__ import annotations

from audit import instant
from audit.bundle import Entries
from audit.canonical import Value
from audit.leaf import Leaf
from audit.log_records import PeriodClosed, PeriodSnapshot
from audit.month import Month
from audit.periods import Periods
from audit.verify_report import opening_if_read


class Months:
    """Feed every leaf in order, after `Story` has had it. `gathered`: what the months closed, or told of so
    far, come to, by the index of that record; log and root are left open."""

    def __init__(self, files: Entries, periods: Periods) -> None:
        self._files = files
        self._periods = periods
        self._gathers = False
        self.month: Month | None = None
        self.gathered: dict[int, dict[str, Value]] = {}

    def follow(self, periods: Periods) -> None:
        """Go on from an earlier run; what is closed from here on is gathered."""
        self._periods, self._gathers = periods, True

    def feed(self, leaf: Leaf) -> None:
        if leaf.n == 0 and self._periods.zone:
            self.month = Month.of(self._periods.due, self._periods.zone)
        month = self.month
        if month is None:
            return
        month.feed(leaf)
        match leaf.record:
            case PeriodClosed(period=period, until=until) | PeriodSnapshot(period=period, until=until) if (
                period == month.period
            ):
                if self._gathers:
                    self.gathered[leaf.n] = month.evidence(
                        lambda n: opening_if_read(self._files, n), instant.parse(until), origin="", root=b""
                    )
                if isinstance(leaf.record, PeriodClosed):
                    self.month = month.following()
            case PeriodClosed():
                self.month = None  # step 8 has said that it is not its turn
            case _:
                pass
