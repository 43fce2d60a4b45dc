"""Tags of signatures and keys, read strictly."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from audit.mail_evidence import dkim_key
from audit.mail_evidence.dkim_key import Key, fault, read_key, read_tags, runs_long
from tests.audit.mail_evidence.fixed_keys import RSA_768, RSA_1024
from tests.audit.mail_evidence.mails import DNS, NOW, public

TAGS = {
    "v": "1", "a": "rsa-sha256", "c": "relaxed/simple", "d": "studio.it", "s": "s1", "b": "QQ==", "bh": "QQ==",
    "h": "from:date:subject:message-id",
}  # fmt: skip
GOOD = DNS.answers[0][1].text


def test_tags_have_one_reading() -> None:
    assert read_tags(" a = 1 ; b=2=3;") == {"a": "1", "b": "2=3"}
    assert [read_tags(text) for text in ("a=1; a=2", "a", "1=2", ";;", "a=1;;")] == [None] * 5


def test_long_runs_are_not_read() -> None:
    assert runs_long(b"x" * 8193)
    assert runs_long(b"a" + b" " * 65)
    assert not runs_long(b"a" + b" " * 64)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"v": "2"}, "dkim_form"), ({"a": "rsa-sha1"}, "dkim_algorithm"), ({"a": "ed25519-sha256"}, "dkim_algorithm"),
        ({"d": "studio it"}, "dkim_form"), ({"s": "s/1"}, "dkim_form"), ({"b": "*"}, "dkim_form"), ({"bh": "*"}, "dkim_form"),
        ({"i": "a@mail.studio.it"}, None), ({"i": "a@altro.it"}, "dkim_form"), ({"q": "dns/txt"}, None), ({"q": "carrier"}, "dkim_form"),
        ({"c": "simple"}, None), ({"c": "nofws"}, "dkim_form"), ({"l": "10"}, "dkim_length"), ({"t": "x"}, "dkim_form"),
        ({"t": f"{int((NOW + timedelta(minutes=16)).timestamp())}"}, "dkim_ahead"), ({"t": f"{int(NOW.timestamp())}"}, None),
        ({"x": f"{int(NOW.timestamp()) - 1}"}, "dkim_expired"), ({"x": f"{int(NOW.timestamp()) + 1}"}, None),
        ({"t": "20", "x": "10"}, "dkim_form"), ({"h": "from:date:subject"}, "dkim_headers"), ({"h": "From : DATE:subject:message-ID"}, None),
    ],
)  # fmt: skip
def test_c02_a_signature_that_may_not_count(change: dict[str, str], code: str | None) -> None:
    """C-02."""
    assert fault(TAGS | change, NOW) == code


def test_a_signature_without_a_tag_it_needs() -> None:
    assert {
        fault({k: v for k, v in TAGS.items() if k != name}, NOW) for name in ("a", "b", "bh", "d", "h", "s")
    } == {"dkim_form"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "dkim_no_key"), (b"", "dkim_no_key"), (b"v=DKIM2; p=QQ==", "dkim_no_key"), (b"v=DKIM1; p=", "dkim_no_key"),
        (b"v=DKIM1; p=QQ==", "dkim_no_key"), (b"v=DKIM1; p=Q", "dkim_no_key"), (b"v=DKIM1; k=ed25519; p=QQ==", "dkim_algorithm"),
        (public(RSA_768), "dkim_weak_key"), (public(RSA_1024) + b"; h=sha1", "dkim_algorithm"), (public(RSA_1024) + b"; s=tlsrpt", "dkim_no_key"),
        (public(RSA_1024) + b"; t=s", None), (public(RSA_1024) + b"; s=email:x; h=sha1:sha256", None),
    ],
)  # fmt: skip
def test_c02_a_key_that_may_not_count(text: bytes | None, code: str | None) -> None:
    """C-02: at least 1,024 bits."""
    found = read_key(text, TAGS)
    assert found == code if code else isinstance(found, Key)


def test_a_key_for_the_domain_itself_alone() -> None:
    assert read_key(public(RSA_1024) + b"; t=y:s", TAGS | {"i": "@mail.studio.it"}) == "dkim_no_key"


def der(modulus: int, exponent: int) -> bytes:
    def integer(n: int) -> bytes:
        raw = n.to_bytes(n.bit_length() // 8 + 1, "big")
        return b"\x02\x82" + len(raw).to_bytes(2, "big") + raw

    inside = integer(modulus) + integer(exponent)
    return b"v=DKIM1; p=" + base64.b64encode(b"\x30\x82" + len(inside).to_bytes(2, "big") + inside)


@pytest.mark.parametrize(
    ("modulus", "exponent"), [((1 << 8200) + 1, 65537), ((1 << 2047) + 1, (1 << 40) + 1)]
)
def test_keys_that_only_cost_time_are_not_used(modulus: int, exponent: int) -> None:
    assert read_key(der(modulus, exponent), TAGS) == "dkim_algorithm"
    assert dkim_key.MAX_BITS == 8192
