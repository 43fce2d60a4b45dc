"""L-41: recording is switched on by both papers, and what is recorded is said exactly."""

from __future__ import annotations

from typing import Any

import pytest

from audit.errors import Malformed
from audit.recording_rules import RecordingRules, demanded
from tests.audit.recorded import RULES


def test_round_trip() -> None:
    assert RecordingRules.from_value(RULES.to_value()) == RULES


@pytest.mark.parametrize(
    "change",
    [
        {"sessions": "some"},
        {"sessions": None},
        {"client": None},
        {"vendor": None},
        {"x": 1},
        {"client": RULES.client.to_value() | {"kind": "habit"}},
        {"client": RULES.client.to_value() | {"reference": "  "}},
        {"vendor": RULES.vendor.to_value() | {"day": "2026-02-30"}},
        {"vendor": RULES.vendor.to_value() | {"who": "Rossi"}},
    ],
)
def test_without_both_papers_nothing_is_recorded(change: dict[str, Any]) -> None:
    """L-41."""
    value = {k: v for k, v in (RULES.to_value() | change).items() if v is not None}
    with pytest.raises(Malformed):
        RecordingRules.from_value(value)


@pytest.mark.parametrize(
    ("rules", "channels", "administrator", "expected"),
    [
        (None, ["terminal"], True, False),
        (RULES, ["terminal"], False, True),
        (RULES, ["exec", "files"], False, True),
        (RULES, ["tool", "files"], True, False),
        (RULES, ["desktop", "files"], False, True),
        (None, ["desktop"], True, False),
        (RecordingRules("administrator", RULES.client, RULES.vendor), ["exec"], False, False),
        (RecordingRules("administrator", RULES.client, RULES.vendor), ["exec"], True, True),
    ],
)
def test_what_is_recorded(
    rules: RecordingRules | None,
    channels: list[str],
    administrator: bool,  # noqa: FBT001
    expected: bool,  # noqa: FBT001
) -> None:
    assert demanded(rules, channels, administrator=administrator) is expected
