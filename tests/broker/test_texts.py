"""Texts of requests: what is kept, what is refused, what looks like a password and is covered (L-46)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Malformed
from broker.domain.refusal import Refused, Why
from broker.domain.texts import COVER, Texts, cover, written

KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nabcd\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "kept", "pieces"),
    [
        ("La stampa si ferma.", "La stampa si ferma.", 0),
        ("la password è Pippo123", "la password è ████████", 1),
        ("La password di mario: segreta1!", "La password di mario: █████████", 1),
        ("Il PIN è 4711.", "Il PIN è █████", 1),
        ("the password is hunter2", "the password is ███████", 1),
        ("db postgres://a:bcd@h/x e password=foo", "db postgres://a:███@h/x e password=███", 2),
        ("La password è scaduta", "La password è scaduta", 0),
        ("the password is wrong", "the password is wrong", 0),
        ("Cambiare la password dell’utente Rossi", "Cambiare la password dell’utente Rossi", 0),
        ("riga\npwd: abc\nriga", "riga\npwd: ███\nriga", 1),
    ],
)
def test_what_looks_like_a_password_is_covered(text: str, kept: str, pieces: int) -> None:
    assert cover(text) == (kept, pieces)


def test_a_private_key_is_covered_to_its_end() -> None:
    kept, pieces = cover(f"prima\n{KEY}\ndopo")
    assert pieces > 0
    assert kept.startswith("prima\n")
    assert kept.endswith("\ndopo")
    assert "MIIE" not in kept
    assert "abcd" not in kept


@given(st.text(max_size=400))
def test_covering_keeps_length_and_lines_and_is_done_once(text: str) -> None:
    kept, _ = cover(text)
    assert len(kept) == len(text)
    assert [i for i, c in enumerate(kept) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert all(a in {b, COVER} for a, b in zip(kept, text, strict=True))


@pytest.mark.parametrize(
    ("text", "why"),
    [("x" * 11, Why.TOO_LARGE), (" \n ", Why.BAD_INPUT), ("a\x00", Why.BAD_INPUT), ("a\x7fb", Why.BAD_INPUT),
     ("\ud800", Why.BAD_INPUT)],
)  # fmt: skip
def test_what_is_not_taken(text: str, why: Why) -> None:
    with pytest.raises(Refused) as no:
        written(text, "reason", 10, needed=True)
    assert no.value.why is why
    assert no.value.facts["field"] == "reason"


def test_line_ends_have_one_spelling() -> None:
    assert written(" a\r\nb\rc\t ", "reason", 10) == "a\nb\nc"
    assert not written("", "reason", 10)


def test_texts_go_round() -> None:
    texts = Texts("a", "b", "c", "d", "e", "f")
    assert Texts.from_value(texts.to_value()) == texts
    with pytest.raises(Malformed):
        Texts.from_value({**texts.to_value(), "more": "x"})
