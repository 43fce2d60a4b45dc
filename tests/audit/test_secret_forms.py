"""Which texts hold a secret, where it stands, and what may still become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import secret_forms
from audit.secret_forms import find, fiscal_code, harmless, iban, luhn, undecided

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-na_ture"
SECRETS = [
    ("assignment", "password=", "hunter2", " x"),
    ("assignment", "DB_PASSWORD: ", "hunter2", ""),
    ("assignment", '{"api_key": "', "due parole", '", "b": 1}'),
    ("assignment", "secret = '", "s p", "'"),
    ("assignment", "mysql --password ", "hunter2", " -u root"),
    ("assignment", "il segreto: ", "trentatré", ""),
    ("assignment", "token=>", "abc", ""),
    ("authorization", "Authorization: Bearer ", "abc.def", ""),
    ("authorization", "authorization: Digest ", 'username="u", response="r"', ""),
    ("authorization", "curl -H 'bearer ", "abcdefgh1", "'"),
    ("jwt", "x ", JWT, " y"),
    ("connection", "postgres://mario:", "pa:ss", "@db/x"),
    ("cloud_key", "id ", "AKIAIOSFODNN7EXAMPLE", "."),
    ("cloud_key", "", "ghp_" + "a1" * 18, ""),
    ("card", "carta ", "4111111111111111", "."),
    ("card", "1 ", "5500 0000 0000 0004", " 123"),
    ("card", "", "3714-496353-98431", ""),
    ("card", "", "6304 9000 0000 0000 001", ""),
    ("iban", "IBAN ", "IT60X0542811101000000123456", " altro"),
    ("iban", "", "it60 x054 2811 1010 0000 0123 456", " altro"),
    ("iban", "(", "DE89370400440532013000", ")"),
    ("fiscal_code", "CF ", "RSSMRA85T10A562S", ","),
    ("fiscal_code", "", "rssmra85t10a562s", ""),
]


@pytest.mark.parametrize(("kind", "before", "secret", "after"), SECRETS)
def test_every_class_is_found_where_it_stands(kind: str, before: str, secret: str, after: str) -> None:
    spans = [s for s in find(before + secret + after) if s.kind == kind]
    assert [(s.start, s.end) for s in spans] == [(len(before), len(before) + len(secret))]
    assert not harmless((before + secret + after).encode())


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "14111111111111111",
        "4111-1111 1111-1111",
        "1111111111111111",
        "IT61X0542811101000000123456",
        "IT60X0542811101000000123456Z",
        "IT60X05428111010000001234",
        "IT60X054281110100000012345é",
        "RSSMRA85T10A562T",
        "XRSSMRA85T10A562S",
        "password",
        "Password for mario: ",
        "il token scade domani",
        "ssh://host:22/path",
        "eyJhb",
        "0000 0000 0000 0000 00ff",
        "3735928559 2026-11-22 10:00:00 drwxr-xr-x 4096",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert list(find(text)) == []


@pytest.mark.parametrize(("kind", "before", "secret", "after"), SECRETS)
def test_a_secret_half_there_is_held_or_covered(kind: str, before: str, secret: str, after: str) -> None:
    """After every sign of it: what may be given out shows nothing of the secret uncovered."""
    for n in range(1, len(secret)):
        text = before + secret[:n]
        free = set(range(undecided(text))) - {i for s in find(text) for i in range(s.start, s.end)}
        assert all(i < len(before) for i in free), (kind, text)


@pytest.mark.parametrize("text", ["", "ls -la ", "$ ", "certificati", "10:23:1", "ciao! "])
def test_what_cannot_become_one_is_not_held(text: str) -> None:
    assert undecided(text) == len(text)


PROSE = (
    "Il tecnico apre la sessione alle 10:23 e la chiude alle 11:02; il cliente ha chiesto di aggiornare\n"
    "i certificati del server di posta. Costo: 120,50 euro, fattura 2026/1234, tel. 051 1234567.\n"
    "drwxr-xr-x  2 mario mario 4096 Nov 22 10:00 documenti\n"
    "00000010: dead beef 0123 4567 89ab cdef 0011 2233  ........\n"
)


def test_prose_listings_and_dumps_are_left_alone() -> None:
    for line in PROSE.splitlines():
        assert list(find(line)) == []


@given(st.text(max_size=60))
def test_harmless_text_holds_nothing(text: str) -> None:
    if harmless(text.encode()):
        assert list(find(text)) == []
        assert not secret_forms.KEY_BEGIN.search(text)


def test_check_digits() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
    assert iban("GB82WEST12345698765432")
    assert not iban("GB82WEST12345698765433")
    assert fiscal_code("MRTMTT25D09F205Z")
    assert not fiscal_code("MRTMTT25D09F205A")
