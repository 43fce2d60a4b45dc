"""What was reported at a machine, and why somebody stopped a session, as the pages say it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from audit import records as r
from audit.leaf import Leaf
from audit.record import Actor
from audit.session_records import DeskReported, StopExplained
from web.present import facts
from web.present.reader import Reader

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def item(record: r.AnyRecord, beside: str = "", language: Any = "it") -> Any:
    leaf = Leaf("t-1", 7, AT, Actor("h-1", "agent"), record, host="h-1", host_n=3)
    return facts.item(leaf, {"p-1": "Aldo Ads"}, Reader(language, AT), beside=beside)


@pytest.mark.parametrize(
    ("record", "beside", "text", "severity"),
    [
        (DeskReported(""), "", "da chi sta alla macchina", "grave"),
        (DeskReported("", "ab" * 32), "Che fa?", "da chi sta alla macchina: «Che fa?»", "grave"),
        (StopExplained("ab" * 32), "Finito", "da chi sta alla macchina: «Finito»", "nota"),
        (StopExplained("ab" * 32, "p-1"), "a\x1b[2J\u202eb", "da Aldo Ads: «a[2Jb»", "nota"),
    ],
)
def test_it_is_said_by_whom_and_what(record: r.AnyRecord, beside: str, text: str, severity: str) -> None:
    found = item(record, beside)
    assert (found.text, found.severity, found.code) == (text, severity, "")


def test_it_is_said_in_english() -> None:
    assert item(DeskReported("", "ab" * 32), "x", "en").text == "by whoever is at the host: «x»"
