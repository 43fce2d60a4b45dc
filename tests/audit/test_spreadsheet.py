"""A table as a spreadsheet opens it, in which nothing is worked out."""

from __future__ import annotations

import pytest

from audit.spreadsheet import BOM, cell, table


def test_every_cell_is_quoted_and_every_line_ends_alike() -> None:
    rows = [["a;b", 'c"d'], [3, ""]]
    assert table(("Uno", "Due"), rows) == BOM + b'"Uno";"Due"\r\n"a;b";"c""d"\r\n"3";""\r\n'
    assert table(("Uno", "Due"), [], bom=False) == b'"Uno";"Due"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "%", "\t=", "\u200b=", "＝", "\u202e@"])
def test_no_text_is_a_formula(start: str) -> None:
    assert cell(f"{start}1+1").startswith("'")
