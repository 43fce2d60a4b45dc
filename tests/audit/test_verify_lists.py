"""Hosts' own lists: an omitted session, a hidden month, an idle one that is proven."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.estate_records import HostEnrolled, HostRevoked
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat, ListsMissing, LogHeartbeat, SessionsListed
from audit.record import Actor
from audit.session_list import Line
from audit.session_records import SessionEnded, SessionRefused
from tests.audit.verdicts import alone, changed, honest, judge, only, said, sound
from tests.audit.world import ADS, HOST, Twist, World, busy_month, seed

T = "2026-11-02T09:00:00.000Z"


def onboarded(twist: Twist | None = None) -> World:
    w = World(twist or Twist())
    w.onboard()
    return w


def begun(w: World, number: int = 1) -> str:
    request, _ = w.ask(number)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    return session


def worked(twist: Twist | None = None) -> tuple[World, str]:
    """One session, whole."""
    w = onboarded(twist)
    session = begun(w)
    w.end(session, "closed_by_technician")
    return w, session


def lines(w: World) -> list[str]:
    return [line.text for line in w.sittings[HOST].lines.values()]


def month_end(w: World) -> None:
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-01"))


# ------------------------------------------------------------------------------ true lists


def test_a_month_with_its_list() -> None:
    verdict = judge(honest())
    sound(verdict)
    assert verdict.counts["lists"] == 1
    assert said(verdict, "lists") == [
        "Month 2026-11: hosts that signed the list of their own sessions: 1 of 1."
    ]
    assert not said(verdict, "list_missing")


def test_an_idle_month_is_proven_by_a_list_of_none() -> None:
    w = onboarded()
    month_end(w)
    n = w.list_sessions()
    w.close()
    assert Leaf.parse(w.leaves[n]).record.body()["sessions"] == []
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "lists") == [
        "Month 2026-11: hosts that signed the list of their own sessions: 1 of 1."
    ]


def test_several_lists_follow_one_another() -> None:
    """A session that runs on is in both: begun in the one, ended in the other."""
    w = onboarded()
    w.list_sessions()
    session = begun(w)
    w.list_sessions()
    w.end(session, "closed_by_technician")
    w.told(HostHeartbeat(3, 1, ""))
    w.list_sessions()
    w.list_sessions()
    verdict = judge(w)
    sound(verdict)
    assert verdict.counts["lists"] == 4


def test_a_refused_session_is_listed() -> None:
    w = onboarded()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.told(SessionRefused(grant.digest.hex(), "replayed", ""), session=session)
    assert lines(w)[0].startswith(f"{session} - ")
    w.list_sessions()
    sound(judge(w))


def test_each_host_lists_its_own() -> None:
    w, _ = worked()
    w.enrol("h-2", SigningKey(seed("second")), "CASSA-01")
    w.list_sessions(host="h-2")
    w.list_sessions()
    sound(judge(w))


# ------------------------------------------------------------------------------ INCOMPLETE


def ghost(w: World) -> tuple[str, ...]:
    return *lines(w), f"s-0000000000 {T} {T} expired"


def test_a_listed_session_that_the_log_lacks() -> None:
    w, _ = worked()
    w.list_sessions(sessions=ghost(w))
    alone(judge(w), "INCOMPLETE", "unlogged_session", session="s-0000000000", host=HOST)


def without(session: str) -> Callable[[Leaf], Leaf | None]:
    return lambda leaf: None if leaf.session == session else leaf


def test_a_session_left_out_of_the_log_altogether() -> None:
    """By whoever holds the log's key and writes it anew without one session: the host's numbers gap, and
    its list names what is gone."""
    _, session = worked()
    w, _ = worked(Twist(leaf=without(session)))
    w.list_sessions()
    verdict = judge(w)
    only(verdict, "INCOMPLETE", "unlogged_session")
    assert {f.code for f in verdict.findings} >= {"unlogged_session", "host_gap"}


@pytest.mark.parametrize("kind", ["session.ended", "session.started"])
def test_a_beginning_or_an_end_that_the_log_lacks(kind: str) -> None:
    w, _ = worked(Twist(leaf=lambda leaf: None if kind == leaf.record.KIND else leaf))
    w.list_sessions()
    assert ("INCOMPLETE", "unlogged_session") in {(f.cls, f.code) for f in judge(w).findings}


@pytest.mark.parametrize("bent", [{"first_n": 4}, {"first_n": 0}, {"since": T}])
def test_a_list_that_does_not_follow_the_one_before(bent: dict[str, Any]) -> None:
    """The first one, and a later one: nothing may lie between two lists."""
    w = onboarded()
    w.list_sessions(**bent)
    alone(judge(w), "INCOMPLETE", "list_gap", host=HOST)
    w = onboarded()
    w.list_sessions()
    w.told(HostHeartbeat(3, 0, ""))
    w.list_sessions(**bent)
    alone(judge(w), "INCOMPLETE", "list_gap", host=HOST)


def test_a_hidden_month_between_two_lists() -> None:
    """November's list is left out: December's begins where it ended, and owes nothing of November's sessions."""
    twist = Twist()
    w, _ = worked(twist)
    twist.leaf = lambda leaf: None if leaf.record.KIND == "sessions.listed" else leaf
    w.list_sessions()
    twist.leaf = lambda leaf: leaf
    w.list_sessions()
    verdict = judge(w)
    only(verdict, "INCOMPLETE", "list_gap")
    assert {f.code for f in verdict.findings} == {"list_gap", "host_gap"}


