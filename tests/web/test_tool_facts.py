"""Licensed tools on pages: a tool's own word is said to be so, and a run outside any grant is grave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from audit import records as r
from audit.channel_records import ToolSeen, ToolStopped, ToolTold
from audit.leaf import Leaf
from audit.record import Actor
from web.present import facts
from web.present.reader import Reader


def item(record: r.AnyRecord, language: Any = "it") -> Any:
    at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    leaf = Leaf("t-1", 7, at, Actor("h-1", "agent"), record, host="h-1", host_n=3)
    return facts.item(leaf, {}, Reader(language, at))


@pytest.mark.parametrize(
    ("record", "text", "small", "severity"),
    [
        (ToolSeen("anydesk", "running", "no_grant", ""), "anydesk: era in uso", "", "grave"),
        (
            ToolSeen("anydesk", "running", "left", ""),
            "anydesk: era in uso",
            "rimasto dopo la sessione",
            "grave",
        ),
        (
            ToolSeen("anydesk", "connected", "no_grant", ""),
            "anydesk: qualcuno si è collegato, dice il suo registro",
            "",
            "grave",
        ),
        (
            ToolTold("any", "ended", "", None, "x"),
            "any: collegamento finito",
            "così il suo registro",
            "nota",
        ),
    ],
)
def test_what_a_page_says(record: r.AnyRecord, text: str, small: str, severity: str) -> None:
    found = item(record)
    assert (found.text, found.small, found.severity) == (text, small, severity)


def test_its_times_are_as_its_log_spells_them() -> None:
    found = item(ToolTold("tv", "whole", "", "11-09-2022 14:44:03", "11-09-2022 15:27:53"), "en")
    assert found.text == "tv: connection, from start to end"
    assert found.code == "11-09-2022 14:44:03 – 11-09-2022 15:27:53"
    assert item(ToolTold("tv", "other", "")).text == "tv: "


@pytest.mark.parametrize(
    ("forced", "still", "small"),
    [
        (False, None, ""),
        (True, None, "fermato a forza"),
        (True, 1, "fermato a forza; processi ancora in uso: 1"),
        (False, 3, "processi ancora in uso: 3"),
    ],
)
def test_a_tool_that_stopped_and_what_still_runs(forced: bool, still: int | None, small: str) -> None:  # noqa: FBT001
    found = item(ToolStopped("any", 2, forced, "not_seen", "", still=still))
    assert (found.text, found.small) == ("any", small)
