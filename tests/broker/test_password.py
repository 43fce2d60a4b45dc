"""Passwords as the broker keeps them, at their real cost."""

from __future__ import annotations

import pytest

from broker.proof import password

REAL = password._HASHER  # before `quick_passwords` takes its place
COST = "$argon2id$v=19$m=65536,t=3,p=4$"


def test_a_hash_costs_whoever_guesses_what_the_rfc_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """For people who do not exist as well, so that the time tells nothing."""
    monkeypatch.setattr(password, "_HASHER", REAL)
    password.of_nobody.cache_clear()
    kept = password.hashed("una frase lunga", b"s" * password.SALT_BYTES)
    assert kept.startswith(COST)
    assert password.of_nobody().startswith(COST)
    assert password.matches(kept, "una frase lunga")
    assert not password.matches(kept, "una frase corta")
    password.of_nobody.cache_clear()


@pytest.mark.parametrize("kept", ["", "$argon2id$v=19$m=65536,t=3,p=4$AAAA", "in chiaro"])
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not password.matches(kept, "in chiaro")