# ------------------------------------------------------------------------------ DISPUTED


def test_a_session_of_the_log_that_the_host_does_not_list() -> None:
    w, session = worked()
    w.list_sessions(sessions=())
    alone(judge(w), "DISPUTED", "unlisted_session", session=session, host=HOST)


def _other(line: Line, **fields: Any) -> Line:
    return line._replace(**fields)


@pytest.mark.parametrize(
    "bend",
    [
        lambda line: [_other(line, since=T)],
        lambda line: [_other(line, since=None)],
        lambda line: [_other(line, until=T)],
        lambda line: [_other(line, how="expired")],
        lambda line: [_other(line, until=None, how="running")],
        lambda line: [line, line],
    ],
)
def test_a_session_listed_otherwise(bend: Callable[[Line], list[Line]]) -> None:
    w, session = worked()
    line = w.sittings[HOST].lines[session]
    w.list_sessions(sessions=tuple(one.text for one in bend(line)))
    alone(judge(w), "DISPUTED", "list_differs", session=session, host=HOST)


def test_a_list_that_tells_more_and_otherwise_is_disputed() -> None:
    """Of a session that runs: its end, and another beginning. Of one refused: its beginning, another end."""
    w = onboarded()
    session = begun(w)
    w.list_sessions(sessions=(f"{session} {T} {T} expired",))
    alone(judge(w), "DISPUTED", "list_differs", session=session)
    w = onboarded()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.told(SessionRefused(grant.digest.hex(), "replayed", ""), session=session)
    for line in (f"{session} {T} {T} replayed", f"{session} {T} - running"):
        w.list_sessions(sessions=(line,))
        found = judge(w).findings[0]
        assert (found.cls, found.code) == ("DISPUTED", "list_differs")


def test_a_list_that_is_not_the_one_the_host_signed() -> None:
    w = onboarded(Twist(body=changed("sessions.listed", sessions=())))
    session = begun(w)
    w.list_sessions()
    verdict = judge(w)
    only(verdict, "DISPUTED", "note_differs")
    assert {f.code for f in verdict.findings} == {"note_differs", "unlisted_session"}
    assert session in verdict.findings[-1].en


# ------------------------------------------------------------------------------ months


def test_a_missing_list_is_noted_and_no_finding() -> None:
    w = onboarded()
    month_end(w)
    w.append(ListsMissing("2026-11", (HOST,)))
    w.close()
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "list_missing") == [
        f"Month 2026-11: the list of sessions of host {HOST} is missing."
    ]
    assert said(verdict, "lists") == [
        "Month 2026-11: hosts that signed the list of their own sessions: 0 of 1."
    ]
    w.wait(hours=80)
    w.list_sessions()
    verdict = judge(w)
    sound(verdict)
    assert not said(verdict, "list_missing")
    assert said(verdict, "list_late") == [
        f"Month 2026-11: the list of sessions of host {HOST} came after it was closed."
    ]


