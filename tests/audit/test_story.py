"""The lawful order of records: every move of the tables, and what each illegal one is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from audit import instant
from audit import records as r
from audit.administrator_records import AdministratorAppointed, AdministratorEnded
from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ChannelRefused,
    ClipboardCopied,
    CommandExecuted,
    ToolStarted,
)
from audit.estate_records import ApproversChanged, HostEnrolled, HostPrepared, PolicyChanged
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat, HostSilent, LogHeartbeat, PeriodClosed, PeriodSnapshot
from audit.periods import month_bounds
from audit.person_records import LoginEnded, PersonAdmitted, TenantOpened
from audit.record import Actor
from audit.records import AnyRecord
from audit.request_records import (
    ApprovalGiven,
    ApprovalRefused,
    ApprovalWithdrawn,
    GrantExpired,
    GrantIssued,
    GrantRevoked,
    RequestLapsed,
    RequestOpened,
    RequestSolved,
    RequestWithdrawn,
)
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionRefused,
    SessionResumed,
    SessionStarted,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.story import CONTEST_MOVES, GRANT_MOVES, REQUEST_MOVES, SESSION_MOVES, Story
from tests.audit.world import HOST, TENANT, busy_month

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
G = "9" * 64


class Teller:
    """Feeds records to a story the way a log would number them."""

    def __init__(self) -> None:
        self.story = Story()
        self.n = 0
        self.session_n: dict[str, int] = {}

    def tell(self, record: AnyRecord, session: str | None = None, **kw: Any) -> list[str]:
        number = None
        if session is not None:
            number = self.session_n.get(session, 0)
            self.session_n[session] = number + 1
        leaf = Leaf(TENANT, self.n, NOW, Actor("p", "ads"), record, session=session,
                    **({"session_n": number} | kw))  # fmt: skip
        self.n += 1
        return [f.code for f in self.story.feed(leaf)]


ASK = RequestOpened("r-1", "0", "I-1", ("exec",), ("GEST",), "", "", 60)
GIVE = ApprovalGiven("r-1", "0", "p", "c", "waived", None, demo_software=False)
ISSUE = GrantIssued("r-1", G, "", "")
OPEN = SessionOpened("r-1", G, "", demo_software=False)
START = SessionStarted(G, "a", "", "told", "")
END = SessionEnded("closed_by_technician", 1, 1, "")
LOST = SessionPresumedEnded("2026-11-03T09:00:00.000Z")
NO = SessionRefused(G, "replayed", "")
PAUSE = SessionPaused("supervision_lost", "")
RESUME = SessionResumed(60, "0", "")
CHANNEL = ChannelOpened("c-1", "exec", "ssh", "", "")
CLOSED = ChannelClosed("c-1", "exec", 0, 0, "", agrees=True, exit_status=0, received="")


def begun(*more: AnyRecord) -> Teller:
    """A log with a granted request, and whatever of the session follows."""
    t = Teller()
    assert t.tell(TenantOpened("v", demo=False, zone="Europe/Rome")) == []
    for record in (ASK, GIVE, ISSUE):
        assert t.tell(record) == []
    for record in more:
        assert t.tell(record, "s-1") == []
    return t


@pytest.mark.parametrize(
    "told",
    [
        (OPEN, START, CHANNEL, CLOSED, END, SessionClosed("solved")),
        (OPEN, NO),
        (OPEN, LOST, START, END),
        (OPEN, LOST, NO),
        (OPEN, END),
        (OPEN, START, LOST, CHANNEL, CLOSED, END),
        (OPEN, START, StopOrdered("p", "stopped_by_ads", ""), GrantRevoked(G, "revoked"), END),
        (OPEN, START, WatchJoined("p", ""), END, WatchLeft("p")),
        (OPEN, START, PAUSE, RESUME, PAUSE, END),
        (OPEN, START, PAUSE, LOST, RESUME, PAUSE, END),
    ],
)
def test_lawful_sessions(told: tuple[AnyRecord, ...]) -> None:
    begun(*told)


@pytest.mark.parametrize(
    ("told", "then", "code"),
    [
        ((), START, "unknown_session"),
        ((OPEN,), CHANNEL, "order"),
        ((OPEN,), OPEN, "order"),
        ((OPEN, NO), START, "order"),
        ((OPEN, START), START, "order"),
        ((OPEN, START), NO, "order"),
        ((OPEN, START, LOST), START, "order"),
        ((OPEN, START, END), CHANNEL, "order"),
        ((OPEN, START, END), END, "order"),
        ((OPEN, START, END), LOST, "order"),
        ((OPEN, START), CLOSED, "unknown_channel"),
        ((OPEN, START), CommandExecuted("c-9", "0", ""), "unknown_channel"),
        ((OPEN, START), ClipboardCopied("c-9", "to_host", 3, "0", ""), "unknown_channel"),
        ((OPEN, START, CHANNEL), CHANNEL, "order"),
        ((OPEN, START), WatchLeft("p"), "order"),
        ((OPEN, START, END, SessionClosed("open")), SessionClosed("solved"), "order"),
        ((OPEN, START), GrantExpired(G), "order"),
        ((OPEN,), PAUSE, "order"),
        ((OPEN, START), RESUME, "order"),
        ((OPEN, START, PAUSE), PAUSE, "order"),
        ((OPEN, START, PAUSE, RESUME), RESUME, "order"),
        ((OPEN, START, END), PAUSE, "order"),
    ],
)
def test_unlawful_in_a_session(told: tuple[AnyRecord, ...], then: AnyRecord, code: str) -> None:
    assert code in begun(*told).tell(then, "s-1")


def test_nothing_opens_without_a_grant() -> None:
    t = Teller()
    t.tell(TenantOpened("v", demo=False, zone="Europe/Rome"))
    t.tell(ASK)
    assert t.tell(OPEN, "s-1") == ["order", "unknown_grant"]


def test_a_grant_that_is_dead_opens_nothing() -> None:
    for end in (GrantExpired(G), GrantRevoked(G, "revoked")):
        t = begun()
        assert t.tell(end) == []
        assert t.tell(OPEN, "s-1") == ["order"]


@pytest.mark.parametrize(
    ("end", "then", "code"),
    [
        (ApprovalRefused("r-1"), GIVE, "order"),
        (RequestLapsed("r-1"), GIVE, "order"),
        (RequestWithdrawn("r-1"), ISSUE, "order"),
        (RequestSolved("r-1"), ApprovalRefused("r-1"), "order"),
        (ApprovalWithdrawn("r-1"), GIVE, "order"),
    ],
)
def test_a_request_that_is_over_stays_over(end: AnyRecord, then: AnyRecord, code: str) -> None:
    t = Teller()
    t.tell(TenantOpened("v", demo=False, zone="Europe/Rome"))
    assert t.tell(ASK) == []
    assert t.tell(end) == []
    assert code in t.tell(then)


def test_an_answer_to_a_request_nobody_made() -> None:
    t = Teller()
    t.tell(TenantOpened("v", demo=False, zone="Europe/Rome"))
    assert t.tell(GIVE) == ["unknown_request"]
    assert t.tell(GrantRevoked(G, "revoked")) == ["unknown_grant"]


def test_numbers_have_no_gaps() -> None:
    t = begun(OPEN)
    assert t.tell(START, "s-1", session_n=5) == ["session_gap"]
    assert t.tell(HostHeartbeat(1, 0, ""), host=HOST, host_n=3) == ["unknown_host"]
    assert t.tell(HostHeartbeat(1, 0, ""), host=HOST, host_n=4) == []
    assert t.tell(HostHeartbeat(1, 0, ""), host=HOST, host_n=6) == ["host_gap"]
    assert t.tell(PolicyChanged(2, "0", demo_software=False)) == ["number_gap"]
    assert t.tell(ApproversChanged(1, "0", (), demo_software=False)) == []
    assert t.tell(ApproversChanged(3, "0", (), demo_software=False)) == ["number_gap"]


def test_the_log_begins_once() -> None:
    t = Teller()
    assert t.tell(LogHeartbeat("2026-11-03")) == ["not_opened"]
    assert t.tell(TenantOpened("v", demo=False, zone="Europe/Rome")) == ["opened_twice"]
    assert Teller().tell(TenantOpened("v", demo=False, zone="Europe/Rome")) == []


def test_a_host_enrolled_anew_counts_anew() -> None:
    t = begun()
    for statement in ("1", "2"):
        assert t.tell(HostPrepared(HOST, statement, demo_software=False), host=HOST) == []
        enrolled = HostEnrolled(HOST, "k", "w", "c", statement, confirmed=True, received="")
        assert t.tell(enrolled, host=HOST, host_n=0) == []
        assert t.tell(HostHeartbeat(1, 0, ""), host=HOST, host_n=1) == []
    never = HostEnrolled("h-9", "k", "w", "c", "3", confirmed=True, received="")
    assert "unknown_host" in t.tell(never, host="h-9", host_n=0)


def test_an_enrolment_serves_once() -> None:
    """Whoever holds the broker could else put a key of his own behind the titolare's old signature."""
    t = begun()
    t.tell(HostPrepared(HOST, "1", demo_software=False), host=HOST)
    own = HostEnrolled(HOST, "k", "w", "c", "1", confirmed=True, received="")
    assert t.tell(own, host=HOST, host_n=0) == []
    assert t.tell(own, host=HOST, host_n=0) == ["unknown_host"]


