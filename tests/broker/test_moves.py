"""Every state × every act: only the listed moves are possible, and each makes one record of its kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.check_in import CheckIn
from audit.grant import Grant, SignedGrant
from audit.keys import SigningKey
from audit.passkey import Assertion
from audit.request import Request
from audit.session_records import SessionEnded, SessionPaused, SessionRefused, SessionResumed, SessionStarted
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from broker.domain import moves
from broker.domain import request as r
from broker.domain import session as s
from broker.domain.moves import IllegalMove, Move
from broker.domain.refusal import Refused, Why
from broker.domain.request import Answer, AnyRequest, Asked
from broker.domain.session import AnySession, Permit

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TECHNICIAN = Technician("p-tec", "t-house", (LoginCredential("aa", "bb"),), ())
REQUEST = Request(
    "t-1", "r-1", NOW, HostKey("h-1", "kk"), TECHNICIAN, "I-2026-0001", "00" * 32, (Activity("GEST", "ASS"),),
    (Channel("terminal"),), Account("assistenza", administrator=False), NOW, NOW + timedelta(hours=1), 600,
    False, "11" * 32, "head", b"n" * 32,
)  # fmt: skip
ASKED = Asked(REQUEST, 4)
ANSWER = Answer("p-ads", NOW)
LATE = NOW + timedelta(hours=2)

REQUESTS: list[AnyRequest] = [
    r.AwaitingApproval(ASKED),
    r.Approved(ASKED, ANSWER, "self", "p-ads"),
    r.Supervised(ASKED, ANSWER, "self", "p-ads"),
    r.Opened(ASKED, ANSWER, "self", "p-ads"),
    r.Rejected(ASKED, ANSWER),
    r.Lapsed(ASKED),
    r.Withdrawn(ASKED, ANSWER),
    r.Revoked(ASKED, ANSWER),
    r.SolvedByCustomer(ASKED, ANSWER),
]
CHECK_IN = CheckIn(
    "t-1", "s-1", ASKED.digest, "22" * 32, REQUEST.host, "p-ads", "A" * 43, NOW, NOW + timedelta(hours=1)
)
REQUEST_ACTS: dict[str, Callable[[AnyRequest], AnyRequest]] = {
    # `approval.given` and `grant.issued` need an awaiting request and nothing else.
    "approval.given": r.awaiting,
    "grant.issued": lambda q: r.grant(r.awaiting(q), "p-ads", "self", "p-ads", NOW),
    "approval.refused": lambda q: _two(r.reject(r.awaiting(q), "p-ads", NOW)),
    "approval.refusal_explained": lambda q: _two(r.explain(r.rejected(q), "p-ads")),
    "approval.withdrawn": lambda q: _two(r.revoke(q, "p-ads", NOW, signed=True, over=False)),
    "request.withdrawn": lambda q: _two(r.withdraw(r.unfinished(q), "p-tec", NOW)),
    "request.lapsed": lambda q: _two(r.lapse(r.unfinished(q), LATE)),
    "request.solved_by_customer": lambda q: _two(r.solve(r.unfinished(q), "p-ads", NOW)),
    "identity.shown": r.awaiting,
    "clarification.asked": r.awaiting,
    "clarification.answered": r.awaiting,
    "supervision.taken": lambda q: _two(
        r.take_supervision(r.watchable(q, "p-ads"), CHECK_IN, "cc" * 32, "here")
    ),
    "session.opened": lambda q: r.open_(r.permitted(q)),
    "declared.allowed": lambda q: r.grant(r.awaiting(q), "p-ads", "waived", None, NOW),
    "declared.began": lambda q: r.open_(r.declarable(q)),
}
_made: dict[int, str] = {}


def _two(moved: tuple[Any, Any]) -> Any:
    """The state; its record's kind is kept for the comparison."""
    _made[id(moved[0])] = moved[1].KIND
    return moved[0]


@pytest.mark.parametrize("kind", REQUEST_ACTS)
def test_only_listed_moves_of_a_request(kind: str) -> None:
    found = set()
    for before in REQUESTS:
        try:
            after = REQUEST_ACTS[kind](before)
        except Refused:
            continue
        assert _made.pop(id(after), kind) == kind
        found.add(Move(before.STATE, kind, after.STATE))
    assert found == {m for m in moves.REQUEST_MOVES if m.kind == kind}


def test_every_listed_kind_of_a_request_is_an_act() -> None:
    assert {m.kind for m in moves.REQUEST_MOVES} == {*REQUEST_ACTS, "request.opened"}


