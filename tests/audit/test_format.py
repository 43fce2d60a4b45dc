"""FORMAT.md says what the code does: its examples run, its table is the one records.py gives."""

from __future__ import annotations

import doctest
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import audit
from audit.findings import STEP_OF
from audit.records import KINDS

FORMAT = Path(audit.__file__).parent / "FORMAT.md"


def kinds_table() -> str:
    """Every kind with its code, class and body, as FORMAT.md §3 prints it."""
    lines = ["| code | kind | class | body |", "|---|---|---|---|"]
    for kind in sorted(KINDS.values(), key=lambda k: k.CODE):
        hints = get_type_hints(kind)
        body = []
        for item in fields(kind):
            hint = hints[item.name]
            optional = type(None) in get_args(hint)
            plain = next((a for a in get_args(hint) if a is not type(None)), hint) if optional else hint
            name = {str: "", int: " int", bool: " bool"}.get(plain, " [text]")
            body.append(f"`{item.name}`{name}{'?' if optional else ''}")
        lines.append(f"| {kind.CODE} | `{kind.KIND}` | {kind.RETAIN} | {', '.join(body)} |")
    return "\n".join(lines)


def test_the_table_of_kinds_is_that_of_the_code() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    start = text.index("-->\n", text.index("<!-- kinds:")) + 4
    found = text[start : text.index("\n<!-- /kinds -->")]
    assert found == kinds_table(), "print kinds_table() between the two marks of FORMAT.md §3"


def test_examples_run() -> None:
    result = doctest.testfile(
        str(FORMAT), module_relative=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL, encoding="utf-8"
    )
    assert result.attempted > 20
    assert result.failed == 0


def test_every_class_has_its_step() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    assert all(name in text for name in STEP_OF)
