"""Witnesses: as many as the customer's rules ask for, of those he knows, at times that can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.estate_records import HostRevoked
from audit.external_witness import ExternalWitness
from audit.findings import Verdict
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.note import Signature, VerifierKey, cosign, parse_note
from audit.witness_policy import policy_text
from tests.audit.verdicts import alone, judge, said, sound
from tests.audit.world import HOST, ORIGIN, Twist, World, seed

OTHER = SigningKey(seed("another witness"))


def onboarded(witnesses: int) -> World:
    w = World(Twist(witnesses=witnesses))
    w.onboard()
    return w


def cosigned(w: World, *by: tuple[str, SigningKey, datetime]) -> dict[str, bytes]:
    """The bundle with exactly these cosignatures on its head."""
    entries = w.entries()
    note = parse_note(w.head)
    for name, key, at in by:
        note = note.add(cosign(note.text, name, key, at))
    return entries | {"checkpoint": note.data}


def own(w: World, at: datetime | None = None) -> tuple[str, SigningKey, datetime]:
    return w.witness.name, w.witness_key, at or w.now


def test_a_quorum_that_is_met() -> None:
    w = onboarded(1)
    verdict = judge(w, cosigned(w, own(w)))
    sound(verdict)
    assert verdict.steps[3].state == "ok"
    assert said(verdict, "cosigned") == [
        "Agents that cosign the heads: 1; an agent on hosts the vendor administers is no independent witness."
    ]


def test_the_customers_rules_ask_for_more_than_the_bundle() -> None:
    """policy.witness says none; the rules the titolare signed say two. He pinned none himself."""
    w = onboarded(0)
    w.change_policy(witnesses=2)
    alone(judge(w), "UNWITNESSED", "quorum_differs")
    assert judge(w, trust=None).sound is False


@pytest.mark.parametrize(
    "at",
    [
        datetime(1975, 1, 1, tzinfo=UTC),
        datetime(9000, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 1, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 9, 8, 0, tzinfo=UTC),
    ],
)
def test_a_cosignature_of_a_time_that_cannot_be_does_not_count(at: datetime) -> None:
    """The head holds records of half past seven (UTC) on the 1st; nobody cosigns it weeks later."""
    w = onboarded(1)
    verdict = judge(w, cosigned(w, own(w, at)))
    alone(verdict, "UNWITNESSED", "quorum_missing")
    assert len(said(verdict, "cosign_time")) == 1
    assert "heads: 0" in said(verdict, "cosigned")[0]
    idle = onboarded(0)
    verdict = judge(idle, cosigned(idle, own(idle, at)))
    sound(verdict)
    assert len(said(verdict, "cosign_time")) == 1


@pytest.mark.parametrize("off", [timedelta(minutes=-4), timedelta(days=6)])
def test_clocks_differ_a_little_and_hosts_come_back_late(off: timedelta) -> None:
    w = onboarded(1)
    sound(judge(w, cosigned(w, own(w, w.now + off))))


def test_a_witness_the_customer_does_not_know_is_none() -> None:
    """The vendor names a key of its own in policy.witness, and meets the quorum with it."""
    w = onboarded(1)
    name = key_name(ORIGIN, "h-00000099")
    entries = cosigned(w, (name, OTHER, w.now))
    vkey = VerifierKey.witness(name, OTHER.public)
    entries["policy.witness"] = policy_text(w.vkey, {"agente": vkey}, 1).encode()
    alone(judge(w, entries, trust=None), "UNWITNESSED", "quorum_missing")
    pinned = replace(w.trust(), witnesses=(vkey,))
    sound(judge(w, dict(entries), trust=pinned))


def test_a_host_out_of_use_is_no_witness_unless_the_customer_pinned_it() -> None:
    w = onboarded(1)
    w.append(HostRevoked(HOST, "lost"), host=HOST)
    alone(judge(w, trust=None), "UNWITNESSED", "quorum_missing")
    sound(judge(w))


def test_a_quorum_of_pinned_witnesses() -> None:
    w = onboarded(1)
    other = VerifierKey.witness("altro", OTHER.public)
    trust = replace(w.trust(), witnesses=(other,), quorum=1)
    alone(judge(w, trust=trust), "UNWITNESSED", "quorum_missing")


OUTSIDE = VerifierKey.witness("testimone.esempio.it", OTHER.public)


def outside(w: World, at: datetime | None = None) -> tuple[str, SigningKey, datetime]:
    return OUTSIDE.name, OTHER, at or w.now


def test_a_witness_the_policy_names_beside_the_hosts() -> None:
    """It counts for the quorum, with a trust file of before and without one; how many there are is said."""
    w = onboarded(1)
    w.change_policy(witnesses=2, external=(ExternalWitness("https://testimone.esempio.it", OUTSIDE.text),))
    text = policy_text(w.vkey, {"agente": w.witness, f"external/{OUTSIDE.name}": OUTSIDE}, 2).encode()
    both = cosigned(w, own(w), outside(w)) | {"policy.witness": text}
    for trust in (w.trust(), None, replace(w.trust(), quorum=2)):
        verdict = judge(w, dict(both), trust=trust)
        sound(verdict)
        assert "cosign this head: 1 of 1." in said(verdict, "external")[0]
    alone_there = cosigned(w, own(w)) | {"policy.witness": text}
    verdict = judge(w, alone_there)
    alone(verdict, "UNWITNESSED", "quorum_missing")
    assert "cosign this head: 0 of 1." in said(verdict, "external")[0]
    late = cosigned(w, own(w), outside(w, w.now + timedelta(days=30))) | {"policy.witness": text}
    alone(judge(w, late), "UNWITNESSED", "quorum_missing")


def test_a_spoiled_line_of_an_external_witness() -> None:
    w = onboarded(0)
    w.change_policy(external=(ExternalWitness("https://testimone.esempio.it", OUTSIDE.text),))
    entries = w.entries()
    note = parse_note(w.head)
    spoiled = cosign(note.text, OUTSIDE.name, SigningKey(seed("no key of his")), w.now)
    line = Signature(OUTSIDE.name, OUTSIDE.key_id, Signature.parse(spoiled).raw).line
    alone(judge(w, entries | {"checkpoint": note.add(line).data}), "UNWITNESSED", "cosignature")


@pytest.mark.parametrize(
    ("text", "cls", "code"),
    [(b"quorum none\n", "UNWITNESSED", "witness_policy"), (b"\xff", "UNWITNESSED", "witness_policy")],
)
def test_a_witness_policy_that_cannot_be_read(text: bytes, cls: str, code: str) -> None:
    w = onboarded(0)
    alone(judge(w, w.entries() | {"policy.witness": text}), cls, code)


def test_a_witness_policy_of_another_log() -> None:
    w = onboarded(0)
    other = VerifierKey.log(ORIGIN, OTHER.public)
    text = policy_text(other, {}, 0).encode()
    alone(judge(w, w.entries() | {"policy.witness": text}), "UNWITNESSED", "witness_policy")


def states(verdict: Verdict) -> str:
    return verdict.steps[3].state


def test_without_a_quorum_the_step_does_not_apply() -> None:
    w = onboarded(0)
    assert states(judge(w)) == "not_applicable"
    assert states(judge(w, cosigned(w))) == "not_applicable"


def test_a_witness_pinned_twice_is_one() -> None:
    w = onboarded(1)
    trust = replace(w.trust(), witnesses=(w.witness, w.witness), quorum=2)
    verdict = judge(w, trust=trust)
    assert ("UNWITNESSED", "quorum_missing") in {(f.cls, f.code) for f in verdict.findings}
