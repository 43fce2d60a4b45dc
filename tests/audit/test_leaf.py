"""Leaves: a record as the log holds it comes back as it was, and no other spelling does."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, cast, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import instant
from audit import leaf as leaf_module
from audit.canonical import decode, encode
from audit.channel_records import ChannelClosed
from audit.errors import Malformed
from audit.leaf import Evidence, Leaf
from audit.log_records import LogHeartbeat
from audit.person_records import PersonAdmitted
from audit.record import BROKER, ROLES, Actor, form_of
from audit.records import KINDS, AnyRecord
from audit.verify_records import appended
from tests.audit.people import HOST, NOW, SESSION, TENANT
from tests.audit.verdicts import honest

SAMPLES: dict[str, list[str]] = {
    "id": ["p-00000001", "broker", "VB-1a2b3c4d-2026-11-P1", "x" * 64],
    "code": ["passkey", "not_recognised", "2fa"],
    "digest": ["00" * 32, "9f" * 32],
    "key": ["A" * 43, "_-" * 21 + "8"],
    "activity": ["GEST", "GEST/FOR"],
    "instant": ["2026-11-22T10:00:00.000Z", "1970-01-01T00:00:00.001Z"],
    "day": ["2026-02-28", "2028-02-29"],
    "period": ["2026-11", "2899-12"],
    "severity": ["A", "B", "C"],
    "reported": ["2026-11", "2026-W01", "2026-W53", "2026-Q4", "INT-s-0123456789", "INT-" + "x" * 40],
    "zone": ["Europe/Rome", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+12"],
    "line": ["10.8.0.31", "fe80::1%eth0", "DOMINIO\\perché", ""],
    "channel": ["terminal", "tool", "other"],
    "reference": ["Prot. 12/2026", "7", "A_1-b"],
    "listed": [
        "s-1 - 2026-11-22T10:00:00.000Z replayed",
        "s-1 2026-11-22T10:00:00.000Z - running",
        "s-1 2026-11-22T10:00:00.000Z 2026-11-22T10:00:00.000Z expired",
    ],
}
STRANGE: dict[str, list[Any]] = {
    "id": ["", "-a", "a b", "a\n", "x" * 65, "\x1b[2J", "perché", 3, True, ["a"], {"a": 1}],
    "code": ["", "Passkey", "a-b", "_a", "a" * 65],
    "digest": ["", "AB" * 32, "00" * 31, "é" * 64, "00" * 33],
    "key": ["A" * 42, "A" * 44, "+" * 43, "_-" * 21 + "9"],
    "activity": ["", "gest", "GEST/ASS"],
    "instant": ["", "2026-11-22", "2026-11-22T10:00:00Z", "3000-01-01T00:00:00.000Z"],
    "day": ["", "2026-11-31", "20261122", "2026-W01-1", "2026-1-1"],
    "period": ["", "2026-13", "0001-01", "9999-11", "2900-01", "2026-11-01"],
    "severity": ["", "D", "a", "AB", "A ", "\u0391", 1],
    "reported": [
        "",
        "2026-13",
        "2026-W00",
        "2026-W54",
        "2026-w01",
        "2026-Q5",
        "INT-",
        "INT--",
        "INT-" + "x" * 41,
    ],
    "zone": ["", "/etc/passwd", "../x", "Europe//Rome", "a" * 65],
    "line": ["\x1b]0;x\x07", "a\nb", "\u202e", "x" * 257],
    "channel": ["", "telnet"],
    "reference": ["", "Nomina", " 1", "1 ", "1\n", "è1", "1" * 41],
    "listed": [
        "",
        "s-1 - - running",
        "s-1 2026-11-22T10:00:00.000Z - expired",
        "s-1 2026-11-22T10:00:00.000Z 2026-11-22T10:00:00.000Z running",
        " 2026-11-22T10:00:00.000Z 2026-11-22T10:00:00.000Z expired",
    ],
}


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if _optional(hint):
        plain = next(a for a in get_args(hint) if a is not type(None))
        return st.none() | _values(plain)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**53) + 1, 2**53 - 1)
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0]), max_size=3).map(tuple)
    return st.sampled_from(SAMPLES[form_of(hint).name])


def _records() -> st.SearchStrategy[AnyRecord]:
    return st.one_of(
        *(
            st.builds(kind, **{name: _values(hint) for name, hint in fields_of(kind).items()})
            for kind in KINDS.values()
        )
    )


def fields_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {f.name: hints[f.name] for f in fields(kind)}


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    record = draw(_records())
    ids = st.none() | st.sampled_from(SAMPLES["id"])
    return Leaf(
        tenant=TENANT,
        n=draw(st.integers(0, 2**53 - 1)),
        time=NOW,
        actor=Actor(draw(st.sampled_from(SAMPLES["id"])), cast(Any, draw(st.sampled_from(sorted(ROLES))))),
        record=record,
        session=draw(ids),
        session_n=draw(st.none() | st.integers(0, 100)),
        host=draw(ids),
        host_n=draw(st.none() | st.integers(0, 100)) if "note" in record.EVIDENCE else None,
        refs=tuple(draw(st.lists(st.integers(0, 100), max_size=3))),
        evidence=tuple(Evidence(kind, "00" * 32) for kind in record.EVIDENCE if draw(st.booleans())),
        sealed=None if record.SEALED == "never" else draw(st.none() | st.just("11" * 32)),
        hold=draw(st.none() | st.sampled_from(SAMPLES["instant"])),
    )


@given(leaves())
def test_every_leaf_comes_back_the_same(leaf: Leaf) -> None:
    data = leaf.encode()
    assert Leaf.parse(data) == leaf
    assert decode(data)["type"] == leaf.record.KIND


WHEN = "2026-11-22T10:00:00.150Z"
LEAF = Leaf(
    TENANT,
    3,
    NOW,
    BROKER,
    ChannelClosed("c-1", "terminal", 1, 2, "ab" * 32, agrees=True, exit_status=None, received=WHEN),
    session=SESSION,
    session_n=2,
    host=HOST,
    host_n=7,
    refs=(1,),
    evidence=(Evidence("note", "11" * 32),),
)
FROZEN = (
    '{"actor":{"id":"broker","role":"broker"},"body":{"agrees":true,"channel":"c-1","in_bytes":1,'
    '"kind":"terminal","out_bytes":2,"out_digest":"'
    + "ab"
    * 32
    + '","received":"2026-11-22T10:00:00.150Z"},"evidence":[{"kind":"note",'
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
        bent(evidence=[{"kind": "rumour", "sha256": "00" * 32}]),
        bent(evidence=[{"kind": "grant", "sha256": "00" * 32}]),
        bent(evidence=[{"kind": "note", "sha256": "00" * 32}] * 2),
        bent(evidence=[{"kind": "note", "sha256": "00"}]),
        bent(evidence=[{"kind": "note"}]),
        bent(evidence=[{"kind": "note", "sha256": "00" * 32, "more": 1}]),
        bent(evidence=["note"]),
        bent(sealed="00" * 32),
        bent(session="s 1"),
        bent(session=[]),
        bent(host="\x1b[2J"),
        bent(host_n=-1),
        bent(session_n=True),
        bent(type=3),
        bent(type=["x"]),
        bent(time=3),
        bent(actor="broker"),
        bent(actor={"id": 1, "role": "ads"}),
        bent(retain="access"),
        bent(retain={"class": "access", "until": "2026"}),
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


RAW = FROZEN.encode()


@pytest.mark.parametrize("missing", ["type", "time"])
def test_l10_no_record_is_without_its_event_or_its_time(missing: str) -> None:
    value = decode(RAW)
    del value[missing]
    with pytest.raises(Malformed):
        Leaf.parse(encode(value))


@pytest.mark.parametrize(
    "data",
    [
        RAW.replace(b'"n":3', b'"n":3.0'),
        RAW.replace(b'"n":3', b'"n":9007199254740992'),
        RAW.replace(b'"n":3', b'"n":null'),
        RAW.replace(b'"in_bytes":1', b'"in_bytes":9007199254740992'),
        RAW.replace(b'"in_bytes":1', b'"in_bytes":null'),
        RAW.replace(b'"agrees":true', b'"agrees":null'),
        RAW.replace(b'"agrees":true', b'"agrees":[[[[[[[[[1]]]]]]]]]'),
        RAW.replace(b'"v":1', b'"v":true'),
    ],
)
def test_what_lies_outside_the_profile_is_refused(data: bytes) -> None:
    """The reader's own walk is saved for leaves: the schema has to refuse these."""
    assert data != RAW
    with pytest.raises(Malformed):
        Leaf.parse(data)


