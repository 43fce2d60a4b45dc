"""What is judged of licensed tools: texts the agent committed to, its own log's word, runs outside any grant."""

from __future__ import annotations

from typing import Any

import pytest

from audit.channel_records import ToolSeen, ToolStarted, ToolStopped, ToolTold
from audit.commitment import Opening
from tests.audit.test_month import month_of
from tests.audit.test_verify_sessions import TOOL, running, with_tool
from tests.audit.verdicts import alone, judge, said, sound
from tests.audit.world import HOST, World

PATH = Opening(bytes(32), {"path": "/opt/supremo", "publisher": "unknown"})
PEER = Opening(bytes(32), {"peer": "user1@ad 654321"})
OTHER = Opening(bytes(32), {"peer": "user2@ad 1"})
STARTED = ToolStarted(TOOL.id, "00" * 32, "not_seen", "", PATH.commitment)
TOLD = ToolTold(TOOL.id, "began", "", "2026-11-03, 10:01", None, PEER.commitment)
SEEN = ToolSeen("anydesk", "running", "no_grant", "", "00" * 32, PATH.commitment)


def ran(started: Opening | None = PATH, told: Opening | None = PEER, seen: Opening | None = PATH) -> World:
    """A tool in a session, what its log told, and another one outside any."""
    w, session = running(with_tool())
    w.told(STARTED, session=session, opening=started)
    w.told(TOLD, session=session, opening=told)
    w.told(ToolStopped(TOOL.id, 2, False, "not_seen", "", "read"), session=session)
    w.end(session, "closed_by_technician")
    w.told(SEEN, opening=seen)
    return w


def test_a_tool_its_log_and_a_run_outside() -> None:
    verdict = judge(ran())
    sound(verdict)
    assert len(said(verdict, "tool_outside")) == 1
    assert said(verdict, "tool_outside")[0].startswith("1 times a licensed tool was seen outside")


def test_facts_without_a_text_are_sound() -> None:
    w, session = running(with_tool())
    w.told(ToolStarted(TOOL.id, "00" * 32, "not_seen", ""), session=session)
    w.told(ToolTold(TOOL.id, "ended", "", None, "2026-11-03 10:05:00.000"), session=session)
    w.told(ToolSeen("anydesk", "connected", "no_grant", ""))
    sound(judge(w))


@pytest.mark.parametrize("which", ["started", "told", "seen"])
def test_another_text_is_shown_for_it(which: str) -> None:
    changed: dict[str, Any] = {which: OTHER}
    alone(judge(ran(**changed)), "ALTERED", "command_differs")


@pytest.mark.parametrize("which", ["started", "told", "seen"])
def test_a_text_the_agent_committed_to_is_withheld(which: str) -> None:
    changed: dict[str, Any] = {which: None}
    alone(judge(ran(**changed)), "WITHHELD", "not_sealed")


def test_a_text_beside_a_fact_that_commits_to_none() -> None:
    w, session = running(with_tool())
    w.told(ToolStarted(TOOL.id, "00" * 32, "not_seen", ""), session=session, opening=PATH)
    alone(judge(w), "ALTERED", "command_differs")


def test_the_log_of_a_tool_that_was_not_granted() -> None:
    w, session = running()
    w.told(TOLD, session=session, opening=PEER)
    alone(judge(w), "UNAPPROVED", "channel_not_granted")


def test_a_tool_s_word_after_its_session() -> None:
    w, session = running(with_tool())
    w.end(session, "closed_by_technician")
    w.told(TOLD, session=session, opening=PEER)
    alone(judge(w), "INCOMPLETE", "order")


def test_a_run_outside_is_an_exception_of_its_month() -> None:
    w = ran()
    found = month_of(w)
    first = found["exceptions"][0]
    assert (first["kind"], first["host"], first["id"]) == ("tool_outside", HOST, "E1")
    event = next(e for e in found["access"]["events"] if e["leaf"] == first["leaf"])
    assert (event["kind"], event["outcome"]) == ("tool.seen_outside_grant", "info")