GRANT = Grant(
    "t-1", "s-1", ASKED.digest, (), REQUEST.host, TECHNICIAN, REQUEST.channels, REQUEST.account, "self", "p-ads",
    REQUEST.not_before, REQUEST.not_after, 600, NOW, b"g" * 32,
)  # fmt: skip
PERMIT = Permit("r-1", GRANT, SignedGrant.sign(GRANT, SigningKey(b"k" * 32)), 5, b"s" * 32)
ACTIVATION = Assertion(b"c", b"d", b"a", b"s")
ENDS = NOW + timedelta(minutes=10)
SESSIONS: list[AnySession] = [
    s.Granted(PERMIT),
    s.Ordered(PERMIT, ACTIVATION, NOW),
    s.Active(PERMIT, NOW, NOW, ENDS),
    s.Paused(PERMIT, NOW, NOW, ENDS, NOW),
    s.Ended(PERMIT, NOW, NOW, NOW, "expired"),
    s.PresumedEnded(PERMIT, NOW, None, NOW),
    s.NotAdmitted(PERMIT, NOW, "replayed"),
    s.Void(PERMIT, "revoked"),
    s.Expired(PERMIT),
]
TEXT = instant.to_text(NOW)
STARTED = SessionStarted(PERMIT.digest, "assistenza", instant.to_text(ENDS), "told", TEXT)


def _told(found: AnySession, record: Any) -> AnySession:
    after = s.hear(found, record, NOW)
    if after == found:
        raise Refused(Why.WRONG_STATE)  # recorded, and moves nothing
    return after


def _deaden(found: AnySession) -> AnySession:
    if isinstance(found, s.Granted):
        return _two(s.void(found, "revoked"))
    assert s.deaden(s.stoppable(found), "revoked").KIND == "grant.revoked"
    return found


SESSION_ACTS: dict[str, Callable[[AnySession], AnySession]] = {
    "session.opened": lambda x: _two(s.open_(s.granted(x), ACTIVATION, "here", NOW)),
    "session.started": lambda x: _told(x, STARTED),
    "session.refused": lambda x: _told(x, SessionRefused(PERMIT.digest, "replayed", TEXT)),
    "session.paused": lambda x: _told(x, SessionPaused("supervision_lost", TEXT)),
    "session.resumed": lambda x: _told(x, SessionResumed(1, "00" * 32, TEXT)),
    "session.ended": lambda x: _told(x, SessionEnded("expired", 1, 0, TEXT)),
    "session.presumed_ended": lambda x: _two(s.presume_ended(_live(x), NOW)),
    "session.stop_ordered": lambda x: _two(s.order_stop(s.stoppable(x), "p-ads", "stopped_by_ads", "here")),
    "session.closed": lambda x: _two(s.close(x, "solved")),
    "grant.revoked": _deaden,
    "grant.expired": lambda x: _two(s.expire(s.granted(x), LATE)),
}


def _live(found: AnySession) -> s.Live:
    if not isinstance(found, s.Live):
        raise Refused(Why.WRONG_STATE)
    return found


@pytest.mark.parametrize("kind", SESSION_ACTS)
def test_only_listed_moves_of_a_session(kind: str) -> None:
    found = set()
    for before in SESSIONS:
        try:
            after = SESSION_ACTS[kind](before)
        except Refused:
            continue
        assert _made.pop(id(after), kind) == kind
        found.add(Move(before.STATE, kind, after.STATE))
    assert found == {m for m in moves.SESSION_MOVES if m.kind == kind}


def test_every_listed_kind_of_a_session_is_an_act() -> None:
    assert {m.kind for m in moves.SESSION_MOVES} == {*SESSION_ACTS, "grant.issued"}


def test_a_move_that_is_not_listed_is_a_bug() -> None:
    with pytest.raises(IllegalMove):
        moves.check(moves.REQUEST_MOVES, "rejected", "grant.issued", "approved")


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: r.revoke(r.Opened(ASKED, ANSWER, "self", "p-ads"), "p-ads", NOW, signed=True, over=True), "wrong_state"),
        (lambda: r.take_supervision(r.Approved(ASKED, ANSWER, "named", "p-other"), CHECK_IN, "", "x"), "not_allowed"),
        (lambda: r.take_supervision(r.Approved(ASKED, ANSWER, "waived", None), CHECK_IN, "", "x"), "not_allowed"),
        (lambda: r.explain(r.Rejected(ASKED, ANSWER), "p-tit"), "not_allowed"),
        (lambda: r.explain(r.Rejected(ASKED, ANSWER, explained=True), "p-ads"), "duplicate"),
        (lambda: r.withdraw(r.AwaitingApproval(ASKED), "p-other", NOW), "not_allowed"),
        (lambda: r.revoke(r.AwaitingApproval(ASKED), "p-ads", NOW, signed=False, over=False), "wrong_state"),
        (lambda: r.lapse(r.AwaitingApproval(ASKED), NOW), "wrong_state"),
        (lambda: r.permitted(r.AwaitingApproval(ASKED)), "authorisation_missing"),
        (lambda: r.watchable(r.AwaitingApproval(ASKED), "p-ads"), "authorisation_missing"),
        (lambda: r.watchable(r.Rejected(ASKED, ANSWER), "p-ads"), "wrong_state"),
        (lambda: s.granted(SESSIONS[1]), "replayed"),
        (lambda: s.granted(SESSIONS[4]), "session_ended"),
        (lambda: s.enterable(SESSIONS[3]), "session_paused"),
        (lambda: s.enterable(s.Active(PERMIT, NOW, NOW, ENDS, s.Stop("p-ads", "stopped_by_ads"))), "session_ended"),
        (lambda: s.enterable(SESSIONS[0]), "wrong_state"),
        (lambda: s.in_window(GRANT, NOW - timedelta(seconds=1)), "window_closed"),
        (lambda: s.in_window(GRANT, REQUEST.not_after), "window_closed"),
        (lambda: s.expire(s.Granted(PERMIT), NOW), "wrong_state"),
        (lambda: s.close(s.Active(PERMIT, NOW, NOW, ENDS), "happy"), "bad_input"),
        (lambda: s.close(s.Active(PERMIT, NOW, NOW, ENDS, outcome="open"), "solved"), "duplicate"),
    ],
)  # fmt: skip
def test_refusals(act: Callable[[], object], why: str) -> None:
    with pytest.raises(Refused) as no:
        act()
    assert no.value.why.value == why