def test_a_host_counts_from_its_enrolment() -> None:
    t = begun()
    t.tell(HostPrepared(HOST, "1", demo_software=False), host=HOST)
    enrolled = HostEnrolled(HOST, "k", "w", "c", "1", confirmed=True, received="")
    assert t.tell(enrolled, host=HOST, host_n=1) == ["host_gap"]


def test_an_enrolment_without_its_number_counts_nothing() -> None:
    t = begun()
    t.tell(HostPrepared(HOST, "1", demo_software=False), host=HOST)
    assert t.tell(HostEnrolled(HOST, "k", "w", "c", "1", confirmed=True, received=""), host=HOST) == []
    assert t.tell(HostHeartbeat(1, 0, ""), host=HOST, host_n=0) == []


def test_a_person_is_admitted_once() -> None:
    t = begun()
    assert t.tell(PersonAdmitted("p-1", "ads", "t-1")) == []
    assert t.tell(PersonAdmitted("p-2", "ads", "t-1")) == []
    assert t.tell(PersonAdmitted("p-1", "ads", "t-1")) == ["admitted_twice"]


@pytest.mark.parametrize("then", [START, END, NO, CHANNEL, ToolStarted("x", "0", "not_seen", "")])
def test_another_hosts_word_moves_nothing(then: AnyRecord) -> None:
    """Agents may claim what they like of sessions elsewhere: the log keeps it, the story does not believe it."""
    t = begun()
    assert t.tell(OPEN, "s-1", host="h-1") == []
    if then is END or then is CHANNEL:
        t.tell(START, "s-1", host="h-1")
    before = t.story.sessions["s-1"].state
    assert t.tell(then, "s-1", host="h-2") == []
    assert t.story.sessions["s-1"].state == before
    assert not t.story.tools
    assert t.tell(then, "s-1", host="h-1") == (
        [] if before == "active" or not isinstance(then, ToolStarted | ChannelOpened) else ["order"]
    )


