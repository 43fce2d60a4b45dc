"""Agents' notes: every fact of theirs is in the log as they signed it, and as nobody else's."""

from __future__ import annotations

import hashlib

import pytest

from audit import records
from audit.channel_records import ChannelClosed, ChannelOpened, ChannelRefused
from audit.estate_records import HostEnrolled, HostRevoked
from audit.host_note import HostNote
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat
from audit.person_records import LoginEnded
from audit.record import Actor
from tests.audit.verdicts import alone, changed, honest, judge, moved, said, sound
from tests.audit.world import HOST, ORIGIN, OWNER, TENANT, Twist, World, seed


def onboarded(twist: Twist | None = None) -> World:
    w = World(twist or Twist())
    w.onboard()
    return w


def beating(twist: Twist) -> World:
    w = onboarded(twist)
    w.told(HostHeartbeat(3, 0, ""))
    return w


@pytest.mark.parametrize(
    ("twist", "what"),
    [
        (Twist(body=changed("host.heartbeat", witnessed=4)), "body.witnessed"),
        (Twist(leaf=moved("host.heartbeat", actor=Actor(OWNER, "owner"))), "actor"),
        (Twist(leaf=moved("host.heartbeat", actor=Actor(HOST, "broker"))), "actor"),
        (Twist(leaf=moved("host.heartbeat", session="s-1", session_n=0)), "session"),
    ],
)
def test_the_log_repeats_the_note(twist: Twist, what: str) -> None:
    verdict = judge(beating(twist))
    assert ("DISPUTED", "note_differs") in {(f.cls, f.code) for f in verdict.findings}
    assert any(what in f.en for f in verdict.findings)


def _later(leaf: Leaf) -> Leaf:
    beat = leaf.record.KIND == "host.heartbeat"
    return leaf._replace(time=leaf.time.replace(microsecond=1000)) if beat else leaf


def test_a_fact_said_to_have_happened_at_another_time() -> None:
    w = onboarded(Twist(leaf=_later))
    w.told(HostHeartbeat(3, 0, ""))
    alone(judge(w), "DISPUTED", "note_differs", what="time")


def test_a_body_the_note_never_had() -> None:
    """`exit_status` is the agent's to say."""
    w = onboarded()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(ChannelOpened("c-1", "exec", "ssh", "10.8.0.31", ""), session=session)
    closed = ChannelClosed("c-1", "exec", 1, 2, "00" * 32, agrees=None, exit_status=0, received="")
    body = {k: v for k, v in closed.body().items() if k not in ("received", "exit_status")}
    w.told(closed, session=session, body=body)
    verdict = judge(w)
    alone(verdict, "DISPUTED", "note_differs", what="body.exit_status")
    assert said(verdict, "uncounted") == [
        "Of 1 channels the agent alone counted the bytes: the broker did not see their end."
    ]


def test_an_enrolment_of_another_host_than_the_note() -> None:
    twist = Twist(body=changed("host.enrolled", host="h-99999999"))
    assert "note_forged" in {f.code for f in judge(onboarded(twist)).findings}


def test_an_enrolment_that_names_another_host_than_its_leaf() -> None:
    """The key it brings is the note's own, so that it verifies; the host is not."""
    w = onboarded()
    other = SigningKey(seed("other"))
    w.agents["h-2"] = other
    w.told(
        HostEnrolled(HOST, other.public.text, other.public.text, other.public.text, "00" * 32, confirmed=True, received=""),
        host="h-2",
    )  # fmt: skip
    assert {f.cls for f in judge(w, trust=None).findings} >= {"DISPUTED"}


@pytest.mark.parametrize("data", [b"", b"\xff", b"{}\n\n"])
def test_a_note_that_cannot_be_read(data: bytes) -> None:
    w = onboarded()
    w.append(
        HostHeartbeat(3, 0, "2026-11-01T07:40:00.000Z"), actor=Actor(HOST, "agent"), host=HOST, host_n=1,
        proof=(("note", data),),
    )  # fmt: skip
    alone(judge(w), "DISPUTED", "note_unread")


def test_facts_without_a_note() -> None:
    w = onboarded()
    w.append(
        HostHeartbeat(3, 0, "2026-11-01T07:40:00.000Z"),
        actor=Actor(HOST, "agent"),
        host=HOST,
        host_n=1,
    )
    alone(judge(w), "DISPUTED", "note_missing")
    # A refusal by the broker has none; one that claims the agent's number has.
    w = onboarded()
    refused = ChannelRefused("exec", "not_recognised", "10.8.0.31")
    w.append(refused, host=HOST)
    sound(judge(w))
    w.append(refused, host=HOST, host_n=1)
    alone(judge(w), "DISPUTED", "note_missing")


def test_a_note_that_is_cited_and_not_there() -> None:
    """Cited by a record that need not have one: it is missed all the same."""
    w = onboarded()
    note = HostNote(TENANT, HOST, 1, w.now, "channel.refused", None, {"kind": "exec", "reason": "replayed"})
    data = note.sign(w.agent_key, ORIGIN)
    w.append(
        ChannelRefused("exec", "replayed", "10.8.0.31"), actor=Actor(HOST, "agent"), host=HOST,
        proof=(("note", data),),
    )  # fmt: skip
    entries = w.entries()
    del entries[f"evidence/{hashlib.sha256(data).hexdigest()}"]
    alone(judge(w, entries), "DISPUTED", "note_missing")


@pytest.mark.parametrize(
    "record",
    [ChannelRefused("exec", "session_ended", "unknown"), HostRevoked(HOST, "local")],
)
def test_what_a_host_kept_while_it_was_cut_off_is_late_and_no_fault(record: records.AnyRecord) -> None:
    """Told an hour after it happened, behind what the broker wrote meanwhile."""
    w = onboarded()
    happened = w.now
    w.wait(hours=1)
    w.append(LoginEnded(OWNER, "10.8.0.31"))
    w.told(record, at=happened)
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "late_note") == ["1 agents' notes arrived more than ten minutes after the fact."]


def test_a_host_revokes_itself() -> None:
    w = onboarded()
    w.told(HostRevoked(HOST, "retired"))
    sound(judge(w))


def test_hosts_are_counted_as_confirmed() -> None:
    w = onboarded()
    w.enrol("h-2", SigningKey(seed("second")), "CASSA-01")
    verdict = judge(w)
    assert said(verdict, "hosts") == ["Hosts with keys confirmed by the customer: 2 of 2."]
    assert said(judge(honest()), "hosts") == ["Hosts with keys confirmed by the customer: 1 of 1."]


def test_an_enrolment_in_another_hosts_name_with_its_own_key() -> None:
    """Both hosts are known; the note is the second's, the record enrols the first."""
    w = onboarded()
    second = SigningKey(seed("second"))
    w.enrol("h-2", second, "CASSA-01")
    keys = second.public.text, w.witness_key.public.text, SigningKey(seed("recorder")).public.text
    w.told(HostEnrolled(HOST, *keys, w.enrolment.digest.hex(), confirmed=True, received=""), host="h-2")
    found = judge(w, trust=None)
    assert ("DISPUTED", "note_differs") in {(f.cls, f.code) for f in found.findings}
    assert any("body.host" in f.en for f in found.findings)
