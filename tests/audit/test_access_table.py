"""An access as a line of JSON and as a row, with and without the mark that Excel asks for."""

from __future__ import annotations

import json

from audit.access_table import HEAD, as_csv, as_jsonl
from audit.spreadsheet import BOM
from tests.audit.test_access_log import entries
from tests.audit.verdicts import honest


def test_one_line_and_one_row_for_each() -> None:
    found = entries(honest())
    assert [json.loads(line)["seq"] for line in as_jsonl(found).splitlines()] == [one.seq for one in found]
    assert as_csv(found).startswith(BOM)
    plain = as_csv(found, bom=False).decode()
    assert plain.count("\r\n") == len(found) + 1
    assert all(line.count('";"') == len(HEAD) - 1 for line in plain.splitlines())


def test_nothing_at_all_is_a_head_alone() -> None:
    assert as_jsonl([]) == b""
    assert as_csv([], bom=False).count(b"\r\n") == 1
