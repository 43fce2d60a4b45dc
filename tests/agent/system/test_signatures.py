"""What PowerShell and codesign say of a program's signature, and ioreg of the console, read."""

from __future__ import annotations

import json
import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.system.interface import Publisher
from agent.system.signatures import (
    MAX_NAME,
    read_authenticode,
    read_codesign,
    read_console_lock,
    subject_name,
)


def answer(status: str, subject: str) -> bytes:
    return json.dumps({"Status": status, "Subject": subject}).encode()


@pytest.mark.parametrize(
    ("status", "subject", "found"),
    [
        (
            "Valid",
            "CN=Fornitore Alfa, O=Fornitore Alfa S.r.l., C=IT",
            Publisher("Fornitore Alfa S.r.l.", True),
        ),
        (
            "Valid",
            'CN=Beta, O="Beta, Gamma ""Delta"" GmbH", C=DE',
            Publisher('Beta, Gamma "Delta" GmbH', True),
        ),
        ("Valid", "CN=Solo nome", Publisher("Solo nome", True)),
        ("HashMismatch", "CN=Fornitore Alfa", Publisher("Fornitore Alfa", False)),
        ("NotTrusted", "O=Nessuno", Publisher("Nessuno", False)),
        ("NotSigned", "", None),
        ("NotSigned", "CN=x", None),
        ("UnknownError", "", None),
        ("Valid", "", None),
    ],
)
def test_authenticode(status: str, subject: str, found: Publisher | None) -> None:
    assert read_authenticode(answer(status, subject)) == found


@pytest.mark.parametrize(
    "said", [b"", b"null", b"[]", b'{"Status": 0, "Subject": "CN=x"}', b"{" * 9999, b"\xff"]
)
def test_what_is_no_answer_names_nobody(said: bytes) -> None:
    assert read_authenticode(said) is None


def test_names_are_bounded_and_printable() -> None:
    assert subject_name("O=" + "a" * 999) == "a" * MAX_NAME
    assert subject_name("O=a\u202eb\nc") == "a b c"


@given(st.text())
def test_any_subject_gives_a_name(subject: str) -> None:
    assert len(subject_name(subject)) <= MAX_NAME


SIGNED = """Executable=/Applications/Strumento.app/Contents/MacOS/Strumento
Identifier=it.esempio.strumento
Format=app bundle with Mach-O universal (x86_64 arm64)
CodeDirectory v=20500 size=1234 flags=0x10000(runtime) hashes=27+7 location=embedded
Signature size=9012
Authority=Developer ID Application: Fornitore Alfa S.r.l. (AB12CD34EF)
Authority=Developer ID Certification Authority
Authority=Apple Root CA
TeamIdentifier=AB12CD34EF
"""
AD_HOC = "Executable=/bin/x\nIdentifier=x\nSignature=adhoc\nTeamIdentifier=not set\n"


def test_codesign() -> None:
    name = "Fornitore Alfa S.r.l. (AB12CD34EF)"
    assert read_codesign(SIGNED, is_valid=True) == Publisher(name, True)
    assert read_codesign(SIGNED, is_valid=False) == Publisher(name, False)
    assert read_codesign("Authority=Software Signing\n", is_valid=True) == Publisher("Software Signing", True)


@pytest.mark.parametrize("said", [AD_HOC, "", "/bin/x: code object is not signed at all\n", "Authority=\n"])
def test_who_signed_nothing_is_nobody(said: str) -> None:
    assert read_codesign(said, is_valid=True) is None


def console(*sessions: dict[str, object]) -> bytes:
    return plistlib.dumps({"IORegistryEntryName": "Root", "IOConsoleUsers": list(sessions)})


MINE = {"kCGSSessionUserIDKey": 501, "kCGSSessionOnConsoleKey": True}
OTHER = {"kCGSSessionUserIDKey": 502, "kCGSSessionOnConsoleKey": True}


@pytest.mark.parametrize(
    ("answer", "locked"),
    [
        (console(MINE), False),
        (console(OTHER, MINE), False),
        (console({**MINE, "CGSSessionScreenIsLocked": True}), True),
        (console({**MINE, "kCGSSessionOnConsoleKey": False}), True),
        (console(OTHER), True),
        (console(), True),
        (plistlib.dumps({"IOConsoleUsers": ["x"]}), True),
        (plistlib.dumps([]), True),
        (b"", True),
        (b"<plist", True),
    ],
)
def test_a_console_is_seen_only_where_it_is_said_to_be(answer: bytes, locked: bool) -> None:  # noqa: FBT001
    assert read_console_lock(answer, 501) is locked


@given(st.binary())
def test_no_answer_of_ioreg_breaks_the_reader(answer: bytes) -> None:
    assert read_console_lock(answer, 501) is True
