"""What it takes to check month 12 after month 11, beside the same bundle checked from its first record."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from audit import bundle, instant
from audit.log_records import LogHeartbeat
from audit.periods import following, month_bounds
from audit.record import Actor
from audit.session_records import SessionClosed
from audit.verify import verify
from tests.audit.world import HOST, TECHNICIAN, ZONE, World
from tests.bench.memory import peak_mib
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.bench.test_verifier import _BY

MONTHS, SESSIONS, COMMANDS, COMINGS, ROUNDS = 12, 100, 10, 1_000, 5


def a_month(w: World, period: str) -> None:
    """Sessions with their approvals, notes and commands, comings and goings, and the month's report."""
    first, until = month_bounds(period, ZONE)
    local = first.astimezone(ZoneInfo(ZONE)).replace(hour=9).astimezone(UTC)
    w.now = max(w.now, local)
    step = (until - w.now) / (SESSIONS + 2)
    for n in range(SESSIONS):
        began = w.now
        _day(w)
        request, _ = w.ask(_number(w))
        grant = w.approve(request)
        session = w.open(request, grant)
        w.start(session, grant)
        for at in range(COMMANDS):
            w.work(session, f"c-{n:04d}{at:04d}", 0.1)
        w.end(session, "closed_by_technician")
        w.append(
            SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
            opening={"note": "Fatto."},
        )  # fmt: skip
        for at in range(COMINGS // SESSIONS):
            record, actor = _BY[at % len(_BY)]
            w.append(record, actor=actor)
        w.now = max(w.now, began + step)
    w.now = until
    w.list_sessions()
    w.close(period)


def _appoint_again(w: World) -> None:
    since, until = instant.whole_ms(w.now), instant.whole_ms(w.now + timedelta(days=300))
    w.change_approvers(*(replace(one, valid_from=since, valid_until=until) for one in w.approvers.approvers))


def _number(w: World) -> int:
    return sum(1 for one in w.openings) + 1


def _day(w: World) -> None:
    day = w.now.astimezone(ZoneInfo(ZONE)).date().isoformat()
    if day not in w.beaten:
        w.beaten.add(day)
        w.append(LogHeartbeat(day))


def test_month_twelve_after_month_eleven(figures: list[Figure], tmp_path: Path) -> None:
    """The CPU time of one process, the reading of the file's digests included; and the memory of the command,
    which keeps a state both times."""
    w, period, sizes, before = World(), "2026-11", [0], b""
    w.onboard()
    for month in range(1, MONTHS + 1):
        if month == MONTHS:
            before = bundle.pack(w.entries())
        a_month(w, period)
        if month == MONTHS // 2:
            _appoint_again(w)
        period = following(period)
        sizes.append(w.tree.size)
    data, trust = bundle.pack(w.entries()), w.trust()
    kept = verify(before, trust=trust, keep=True).snapshot
    assert kept is not None
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for after in (False, True):
            began = time.process_time()
            verdict = verify(data, trust=trust, snapshot=kept if after else None, keep=True).verdict
            seconds[after].append(time.process_time() - began)
            assert verdict.sound, verdict.findings[:5]
            assert ("resumed" in {note.code for note in verdict.notes}) == after
    new = sizes[-1] - sizes[-2]
    figures.append(
        Figure(
            f"month 12 after month 11 ({new} of {sizes[-1]} records)",
            "s",
            Summary.of(seconds[True]),
            Peer("from the first record", Summary.of(seconds[False])),
            (),
        )
    )
    (tmp_path / "11.zip").write_bytes(before)
    (tmp_path / "12.zip").write_bytes(data)
    (tmp_path / "trust.json").write_bytes(trust.encode())
    peaks: dict[str, float] = {}
    for state, bundles in (("first time", ("12",)), ("after month 11", ("11", "12"))):
        for name in bundles:
            files = [str(tmp_path / one) for one in (f"{name}.zip", "trust.json", state)]
            peaks[state] = peak_mib(files[0], "--trust", files[1], "--state", files[2])
    for state, peak in peaks.items():
        name = f"month 12, memory, {state}"
        figures.append(Figure(name, "MiB", Summary.once(peak), None, (Bar("at most", 200, "value"),)))
