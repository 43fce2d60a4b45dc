"""FAULTS.md says of each fault what comes of it, and names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 5
FAULTS = {
    "line cut", "line slow", "line stalls", "line half open", "broker restarts in mid-session",
    "broker restarts in mid-transfer", "broker restarts with a port open", "broker restarts with a screen open",
    "agent dies", "host suspended", "host's clock", "broker's clock", "host's disk", "broker's disk",
    "VNC server dies", "VNC server listens to more", "tool that will not stop",
}  # fmt: skip


def rows() -> list[list[str]]:
    lines = (ROOT / "FAULTS.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_fault_is_told_in_full_and_shown(row: list[str]) -> None:
    assert len(row) == COLUMNS
    assert all(row)
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", row[-1])
    assert " ".join(f"`{path}::{name}`" for path, name in named) == row[-1]
    for path, name in named:
        assert name in names_in(path), f"{path}::{name}"


def test_no_fault_is_left_out() -> None:
    told = [row[0] for row in rows()]
    assert {fault for fault in FAULTS if not any(one.startswith(fault) for one in told)} == set()
