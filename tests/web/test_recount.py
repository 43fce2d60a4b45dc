"""A month of 5,000 sessions: report, API and the page's figures agree with whoever counts the records himself."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from audit import instant
from audit import records as r
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import encode
from audit.channel_records import ChannelClosed, ChannelOpened
from audit.leaf import Leaf
from audit.log_records import ReportIssued
from audit.month import evidence_part
from audit.month_report import COMMERCIAL, merge, split, ties
from audit.periods import month_bounds
from audit.person_records import AccessDenied
from audit.record import BROKER, Actor
from audit.request_records import ApprovalGiven, SupervisionTaken
from audit.session_records import SessionEnded, SessionOpened, SessionPresumedEnded, WatchJoined
from broker.store import month_figures, reports
from broker.store.reports import Files, Issued
from broker.store.tables import approvals, entries, requests, sessions
from tests.bench.test_reports import DIGEST, one_session
from tests.broker.month_sample import ADS, TECHNICIAN, TITOLARE, sample
from tests.stories.telling import Story

MONTH, ZONE, COUNT = "2026-11", "Europe/Rome", 5_000
START, END = month_bounds(MONTH, ZONE)
NUMBER = "VB-recount-2026-11"
_UNTOLD = (ChannelOpened, ChannelClosed)  # of no count: the month is long enough
_ACTORS = {"login": TECHNICIAN, "technician": TECHNICIAN, "ads": ADS}
_ROLES: dict[str, Any] = {"login": "technician", "technician": "technician", "ads": "ads"}


def leaves(tenant: str) -> Iterator[Leaf]:
    """Each seventh without supervision, each thirty-first with a presumed end, each nineteenth after a refusal."""
    n, step = 0, (END - START - timedelta(hours=3)) / COUNT
    for number in range(1, COUNT + 1):
        at = instant.whole_ms(START + step * number)
        for who, when, record, where in _bent(number, at):
            role = _ROLES.get(who)
            actor = BROKER if who == "broker" else Actor(_ACTORS.get(who, who), role or "agent")
            yield Leaf(tenant, n, when, actor, record, **where)
            n += 1


def _bent(number: int, at: datetime) -> Iterator[tuple[str, datetime, r.AnyRecord, dict[str, Any]]]:
    waived, presumed = number % 7 == 0, number % 31 == 0
    if number % 19 == 0:
        yield "technician", at, AccessDenied(TECHNICIAN, "ssh", "window_closed", "10.8.0.31"), {}
    for who, when, record, where in one_session(number, at):
        if isinstance(record, _UNTOLD) or (waived and isinstance(record, WatchJoined | SupervisionTaken)):
            continue
        if waived and isinstance(record, ApprovalGiven):
            yield who, when, ApprovalGiven(
                record.request, DIGEST, TITOLARE, DIGEST, "waived", None, demo_software=False
            ), where  # fmt: skip
        elif presumed and isinstance(record, SessionEnded):
            yield "broker", when, SessionPresumedEnded(instant.to_text(when)), where
        else:
            yield who, when, record, where


@dataclass
class Recount:
    """Counted from the records' own bytes, by nothing of ours."""

    seconds: int = 0
    minutes: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    approved: set[str] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)
    starts: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def read(self, data: bytes) -> None:
        leaf = json.loads(data)
        kind, body, at = leaf["type"], leaf["body"], datetime.fromisoformat(leaf["time"])
        whole, session = int(at.timestamp()), leaf.get("session", "")
        self.kinds[kind] += 1
        if kind == "approval.given":
            self.approved.add(body["request"])
        elif kind == "session.opened":
            self.asked[session] = body["request"]
        elif kind == "watch.joined":
            self.watched.add(session)
        elif kind == "session.started":
            self.starts[session] = whole, leaf["time"]
        elif kind in ("session.ended", "session.presumed_ended"):
            self.minutes += whole // 60 - self.starts[session][0] // 60
            if kind == "session.ended":
                exact = at - datetime.fromisoformat(self.starts[session][1])
                self.seconds += round(exact.total_seconds() * 1000)

    def totals(self) -> dict[str, int]:
        ended, denied = len(self.starts), self.kinds["access.denied"]
        supervised = len(self.watched)
        return {
            "sessions": ended,
            "minutes": self.minutes,
            "authorised": sum(self.asked[one] in self.approved for one in self.starts),
            "to_ratify": 0,
            "supervised": supervised,
            "exceptions": (ended - supervised) + self.kinds["session.presumed_ended"] + denied,
            "access_ok": self.kinds["login.succeeded"] + ended + self.kinds["watch.joined"],
            "access_denied": denied,
            "access_failed": 0,
        }


