"""controls.toml: every control of requirements §4 once, and what is claimed of it exists."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTROLS: list[dict[str, Any]] = tomllib.loads((ROOT / "controls.toml").read_text(encoding="utf-8"))[
    "control"
]
FIELDS = {"id", "framework", "control", "state", "claim", "features", "tests"}


def test_each_control_stands_once() -> None:
    """L-60 L-61 L-62 L-63 L-64 L-65 L-66 L-67 L-68 L-69 L-70 L-71 L-72 L-73 L-74 L-75 L-76 L-77 L-78 L-79."""
    assert [one["id"] for one in CONTROLS] == [f"L-{n}" for n in range(60, 80)]
    assert all(set(one) == FIELDS and one["claim"] and one["framework"] for one in CONTROLS)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one["id"])
def test_each_control_points_at_what_is_there(control: dict[str, Any]) -> None:
    """L-60 L-61 L-62 L-63 L-64 L-65 L-66 L-67 L-68 L-69 L-70 L-71 L-72 L-73 L-74 L-75 L-76 L-77 L-78 L-79: a feature and a
    test at least, unless nothing is claimed."""
    assert control["state"] in ("covered", "partly", "open")
    assert bool(control["features"]) == bool(control["tests"]) == (control["state"] != "open")
    assert [one for one in control["features"] if not (ROOT / one).is_file()] == []
    for path, _, name in (one.partition("::") for one in control["tests"]):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {getattr(one, "name", "") for one in tree.body}, (path, name)
