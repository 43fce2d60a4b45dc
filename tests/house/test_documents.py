"""Documents that describe bytes name everything the code can write."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.records import KINDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_record_kind_is_documented(kind: str) -> None:
    """Kind and stable code stand on one line of FORMAT.md."""
    code = KINDS[kind].CODE
    text = (ROOT / "audit/FORMAT.md").read_text(encoding="utf-8")
    assert any(f"`{kind}`" in line and code in line for line in text.splitlines()), f"{kind} {code}"


def test_codes_are_unique() -> None:
    codes = [record.CODE for record in KINDS.values()]
    assert len(codes) == len(set(codes))


def test_readme_names_its_commands_and_limits() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for wanted in ("make demo", "make test", "make check", "verbale-verify", "## Limits"):
        assert wanted in readme