async def test_u10_five_thousand_sessions_agree_with_an_independent_recount(
    story: Story, browse: Any
) -> None:
    """U-10: Totals of U-01, U-02 and U-03: the report's JSON as the API hands it out, its table, the titolare's figures."""
    session = await story.running()
    await story.stop_signed(session)
    await story.agent.obey()
    told = list(leaves(story.world.tenant))
    written = [leaf.encode() for leaf in told]
    recount = Recount()
    for data in written:
        recount.read(data)
    wanted = recount.totals()
    assert wanted["sessions"] == COUNT

    await _issue(story, told)
    titolare = browse(story.world.titolare)
    report = (await titolare.get(f"/rapporti/{NUMBER}.json")).json()
    assert report["totals"] == wanted
    table = list(csv.reader(io.StringIO((await titolare.get(f"/rapporti/{NUMBER}.csv")).text), delimiter=";"))
    assert sum(row[2] == "intervento" for row in table) == COUNT

    tenant = await _rows(story, session, told, written)
    async with story.parts.store.read() as work:
        figures = await month_figures.figures(work, tenant, START, END)
    assert (figures.sessions, figures.authorised) == (wanted["sessions"], wanted["authorised"])
    assert figures.unsupervised == wanted["sessions"] - wanted["supervised"]
    assert figures.exceptions == wanted["exceptions"]
    assert figures.seconds == recount.seconds // 1000


async def _issue(story: Story, told: list[Leaf]) -> None:
    """The report as a broker makes it of these records, handed over as one that was issued."""
    body, head = split(sample(1))
    evidence = evidence_part(
        told, lambda _n: None, MONTH, ZONE, END, origin=body["log"]["origin"], root_of=lambda _n: bytes(32)
    )
    report = merge(evidence, {key: value for key, value in body.items() if key in COMMERCIAL}, head)
    assert ties(report) == []
    data, at = encode(report, max_bytes=MAX_REPORT_BYTES), instant.whole_ms(story.clock.now())
    issued = Issued(story.world.tenant, MONTH, NUMBER, False, at, 1, 1, bundled=True)
    async with story.parts.store.tx(story.world.tenant, at) as tx:
        await tx.append(ReportIssued(MONTH, NUMBER, "0" * 64, "0" * 64, False), actor=BROKER)
        await reports.add(tx, issued, Files(b"%PDF", data, None, b"0"))


async def _rows(story: Story, session: str, told: list[Leaf], written: list[bytes]) -> str:
    """What the desk's own rows would be, of a customer apart: those of one real session, five thousand times."""
    apart, at = "t-recount0", instant.whole_ms(story.clock.now())
    ends = {
        leaf.session: leaf for leaf in told if leaf.record.KIND in ("session.ended", "session.presumed_ended")
    }
    waived = {
        leaf.record.request
        for leaf in told
        if isinstance(leaf.record, ApprovalGiven) and leaf.record.supervision == "waived"
    }
    opened = {leaf.session: leaf for leaf in told if isinstance(leaf.record, SessionOpened)}
    async with story.parts.store.tx(story.world.tenant, at, records=False) as tx:
        [like] = [row._mapping for row in await tx.run(select(sessions).where(sessions.c.id == session))]
        [asked] = [
            row._mapping for row in await tx.run(select(requests).where(requests.c.id == like["request"]))
        ]
        signed = (await tx.run(select(approvals).where(approvals.c.request == like["request"])))[0]._mapping
        rows: dict[Any, list[dict[str, Any]]] = {sessions: [], requests: [], approvals: []}
        for number, (name, leaf) in enumerate(opened.items()):
            assert isinstance(leaf.record, SessionOpened)
            request, end, begun = leaf.record.request, ends[name], instant.to_text(leaf.time)
            presumed = end.record.KIND == "session.presumed_ended"
            rows[sessions].append(
                {**like, "tenant": apart, "id": name, "request": request, "opened": begun, "started": begun,
                 "state": "presumed_ended" if presumed else "ended",
                 "ended": None if presumed else instant.to_text(end.time)}
            )  # fmt: skip
            supervision = "waived" if request in waived else "named"
            rows[requests].append(
                {
                    **asked,
                    "digest": f"{number:064x}",
                    "tenant": apart,
                    "id": request,
                    "supervision": supervision,
                }
            )
            rows[approvals].append({**signed, "tenant": apart, "request": request})
        for table in (requests, approvals, sessions):
            _insert(tx, table, rows[table])
        kept = [
            {"tenant": apart, "n": leaf.n, "leaf": data, "kind": leaf.record.KIND, "session": leaf.session,
             "host": leaf.host, "time": instant.to_text(leaf.time)}
            for leaf, data in zip(told, written, strict=True) if leaf.record.KIND == "access.denied"
        ]  # fmt: skip
        _insert(tx, entries, kept)
    return apart


def _insert(tx: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    tx.work.later(table, [tuple(row[column.name] for column in table.columns) for row in rows])