@pytest.mark.parametrize("name", STRANGE)
def test_texts_outside_their_form_are_refused(name: str) -> None:
    """Every field of every kind: a good record, and the same with that field in another spelling."""
    assert set(SAMPLES) == set(STRANGE)
    met = 0
    for kind in KINDS.values():
        good = {n: _good(hint) for n, hint in fields_of(kind).items()}
        assert kind.from_body(good).body() == good
        for field, full in fields_of(kind).items():
            hint = next(one for one in get_args(full) if one is not type(None)) if _optional(full) else full
            if (
                hint in (int, bool)
                or form_of(get_args(hint)[0] if get_origin(hint) is tuple else hint).name != name
            ):
                continue
            met += 1
            for wrong in STRANGE[name]:
                with pytest.raises(Malformed):
                    kind.from_body({**good, field: [wrong] if get_origin(hint) is tuple else wrong})
    assert met


def _good(hint: Any) -> Any:
    if _optional(hint):
        return _good(next(a for a in get_args(hint) if a is not type(None)))
    if get_origin(hint) is tuple:
        return [SAMPLES[form_of(get_args(hint)[0]).name][0]]
    return {int: 1, bool: True}.get(hint) or SAMPLES[form_of(hint).name][0]


def test_a_list_with_one_text_outside_its_form_is_refused() -> None:
    kind = KINDS["request.opened"]
    good = {n: _good(hint) for n, hint in fields_of(kind).items()}
    for wrong in (["gest"], ["GEST", 3], "GEST", {"GEST": 1}):
        with pytest.raises(Malformed):
            kind.from_body({**good, "activities": wrong})


