"""Where a program lies and who published it, as the system says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.tools import program
from agent.tools.program import UNKNOWN, authority_of, package_of, publisher, signer_of


def test_a_program_of_a_package_and_one_of_none(tmp_path: Path) -> None:
    assert publisher("/bin/ls", "linux").startswith("coreutils: ")
    own = tmp_path / "own"
    own.write_text("x")
    found = program.opening(str(own), "Somebody")
    assert found.data == {"path": str(own), "publisher": UNKNOWN, "known": "Somebody"}
    assert publisher(str(tmp_path / "a*b"), "linux") == UNKNOWN
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


def test_what_signatures_say() -> None:
    assert signer_of("CN=AnyDesk Software GmbH, O=AnyDesk\r\n") == "CN=AnyDesk Software GmbH, O=AnyDesk"
    said = "Executable=/x\nAuthority=Developer ID Application: TeamViewer (H7UGFBUGV6)\nAuthority=Apple Root CA\n"
    assert authority_of(said) == "Developer ID Application: TeamViewer (H7UGFBUGV6)"
    assert signer_of("") == authority_of("") == UNKNOWN


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_nobody_to_ask(system: str, tmp_path: Path) -> None:
    """Here neither system's own program is; there they are asked, and that was not run."""
    assert publisher(str(tmp_path), system) == UNKNOWN
