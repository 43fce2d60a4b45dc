"""Steps 8 and 10, of a host's own lists: they follow one another, and tell the sessions that the log tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from audit import instant
from audit.estate_records import HostEnrolled, HostRevoked
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.list_coverage import Coverage
from audit.log_records import ListsMissing, PeriodClosed, SessionsListed
from audit.session_list import BEGUN, ENDED, Line, Told


@dataclass(slots=True)
class _Host:
    """`first_n` and `since` are what its next list must begin with."""

    first_n: int
    since: datetime
    told: Told = field(default_factory=Told)


class Lists:
    """Feed every leaf in order; `close` when the log was read."""

    KINDS = frozenset({*Coverage.KINDS, BEGUN, *ENDED, ListsMissing.KIND, PeriodClosed.KIND})

    def __init__(self, judge: Judgement) -> None:
        self._judge = judge
        self._hosts: dict[str, _Host] = {}
        self._coverage = Coverage()
        self._said: dict[str, tuple[str, ...]] = {}  # month -> hosts said to be missing
        self._missed: list[tuple[str, str, datetime]] = []  # month, host, its end
        self.count = 0

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        match leaf.record:
            case ListsMissing(period=period, hosts=hosts):
                self._said[period] = hosts
                return
            case PeriodClosed() as closed:
                self._closed(closed, where)
                return
            case _:
                self._coverage.feed(leaf)
        if leaf.host_n is None:
            return  # what the broker itself says of a host is no word of that host
        match leaf.record:
            case HostEnrolled():
                self._hosts[leaf.host or ""] = _Host(leaf.host_n + 1, leaf.time)
            case SessionsListed() as listed:
                self._listed(leaf, listed, leaf.host_n, where)
            case HostRevoked():
                pass
            case _:
                host = self._hosts.get(leaf.host or "")
                if host is not None and leaf.session is not None:
                    reason = getattr(leaf.record, "reason", "")
                    host.told.hear(leaf.record.KIND, leaf.session, instant.to_text(leaf.time), reason)

    # ---- one list

    def _listed(self, leaf: Leaf, record: SessionsListed, host_n: int, where: str) -> None:
        host = self._hosts.get(leaf.host or "")
        if host is None:
            return  # step 8 has said that nobody knows it
        self.count += 1
        name = leaf.host or ""
        follows = (record.first_n, record.since) == (host.first_n, instant.to_text(host.since))
        if not follows:
            self._judge.find(
                "INCOMPLETE", "list_gap", where, host=name, expected=host.first_n, found=record.first_n
            )
        named = self._compare(name, [Line.of(text) for text in record.sessions], host.told, where)
        # Where a list is missing before this one, that one may have named what this one does not.
        for session in host.told.lines if follows else ():
            if session not in named:
                self._judge.find("DISPUTED", "unlisted_session", where, host=name, session=session)
        host.told.listed()
        host.first_n, host.since = host_n + 1, leaf.time

    def _compare(self, host: str, lines: list[Line], told: Told, where: str) -> set[str]:
        """Each line with what the records tell; the sessions they name."""
        ours: dict[str, Line] = told.lines
        seen: set[str] = set()
        for line in lines:
            known = ours.get(line.session)
            if line.session in seen:
                self._judge.find("DISPUTED", "list_differs", where, host=host, session=line.session)
            elif known is None or _says_more(line, known):
                self._judge.find("INCOMPLETE", "unlogged_session", where, host=host, session=line.session)
            elif line != known:
                self._judge.find("DISPUTED", "list_differs", where, host=host, session=line.session)
            seen.add(line.session)
        return seen

    # ---- months

    def _closed(self, closed: PeriodClosed, where: str) -> None:
        first, until = instant.parse(closed.first), instant.parse(closed.until)
        hosts = self._coverage.in_use(first, until)
        missing = self._coverage.missing(first, until)
        said = self._said.pop(closed.period, None)
        if said is not None and list(said) != missing:
            self._judge.find("INCOMPLETE", "list_said", where, period=closed.period)
        if hosts:
            told = len(hosts) - len(missing)
            self._judge.note("lists", period=closed.period, count=told, hosts=len(hosts))
        self._missed += [(closed.period, host, until) for host in missing]

    def close(self) -> None:
        """Say whose list was missing when its month was closed, and whether it came afterwards."""
        for period, host, until in self._missed:
            late = self._coverage.told(host, until) is not None
            self._judge.note("list_late" if late else "list_missing", period=period, host=host)


def _says_more(line: Line, known: Line) -> bool:
    """It tells a beginning or an end that no record tells, and nothing else than the records otherwise."""
    more = (known.since is None and line.since is not None) or (
        known.until is None and line.until is not None
    )
    same_start = known.since is None or line.since == known.since
    same_end = known.until is None or (line.until, line.how) == (known.until, known.how)
    return more and same_start and same_end
