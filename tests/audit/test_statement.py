"""Statements: frozen digests, one spelling, every rule of each kind, and the root people type."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit import statement
from audit.approvers import Approver
from audit.canonical import Fields, decode, encode
from audit.erasure import Erasure
from audit.errors import Malformed
from audit.fingerprint import parse_root, root_text, short_digest
from audit.policy import Policy, Tool
from audit.signed import PARSERS
from audit.statement import MAX_STATEMENT_BYTES, Statement
from audit.statement_parts import Account, Activity, Channel, LoginCredential
from tests.audit.people import (
    ACCOUNT,
    APPROVAL,
    APPROVERS,
    CHECK_IN,
    DELEGATION,
    ENROLMENT,
    ERASURE,
    HOST,
    MANDATE,
    OBJECTION,
    POLICY,
    REQUEST,
    SIGNED_STOP,
    STATEMENTS,
    TITOLARE,
    approver,
)

FROZEN = json.loads((Path(__file__).parents[1] / "vectors" / "statements.json").read_text())


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda s: s.TYPE)
def test_frozen_bytes_and_digest(one: Statement) -> None:
    assert one.encode().decode() == FROZEN[one.TYPE]["bytes"]
    assert one.digest.hex() == FROZEN[one.TYPE]["digest"]
    tagged = b"verbale/" + one.TYPE.encode() + b"/v1\n" + one.encode()
    assert one.digest == hashlib.sha256(tagged).digest() == statement.digest(one.TYPE, one.encode())


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda s: s.TYPE)
def test_round_trip_and_no_other_spelling(one: Statement) -> None:
    parse = PARSERS[one.TYPE]
    data = one.encode()
    assert parse(data) == one
    for wrong in (data + b"\n", data[:-1], b" " + data, b"", b"x" * (MAX_STATEMENT_BYTES + 1)):
        with pytest.raises(Malformed):
            parse(wrong)
    value = decode(data, max_bytes=MAX_STATEMENT_BYTES)
    for bent in ({**value, "v": 2}, {**value, "type": "grant"}, {**value, "more": 1}):
        with pytest.raises(Malformed):
            parse(encode(bent))
    for key in value:
        if key not in ("previous", "watcher", "demo", "demo_software", "hosts", "activities", "own_requests"):
            with pytest.raises(Malformed):
                parse(encode({k: v for k, v in value.items() if k != key}))


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda s: s.TYPE)
def test_a_flipped_byte_is_another_statement_or_none(one: Statement) -> None:
    data = one.encode()
    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            found = PARSERS[one.TYPE](flipped)
        except Malformed:
            continue
        assert found != one
        assert found.digest != one.digest


OPTIONAL = (
    replace(APPROVAL, supervision="waived", watcher=None),
    replace(APPROVAL, demo_software=True),
    replace(POLICY, number=2, previous="00" * 32),
    replace(APPROVERS, approvers=(approver("p-1", "titolare", TITOLARE, demo_software=True),)),
    replace(ENROLMENT, demo=True),
    replace(POLICY, approvals=3, roles=(("titolare", 1), ("ads", 2))),
    replace(POLICY, roles=(("ads", 1),)),
    replace(CHECK_IN, demo_software=True),
    replace(APPROVAL, warrant="ab" * 32),
    replace(APPROVERS, approvers=(*APPROVERS.approvers[:1], replace(APPROVERS.approvers[1], delegated=True))),
    replace(
        APPROVERS, approvers=(*APPROVERS.approvers[:1], replace(APPROVERS.approvers[1], role="vendor_ads"))
    ),
    replace(DELEGATION, demo_software=True),
    replace(OBJECTION, demo_software=True),
    replace(APPROVERS, paper_key="A" * 43),
    replace(SIGNED_STOP, demo_software=True),
    replace(
        REQUEST,
        technician=replace(
            REQUEST.technician, login_credentials=(LoginCredential("a", "b", demo_software=True),)
        ),
    ),
)


@pytest.mark.parametrize("one", OPTIONAL, ids=lambda s: s.TYPE)
def test_fields_that_may_be_there(one: Statement) -> None:
    assert PARSERS[one.TYPE](one.encode()) == one


WRONG: tuple[tuple[Statement, dict[str, Any]], ...] = (
    (REQUEST, {"channels": []}),
    (REQUEST, {"channels": [{"kind": "shell"}]}),
    (REQUEST, {"channels": [{"kind": "tool"}]}),
    (REQUEST, {"channels": [{"kind": "exec", "tool": "x"}]}),
    (REQUEST, {"channels": [{"kind": "forward"}]}),
    (REQUEST, {"channels": [{"kind": "desktop"}, {"kind": "desktop", "control": True}]}),
    (REQUEST, {"channels": [{"kind": "exec", "port": {"id": "rdp", "host": "localhost", "port": 3389}}]}),
    (REQUEST, {"activities": []}),
    (REQUEST, {"activities": [{"code": "XXX", "type": "ASS"}]}),
    (REQUEST, {"activities": [{"code": "LAN", "type": "XXX"}]}),
    (REQUEST, {"longest_s": 0}),
    (REQUEST, {"not_after": "2026-11-22T10:00:00.000Z"}),
    (REQUEST, {"nonce": "AAAA"}),
    (REQUEST, {"account": {"name": "x", "administrator": 1}}),
    (APPROVAL, {"supervision": "waived"}),
    (APPROVAL, {"warrant": "00"}),
    (DELEGATION, {"own_requests": True}),
    (OBJECTION, {"announced": "00"}),
    (APPROVERS, {"paper_key": "00"}),
    (APPROVERS, {"approvers": [APPROVERS.approvers[0].to_value() | {"delegated": True}]}),
    (DELEGATION, {"persons": []}),
    (DELEGATION, {"hosts": []}),
    (DELEGATION, {"channels": []}),
    (DELEGATION, {"channels": ["exec", "terminal"]}),
    (DELEGATION, {"activities": ["SERV", "SERV"]}),
    (DELEGATION, {"activities": ["XXX"]}),
    (MANDATE, {"persons": ["p-9", "p-7"]}),
    (MANDATE, {"persons": ["p-9", "p-9"]}),
    (MANDATE, {"persons": ["Aurelia Prova"]}),
    (MANDATE, {"not_after": "2026-11-22T10:00:00.000Z"}),
    (MANDATE, {"not_after": "2027-11-23T10:00:00.001Z"}),
    (APPROVAL, {"supervision": "maybe"}),
    (APPROVAL, {"demo_software": False}),
    (POLICY, {"previous": "00"}),
    (POLICY, {"number": 2}),
    (POLICY, {"number": 0}),
    (POLICY, {"approvals": 0}),
    (POLICY, {"approvals": 9}),
    (POLICY, {"witnesses": 1001}),
    (POLICY, {"channels": ["shell"]}),
    (POLICY, {"tools": [{"id": "x", "start": [], "watch": [], "stop_grace_s": 1}]}),
    (POLICY, {"tools": [{"id": "x", "start": ["y"], "watch": [], "stop_grace_s": 61}]}),
    (POLICY, {"tools": [{"id": "x", "start": [], "watch": [], "stop_grace_s": 1, "adapter": "Any Desk"}]}),
    (POLICY, {"tools": [{"id": "x", "start": ["y"], "watch": [], "stop_grace_s": 1, "resident": False}]}),
    (POLICY, {"supervision": "waived"}),
    (POLICY, {"desk": "none"}),
    (POLICY, {"offline": "go"}),
    (POLICY, {"roles": []}),
    (POLICY, {"roles": [{"role": "owner", "count": 1}]}),
    (POLICY, {"roles": [{"role": "ads", "count": 0}]}),
    (POLICY, {"roles": [{"role": "ads", "count": 1, "more": 1}]}),
    (POLICY, {"roles": [{"role": "ads", "count": 2}]}),
    (POLICY, {"approvals": 8, "roles": [{"role": "ads", "count": 1}, {"role": "titolare", "count": 1}]}),
    (POLICY, {"approvals": 8, "roles": [{"role": "ads", "count": 1}, {"role": "ads", "count": 1}]}),
    (CHECK_IN, {"not_after": "2026-11-22T10:00:00.000Z"}),
    (CHECK_IN, {"page_key": "A" * 42}),
    (SIGNED_STOP, {"grant": "00"}),
    (APPROVERS, {"approvers": []}),
    (APPROVERS, {"approvers": [APPROVERS.approvers[1].to_value()]}),
    (APPROVERS, {"approvers": [APPROVERS.approvers[0].to_value()] * 2}),
    (APPROVERS, {"approvers": [{**APPROVERS.approvers[0].to_value(), "role": "owner"}]}),
)


@pytest.mark.parametrize(("one", "change"), WRONG)
def test_rules_of_each_kind(one: Statement, change: dict[str, Any]) -> None:
    value = decode(one.encode(), max_bytes=MAX_STATEMENT_BYTES)
    with pytest.raises(Malformed):
        PARSERS[one.TYPE](encode({**value, **change}))


def test_looking_things_up() -> None:
    assert POLICY.account_of(HOST) == ACCOUNT
    assert POLICY.account_of("h-other") is None
    assert POLICY.tool("supremo") == POLICY.tools[0]
    assert POLICY.tool("other") is None
    assert APPROVERS.by_credential(APPROVERS.approvers[0].credential) == APPROVERS.approvers[0]
    assert APPROVERS.by_credential("other") is None


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "desktop"},
        {"kind": "desktop", "control": True},
        {"kind": "desktop", "control": True, "clipboard": True},
    ],
)
def test_a_screen_is_seen_only_unless_the_statement_says_more(value: dict[str, Any]) -> None:
    found = Channel.from_value(value)
    assert (found.control, found.clipboard) == ("control" in value, "clipboard" in value)
    assert found.to_value() == value


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "terminal", "control": True},
        {"kind": "exec", "clipboard": True, "control": True},
        {"kind": "desktop", "clipboard": True},
        {"kind": "desktop", "control": False},
        {"kind": "desktop", "control": "yes"},
    ],
)
def test_mouse_keyboard_and_clipboard_have_one_spelling(value: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Channel.from_value(value)


def test_the_parts_of_a_statement_say_no_alike() -> None:
    assert Account.from_value(ACCOUNT.to_value()) == ACCOUNT
    assert Activity.from_value({"code": "LAN", "type": "FOR"}) == Activity("LAN", "FOR")
    assert Channel.from_value({"kind": "exec"}) == Channel("exec")
    with pytest.raises(Malformed):
        Approver.from_value([])
    with pytest.raises(NotImplementedError):
        Statement().to_value()
    with pytest.raises(NotImplementedError):
        Statement.from_fields(Fields({}, "nothing"))


@given(st.binary(min_size=16, max_size=16))
def test_a_typed_root_is_the_printed_one(root: bytes) -> None:
    text = root_text(root + b"rest")
    assert len(text) == 41
    assert parse_root(text) == root
    assert parse_root(text.upper().replace("-", " ")) == root


@given(st.binary(min_size=16, max_size=16), st.integers(0, 31), st.integers(1, 15))
def test_every_mistyped_digit_is_noticed(root: bytes, at: int, by: int) -> None:
    text = root_text(root).replace("-", "")
    digit = (int(text[at], 16) + by) % 16
    with pytest.raises(Malformed, match="mistyped"):
        parse_root(text[:at] + f"{digit:x}" + text[at + 1 :])


@given(st.binary(min_size=16, max_size=16), st.integers(0, 30))
def test_every_swap_of_neighbours_is_noticed(root: bytes, at: int) -> None:
    text = root_text(root).replace("-", "")
    assume(text[at] != text[at + 1])
    with pytest.raises(Malformed, match="mistyped"):
        parse_root(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


@pytest.mark.parametrize("typed", ["", "0" * 32, "0" * 34, "g" * 32 + "A", "٠" * 32 + "A"])
def test_what_is_no_root(typed: str) -> None:
    with pytest.raises(Malformed):
        parse_root(typed)


def test_roots_and_short_digests_for_the_eye() -> None:
    assert ENROLMENT.root == root_text(ENROLMENT.digest)
    assert root_text(bytes(16)) == "0000-0000-0000-0000-0000-0000-0000-0000-A"
    assert short_digest(bytes(range(32))) == "0001 0203 0405 0607"


NOT_A_DIGEST = "é" * 64


@pytest.mark.parametrize(
    ("which", "change"),
    [
        (REQUEST, {"texts": NOT_A_DIGEST}), (REQUEST, {"policy": NOT_A_DIGEST}), (REQUEST, {"tenant": "\x1b[2J"}),
        (REQUEST, {"request": "r 1"}), (REQUEST, {"incident": ""}), (APPROVAL, {"request": NOT_A_DIGEST}),
        (APPROVAL, {"approver": "p\n1"}), (APPROVAL, {"watcher": ""}),
        (replace(POLICY, number=2), {"previous": NOT_A_DIGEST}), (replace(APPROVERS, number=2), {"previous": NOT_A_DIGEST}),
        (ENROLMENT, {"approvers": NOT_A_DIGEST}), (ENROLMENT, {"policy": NOT_A_DIGEST}), (ENROLMENT, {"code": NOT_A_DIGEST}),
        (ENROLMENT, {"grant_key": "A" * 42}), (ENROLMENT, {"label": "cassa\x07"}), (ENROLMENT, {"host": "h/1"}),
    ],
)  # fmt: skip
def test_texts_of_statements_have_their_form(which: Any, change: dict[str, str]) -> None:
    """A commitment that is no digest cannot even be compared: it is refused where it is read."""
    with pytest.raises(Malformed):
        type(which).parse(replace(which, **change).encode())


@pytest.mark.parametrize("change", [{"longest_s": 0}, {"window_s": 0}, {"longest_s": 367 * 86_400}])
def test_a_policy_of_no_length_or_of_years(change: dict[str, int]) -> None:
    with pytest.raises(Malformed):
        Policy.parse(replace(POLICY, **change).encode())


RECIPIENT = "age1" + "q" * 58


def test_rules_may_say_how_long_and_for_whom_texts_are_sealed() -> None:
    whole = replace(POLICY, retention=(("access", 18), ("log", 6)), recipient=RECIPIENT)
    assert Policy.parse(whole.encode()) == whole
    assert b"retention" not in POLICY.encode()
    assert b"recipient" not in POLICY.encode()


@pytest.mark.parametrize(
    "change",
    [{"retention": {}}, {"retention": {"access": 5}}, {"retention": {"mail": 6}}, {"retention": []},
     {"recipient": "age1"}, {"recipient": RECIPIENT.upper()}, {"recipient": RECIPIENT + "q"}],
)  # fmt: skip
def test_terms_and_recipients_have_one_spelling_and_their_bounds(change: dict[str, Any]) -> None:
    value = decode(POLICY.encode(), max_bytes=MAX_STATEMENT_BYTES)
    with pytest.raises(Malformed):
        Policy.parse(encode({**value, **change}))


@pytest.mark.parametrize(
    "change",
    [{"requests": ()}, {"requests": ("r-2", "r-1")}, {"requests": ("r-1", "r-1")}, {"requests": ("r 1",)},
     {"reports": ("B", "A")}, {"reason": "boh"}, {"requests": tuple(f"r-{n:04d}" for n in range(201))}],
)  # fmt: skip
def test_an_erasure_names_each_once_in_order(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Erasure.parse(replace(ERASURE, **change).encode())


def test_a_tool_may_leave_its_start_to_an_adapter_and_may_be_resident() -> None:
    found = Tool("anydesk", (), (), 5, "anydesk", resident=True)
    assert Tool.from_value(found.to_value()) == found
    assert Tool("x", ("y",), (), 5).to_value().keys() == {"id", "start", "watch", "stop_grace_s"}
