"""What is judged of what technician and watchers say and do beside a session (FORMAT.md §3, *Beside the session*)."""

from __future__ import annotations

import pytest

from audit import live_records as live
from audit.commitment import Opening
from audit.record import Actor
from audit.records import AnyRecord
from tests.audit.test_month import month_of
from tests.audit.test_verify_sessions import running
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import ADS, HOST, TECHNICIAN, World

SAID = Opening(bytes(32), {"text": "La carta è stata cambiata stamattina"})


def told(w: World, session: str, record: AnyRecord, *, by: str = ADS, opening: Opening | None = None) -> int:
    """The index of the record."""
    role = "ads" if by == ADS else "technician"
    return w.append(record, actor=Actor(by, role), session=session, host=HOST, opening=opening)


def flagged(w: World, session: str) -> int:
    return told(w, session, live.MomentFlagged(ADS))


def over(w: World, session: str) -> World:
    w.end(session, "closed_by_technician")
    return w


def test_messages_flags_presence_and_a_proposal_of_a_session() -> None:
    """U-13: both verifiers take them."""
    w, session = running()
    told(w, session, live.MessageSent(TECHNICIAN), by=TECHNICIAN, opening=SAID)
    told(w, session, live.MessageSent(ADS), opening=SAID)
    told(w, session, live.PresenceConfirmed(ADS))
    told(w, session, live.ExtensionProposed(ADS, 3600))
    n = flagged(w, session)
    over(w, session)
    told(w, session, live.FlagExplained(n, ADS), opening=SAID)  # also when it is over
    sound(judge(w))


def test_a_moment_that_was_not_withdrawn_is_an_exception_of_the_report() -> None:
    """U-14."""
    w, session = running()
    kept, gone = flagged(w, session), flagged(w, session)
    told(w, session, live.FlagExplained(kept, ADS), opening=SAID)
    told(w, session, live.FlagWithdrawn(gone, ADS))
    found = [e for e in month_of(over(w, session))["exceptions"] if e["kind"] == "moment_flagged"]
    assert [(e["leaf"], e["session"], e["host"]) for e in found] == [(kept, 1, HOST)]
    assert "carta" not in str(found)  # the words go before the report does


@pytest.mark.parametrize(
    "record",
    [
        live.MessageSent(TECHNICIAN),
        live.MomentFlagged(TECHNICIAN),
        live.PresenceConfirmed(TECHNICIAN),
        live.ExtensionProposed(TECHNICIAN, 60),
    ],
    ids=lambda one: one.KIND,
)
def test_said_in_somebody_else_s_name(record: AnyRecord) -> None:
    w, session = running()
    told(w, session, record, opening=SAID if isinstance(record, live.MessageSent) else None)
    alone(judge(over(w, session)), "UNAPPROVED", "grant_differs")


@pytest.mark.parametrize("late", [live.MessageSent(ADS), live.MomentFlagged(ADS)], ids=lambda one: one.KIND)
def test_nothing_is_said_in_a_session_that_is_over(late: AnyRecord) -> None:
    w, session = running()
    over(w, session)
    told(w, session, late, opening=SAID if isinstance(late, live.MessageSent) else None)
    alone(judge(w), "INCOMPLETE", "order")


def test_a_flag_is_its_own_moment_s_and_nobody_else_s() -> None:
    w, session = running()
    n = flagged(w, session)
    told(w, session, live.FlagExplained(n, TECHNICIAN), by=TECHNICIAN, opening=SAID)
    alone(judge(over(w, session)), "INCOMPLETE", "order")


def test_what_was_withdrawn_is_not_explained() -> None:
    w, session = running()
    n = flagged(w, session)
    told(w, session, live.FlagWithdrawn(n, ADS))
    told(w, session, live.FlagExplained(n, ADS), opening=SAID)
    alone(judge(over(w, session)), "INCOMPLETE", "order")


def test_a_message_without_its_text() -> None:
    w, session = running()
    told(w, session, live.MessageSent(ADS))
    alone(judge(over(w, session)), "WITHHELD", "not_sealed")
