"""The closed union of kinds: each said once, in both languages."""

from __future__ import annotations

from typing import get_args

from audit.records import KINDS, AnyRecord


def test_kinds_and_codes_are_given_once_and_said_in_both_languages() -> None:
    kinds = list(KINDS.values())
    assert len({k.CODE for k in kinds}) == len(kinds) == len(get_args(AnyRecord))
    for kind in kinds:
        assert kind.IT
        assert kind.EN
        assert kind.RETAIN in ("access", "authorisation", "report", "log", "recording")
        assert kind.KIND.count(".") == 1
