"""Signed statements and enrolment files: bytes both ways, one spelling, bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.approvers import Approver, Approvers
from audit.canonical import b64, decode, encode
from audit.errors import BadSignature, Malformed
from audit.signed import MAX_FILE_BYTES, EnrolmentFile, SignedStatement
from audit.statement import Statement
from tests.audit.people import (
    ADS,
    APPROVAL,
    APPROVERS,
    LOGIN,
    SIGNING,
    STATEMENTS,
    TITOLARE,
    approver,
    enrolment_file,
    signed,
)
from web.demo.authenticator import SoftwareAuthenticator


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.TYPE)
def test_every_statement_signed_and_read_again(statement: Statement) -> None:
    found = SignedStatement.parse(signed(statement).encode())
    assert found == signed(statement) == SignedStatement.from_value(found.to_value())
    assert found.read() == statement == found.check(SIGNING, TITOLARE.public_key)
    assert found.digest == statement.digest
    assert found.credential == b64(TITOLARE.credential)


def test_other_persons_pages_and_words() -> None:
    said = signed(APPROVAL)
    with pytest.raises(BadSignature):
        said.check(SIGNING, ADS.public_key)
    with pytest.raises(BadSignature):
        said.check(LOGIN, TITOLARE.public_key)
    other = replace(APPROVAL, approver="p-2", watcher="p-2")
    with pytest.raises(BadSignature):
        SignedStatement(other.encode(), said.assertion).check(SIGNING, TITOLARE.public_key)


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"type":"grant"}', b'{"type":1}', b"x"])
def test_statements_nobody_knows(data: bytes) -> None:
    with pytest.raises(Malformed):
        SignedStatement(data, signed(APPROVAL).assertion).read()


def test_a_statement_longer_than_a_record_travels() -> None:
    makers = [SoftwareAuthenticator(bytes([n]), SIGNING) for n in range(80)]
    lines: list[Approver] = [approver(f"p-{n}", "ads", by) for n, by in enumerate(makers)]
    large = replace(APPROVERS, approvers=(*APPROVERS.approvers, *lines))
    assert len(large.encode()) > 16 * 1024
    found = SignedStatement.parse(signed(large).encode())
    assert isinstance(found.check(SIGNING, TITOLARE.public_key), Approvers)


@pytest.mark.parametrize("code", [None, "CODE-1"])
def test_enrolment_file_round_trip(code: str | None) -> None:
    whole = enrolment_file(code=code)
    assert EnrolmentFile.parse(whole.encode()) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"type": "enrolment"},
        {"approvers": []},
        {"policies": []},
        {"code": ""},
        {"code": "x" * 200},
        {"more": 1},
        {"enrolment": {}},
        {"approvers": ["x"]},
    ],
)
def test_enrolment_files_in_other_shapes(change: dict[str, object]) -> None:
    value = {**decode(enrolment_file().encode(), max_bytes=MAX_FILE_BYTES), **change}
    with pytest.raises(Malformed):
        EnrolmentFile.parse(encode(value, max_bytes=MAX_FILE_BYTES))


def test_other_bytes_are_no_enrolment_file() -> None:
    data = enrolment_file().encode()
    for wrong in (data + b"\n", data[:-1], b"", b" " * (MAX_FILE_BYTES + 1)):
        with pytest.raises(Malformed):
            EnrolmentFile.parse(wrong)
