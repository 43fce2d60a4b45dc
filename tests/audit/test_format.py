"""FORMAT.md says what the code does: its examples run, its table is the one records.py gives."""

from __future__ import annotations

import doctest
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import audit
from audit import forms
from audit.findings import STEP_OF
from audit.record import form_of
from audit.records import CHANNEL, KINDS

FORMAT = Path(audit.__file__).parent / "FORMAT.md"


def kinds_table() -> str:
    """Every kind with its code, class, body, evidence and opening, as FORMAT.md §3 prints it."""
    lines = ["| code | kind | class | body | evidence | opening |", "|---|---|---|---|---|---|"]
    for kind in sorted(KINDS.values(), key=lambda k: k.CODE):
        hints = get_type_hints(kind, include_extras=True)
        body = ", ".join(f"`{item.name}` {_said(hints[item.name])}" for item in fields(kind))
        evidence = ", ".join(f"`{one}`" for one in kind.EVIDENCE)
        opening = {"never": "", "may": "may", "must": "yes"}[kind.SEALED]
        lines.append(f"| {kind.CODE} | `{kind.KIND}` | {kind.RETAIN} | {body} | {evidence} | {opening} |")
    return "\n".join(lines)


def _said(hint: Any) -> str:
    if type(None) in get_args(hint):
        return _said(next(a for a in get_args(hint) if a is not type(None))) + "?"
    if get_origin(hint) is tuple:
        return f"[{_said(get_args(hint)[0])}]"
    return {int: "int", bool: "bool"}.get(hint) or form_of(hint).name


def test_every_form_is_explained() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    named = {form.name for form in vars(forms).values() if isinstance(form, forms.Form)} | {CHANNEL.name}
    assert [name for name in sorted(named) if f"| {name} |" not in text] == []


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
