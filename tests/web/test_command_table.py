"""Every command is documented, speaks JSON or says why not, and ends as the handbook's table says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from web.site import COMMANDS, main, parser

ROOT = Path(__file__).parents[2]
# What they print is no value of theirs: a shell's script, and what stands in the folder that is written.
NO_JSON = {"completion"}
# Those whose first word says what is asked: the option stands there.
BELOW = {"mail": ("judge",)}


def options_of(name: str, *below: str) -> str:
    told = parser()._subparsers
    assert told is not None
    found = told._group_actions[0].choices[name]  # type: ignore[union-attr, index, call-overload]
    for word in below:
        found = found._subparsers._group_actions[0].choices[word]
    return str(found.format_help())


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_each_command_speaks_json_or_is_in_the_list(name: str) -> None:
    assert ("--json" in options_of(name, *BELOW.get(name, ()))) != (name in NO_JSON)


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_misuse_ends_with_two(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misuse:
        main([name, "--no-such-option"])
    assert misuse.value.code == 2
    assert capsys.readouterr().out == ""


def table(language: str) -> dict[str, list[str]]:
    text = (ROOT / "docs" / language / "handbook.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(verbale[a-z -]*)` \|(.*)\|$", text, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_handbook_has_a_row_of_each(language: str) -> None:
    """Of each command, and of each program beside: what 0, 1 and 2 mean."""
    there = {f"verbale {name}" for name, _, _ in COMMANDS}
    there |= {"verbale hosts list", "verbale-verify", "verbale-agent", "verbale-witness"}
    told = table(language)
    assert set(told) == there
    assert all(len(cells) == 3 and all(cells) for cells in told.values())


def test_what_is_said_as_json_is_one_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = [
        "sla",
        "--json",
        "deadline",
        "--plan",
        "basic",
        "--severity",
        "A",
        "--received",
        "2026-03-20T16:30",
    ]
    assert main(ask) == 0
    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-03-23T11:30:00+01:00",
        "it": "lunedì 23 marzo 2026 alle 11:30 CET",
    }
    out = tmp_path / "firma"
    made = [
        "signing-files",
        "--json",
        "--out",
        str(out),
        "--origin",
        "https://firma.example",
        "--broker",
        "https://v.example",
    ]
    assert main(made) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one.name for one in out.iterdir()} == {*told["files"], told["nginx"]}


def test_seconds_go_by_on_a_terminal_alone() -> None:
    """`verbale-verify` of a large bundle: no second thread, nothing in a pipe, and the line is gone at the end."""
    asked = "import time; from audit.cli import ticking\nwith ticking('verifica:'): time.sleep(1.2)\nprint('fatto')"
    ours, theirs = os.openpty()
    for stderr, drawn in ((theirs, True), (subprocess.PIPE, False)):
        ended = subprocess.run(
            [sys.executable, "-c", asked], stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT, check=True
        )
        assert ended.stdout == b"fatto\n"
        said = os.read(ours, 4096) if drawn else ended.stderr
        assert said == (b"\rverifica: 1 s\r\x1b[K" if drawn else b"")


def test_no_bar_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    from web.commands.progress import bar

    with bar("x") as told:
        told(1, 2)
    assert capfd.readouterr() == ("", "")
