"""`trust.json` and the state file: one spelling, and nothing in them that could not be used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.canonical import decode, encode
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.merkle import leaf_hash
from audit.trust_file import Link, PinnedHost, SeenHeads, Trust
from tests.audit.tokens import tsa
from tests.audit.verdicts import honest

TRUST = honest().trust()
HEAD = Checkpoint("a/t-1/2026", 1, leaf_hash(b""))


@pytest.mark.parametrize(
    "trust",
    [
        TRUST,
        replace(TRUST, tsa_ca=tsa().pem),
        replace(
            TRUST, hosts=(replace(TRUST.hosts[0], witness=None),), report_ca=None, witnesses=(), quorum=3
        ),
    ],
)
def test_round_trip(trust: Trust) -> None:
    assert Trust.parse(trust.encode()) == trust
    assert Trust.parse(trust.encode() + b"\n") == trust


def bent(**changes: Any) -> bytes:
    return encode(decode(TRUST.encode(), max_bytes=1 << 20) | changes, max_bytes=1 << 20)


WITNESS, LOG = TRUST.witnesses[0].text, TRUST.log_vkeys[0].text


@pytest.mark.parametrize(
    "data",
    [
        bent(origin="another/t-1/2026"),
        bent(log_vkeys=[]),
        bent(log_vkeys=[LOG, WITNESS]),
        bent(witnesses=[LOG]),
        bent(quorum=-1),
        bent(quorum=1001),
        bent(approvers=[]),
        bent(policies=[]),
        bent(credentials=[]),
        bent(tenant="t 1"),
        bent(approvers=[{"number": 0, "digest": "00" * 32}]),
        bent(approvers=[{"number": 1, "digest": "00"}]),
        bent(hosts=[{"host": "h-1", "agent": WITNESS}]),
        bent(hosts=[{"host": "h-1", "agent": LOG, "witness": LOG}]),
        bent(more=1),
        bent(tsa_ca="no certificate"),
        TRUST.encode() + b"\n\n",
    ],
)
def test_what_cannot_be_used_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Trust.parse(data)


def test_what_is_pinned_is_found_by_its_name() -> None:
    assert TRUST.host("h-00000001") == TRUST.hosts[0]
    assert TRUST.host("h-9") is None
    assert TRUST.log_key("a/t-9/2026") is None
    assert PinnedHost.from_value(TRUST.hosts[0].to_value()) == TRUST.hosts[0]
    assert Link.from_value(Link(3, "ab" * 32).to_value()) == Link(3, "ab" * 32)


def test_heads_seen_are_kept_one_a_log() -> None:
    seen = SeenHeads().seen(HEAD).seen(Checkpoint("b/t-1/2026", 2, leaf_hash(b"x")))
    later = Checkpoint("a/t-1/2026", 5, leaf_hash(b"y"))
    assert seen.seen(later).of("a/t-1/2026") == later
    assert len(seen.seen(later).heads) == 2
    assert SeenHeads.parse(seen.encode() + b"\n") == seen
    assert SeenHeads().of("a/t-1/2026") is None


@pytest.mark.parametrize("root", ["!", "AA==", "AAAA"])
def test_heads_that_are_none(root: str) -> None:
    line = {"origin": "a/t-1/2026", "size": "1", "root": root}
    with pytest.raises(Malformed):
        SeenHeads.parse(encode({"v": 1, "type": "seen_heads", "heads": [line]}))
