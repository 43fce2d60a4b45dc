"""The closed union of kinds: each said once, in both languages."""

from __future__ import annotations

from typing import get_args

from audit.person_records import LoginSucceeded
from audit.records import KINDS, AnyRecord


def test_kinds_and_codes_are_given_once_and_said_in_both_languages() -> None:
    kinds = list(KINDS.values())
    assert len({k.CODE for k in kinds}) == len(kinds) == len(get_args(AnyRecord))
    for kind in kinds:
        assert kind.IT
        assert kind.EN
        assert kind.RETAIN in ("access", "authorisation", "report", "log", "recording")
        assert kind.KIND.count(".") == 1


def test_a_record_tells_its_fields() -> None:
    said = repr(LoginSucceeded("p-1", "passkey", "192.0.2.7", demo_software=False))
    assert said == "LoginSucceeded(person='p-1', method='passkey', terminal='192.0.2.7', demo_software=False)"
