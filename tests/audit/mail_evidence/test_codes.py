"""The closed list of what can be said of a mail."""

from __future__ import annotations

import ast
from pathlib import Path

import audit.mail_evidence
from audit.forms import CODE
from audit.mail_evidence.codes import CODES, PROVING, Level, Transport

HERE = Path(audit.mail_evidence.__file__).parent


def test_every_code_has_both_sentences() -> None:
    for code, said in CODES.items():
        assert CODE.fits(code)
        assert said.it.endswith(".")
        assert said.en.endswith(".")
        assert said.it != said.en
        assert "'" not in said.it


def test_levels_and_transports_are_codes_of_records() -> None:
    assert [level.code for level in Level] == ["e0", "e1", "e2", "e3", "e4"]
    assert all(CODE.fits(one.value) for one in Transport)
    assert set(PROVING) <= set(CODES)


def test_every_code_is_said_somewhere() -> None:
    said = {
        node.value
        for path in HERE.glob("*.py") if path.name != "codes.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }  # fmt: skip
    assert set(CODES) - said == set()
