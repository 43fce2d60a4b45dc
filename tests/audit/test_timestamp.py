"""RFC 3161 tokens over heads: a real `openssl ts` and pyHanko make them, `openssl ts -verify` agrees."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import timestamp
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.merkle import leaf_hash
from audit.timestamp import MAX_TOKEN_BYTES, Issuer, Token, imprint, read_token
from tests.audit.tokens import tsa
from tests.timestamping import Authority

HEAD = Checkpoint("registro.localhost/t-1a2b3c4d/2026", 1, leaf_hash(b""))
OTHER = Checkpoint("registro.localhost/t-1a2b3c4d/2026", 1, leaf_hash(b"x"))
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def token() -> bytes:
    return tsa().token(HEAD, AT)


def test_a_token_of_the_pinned_authority() -> None:
    assert read_token(token(), HEAD, tsa().pem) == Token(AT, True, Issuer.KNOWN, 7)


def test_nobody_pinned_or_somebody_else() -> None:
    assert read_token(token(), HEAD, None).issuer is Issuer.UNKNOWN
    wrong = read_token(token(), HEAD, tsa("Altre marche").pem)
    assert (wrong.issuer, wrong.over_head) == (Issuer.WRONG, True)
    assert wrong.why


def test_over_another_head_or_by_another_digest() -> None:
    assert not read_token(token(), OTHER, tsa().pem).over_head
    longer = tsa().stamp(hashlib.sha512(HEAD.text.encode()).digest(), AT, "sha512")
    assert not read_token(longer, HEAD, tsa().pem).over_head
    disguised = tsa().stamp(imprint(HEAD), AT, "sha3_256")
    assert not read_token(disguised, HEAD, tsa().pem).over_head


def test_a_bent_bit_never_passes_for_another_hour() -> None:
    data = token()
    for place in range(0, len(data), 7):
        bent = bytearray(data)
        bent[place] ^= 1
        try:
            found = read_token(bytes(bent), HEAD, tsa().pem)
        except Malformed:
            continue
        if found.issuer is Issuer.KNOWN:
            assert (found.over_head, found.at) == (True, AT)


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x03\x02\x01\x02", bytes(MAX_TOKEN_BYTES + 1)])
def test_what_is_no_token(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_token(data, HEAD, tsa().pem)


def test_a_refusal_is_no_token() -> None:
    with pytest.raises(Malformed):
        read_token(tsa().refusal(), HEAD, tsa().pem)


def test_a_token_that_was_granted_with_changes_is_none() -> None:
    data = token()
    assert data[4:9] == bytes.fromhex("3003020100")
    with pytest.raises(Malformed, match="not grant"):
        read_token(data[:8] + b"\x01" + data[9:], HEAD, tsa().pem)


@pytest.mark.parametrize(
    "pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"]
)
def test_authorities_that_are_none(pem: str) -> None:
    with pytest.raises(Malformed):
        read_token(token(), HEAD, pem)


def test_openssl_and_we_agree(tmp_path: Path) -> None:
    """Its authority, our judgement; then the other way round."""
    authority = Authority.make(tmp_path)
    (tmp_path / "head").write_bytes(HEAD.text.encode())
    query = authority.openssl("ts", "-query", "-data", "head", "-sha256", "-cert", "-out", "/dev/stdout")
    made = authority.reply(query)
    found = read_token(made, HEAD, authority.root)
    assert (found.over_head, found.issuer) == (True, Issuer.KNOWN)
    assert abs(found.at - datetime.now(UTC)).total_seconds() < 600
    (tmp_path / "head.tsr").write_bytes(made)
    assert "Verification: OK" in authority.verify(tmp_path / "head.tsr", tmp_path / "head")
    (tmp_path / "ours.tsr").write_bytes(token())
    (tmp_path / "root.pem").write_text(tsa().pem)
    assert "Verification: OK" in authority.verify(tmp_path / "ours.tsr", tmp_path / "head")
    (tmp_path / "head").write_bytes(OTHER.text.encode())
    with pytest.raises(AssertionError, match="message imprint mismatch"):
        authority.verify(tmp_path / "ours.tsr", tmp_path / "head")


def test_whether_it_can_be_judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert timestamp.available()
    for name in [n for n in sys.modules if n.split(".")[0] == "rfc3161_client"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert not timestamp.available()
