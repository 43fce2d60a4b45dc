"""The month from the log: what is listed and counted, which month a fact belongs to, what must tie."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import instant, month
from audit.canonical import encode
from audit.channel_records import ToolStarted
from audit.charging import minutes_between
from audit.commitment import Opening
from audit.errors import Malformed
from audit.instant import parse
from audit.leaf import Leaf
from audit.log_records import LogGap, LogHeartbeat, PeriodClosed
from audit.month import evidence_part
from audit.month_access import Accesses
from audit.month_doings import SORTS
from audit.month_frame import activity_text
from audit.month_report import merge, split, ties
from audit.paper_records import DutiesLacking
from audit.periods import month_bounds
from audit.person_records import LoginSucceeded
from audit.record import Actor
from audit.session_records import SessionEnded, SessionOpened, SessionPresumedEnded, WatchJoined
from audit.statement_parts import Activity
from audit.warrant import Mandate
from tests.audit.all_doings import begun as begun_doing
from tests.audit.all_doings import everything, file, opens
from tests.audit.recorded import recorded_session
from tests.audit.test_verify_warrants import session as session_of
from tests.audit.test_verify_warrants import told as warranted
from tests.audit.world import ADS, HOST, ORIGIN, TECHNICIAN, TITOLARE, ZONE, Twist, World, busy_month


@pytest.fixture(scope="module")
def world() -> World:
    return busy_month()


@pytest.fixture(scope="module")
def part(world: World) -> dict[str, Any]:
    return told(world, "2026-11")


def told(world: World, period: str, until: datetime | None = None) -> dict[str, Any]:
    leaves = [Leaf.parse(d) for d in world.leaves]
    closed = next(x.n for x in leaves if isinstance(x.record, PeriodClosed))
    end = until or month_bounds(period, ZONE)[1]
    return evidence_part(leaves[: closed + 1], world.openings.get, period, ZONE, end, origin=ORIGIN)


def test_sessions_that_started_are_listed_in_order(part: dict[str, Any]) -> None:
    first, second = part["sessions"]
    assert [first["n"], second["n"]] == [1, 2]
    assert first["technician"] == TECHNICIAN
    assert first["authorisation"]["by"] == ADS
    assert first["supervision"] == {"state": "present", "by": ADS}
    assert second["supervision"] == {"state": "waived"}
    assert (first["outcome"], second["outcome"]) == ("solved", "open")
    assert first["incident"] == {"id": "I-2026-0001", "text": "La stampa 1 esce senza intestazione."}
    assert first["minutes"] == 20
    assert first["channels"] == ["exec"]


def test_exceptions_and_accesses(part: dict[str, Any]) -> None:
    assert [e["kind"] for e in part["exceptions"]] == ["no_supervision", "denied_attempt", "denied_attempt"]
    assert [e["id"] for e in part["exceptions"]] == ["E1", "E2", "E3"]
    assert part["exceptions"][0]["session"] == 2
    totals = part["totals"]
    assert (totals["access_denied"], totals["access_failed"]) == (2, 1)
    assert totals["access_ok"] == 4 + 1 + 2  # logins, a watcher, two starts
    assert {s["system"] for s in part["access"]["by_system"]} == {HOST, "broker"}
    refused = next(e for e in part["access"]["events"] if e["kind"] == "session.refused")
    assert (refused["outcome"], refused["reason"], refused["person"]) == ("denied", "replayed", TECHNICIAN)


def test_head_and_heartbeats(world: World, part: dict[str, Any]) -> None:
    log = part["log"]
    closed = next(n for n, d in enumerate(world.leaves) if b'"type":"period.closed"' in d)
    assert log["size"] == closed + 1
    assert (log["heartbeats"], log["heartbeats_expected"], log["gaps"]) == (30, 30, 0)
    assert "partial" not in part
    assert encode(part, max_bytes=1 << 20)


def test_a_snapshot_is_partial_and_tells_what_was_so_far(world: World) -> None:
    found = told(world, "2026-11", until=datetime(2026, 11, 8, tzinfo=UTC))
    assert found["partial"] is True
    assert found["totals"]["sessions"] == 1
    assert found["log"]["heartbeats_expected"] == 8


def test_a_month_in_which_nothing_happened_says_zero(world: World) -> None:
    found = told(world, "2026-12", until=datetime(2026, 12, 1, 1, 30, tzinfo=UTC))
    assert found["sessions"] == []
    assert found["totals"] == dict.fromkeys(found["totals"], 0)


def test_without_openings_the_text_is_left_out(world: World) -> None:
    leaves = [Leaf.parse(d) for d in world.leaves]
    found = evidence_part(leaves, {}.get, "2026-11", ZONE, month_bounds("2026-11", ZONE)[1], origin=ORIGIN)
    assert found["sessions"][0]["incident"] == {"id": "I-2026-0001"}


def test_what_came_after_its_month_was_closed_is_in_the_next() -> None:
    """The agent was cut off over the end of the month: its session is told, once, in the month it came."""
    w = World()
    w.onboard()
    w.until(30, 23, 30)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    first, until = month_bounds("2026-11", ZONE)
    closed = w.append(PeriodClosed("2026-11", instant.to_text(first), instant.to_text(until)))
    w.now = first + timedelta(days=29, hours=22, minutes=50)
    w.end(session, "closed_by_technician")
    leaves = [Leaf.parse(d) for d in w.leaves]
    november = evidence_part(leaves[: closed + 1], w.openings.get, "2026-11", ZONE, until, origin=ORIGIN)
    december = evidence_part(
        leaves, w.openings.get, "2026-12", ZONE, month_bounds("2026-12", ZONE)[1], origin=ORIGIN
    )
    assert november["sessions"] == []
    assert [s["id"] for s in december["sessions"]] == [session]
    assert [e["kind"] for e in december["access"]["events"]] == ["session.ended"]


def test_a_session_told_in_pieces_over_the_close_is_in_the_next_month() -> None:
    """Opened in November, its end presumed before the close; start and end are told in December."""
    w = World()
    w.onboard()
    w.until(30, 23, 30)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.append(SessionPresumedEnded(instant.to_text(w.now)), session=session, host=HOST)
    began = w.now
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    closed = w.append(PeriodClosed("2026-11", *map(instant.to_text, month_bounds("2026-11", ZONE))))
    for at, tell in (
        (began + timedelta(seconds=5), lambda: w.start(session, grant)),
        (began + timedelta(minutes=9), lambda: w.end(session, "closed_by_technician")),
    ):
        w.now = at
        tell()
    leaves = [Leaf.parse(d) for d in w.leaves]
    november = of(w, leaves[: closed + 1], "2026-11")
    december = of(w, leaves, "2026-12")
    assert november["sessions"] == []
    assert [(s["id"], s["end_kind"]) for s in december["sessions"]] == [(session, "normal")]


def of(world: World, leaves: list[Leaf], period: str) -> dict[str, Any]:
    return evidence_part(
        leaves, world.openings.get, period, ZONE, month_bounds(period, ZONE)[1], origin=ORIGIN
    )


def test_another_hosts_word_is_no_part_of_a_session(world: World) -> None:
    """An agent elsewhere claims channel and end of a session that is not its own."""
    leaves = [Leaf.parse(d) for d in world.leaves]
    closed = next(x.n for x in leaves if isinstance(x.record, PeriodClosed))
    opened = next(x for x in leaves if isinstance(x.record, SessionOpened))
    honest = of(world, leaves[: closed + 1], "2026-11")
    told = instant.to_text(opened.time)
    for record in (SessionEnded("expired", 1, 1, told), ToolStarted("x", "00" * 32, "not_seen", told)):
        claim = opened._replace(
            n=closed + 1, record=record, host="h-99999999", actor=Actor("h-99999999", "agent"), evidence=()
        )
        found = of(world, [*leaves[: closed + 1], claim], "2026-11")
        assert found["sessions"] == honest["sessions"]
        assert "session" not in found["access"]["events"][-1]
        assert found["access"]["events"][-1]["person"] == "nobody"


def test_accesses_of_earlier_months_are_told_once(world: World) -> None:
    """A year of closes is read in one go, and what came late is in the month after the close before it."""
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    accesses = Accesses(month_bounds("2026-12", ZONE)[0])

    def login(n: int, day: int, month: int) -> Leaf:
        who = Actor(TECHNICIAN, "technician")
        return Leaf(
            "t-1",
            n,
            at.replace(month=month, day=day),
            who,
            LoginSucceeded(TECHNICIAN, "passkey", "x", demo_software=False),
        )

    accesses.feed(login(0, 3, 10), None)
    accesses.earlier_closed()  # October
    accesses.feed(login(1, 4, 10), None)  # late: November's
    accesses.feed(login(2, 1, 12), None)  # a clock ahead: December's all the same
    accesses.earlier_closed()  # November
    accesses.feed(login(3, 5, 11), None)  # late: December's
    accesses.feed(login(4, 2, 12), None)
    assert [e["leaf"] for e in accesses.value({})["events"]] == [2, 3, 4]


def test_minutes_are_those_of_the_printed_clock_times() -> None:
    assert minutes_between(parse("2026-11-03T09:00:59.999Z"), parse("2026-11-03T09:01:00.000Z")) == 1
    assert minutes_between(parse("2026-11-03T09:00:00.000Z"), parse("2026-11-03T09:00:59.999Z")) == 0


def test_training_is_told_apart() -> None:
    assert [activity_text(Activity("GEST", "ASS")), activity_text(Activity("GEST", "FOR"))] == [
        "GEST",
        "GEST/FOR",
    ]


# ------------------------------------------------------------------------------------- ties


def test_the_report_ties(world: World) -> None:
    from audit.canonical import decode

    report = decode(next(d for n, d in world.reports.items() if n.endswith(".json")), max_bytes=1 << 20)
    assert ties(report) == []
    body, head = split(report)
    assert set(head) == {"state", "vkey", "checkpoint", "quorum"}
    assert set(body["log"]) & set(head) == set()
    for path, value, phrase in (
        (("totals", "minutes"), 1, "durata totale"),
        (("totals", "supervised"), 2, "supervisionati"),
        (("totals", "access_failed"), 0, "accessi, failed"),
        (("sessions", 0, "minutes"), 3, "durata intervento 1"),
        (("sessions", 0, "technician"), "p-ffffffff", "persone senza nome"),
        (("sessions", 1, "n"), 1, "numeri degli interventi"),
    ):
        wrong: Any = copy.deepcopy(report)
        place = wrong
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        assert phrase in ties(wrong)


def test_a_thing_that_is_no_report() -> None:
    for wrong in (
        {},
        {"totals": 1},
        {"totals": {}, "sessions": [1], "exceptions": [], "access": {"events": 3}},
    ):
        with pytest.raises(Malformed):
            ties(wrong)


def test_the_commercial_part_brings_names_and_no_facts(part: dict[str, Any]) -> None:
    for wrong in ({"totals": {}}, {"sessions": []}, {"log": {}}):
        with pytest.raises(Malformed):
            merge(part, wrong)
    with pytest.raises(Malformed):
        merge(part, {}, {"size": 3})
    found = merge(part, {"people": [{"id": TECHNICIAN, "name": "Ettore"}, {"id": "p-0", "name": "Altra"}]})
    assert {p["id"]: p.get("name") for p in found["people"]} == {
        TECHNICIAN: "Ettore",
        "p-0": "Altra",
        ADS: None,
    }


def month_of(w: World, period: str = "2026-11") -> dict[str, Any]:
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(PeriodClosed(period, *map(instant.to_text, month_bounds(period, ZONE))))
    return of(w, [Leaf.parse(d) for d in w.leaves], period)


def begun(twist: Twist | None = None, supervision: Any = "self") -> tuple[World, str]:
    w = World(twist or Twist())
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request, supervision)
    session = w.open(request, grant)
    w.start(session, grant)
    return w, session


def test_a_session_nobody_watched_though_somebody_should() -> None:
    gone = ("supervision.taken", "watch.joined")
    w, session = begun(Twist(leaf=lambda leaf: None if leaf.record.KIND in gone else leaf))
    w.end(session, "expired")
    found = month_of(w)
    assert found["sessions"][0]["supervision"] == {"state": "absent"}
    assert [e["why"] for e in found["exceptions"]] == ["Chi doveva seguirlo non risulta entrato."]


def test_a_session_somebody_watched_though_nobody_had_to() -> None:
    w, session = begun(supervision="waived")
    w.append(WatchJoined(ADS, "192.168.10.12"), actor=Actor(ADS, "ads"), session=session, host=HOST)
    w.end(session, "expired")
    assert month_of(w)["sessions"][0]["supervision"] == {"state": "present", "by": ADS}


def test_an_end_that_was_presumed_and_a_tool() -> None:
    w, session = begun()
    w.told(ToolStarted("supremo", "00" * 32, "not_seen", ""), session=session)
    last = instant.to_text(w.now)
    w.wait(minutes=5)
    w.append(SessionPresumedEnded(last), session=session, host=HOST)
    found = month_of(w)
    assert found["sessions"][0]["end_kind"] == "presumed"
    assert found["sessions"][0]["end"] == last
    assert found["sessions"][0]["tools"] == ["supremo"]
    assert [e["kind"] for e in found["exceptions"]] == ["presumed_end"]


def test_a_session_without_any_approval_or_text() -> None:
    """The verifier has its findings elsewhere; the month says what the log says."""
    w, session = begun(Twist(leaf=lambda leaf: None if leaf.record.KIND == "approval.given" else leaf))
    w.end(session, "expired")
    w.openings[next(n for n, d in enumerate(w.leaves) if b"request.opened" in d)] = Opening(
        bytes(32), {"incident_text": 3}
    )
    found = month_of(w)
    assert "authorisation" not in found["sessions"][0]
    assert found["sessions"][0]["incident"] == {"id": "I-2026-0001"}
    assert found["totals"]["authorised"] == 0


def test_a_real_approver_is_no_demos() -> None:
    def real(found: Any) -> Any:
        return replace(found, approvers=tuple(replace(a, demo_software=False) for a in found.approvers))

    w, session = begun(Twist(demo=False, approvers=real, approval=lambda a: replace(a, demo_software=False)))
    w.end(session, "expired")
    assert "demo_software" not in month_of(w)["sessions"][0]["authorisation"]


def test_a_second_yes_leaves_the_first_in_the_report() -> None:
    w = World()
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    w.twist.approver = "titolare"
    w.approve(request)
    w.twist.approver = "ads"
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.end(session, "expired")
    assert month_of(w)["sessions"][0]["authorisation"]["by"] == TITOLARE


def test_under_a_delegation_or_a_mandate() -> None:
    w = warranted()
    session_of(w)
    month = month_of(w)
    authorisation = month["sessions"][0]["authorisation"]
    assert (authorisation["kind"], authorisation["delegation"]) == ("delegation", "w-00000001")
    assert "self_approved" not in authorisation
    assert "self_approved" not in {one["kind"] for one in month["exceptions"]}
    w = warranted(Mandate)
    session_of(w)
    month = month_of(w)
    authorisation = month["sessions"][0]["authorisation"]
    assert (authorisation["kind"], authorisation["mandate"]) == ("mandate", "w-00000001")
    assert authorisation["self_approved"] is True
    assert authorisation["by"] == TECHNICIAN
    [told] = [one for one in month["exceptions"] if one["kind"] == "self_approved"]
    assert (told["session"], told["state"]) == (1, "documented")


def test_a_session_opened_while_papers_lacked_is_an_exception() -> None:
    w = World()
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.append(DutiesLacking(request.request, ("dpa_missing",), "2027-02-10"))
    w.append(DutiesLacking("r-99999999", ("dpa_missing",), "2027-02-10"))
    w.start(session, grant)
    w.end(session, "expired")
    [told] = [one for one in month_of(w)["exceptions"] if one["kind"] == "papers_missing"]
    assert (told["session"], told["state"]) == (1, "documented")


def test_what_was_lost_is_told_for_good() -> None:
    w = World()
    w.onboard()
    assert "lost" not in month_of(w)["log"]
    since = len(w.leaves)
    session_of(w)
    size = len(w.leaves)
    w.lose(since)
    w.recover()
    assert month_of(w)["log"]["lost"] == [{"first": since, "last": size - 1}]


def test_days_that_are_said_to_lack_their_sign() -> None:
    w = World()
    w.onboard()
    w.now = datetime(2026, 11, 5, 9, tzinfo=UTC)
    w.append(LogGap("2026-11-02", "2026-11-03"))
    w.append(LogHeartbeat("2026-11-05"))
    w.beaten |= {"2026-11-05"}
    log = month_of(w)["log"]
    assert (log["heartbeats"], log["heartbeats_expected"], log["gaps"]) == (27, 30, 2)


def test_a_recorded_session_is_told_as_such() -> None:
    w = recorded_session()
    leaves = [Leaf.parse(d) for d in w.leaves]
    first, until = month_bounds("2026-11", ZONE)
    assert first < until
    [one] = evidence_part(leaves, w.openings.get, "2026-11", ZONE, until, origin=ORIGIN)["sessions"]
    assert one["recorded"] is True


# ------------------------------------------------------------------------------- what was done in sessions


def test_what_was_done_stands_with_its_session() -> None:
    w = everything()
    [one] = month_of(w)["sessions"]
    assert list(one["doings"]) == list(SORTS)
    assert one["doings"]["files"]["lines"][0]["path"] == "/srv/dati/listino.csv"
    assert one["doings"]["screens"]["lines"][1]["by"] == ADS
    assert one["tools"] == ["supremo"]


def test_sessions_share_the_room_of_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(month, "MONTH_LINES", 3)
    [one] = month_of(everything())["sessions"]
    assert {sort: len(told["lines"]) for sort, told in one["doings"].items()} == {
        "files": 1, "refused": 1, "ports": 1, "screens": 0, "clipboard": 0, "tools": 0,
    }  # fmt: skip
    assert one["doings"]["screens"]["count"] == 2


@pytest.mark.parametrize("alone", [True, False])
def test_what_was_done_is_told_in_one_month_and_then_let_go(alone: bool) -> None:  # noqa: FBT001
    """Read for December from the log's first record, or gone on from November."""
    w, running = begun_doing()
    opens(w, running, "c-1", "files")
    file(w, running, 1)
    w.end(running, "closed_by_technician")
    month_of(w)
    leaves = [Leaf.parse(d) for d in w.leaves]
    if alone:
        found = month.Month.of("2026-12", ZONE)
        for leaf in leaves:
            found.feed(leaf)
    else:
        november = month.Month.of("2026-11", ZONE)
        for leaf in leaves:
            november.feed(leaf)
        assert list(november.reading.doings) == [running]
        found = november.following()
    assert not found.reading.doings
    assert found.reading.sessions


def test_a_session_that_goes_on_keeps_what_was_done() -> None:
    w, running = begun_doing()
    opens(w, running, "c-1", "files")
    file(w, running, 1)
    month_of(w)
    w.end(running, "closed_by_technician")
    w.append(PeriodClosed("2026-12", *map(instant.to_text, month_bounds("2026-12", ZONE))))
    [one] = of(w, [Leaf.parse(d) for d in w.leaves], "2026-12")["sessions"]
    assert one["doings"]["files"]["count"] == 1
