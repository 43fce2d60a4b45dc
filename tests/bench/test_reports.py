"""How long a month's report takes, and how much memory: records to JSON here, JSON to PDF in its own process.

A thousand sessions are printed in full; of twenty thousand the long lists are totals and exceptions, and the
attached JSON has them all. The records are made straight away: no session ran, nobody signed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit import records as r
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import encode
from audit.channel_records import ChannelClosed, ChannelOpened
from audit.leaf import Leaf
from audit.log_records import PeriodClosed
from audit.month import evidence_part
from audit.month_report import COMMERCIAL, merge, split, ties
from audit.periods import month_bounds
from audit.person_records import LoginSucceeded, TenantOpened
from audit.record import BROKER, Actor
from audit.request_records import ApprovalGiven, GrantIssued, RequestOpened, SupervisionTaken
from audit.session_records import SessionClosed, SessionEnded, SessionOpened, SessionStarted, WatchJoined
from broker.out.pdf import SURROUNDINGS, TYPESETTER
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.broker.month_sample import ADS, HOSTS, TECHNICIAN, TITOLARE, sample

MONTH, ZONE, TENANT = "2026-11", "Europe/Rome", "t-9c41e07a"
DIGEST = "9f" * 32
START, END = month_bounds(MONTH, ZONE)
_BY = {"technician": Actor(TECHNICIAN, "technician"), "ads": Actor(ADS, "ads"), "broker": BROKER}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor, and the most memory of the typesetting process (MiB)."""

    clock: float
    cpu: float
    peak: float


def one_session(n: int, at: datetime) -> Iterator[tuple[str, datetime, r.AnyRecord, dict[str, Any]]]:
    """(who, when, what, where) of everything a session leaves in the log."""
    host, request = HOSTS[n % 2]["id"], f"r-{n:08x}"
    inside = {"session": f"s-{n:010x}", "host": host}
    begin, until = instant.to_text(at), instant.to_text(at + timedelta(hours=2))
    end = at + timedelta(minutes=5 + n % 50)
    told = {"received": instant.to_text(end)}
    yield "login", at, LoginSucceeded(TECHNICIAN, "passkey", "192.0.2.7", demo_software=False), {}
    yield "technician", at, RequestOpened(
        request, DIGEST, f"I-2026-{n:05d}", ("terminal",), ("GEST",), begin, until, 3600
    ), {"host": host}  # fmt: skip
    yield "ads", at, ApprovalGiven(
        request, DIGEST, TITOLARE, DIGEST, "named", ADS, demo_software=False
    ), {}  # fmt: skip
    yield "broker", at, GrantIssued(request, DIGEST, begin, until), inside
    yield (
        "ads",
        at,
        SupervisionTaken(request, ADS, DIGEST, DIGEST, "192.0.2.9", demo_software=False),
        inside,
    )
    yield "technician", at, SessionOpened(request, DIGEST, "192.0.2.7", demo_software=False), inside
    yield host, at, SessionStarted(DIGEST, "assistenza", until, "told", begin), inside
    yield "ads", at, WatchJoined(ADS, "192.0.2.9"), inside
    yield host, at, ChannelOpened("c-1", "terminal", "ssh", "192.0.2.7", begin), inside
    yield host, end, ChannelClosed("c-1", "terminal", 900, 80_000, DIGEST, None, 0, **told), inside
    yield host, end, SessionEnded("closed_by_technician", 300, 1, **told), inside
    yield "technician", end, SessionClosed("solved"), inside


def whose(name: str) -> Actor:
    """A host's where nobody is called that."""
    return _BY.get(name) or (_BY["technician"] if name == "login" else Actor(name, "agent"))


def a_month(count: int) -> Iterator[Leaf]:
    yield Leaf(TENANT, 0, START, BROKER, TenantOpened("t-house", demo=False, zone=ZONE))
    step = (END - START - timedelta(hours=2)) / count
    n = 1
    for session in range(1, count + 1):
        for who, when, record, where in one_session(session, instant.whole_ms(START + step * (session - 1))):
            yield Leaf(TENANT, n, when, whose(who), record, **where)
            n += 1
    closed = PeriodClosed(MONTH, instant.to_text(START), instant.to_text(END))
    yield Leaf(TENANT, n, END, BROKER, closed)


def reported(count: int) -> bytes:
    """The month's JSON as a broker makes it: evidence from the records, the commercial part and head a sample's."""
    body, head = split(sample(1))
    evidence = evidence_part(a_month(count), lambda _n: None, MONTH, ZONE, END, origin=body["log"]["origin"])
    commercial = {key: value for key, value in body.items() if key in COMMERCIAL}
    report = merge(evidence, commercial, head)
    assert ties(report) == []
    assert len(report["sessions"]) == count
    return encode(report, max_bytes=MAX_REPORT_BYTES)


# Between us and the typesetter, because what we hold when it is started counts as its own.
_BETWEEN = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(child.pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
os._exit(os.waitstatus_to_exitcode(status))
"""


def typeset(data: bytes) -> Cost:
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-I", "-c", _BETWEEN, *TYPESETTER, "VB.json"],
        input=data, capture_output=True, env=SURROUNDINGS, check=True,
    )  # fmt: skip
    took = time.perf_counter() - began
    assert ran.stdout[:5] == b"%PDF-"
    cpu, peak = ran.stderr.split()[-2:]
    return Cost(took, float(cpu), int(peak) / 1024)


@pytest.mark.parametrize(("count", "seconds", "mebibytes"), [(1_000, 7, 700), (20_000, 30, 1024)])
def test_a_month(figures: list[Figure], count: int, seconds: int, mebibytes: int) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    data = reported(count)
    clock, cpu = time.perf_counter() - began, time.process_time() - cpu
    made = typeset(data)
    empty = typeset(reported(1))
    name = f"report of {count:,} sessions"
    figures += [
        Figure(
            name, "s", Summary.once(clock + made.clock),
            Peer("a report of one session", Summary.once(empty.clock)), (Bar("at most", seconds, "value"),),
        ),
        Figure(f"{name}, CPU", "s", Summary.once(cpu + made.cpu)),
        Figure(
            f"{name}, memory", "MiB", Summary.once(made.peak), None, (Bar("at most", mebibytes, "value"),),
        ),
    ]  # fmt: skip
