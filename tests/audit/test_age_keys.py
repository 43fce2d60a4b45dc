"""Keys in age files: our bytes open with the stock program, its bytes with ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from audit.age_keys import NoAge, check_recipient, opened_with, sealed_for
from audit.errors import BadSignature, Malformed

MINE, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
KEY = b"k" * 32


def test_round_trip() -> None:
    made = sealed_for(str(MINE.to_public()), KEY)
    assert opened_with(f"# created: today\n# public key: x\n\n{MINE}\n", made) == KEY
    assert opened_with(f"{OTHER}\n{MINE}", made) == KEY


def test_nobody_else_opens_it() -> None:
    made = sealed_for(str(MINE.to_public()), KEY)
    for identity, data in ((OTHER, made), (MINE, made[:-1]), (MINE, b"age-encryption.org/v1\n"), (MINE, b"")):
        with pytest.raises(BadSignature):
            opened_with(str(identity), data)


@pytest.mark.parametrize("identity", ["", "# only words\n", "AGE-SECRET-KEY-1XYZ", "ssh-ed25519 AAAA"])
def test_what_is_no_identity(identity: str) -> None:
    with pytest.raises(Malformed):
        opened_with(identity, sealed_for(str(MINE.to_public()), KEY))


def test_a_recipient_with_a_sign_mistyped() -> None:
    good = str(MINE.to_public())
    check_recipient(good)
    with pytest.raises(Malformed):
        check_recipient(good[:-1] + ("q" if good[-1] != "q" else "p"))


def test_the_stock_program_opens_ours_and_we_its(tmp_path: Path) -> None:
    identity, file = tmp_path / "key.txt", tmp_path / "k.age"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True, timeout=60)
    recipient = subprocess.run(
        ["age-keygen", "-y", identity], check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()
    file.write_bytes(sealed_for(recipient, KEY))
    shown = subprocess.run(["age", "-d", "-i", identity, file], check=True, capture_output=True, timeout=60)
    assert shown.stdout == KEY
    theirs = subprocess.run(["age", "-r", recipient], input=KEY, check=True, capture_output=True, timeout=60)
    assert opened_with(identity.read_text(), theirs.stdout) == KEY


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(NoAge):
        sealed_for(str(MINE.to_public()), KEY)
