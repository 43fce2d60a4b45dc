"""L-41: recording is switched on by both papers, and what is recorded is said exactly."""

from __future__ import annotations

from dataclasses import replace
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


def test_l49_words_of_windows_stand_once_and_in_order() -> None:
    rules = replace(RULES, left_out=("1password", "banca", "posta in arrivo", "società"))
    assert RecordingRules.from_value(rules.to_value()) == rules
    assert "left_out" not in RULES.to_value(), "rules of before are spelled as they were"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["banca", "banca"],
        ["posta", "banca"],
        ["Banca"],
        ["ba"],
        ["banca "],
        ["x" * 49],
        ["a\nb"],
        ["ba÷ca"],
        [7],
        "banca",
        [f"w{n:03}" for n in range(65)],
    ],
)
def test_l49_no_other_spelling_of_the_words(words: Any) -> None:
    with pytest.raises(Malformed):
        RecordingRules.from_value(RULES.to_value() | {"left_out": words})


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
