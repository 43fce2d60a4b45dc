"""Step 13: the tokens over heads are of the pinned authority, over this log's heads, and of a possible hour."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from audit.bundle import Entries
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import HeadStamped, PeriodClosed
from audit.timestamp import Issuer, Token, available, possible, read_token
from audit.trust_file import Trust


@dataclass(frozen=True, slots=True)
class TimeMaterial:
    """What judging tokens needs: `head_of` gives this log's head of a size, `written` the instant at which
    the broker wrote a record, None where it is not to be read."""

    files: Entries
    head_of: Callable[[int], Checkpoint]
    written: Callable[[int], datetime | None]
    trust: Trust | None
    judge: Judgement


class Timestamps:
    """Feed every leaf in order, then `check`. `cited` are the files the records stand behind."""

    KINDS = frozenset({HeadStamped.KIND, PeriodClosed.KIND})

    def __init__(self) -> None:
        self._stamped: list[tuple[HeadStamped, int, datetime]] = []
        self._months: dict[int, str] = {}  # size of the log at the end of a month -> which
        self.cited: set[str] = set()

    def feed(self, leaf: Leaf) -> None:
        record = leaf.record
        if isinstance(record, PeriodClosed):
            self._months[leaf.n + 1] = record.period
        else:
            assert isinstance(record, HeadStamped)
            self._stamped.append((record, leaf.n, leaf.time))
            self.cited.add(_file(record.size))

    @property
    def count(self) -> int:
        return len(self._stamped)

    def check(self, material: TimeMaterial) -> None:
        judge = material.judge
        ca = None if material.trust is None else material.trust.tsa_ca
        if not self._stamped:
            judge.state(
                13, *(("not_applicable", "no_timestamps") if ca is None else ("unknown", "not_stamped"))
            )
            return
        if not available():
            judge.state(13, "unknown", "no_time_extra")
            return
        judge.state(13, *(("unknown", "no_tsa_ca") if ca is None else ("ok", "checked")))
        for stamped, n, at in self._stamped:
            self._check_one(stamped, n, at, ca, material)
        bare = [month for size, month in self._months.items() if _file(size) not in self.cited]
        if bare:
            judge.note("unstamped", months=", ".join(bare))

    def _check_one(
        self, stamped: HeadStamped, n: int, at: datetime, ca: str | None, material: TimeMaterial
    ) -> None:
        name, judge = _file(stamped.size), material.judge
        if name not in material.files:
            judge.find("TIME", "token_missing", f"n={n}")
            return
        data = material.files[name]
        if hashlib.sha256(data).hexdigest() != stamped.token:
            judge.find("TIME", "token_differs", name)
            return
        if not 0 < stamped.size <= n:
            judge.find("TIME", "token_head", name)
            return
        try:
            token = read_token(data, material.head_of(stamped.size), ca)
        except Malformed as wrong:
            judge.find("TIME", "token_unread", name, why=wrong)
            return
        _judge(token, name, material.written(stamped.size - 1), at, judge)


def _judge(token: Token, name: str, after: datetime | None, before: datetime, judge: Judgement) -> None:
    """`after`: the last record below the head was written; `before`: the token was."""
    if not token.over_head:
        judge.find("TIME", "token_head", name)
    if token.issuer is Issuer.WRONG:
        judge.find("TIME", "token_issuer", name, why=token.why)
    if not possible(token.at, after, before):
        judge.find("TIME", "token_time", name, at=token.at.isoformat())


def _file(size: int) -> str:
    return f"heads/{size}.tsr"