@pytest.mark.parametrize("sealed", ["é" * 64, "AB" * 32, "ab" * 31, "", 3])
def test_a_commitment_is_a_digest(sealed: Any) -> None:
    leaf = LEAF._replace(
        record=PersonAdmitted("p-1", "ads", "t-1"), evidence=(), host_n=None, sealed="ab" * 32
    ).encode()
    assert Leaf.parse(leaf).sealed == "ab" * 32
    with pytest.raises(Malformed):
        Leaf.parse(encode({**decode(leaf), "sealed": sealed}))


def test_what_no_reader_takes_is_not_written() -> None:
    for wrong in (
        LEAF._replace(host="h 1"),
        LEAF._replace(actor=Actor("", "agent")),
        LEAF._replace(sealed="00" * 32),
        LEAF._replace(evidence=(Evidence("grant", "00" * 32),)),
        LEAF._replace(record=LogHeartbeat("yesterday"), evidence=()),
        LEAF._replace(record=LogHeartbeat("2026-11-22"), evidence=()),  # with a host's number
        LEAF._replace(n=-1),
        LEAF._replace(refs=(-1,)),
    ):
        with pytest.raises(Malformed):
            wrong.encode()


def test_a_record_too_long_is_not_written() -> None:
    with pytest.raises(Malformed):
        LEAF._replace(refs=tuple(range(20_000))).encode()
    assert PersonAdmitted("p", "ads", "o").body() == {"person": "p", "role": "ads", "organisation": "o"}


def test_people_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[tuple[str, str], Actor] = {}
    monkeypatch.setattr(leaf_module, "_actors", known)
    monkeypatch.setattr(leaf_module, "_MAX_ACTORS", 2)
    for n in range(5):
        leaf = LEAF._replace(actor=Actor(f"h-{n}", "agent"))
        assert Leaf.parse(leaf.encode()) == leaf
    assert len(known) == 2


def test_what_was_read_once_is_read_again_the_same() -> None:
    for data in honest().leaves:
        leaf = Leaf.parse(data)
        assert Leaf.reread(data) == leaf
        seen = Leaf.check(data)
        assert seen[:3] == (leaf.record.KIND, leaf.tenant, leaf.n)
        written = leaf.time if leaf.host_n is None else appended(leaf)
        assert (seen.written, seen.actor) == (instant.to_text(written), leaf.actor.id)
        assert seen.linked == (leaf[5:12] != (None, None, None, None, (), (), None))
        assert type(leaf.record).from_body(seen.body) == leaf.record
    with pytest.raises(Malformed):
        Leaf.check(b"[]")
