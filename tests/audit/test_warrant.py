"""What a warrant reaches. Its bytes: `test_statement`; whether an approval may cite it: `test_admission`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit import warrant
from audit.errors import Malformed
from audit.statement_parts import Account, Activity, Channel
from tests.audit.people import DELEGATION, MANDATE, POLICY, REQUEST


def test_either_type_is_read() -> None:
    assert warrant.parse(DELEGATION.encode()) == DELEGATION
    assert warrant.parse(MANDATE.encode()) == MANDATE
    with pytest.raises(Malformed):
        warrant.parse(POLICY.encode())


def test_the_scope() -> None:
    assert list(DELEGATION.outside(REQUEST)) == []
    other = replace(
        REQUEST,
        host=replace(REQUEST.host, id="h-9"),
        channels=(Channel("exec"), Channel("terminal")),
        activities=(Activity("SERV", "ASS"), Activity("LAN", "ASS")),
        account=Account("root", administrator=True),
    )
    assert list(DELEGATION.outside(other)) == ["host", "channels", "activities", "administrator"]
    assert list(MANDATE.outside(other)) == ["administrator"]
    assert list(replace(MANDATE, administrator=True).outside(other)) == []
