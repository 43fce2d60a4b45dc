"""REQUIREMENTS.md has each id once, and names tests that exist and name it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| ([SLCU]-\d\d) \| ([^|]+) \| ([^|]+) \|([^|]*)\|")
IDS = {
    *(f"S-{n:02}" for n in range(1, 56)),
    *(f"L-{n:02}" for n in (*range(1, 15), *range(20, 53), *range(60, 80))),
    *(f"C-{n:02}" for n in range(1, 31)),
    *(f"U-{n:02}" for n in range(1, 32)),
}


def rows() -> list[tuple[str, str, str]]:
    """Id, where it lives, tests."""
    lines = (ROOT / "REQUIREMENTS.md").read_text(encoding="utf-8").splitlines()
    found = [ROW.fullmatch(line) for line in lines if re.match(r"\| [SLCU]-", line)]
    assert all(found)
    return [(row[1], row[3].strip(), row[4].strip()) for row in found if row]


@cache
def sources(path: str) -> dict[str, str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    functions = (
        one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {one.name: f"{one.name} {ast.get_docstring(one) or ''}" for one in functions}


def test_each_id_stands_once() -> None:
    ids = [row[0] for row in rows()]
    assert set(ids) == IDS
    assert len(ids) == len(IDS)


@pytest.mark.parametrize("row", [row for row in rows() if row[1] != "open"], ids=lambda row: row[0])
def test_what_is_built_is_shown_by_tests_that_name_it(row: tuple[str, str, str]) -> None:
    name, _, tests = row
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert named
    assert " ".join(f"`{path}::{test}`" for path, test in named) == tests
    for path, test in named:
        words = sources(path)[test]
        assert name in words or f"_{name.replace('-', '').lower()}_" in f"{words.split()[0]}_", (path, test)


def test_what_is_open_names_no_test() -> None:
    assert [row[0] for row in rows() if row[1] == "open" and row[2]] == []
