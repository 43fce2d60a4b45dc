"""Records: every kind both ways, labels and codes once each, leaves in one spelling."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import decode, encode
from audit.errors import Malformed
from audit.records import (
    BROKER,
    KINDS,
    ROLES,
    Actor,
    AnyRecord,
    ChannelClosed,
    Evidence,
    Leaf,
    LogHeartbeat,
    PersonAdmitted,
)
from tests.audit.people import HOST, NOW, SESSION, TENANT

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if type(None) in get_args(hint):
        plain = next(a for a in get_args(hint) if a is not type(None))
        return st.none() | _values(plain)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**53) + 1, 2**53 - 1)
    if hint is str:
        return _TEXT
    return st.lists(_TEXT, max_size=3).map(tuple)


def _records() -> st.SearchStrategy[AnyRecord]:
    return st.one_of(
        *(
            st.builds(kind, **{f.name: _values(get_type_hints(kind)[f.name]) for f in fields(kind)})
            for kind in KINDS.values()
        )
    )


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    return Leaf(
        tenant=TENANT,
        n=draw(st.integers(0, 2**53 - 1)),
        time=NOW,
        actor=Actor(draw(_TEXT), draw(st.sampled_from(ROLES))),
        record=draw(_records()),
        session=draw(st.none() | _TEXT),
        session_n=draw(st.none() | st.integers(0, 100)),
        host=draw(st.none() | _TEXT),
        host_n=draw(st.none() | st.integers(0, 100)),
        refs=tuple(draw(st.lists(st.integers(0, 100), max_size=3))),
        evidence=tuple(
            Evidence(cast(Any, kind), "00" * 32)
            for kind in draw(
                st.lists(st.sampled_from(["statement", "assertion", "note", "grant"]), max_size=3)
            )
        ),
        sealed=draw(st.none() | _TEXT),
        hold=draw(st.none() | _TEXT),
    )


@given(leaves())
def test_every_leaf_comes_back_the_same(leaf: Leaf) -> None:
    data = leaf.encode()
    assert Leaf.parse(data) == leaf
    assert decode(data)["type"] == leaf.record.KIND


def test_kinds_and_codes_are_given_once_and_said_in_both_languages() -> None:
    kinds = list(KINDS.values())
    assert len({k.CODE for k in kinds}) == len(kinds) == len(get_args(AnyRecord))
    for kind in kinds:
        assert kind.IT
        assert kind.EN
        assert kind.RETAIN in ("access", "authorisation", "report", "log")
        assert kind.KIND.count(".") == 1


LEAF = Leaf(
    TENANT,
    3,
    NOW,
    BROKER,
    ChannelClosed("c-1", "terminal", 1, 2, "00", agrees=True, exit_status=None, received="x"),
    session=SESSION,
    session_n=2,
    host=HOST,
    host_n=7,
    refs=(1,),
    evidence=(Evidence("note", "11" * 32),),
)
FROZEN = (
    '{"actor":{"id":"broker","role":"broker"},"body":{"agrees":true,"channel":"c-1","in_bytes":1,'
    '"kind":"terminal","out_bytes":2,"out_digest":"00","received":"x"},"evidence":[{"kind":"note",'
    '"sha256":"' + "11" * 32 + '"}],"host":"h-00000001","host_n":7,"n":3,"refs":[1],'
    '"retain":{"class":"access"},"session":"s-0123456789","session_n":2,"tenant":"t-1a2b3c4d",'
    '"time":"2026-11-22T10:00:00.000Z","type":"channel.closed","v":1}'
)


def test_frozen_leaf() -> None:
    assert LEAF.encode().decode() == FROZEN
    assert Leaf.parse(FROZEN.encode()) == LEAF


def test_a_flipped_byte_is_another_record_or_none() -> None:
    data = FROZEN.encode()
    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            assert Leaf.parse(flipped) != LEAF
        except Malformed:
            continue


def bent(**changes: Any) -> bytes:
    return encode({**decode(FROZEN.encode()), **changes})


_BODY = decode(FROZEN.encode())["body"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        FROZEN.encode() + b"\n",
        bent(v=2),
        bent(type="channel.shut"),
        bent(more=1),
        bent(n="3"),
        bent(refs=[]),
        bent(refs=["1"]),
        bent(evidence=[]),
        bent(evidence=[{"kind": "rumour", "sha256": ""}]),
        bent(evidence=[{"kind": "note"}]),
        bent(evidence=[{"kind": "note", "sha256": "", "more": 1}]),
        bent(actor={"id": "x", "role": "god"}),
        bent(actor={"id": "x", "role": "ads", "more": 1}),
        bent(retain={"class": "log"}),
        bent(retain={"class": "access", "more": 1}),
        bent(body={**_BODY, "more": 1}),
        bent(body={**_BODY, "in_bytes": True}),
        bent(body={**_BODY, "exit_status": "0"}),
        bent(body={k: v for k, v in _BODY.items() if k != "channel"}),
        bent(body=[]),
        bent(time="2026-11-22"),
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Leaf.parse(data)


def test_a_record_too_long_is_not_written() -> None:
    with pytest.raises(Malformed):
        replace(LEAF, record=LogHeartbeat("x" * 20_000)).encode()
    assert PersonAdmitted("p", "ads", "o").body() == {"person": "p", "role": "ads", "organisation": "o"}
