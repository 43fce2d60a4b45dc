"""Sizes, names and marks: a smoke alarm at the tail, where code goes bad first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("audit", "agent", "broker", "web")
MODULE_LINES = 500
CASE_LINES = 150
FUNCTION_LINES = 60
# Longer for a reason that is the file's own nature.
LONG_MODULES = {
    "audit/sentences.py": "a table: every sentence the verifier says, Italian beside English",
    "web/english.py": "a table: one line for each sentence of the templates",
    "agent/wire/frames.py": "one closed union: every frame and its one spelling",
}
SPEC = re.compile(
    r"RFC \d+|C2SP|WebAuthn|ISO \d+|FORMAT\.md|PROTOCOL\.md|trust\.md|data-path\.md|decisions? §?\d+"
)
VAGUE = re.compile(r"^_?(utils?|misc|helpers?|common|shared|stuff|base|manager)$")
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts and "vendor" not in path.parts:
                yield path


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Thousands of tests, if each module had its own: each of these tells of all modules at once.
MODULES = {path: path.read_text(encoding="utf-8") for path in modules()}


def test_there_are_modules() -> None:
    assert len(MODULES) > 600
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


def test_modules_are_not_long() -> None:
    found = {}
    for path, source in MODULES.items():
        of_case = path.parent.parent.name == "broker" and path.parent.name == "cases"
        lines = len(source.splitlines())
        if lines > (CASE_LINES if of_case else MODULE_LINES) and named(path) not in LONG_MODULES:
            found[named(path)] = lines
    assert found == {}


def test_long_functions_name_the_spec_they_follow() -> None:
    found = []
    for path, source in MODULES.items():
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first, last = node.lineno, node.end_lineno or node.lineno
                body = "\n".join(lines[max(0, first - 3) : last])
                if last - first >= FUNCTION_LINES and not SPEC.search(body):
                    found.append(f"{named(path)}: {node.name} has {last - first + 1} lines")
    assert found == []


def test_names_say_something() -> None:
    """A helper lives beside its only caller, and gets a noun when it has two."""
    assert [named(path) for path in MODULES if VAGUE.match(path.stem) or VAGUE.match(path.parent.name)] == []


def test_nothing_is_left_for_later() -> None:
    assert [named(path) for path, source in MODULES.items() if MARKS.search(source)] == []


def test_task_groups_leave_nothing_behind() -> None:
    """asyncio's own spoils every later time limit of the task it ran in: see `agent.task_group`."""
    found = [named(path) for path, source in MODULES.items() if "asyncio.TaskGroup" in source]
    assert found == ["agent/task_group.py"]


def test_every_package_is_typed() -> None:
    assert [p for p in PACKAGES if not (ROOT / p / "py.typed").is_file()] == []


@pytest.mark.parametrize("name", ["constraints.txt", "web/assets/package-lock.json"])
def test_lock_files_name_no_hosts(name: str) -> None:
    """A lock says which files, by digest; where they come from is each machine's own setting."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = set(re.findall(r"https?://[^/\s\"]+", text))
    allowed = {  # pages where projects ask for money, part of their packages' data
        host for host in found if re.search(rf'"(url|funding)": "{re.escape(host)}', text)
    }
    assert found - allowed == set()


def test_every_pin_has_its_digests() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = re.findall(r"(?m)^[a-zA-Z0-9][^\n]*", text)
    assert len(pins) > 80
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^ ]+( ; .*?)? \\", pin) for pin in pins)
    assert len(re.findall(r"\\\n +--hash=sha256:[0-9a-f]{64}", text)) >= len(pins)
