"""What is judged of the desk's word, and of why a session was stopped."""

from __future__ import annotations

import pytest

from audit.commitment import Opening
from audit.record import Actor
from audit.session_records import DeskReported, StopExplained
from tests.audit.test_month import month_of
from tests.audit.test_verify_sessions import running
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import ADS, HOST, TECHNICIAN, World

ODD = Opening(bytes(32), {"text": "Ha aperto la cartella delle paghe"})
WHY = Opening(bytes(32), {"text": "Il lavoro era finito"})
OTHER = Opening(bytes(32), {"text": "Tutto bene"})


def reported(opening: Opening | None = ODD, committed: Opening | None = ODD) -> tuple[World, str]:
    """Something odd in a session."""
    w, session = running()
    text = None if committed is None else committed.commitment
    w.told(DeskReported("", text), session=session, opening=opening)
    w.end(session, "stopped_by_desk")
    return w, session


def explained(w: World, session: str, by: str | None, actor: str, opening: Opening = WHY) -> World:
    w.append(
        StopExplained(WHY.commitment, by), actor=Actor(actor, "ads"), session=session, host=HOST,
        opening=opening,
    )  # fmt: skip
    return w


def test_reports_and_reasons_during_a_session_and_after_it() -> None:
    w, session = reported()
    w.told(DeskReported(""), session=session)
    w.told(DeskReported("", OTHER.commitment), opening=OTHER)  # of the machine alone
    w.told(StopExplained(WHY.commitment), session=session, opening=WHY)
    sound(judge(explained(w, session, ADS, ADS)))


def test_every_report_is_an_exception_of_its_month() -> None:
    w, _ = reported()
    w.told(DeskReported("", OTHER.commitment), opening=OTHER)
    found = [e for e in month_of(w)["exceptions"] if e["kind"] == "desk_reported"]
    assert [("session" in e, e["host"]) for e in found] == [(True, HOST), (False, HOST)]
    events = {e["leaf"]: e["kind"] for e in month_of(w)["access"]["events"]}
    assert {events[e["leaf"]] for e in found} == {"desk.reported"}
    assert not any("paghe" in str(e) for e in found)  # the sentence goes before the report does


@pytest.mark.parametrize(
    ("opening", "committed", "kind", "code"),
    [
        (OTHER, ODD, "ALTERED", "command_differs"),
        (ODD, None, "ALTERED", "command_differs"),
        (None, ODD, "WITHHELD", "not_sealed"),
    ],
)
def test_another_text_is_shown_for_it_or_none(
    opening: Opening | None, committed: Opening | None, kind: str, code: str
) -> None:
    alone(judge(reported(opening, committed)[0]), kind, code)


def test_a_report_of_a_session_that_never_was() -> None:
    w, _ = reported()
    w.told(DeskReported(""), session="s-9999999999")
    alone(judge(w), "INCOMPLETE", "unknown_session")


def test_a_report_without_the_machine_s_note() -> None:
    w, session = running()
    w.append(
        DeskReported("2026-11-03T10:00:00.000Z"),
        actor=Actor(HOST, "agent"),
        session=session,
        host=HOST,
    )
    alone(judge(w), "DISPUTED", "note_missing")


@pytest.mark.parametrize("by", [ADS, None])
def test_a_reason_in_somebody_else_s_name(by: str | None) -> None:
    w, session = running()
    alone(judge(explained(w, session, by, TECHNICIAN)), "UNAPPROVED", "grant_differs")


def test_another_reason_is_shown_than_was_kept() -> None:
    w, session = running()
    alone(judge(explained(w, session, ADS, ADS, OTHER)), "ALTERED", "command_differs")


def test_no_reason_before_anything_was_opened() -> None:
    w, _ = running()
    alone(judge(explained(w, "s-9999999999", ADS, ADS)), "INCOMPLETE", "unknown_session")
