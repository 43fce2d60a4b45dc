"""FORMAT.md is read as data: see `tests/audit/test_format.py` for what its tables must say."""

from __future__ import annotations

import pytest

from audit.records import KINDS
from audit.verifica import tables


def test_every_kind_and_its_fields() -> None:
    kinds = tables.read()["kinds"]
    assert set(kinds) == set(KINDS)
    assert kinds["host.revoked"] == {
        "retain": "authorisation",
        "body": [
            {"name": "host", "form": "id", "list": False, "optional": False},
            {"name": "reason", "form": "code", "list": False, "optional": False},
            {"name": "received", "form": "instant", "list": False, "optional": True},
        ],
        "evidence": ["note"],
        "opening": "never",
    }
    assert kinds["approvers.changed"]["body"][2]["list"] is True
    assert {kind["opening"] for kind in kinds.values()} == {"never", "may", "must"}


def test_what_has_no_state_after_leaves_it() -> None:
    moves = tables.read()["moves"]
    assert moves["session"]["channel.opened"] == {"from": ["active", "presumed_ended"], "after": None}
    assert moves["grant"]["grant.issued"] == {"from": ["new"], "after": "issued"}


def test_closed_lists() -> None:
    assert tables.read()["words"]["supervision"] == ["self", "named", "waived"]


def test_a_row_in_another_spelling_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="nobody can read"):
        tables._fields("`tenant` id, number int")