def test_when_an_end_is_presumed() -> None:
    """An agent that is heard has two minutes to answer an order, longer than the desk may think about it;
    90 s of silence end any session, both from the broker's start at least."""

    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    early = NOW - timedelta(days=1)
    ordered, active, paused = SESSIONS[1], SESSIONS[2], SESSIONS[3]
    assert not s.silent(ordered, at(119), at(119), began=early)
    assert s.silent(ordered, at(120), at(120), began=early)
    assert not s.silent(ordered, at(149), at(149), began=at(30))
    assert not s.silent(ordered, NOW, at(90), began=early)
    assert s.silent(ordered, NOW, at(91), began=early)
    assert not s.silent(ordered, NOW, at(91), began=at(1))
    assert not s.silent(active, NOW, at(90), began=early)
    assert s.silent(active, NOW, at(91), began=early)
    assert not s.silent(active, NOW, at(120), began=at(60))
    assert s.silent(paused, NOW, at(91), began=early)
    over = [x for x in SESSIONS if x not in (ordered, active, paused)]
    assert not any(s.silent(x, early, at(9999), began=early) for x in over)


def test_what_the_desk_denied_is_said_to_be_so() -> None:
    for found in (s.NotAdmitted(PERMIT, NOW, "desk_denied"), s.Ended(PERMIT, NOW, None, NOW, "desk_denied")):
        with pytest.raises(Refused) as no:
            s.enterable(found)
        assert no.value.why is Why.DESK_DENIED


def test_nobody_enters_a_session_whose_end_was_ordered() -> None:
    running = s.Active(PERMIT, NOW, NOW, ENDS)
    assert s.enterable(running) == running
    with pytest.raises(Refused) as no:
        s.enterable(s.order_stop(running, "p-ads", "stopped_by_ads", "here")[0])  # type: ignore[arg-type]
    assert no.value.why is Why.SESSION_ENDED


def test_a_pause_keeps_the_door_and_what_was_written() -> None:
    """Who stands at the door may say who he is; what was ordered and written meanwhile stays."""
    running = s.Active(PERMIT, NOW, NOW, ENDS, s.Stop("p-ads", "stopped_by_ads"), "solved")
    paused = s.hear(running, SessionPaused("supervision_lost", TEXT), NOW)
    assert paused == s.Paused(PERMIT, NOW, NOW, ENDS, NOW, running.stop, "solved")
    assert s.hear(paused, SessionResumed(1, "00" * 32, TEXT), NOW) == running
    assert s.standing(SESSIONS[3]) == SESSIONS[3]
    with pytest.raises(Refused) as no:
        s.standing(paused)
    assert no.value.why is Why.SESSION_ENDED


def test_the_window_of_a_grant() -> None:
    s.in_window(GRANT, NOW)
    for at in (NOW - timedelta(milliseconds=1), REQUEST.not_after):
        with pytest.raises(Refused) as no:
            s.in_window(GRANT, at)
        assert no.value.why is Why.WINDOW_CLOSED


def test_phases_are_the_words_of_the_decisions() -> None:
    ended = {reason: s.phase(s.Ended(PERMIT, NOW, NOW, NOW, reason)) for reason in (
        "stopped_by_ads", "stopped_by_desk", "revoked", "expired", "closed_by_technician")}  # fmt: skip
    assert ended == {
        "stopped_by_ads": "stopped_by_ads", "stopped_by_desk": "stopped_by_desk", "revoked": "revoked",
        "expired": "ended", "closed_by_technician": "ended",
    }  # fmt: skip
    assert s.phase(SESSIONS[2]) == "active"
    assert s.phase(SESSIONS[3]) == "paused"
