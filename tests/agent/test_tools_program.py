"""Where a program lies and who published it, as the system says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.system.interface import Publisher
from agent.tools import program
from agent.tools.program import UNKNOWN, package_of, publisher


def test_a_program_of_a_package_and_one_of_none(tmp_path: Path) -> None:
    assert publisher("/bin/ls").startswith("coreutils: ")
    own = tmp_path / "own"
    own.write_text("x")
    found = program.opening(str(own), "Somebody")
    assert found.data == {"path": str(own), "publisher": UNKNOWN, "known": "Somebody"}
    assert publisher(str(tmp_path / "a*b")) == UNKNOWN
    assert program.peer("x").data == {"peer": "x"}
    assert program.peer("x").salt != program.peer("x").salt


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("coreutils: /bin/ls\n", "coreutils"),
        ("libc6:amd64: /bin/ls\n", "libc6:amd64"),
        ("one, two: /bin/ls\n", "one"),
        ("diversion by x from: /bin/ls\nother: /bin/ls\n", "other"),
        ("coreutils: /bin/lsx\n", ""),
        ("", ""),
    ],
)
def test_what_dpkg_says(said: str, name: str) -> None:
    assert package_of(said, "/bin/ls") == name


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        (Publisher("AnyDesk Software GmbH", is_valid=True), "AnyDesk Software GmbH"),
        (Publisher("AnyDesk Software GmbH", is_valid=False), UNKNOWN),
        (Publisher("", is_valid=True), UNKNOWN),
    ],
)
def test_who_signed_it_where_the_system_knows(
    signed: Publisher, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature that the system does not take for good names nobody."""

    class Signed:
        def publisher(self, path: Path) -> Publisher | None:
            return signed

    monkeypatch.setattr(program, "publishers", Signed())
    assert publisher("/bin/ls") == said
