"""Files: the ones declared, all that is cited and nothing else; and the keys the customer pinned."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from audit import bundle
from audit.bundle_files import SUMS
from audit.findings import Verdict
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.note import VerifierKey
from audit.request_records import ApprovalGiven
from audit.verify import verify
from tests.audit.verdicts import alone, honest, judge, said, sound
from tests.audit.world import HOST, OWNER, World, seed


def as_is(entries: dict[str, bytes]) -> Verdict:
    """Without putting the digests right."""
    return verify(bundle.pack(entries), trust=honest().trust()).verdict


def test_digests_that_are_not_those_of_the_files() -> None:
    sums = honest().entries()[SUMS]
    lines = sums.splitlines(keepends=True)
    for wrong, codes in (
        (b"", {"file_extra"}),
        (b"nonsense\n", {"sums"}),
        (sums + b"0" * 64 + b"  zzz\n", {"file_missing"}),
        (b"".join(lines[1:]), {"file_extra"}),
        (lines[0].replace(b"a", b"b") + b"".join(lines[1:]), {"file_differs"}),
    ):
        found = as_is(honest().entries() | {SUMS: wrong}).findings
        assert {(f.cls, f.code) for f in found} == {("DAMAGED", code) for code in codes}


def test_no_digests_at_all() -> None:
    entries = honest().entries()
    del entries[SUMS]
    alone(as_is(entries), "DAMAGED", "file_missing")


@pytest.mark.parametrize(
    "name",
    [
        "proofs/7.tlog-proof",
        "note.txt",
        "openings/07.json",
        "heads/x.note",
        "evidence/ff",
        "tile/9/000",
        "tile/0/999",
    ],
)
def test_files_nobody_asked_for(name: str) -> None:
    alone(judge(honest(), honest().entries() | {name: b"anything"}), "DAMAGED", "file_extra")


@pytest.mark.parametrize("name", ["checkpoint", "log.vkey", "policy.tenant", "policy.witness"])
def test_files_without_which_nothing_can_be_judged(name: str) -> None:
    entries = honest().entries()
    del entries[name]
    verdict = judge(honest(), entries)
    alone(verdict, "DAMAGED", "file_missing")
    assert verdict.steps[8].state == "unknown"


def test_evidence_under_the_name_of_another() -> None:
    entries = honest().entries()
    one, other = [n for n in entries if n.startswith("evidence/")][:2]
    entries[one] = entries[other]
    assert ("DAMAGED", "file_differs") in {(f.cls, f.code) for f in judge(honest(), entries).findings}


def test_evidence_a_record_cites_is_there() -> None:
    """Of every kind: each has a step that asks for it, and what no step missed is said here."""
    w, seen = honest(), set()
    for leaf in map(Leaf.parse, w.leaves):
        for one in leaf.evidence:
            if (leaf.record.KIND, one.kind) in seen:
                continue
            seen.add((leaf.record.KIND, one.kind))
            entries = w.entries()
            del entries[f"evidence/{one.sha256}"]
            verdict = judge(w, entries)
            assert not verdict.sound
            assert {f.code for f in verdict.findings} & {"evidence_missing", "note_missing"}
    assert len(seen) > 15


def test_evidence_no_step_came_to_ask_for() -> None:
    """An approval of a request nobody made: its statement is asked for, its signature is not."""
    w = World()
    w.onboard()
    assertion, text = b'{"a":1}', b'{"b":2}'
    w.append(
        ApprovalGiven("r-9", "00" * 32, "p-9", "00" * 32, "waived", None, demo_software=False),
        proof=(("statement", text), ("assertion", assertion)),
    )
    assert {f.cls for f in judge(w).findings} == {"INCOMPLETE"}
    entries = w.entries()
    del entries[f"evidence/{hashlib.sha256(assertion).hexdigest()}"]
    assert {(f.cls, f.code) for f in judge(w, entries).findings} == {
        ("INCOMPLETE", "unknown_request"),
        ("DAMAGED", "file_missing"),
    }


# -------------------------------------------------------------------------------------------- pins


def pinned(**changes: Any) -> Verdict:
    return judge(honest(), trust=replace(honest().trust(), **changes))


def test_the_log_is_that_of_the_customer_who_pinned_it() -> None:
    alone(pinned(tenant="t-99999999"), "UNTRUSTED", "origin_unpinned")
    other = VerifierKey.log("registro.localhost/t-1a2b3c4d/2027", honest().log_key.public)
    alone(pinned(log_vkeys=(other,), origin=other.name), "UNTRUSTED", "origin_unpinned")


def test_the_witness_key_of_a_host_is_the_pinned_one() -> None:
    trust = honest().trust()
    other = VerifierKey.witness(trust.hosts[0].agent.name, SigningKey(seed("x")).public)
    alone(pinned(hosts=(replace(trust.hosts[0], witness=other),)), "UNTRUSTED", "agent_unpinned")
    sound(pinned(hosts=(replace(trust.hosts[0], witness=None),)))


def test_a_host_that_came_later_is_said() -> None:
    verdict = pinned(hosts=())
    sound(verdict)
    assert said(verdict, "new_host") == [f"Host {HOST} was enrolled after the customer pinned the keys."]


def test_the_pinned_set_is_the_one_whose_keys_were_pinned() -> None:
    trust = honest().trust()
    alone(
        pinned(credentials=(replace(trust.credentials[0], person=OWNER),)), "UNTRUSTED", "approvers_unpinned"
    )


def test_a_chain_that_grew_since_hangs_on_the_pinned_link() -> None:
    w = World()
    w.onboard()
    trust = w.trust()
    w.change_policy(longest_s=60)
    w.change_approvers(*w.approvers.approvers[:1])
    sound(judge(w, trust=trust))


def test_a_policy_file_that_is_not_the_last_recorded() -> None:
    w = World()
    w.onboard()
    first = w.policy.encode()
    w.change_policy(longest_s=60)
    alone(judge(w, w.entries() | {"policy.tenant": first}), "UNTRUSTED", "policy_file")
