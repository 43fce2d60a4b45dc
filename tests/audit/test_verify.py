"""The verifier as a whole: what it says besides findings, and that nothing it is given breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from audit import bundle, records
from audit.channel_records import ToolStarted
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat, HostSilent, LogGap, LogHeartbeat
from audit.person_records import LoginEnded
from audit.policy import Tool
from audit.record import BROKER, Actor
from audit.session_records import SessionPresumedEnded
from audit.statement_parts import Channel
from audit.verify import verify
from audit.verify_approvals import Approvals
from audit.verify_chain import Chain
from audit.verify_notes import HostNotes
from audit.verify_openings import Openings
from audit.verify_report import Reports
from audit.verify_sessions import Sessions
from audit.verify_warrants import Warrants
from tests.audit.verdicts import honest, judge, said, sound, without
from tests.audit.world import HOST, TENANT, Twist, World, busy_month


def test_what_cannot_be_proven_is_always_said() -> None:
    for trust in (None, honest().trust()):
        notes = {n.code for n in judge(honest(), trust=trust).notes}
        assert {"broker_alone", "typed", "together", "hosts", "cosigned", "demo", "pdf_words"} <= notes


def test_what_is_no_bundle_is_damaged() -> None:
    for data in (b"", b"PK", bytes(1000)):
        found = verify(data)
        assert [(f.cls, f.code) for f in found.verdict.findings] == [("DAMAGED", "zip")]
        assert found.head is None
        assert {s.state for s in found.verdict.steps[1:]} == {"unknown"}


def test_a_head_to_remember_is_given_of_a_sound_bundle_only() -> None:
    files = honest().entries()
    assert verify(bundle.pack(files)).head is not None
    assert verify(bundle.pack(files | {"x": b""})).head is None


def test_silence_is_said() -> None:
    w = World()
    w.onboard()
    w.wait(hours=1)
    w.append(HostSilent("2026-11-01T07:31:00.000Z", "2026-11-01T07:32:00.000Z"), host=HOST)
    w.now = datetime(2026, 11, 6, 9, tzinfo=UTC)
    w.append(LogGap("2026-11-03", "2026-11-04"))
    w.append(LogHeartbeat("2026-11-06"))
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "silent") == [
        f"Host {HOST} silent from 2026-11-01T07:31:00.000Z to 2026-11-01T07:32:00.000Z."
    ]
    assert said(verdict, "gap") == ["Log down from 2026-11-03 to 2026-11-04, as declared."]
    assert said(verdict, "heartbeats") == [
        "Daily heartbeats of the log that are missing: 2, first on 2026-11-02."
    ]


def test_sessions_without_an_end_are_said_and_tools_and_late_notes() -> None:
    w = World()
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "unended") == [f"Session {session} has not ended in this log."]
    assert verdict.counts["sessions"] == 1
    w.wait(hours=1)
    w.append(SessionPresumedEnded("2026-11-01T07:40:00.000Z"), session=session, host=HOST)
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "presumed") == [
        f"Session {session} has a presumed end: last seen 2026-11-01T07:40:00.000Z."
    ]


def test_a_grant_nobody_used_is_no_session() -> None:
    w = World()
    w.onboard()
    w.approve(w.ask(1)[0])
    assert judge(w).counts["sessions"] == 0


def test_a_tool_and_a_note_that_came_late_are_said() -> None:
    tool = Tool("supremo", ("/opt/supremo",), ("supremo",), 10)
    w = World(
        Twist(
            policy=lambda p: replace(p, channels=(*p.channels, "tool"), tools=(tool,)),
            request=lambda r: replace(r, channels=(Channel("tool", tool.id),)),
        )
    )
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(ToolStarted(tool.id, "00" * 32, "not_seen", ""), session=session)
    real, w.wait = w.wait, lambda **_kw: real(minutes=11)  # type: ignore[method-assign]
    w.told(HostHeartbeat(3, 0, ""))
    verdict = judge(w)
    sound(verdict)
    assert len(said(verdict, "licensed_tool")) == 1
    assert said(verdict, "late_note") == ["1 agents' notes arrived more than ten minutes after the fact."]


def test_a_log_without_its_beginning() -> None:
    w = World(Twist(leaf=without("tenant.opened")))
    w.onboard()
    found = {(f.cls, f.code) for f in judge(w, trust=None).findings}
    assert ("INCOMPLETE", "not_opened") in found


def test_an_actor_of_any_kind_breaks_nothing() -> None:
    for kind in sorted(records.KINDS):
        twist = Twist(leaf=lambda leaf, kind=kind: _bent(leaf, kind))
        assert judge(busy_month(twist, closed=False), trust=None) is not None


def _bent(leaf: Leaf, kind: str) -> Leaf:
    if kind != leaf.record.KIND:
        return leaf
    return leaf._replace(actor=Actor("p-0", "nobody"), host=None, session=None, session_n=None, host_n=None)


def test_what_a_step_does_not_listen_to_changes_nothing() -> None:
    """Steps are told only the kinds they name; told more, they hold their peace."""
    judgement = Judgement("none")
    chain = Chain(lambda _leaf, _kind: None, TENANT, None, judgement)
    warrants = Warrants(chain, judgement)
    approvals = Approvals(
        chain, warrants, lambda _leaf, _kind: None, lambda _text, _n, _where: None, judgement
    )
    leaf = Leaf(TENANT, 3, honest().now, BROKER, LoginEnded("p-1", "x"))
    steps = [
        chain, warrants, approvals, Sessions(chain, approvals, judgement),
        HostNotes(lambda _leaf: None, chain.log_origin, None, judgement),
        Openings({}, chain.label_of, judgement), Reports(chain.label_of, lambda: 0, judgement),
    ]  # fmt: skip
    for step in steps:
        assert leaf.record.KIND not in step.KINDS
        step.feed(leaf)
    assert judgement.findings == []
