"""How a policy names a witness beside the customer's hosts, and what no policy can name."""

from __future__ import annotations

import pytest

from audit.canonical import Value
from audit.errors import Malformed
from audit.external_witness import ExternalWitness, read_external
from audit.keys import SigningKey
from audit.note import VerifierKey


def vkey(name: str, seed: bytes = b"e") -> str:
    return VerifierKey.witness(name, SigningKey(seed * 32).public).text


ONE = ExternalWitness("https://testimone.esempio.it/verbale", vkey("testimone.esempio.it"))


@pytest.mark.parametrize(
    "url",
    [
        "https://a", "https://witness.example.com:8443/a/b-c_d.e~f", "http://127.0.0.1:8470", "http://localhost/w",
        "http://[::1]:1",
    ],
)  # fmt: skip
def test_addresses_it_takes(url: str) -> None:
    found = ExternalWitness(url, ONE.vkey)
    assert read_external([found.to_value()]) == (found,)
    assert found.key.name == "testimone.esempio.it"


@pytest.mark.parametrize(
    "url",
    [
        "", "https://", "http://witness.example.com", "https://a/", "https://A.example", "https://u@a", "https://a?b",
        "https://a#b", "https://a:0", "https://a:123456", "https://-a", "https://a//b", "ftp://a", "https://a b",
        "https://a/" + "b" * 65, "https://" + ".".join(["a" * 60] * 5), "https://a\n",
    ],
)  # fmt: skip
def test_addresses_it_does_not(url: str) -> None:
    with pytest.raises(Malformed):
        ExternalWitness(url, ONE.vkey)


def test_its_key_is_one_that_cosigns() -> None:
    with pytest.raises(Malformed):
        ExternalWitness(ONE.url, VerifierKey.log("a", SigningKey(b"e" * 32).public).text)


def test_the_list() -> None:
    assert read_external(None) == ()
    same_name = ExternalWitness(ONE.url, vkey("testimone.esempio.it", b"f"))
    same_key = ExternalWitness(ONE.url, vkey("altro.esempio.it"))
    many = [ExternalWitness(ONE.url, vkey(f"w{n}", bytes([n]))) for n in range(17)]
    assert len(read_external([w.to_value() for w in many[:16]])) == 16
    lists: list[list[Value]] = [
        [], ["x"], [ONE.to_value(), same_name.to_value()], [ONE.to_value(), same_key.to_value()],
        [w.to_value() for w in many], [{"url": ONE.url, "vkey": ONE.vkey, "more": True}],
    ]  # fmt: skip
    for items in lists:
        with pytest.raises(Malformed):
            read_external(items)