def test_a_session_kind_without_a_session() -> None:
    t = begun()
    assert t.tell(ChannelRefused("exec", "not_recognised", "")) == []
    assert t.tell(SessionPresumedEnded("2026-11-03T09:00:00.000Z")) == ["unknown_session"]


def test_a_grant_of_another_request_opens_nothing() -> None:
    assert begun().tell(SessionOpened("r-2", G, "", demo_software=False), "s-1") == [
        "unknown_request",
        "unknown_grant",
    ]


def test_months_are_judged_here() -> None:
    t = begun()
    first, until = map(instant.to_text, month_bounds("2026-10", "Europe/Rome"))
    assert t.tell(PeriodClosed("2026-10", first, until)) == ["period_order"]
    assert t.tell(PeriodSnapshot("2026-11", until, "2026-11-04T00:00:00.000Z")) == ["period_early"]
    assert Teller().tell(TenantOpened("v", demo=False, zone="Europe/Atlantis")) == ["zone"]


def test_the_tables_name_kinds_that_exist() -> None:
    for table in (REQUEST_MOVES, SESSION_MOVES, GRANT_MOVES, CONTEST_MOVES):
        assert set(table) <= set(r.KINDS)


def test_an_honest_month_is_lawful_and_every_gap_in_it_is_not() -> None:
    """Leave any one numbered record out, and the story notices."""
    leaves = [Leaf.parse(data) for data in busy_month().leaves]
    story = Story()
    assert [f for leaf in leaves for f in story.feed(leaf)] == []
    for gone in leaves:
        numbered = [
            x
            for x in leaves
            if x.n > gone.n
            and (
                (gone.session and x.session == gone.session)
                or (gone.host_n is not None and x.host_n is not None)
            )
        ]
        if not numbered:
            continue
        story = Story()
        assert [f for leaf in leaves if leaf is not gone for f in story.feed(leaf)], gone.record


def test_silent_hosts_are_remembered_by_name() -> None:
    t = begun()
    silence = HostSilent("2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z")
    t.tell(silence, host=HOST)
    t.tell(silence)
    assert [host for host, _, _ in t.story.silent] == [HOST, "?"]


def test_records_that_are_no_part_of_the_logs_life() -> None:
    t = begun()
    t.story._log_life(Leaf(TENANT, 9, NOW, Actor("p", "ads"), LoginEnded("p", "x")))
    assert t.story._found == []


def test_an_agent_refuses_only_what_it_has_not_begun() -> None:
    t = begun(OPEN, LOST, START)
    assert t.tell(NO, "s-1") == ["order"]


APPOINT = AdministratorAppointed(
    "n-1", "p-1", ("GEST",), (), "2026-11-01", "2026-11-30", "2026-10-30"
)  # fmt: skip
DISMISS = AdministratorEnded("n-1", "p-1", "revoked")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((APPOINT, DISMISS), []),
        ((APPOINT, APPOINT), ["order"]),
        ((DISMISS,), ["order"]),
        ((APPOINT, DISMISS, DISMISS), ["order"]),
        ((APPOINT, replace(DISMISS, person="p-2")), ["order"]),
        ((replace(APPOINT, first="2026-12-01"),), ["order"]),
        ((APPOINT, DISMISS, APPOINT), ["order"]),
    ],
)
def test_l02_an_appointment_is_new_and_is_ended_once_as_whose_it_is(
    told: tuple[AnyRecord, ...], found: list[str]
) -> None:
    t = begun()
    assert [code for record in told for code in t.tell(record)] == found