def test_a_list_made_before_the_months_end_is_none_of_the_month() -> None:
    w = onboarded()
    w.until(20)
    w.list_sessions()
    month_end(w)
    w.close()
    assert said(judge(w), "list_missing")


def test_a_clock_that_runs_ahead_tells_nothing_of_what_is_still_to_come() -> None:
    w = onboarded()
    w.until(20)
    w.list_sessions(at=w.now + timedelta(days=400))
    month_end(w)
    w.close()
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "list_missing")


@pytest.mark.parametrize("hosts", [(), ("h-2",), (HOST, "h-2")])
def test_other_hosts_said_to_be_missing_than_are(hosts: tuple[str, ...]) -> None:
    w = onboarded()
    month_end(w)
    w.append(ListsMissing("2026-11", hosts))
    w.close()
    alone(judge(w), "INCOMPLETE", "list_said")


def test_a_host_said_to_be_missing_whose_list_is_there() -> None:
    w = busy_month(closed=False)
    w.list_sessions()
    w.append(ListsMissing("2026-11", (HOST,)))
    w.close()
    alone(judge(w), "INCOMPLETE", "list_said", period="2026-11")


def _out_of_use(figures: dict[str, Any]) -> dict[str, Any]:
    """Nobody asks whether the keys of a host out of use were confirmed."""
    hosts = [{k: v for k, v in line.items() if k != "confirmed"} for line in figures["hosts"]]
    return figures | {"hosts": hosts}


@pytest.mark.parametrize(("last_list", "missing"), [(True, 0), (False, 1)])
def test_a_host_that_was_taken_out_of_use_lists_once_more(*, last_list: bool, missing: int) -> None:
    w = onboarded(Twist(figures=_out_of_use))
    w.until(10)
    if last_list:
        w.list_sessions()
    w.told(HostRevoked(HOST, "local"))
    month_end(w)
    w.close()
    verdict = judge(w)
    sound(verdict)
    assert len(said(verdict, "list_missing")) == missing


def test_a_host_taken_out_of_use_before_the_month_owes_none() -> None:
    w = onboarded()
    w.append(HostRevoked(HOST, "retired"), actor=Actor(ADS, "ads"), host=HOST)
    month_end(w)
    w.close()
    december = timedelta(days=31)
    w.now += december
    w.append(HostRevoked(HOST, "retired"), actor=Actor(ADS, "ads"), host=HOST)
    w.close("2026-12")
    verdict = judge(w)
    assert len(said(verdict, "lists")) == 1  # November's
    assert said(verdict, "list_missing") == [
        f"Month 2026-11: the list of sessions of host {HOST} is missing."
    ]


def test_what_a_broken_log_says_of_nobody() -> None:
    """A list, a session, a removal of hosts that nobody enrolled; an enrolment without its number."""
    w = onboarded()
    w.agents["h-2"] = SigningKey(seed("second"))
    w.lists["h-2"] = 1, w.now
    session = begun(w)
    w.told(SessionEnded("expired", 1, 0, ""), session=session, host="h-2")
    w.list_sessions(host="h-2")
    w.told(HostRevoked("h-2", "local"), host="h-2")
    found = judge(w)
    assert not {f.code for f in found.findings} & {"list_gap", "unlogged_session", "list_differs"}
    w = onboarded()
    keys = (SigningKey(seed("third")).public.text,) * 3
    w.append(
        HostEnrolled("h-3", *keys, "00" * 32, confirmed=True, received=instant.to_text(w.now)),
        actor=Actor("h-3", "agent"), host="h-3",
    )  # fmt: skip
    w.append(
        SessionsListed(1, T, (), instant.to_text(w.now)),
        actor=Actor("h-3", "agent"),
        host="h-3",
        host_n=1,
    )
    assert not {f.code for f in judge(w).findings} & {"list_gap"}
