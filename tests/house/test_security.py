"""SECURITY.md names tests that exist; and what it says of the whole tree is so."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| ([RB]\d+[a-e]?) \|.*\| ((?:`[^`|]+` ?)+) \|")
ROWS = [
    found for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines() if (found := ROW.fullmatch(line))
]
SOURCES = [
    path for part in ("agent", "audit", "broker", "web") for path in sorted((ROOT / part).rglob("*.py"))
]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_incident_and_attempt_has_its_row() -> None:
    numbers = [row[1] for row in ROWS]
    assert len(numbers) == len(set(numbers))
    assert {int(n[1:]) for n in numbers if n[0] == "R"} == set(range(1, 26))
    assert {int(n[1:].rstrip("abcde")) for n in numbers if n[0] == "B"} == set(range(1, 21))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_test_it_names_exists(row: re.Match[str]) -> None:
    for named in row[2].split():
        file, _, name = named.strip("`").partition("::")
        assert name in names_in(file), named


# Only what could matter is parsed: a file without any of these words cannot do what is looked for.
SUSPECT = re.compile(
    r"(?<![.\w])(eval|exec|compile)\(|os\.system|popen|subprocess|_shell|shell=|getoutput|getstatusoutput"
    r"|pickle|marshal|shelve|dill|import code|from code|\brandom\b"
)


@cache
def parsed() -> list[tuple[Path, ast.Call | ast.Import | ast.ImportFrom | ast.Attribute]]:
    kinds = ast.Call | ast.Import | ast.ImportFrom | ast.Attribute
    texts = [(path, path.read_text("utf-8")) for path in SOURCES]
    trees = [(path, ast.parse(text)) for path, text in texts if SUSPECT.search(text)]
    return [(path, node) for path, tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def test_nothing_is_run_through_a_shell_or_read_as_a_program() -> None:
    """Programs get lists of words; no text of anybody's becomes code or an object."""
    named = {"eval", "exec", "compile"}
    dotted = {"system", "popen", "create_subprocess_shell", "getoutput", "getstatusoutput"}
    modules = {"pickle", "marshal", "shelve", "dill", "code"}
    wrong = []
    for path, node in parsed():
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in named:
                wrong.append(f"{path}:{node.lineno} {name}")
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="os" | "asyncio" | "subprocess"), attr=name)
            ) if name in dotted:
                wrong.append(f"{path}:{node.lineno} {name}")
            case ast.Call(
                func=ast.Attribute(attr="Popen" | "run" | "check_output" | "call"), keywords=words
            ) if any(word.arg == "shell" for word in words):
                wrong.append(f"{path}:{node.lineno} shell=")
            case ast.Import(names=names) if {one.name for one in names} & modules:
                wrong.append(f"{path}:{node.lineno} import")
            case ast.ImportFrom(module=str(module)) if module in modules:
                wrong.append(f"{path}:{node.lineno} import")
            case _:
                pass
    assert wrong == []


def test_chance_is_the_systems_own() -> None:
    """`random` gives `SystemRandom` and nothing else."""
    wrong = []
    for path, node in parsed():
        match node:
            case ast.Attribute(value=ast.Name(id="random"), attr=name) if name != "SystemRandom":
                wrong.append(f"{path}:{node.lineno} {name}")
            case ast.ImportFrom(module="random"):
                wrong.append(f"{path}:{node.lineno}")
            case _:
                pass
    assert wrong == []


def test_one_place_writes_for_spreadsheets() -> None:
    """What one could take for a formula passes `cell` there; all other data are JSON, pages and paper."""
    found = [
        path
        for path in SOURCES
        if re.search(r"^(import csv|from csv )", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(path.name for path in found) == ["import_table.py", "spreadsheet.py"]
    reader = next(path for path in found if path.name == "import_table.py").read_text("utf-8")
    assert "csv.reader(" in reader
    assert "csv.writer(" not in reader
    assert "csv.DictWriter(" not in reader
