"""The data files of every tool, and patterns that no line makes slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from agent.tools import adapter as module
from agent.tools.adapter import GENERIC, NAMES, NoAdapter, fit, known, parse
from agent.tools.dialect import MAX_LINE
from audit.policy import Tool

SYSTEMS = ("linux", "windows", "macos")


def test_every_file_is_named_and_reads() -> None:
    folder = Path(module.__file__).parent
    assert sorted(file.stem for file in folder.glob("*.toml")) == sorted(NAMES)
    found = {system: {one.name for one in known(system)} for system in SYSTEMS}
    assert found["linux"] == {"anydesk", "rustdesk", "teamviewer"}
    assert found["windows"] == found["macos"] == set(NAMES) - {GENERIC}


def test_the_rules_say_how_a_tool_starts_and_else_its_adapter() -> None:
    own = fit(Tool("x", ("/opt/own",), ("own",), 3, "anydesk"), "linux")
    assert (own.start, own.watch) == (("/opt/own",), ("own", "anydesk"))
    assert fit(Tool("x", (), (), 3, "anydesk"), "linux").start == ("anydesk",)
    assert fit(Tool("x", (), (), 3, "anydesk"), "windows").start[0].endswith("AnyDesk.exe")
    plain = fit(Tool("x", ("q",), ("q",), 3), "linux")
    assert (plain.watch, plain.adapter.name, plain.adapter.logs) == (("q",), GENERIC, ())


@pytest.mark.parametrize(("name", "system"), [("nobody", "linux"), ("supremo", "linux"), (GENERIC, "linux")])
def test_a_tool_nobody_knows_here_has_no_start(name: str, system: str) -> None:
    with pytest.raises(NoAdapter):
        fit(Tool("x", (), (), 3, name), system)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", ".*", "a{2,}", r"(?P<peer>.)\1", "a(?=b)", "(?P=peer)"]
)  # fmt: skip
def test_a_pattern_that_may_take_long_is_refused(pattern: str) -> None:
    line = {"says": "began", "pattern": pattern}
    value = {"title": "x", "source": "x", "linux": {"log": [{"paths": ["/x"], "line": [line]}]}}
    with pytest.raises(ValueError, match="may take long"):
        parse("x", value, "linux")


@pytest.mark.parametrize(
    "value",
    [
        {"title": "x", "source": "x", "linux": {}, "run": "rm"},
        {"title": "x", "source": "x", "linux": {"run": ["rm"]}},
        {"title": "x", "source": " ", "linux": {}},
        {"title": "x", "source": "x", "linux": {"start": [""]}},
        {
            "title": "x",
            "source": "x",
            "linux": {"log": [{"paths": ["/x"], "line": [{"says": "ran", "pattern": "x"}]}]},
        },
    ],
)
def test_a_file_that_is_not_as_it_must_be(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^(x: |not a list|ran: )"):
        parse("x", value, "linux")


def test_hostile_lines_take_no_time() -> None:
    forms = [form for system in SYSTEMS for one in known(system) for log in one.logs for form in log.lines]
    assert len(forms) > 6
    heads = [
        "",
        "1\t",
        "Incoming ",
        "info 2024-02-16 20:29:04.298 ",
        "[2025-01-01 13:04:08.350802 +00:00] DEBUG [",
    ]
    lines = [
        (head + sign * MAX_LINE)[:MAX_LINE]
        for head in heads
        for sign in (" ", "1", "a", "\t", " 1", ".", "User ")
    ]
    began = time.process_time()
    for form in forms:
        for line in lines:
            assert form.pattern.fullmatch(line) is None
    assert (time.process_time() - began) / (len(forms) * len(lines)) < 0.001
