"""Addresses: one form, and none admitted that a mail could not be written to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.email_address import read_email
from broker.domain.letters import address
from broker.domain.refusal import Refused, Why


def test_addresses_have_one_form() -> None:
    assert read_email(" Teresa.T@Albergo.Example ") == "teresa.t@albergo.example"
    assert read_email("o'neil+x@a-b.example") == "o'neil+x@a-b.example"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "olga", "@alfa.example", "a b@alfa.example", "a@b@c", "olga@", "x@" + "y" * 64, "x" * 65 + "@a.b",
        "x@" + ".".join(["y" * 60] * 5), "a..b@alfa.example", ".a@alfa.example", "a@-alfa.example", "a@alfa..example",
        "a@alfa_beta.example", "à@alfa.example", "a@città.example", '"a"@alfa.example', "a@alfa.example\x00",
        "a@alfa.example\nBcc: b@c.example", "a@[192.0.2.1]",
    ],
)  # fmt: skip
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(Refused) as no:
        read_email(wrong)
    assert no.value.why is Why.BAD_INPUT


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_admitted_can_be_written_to(name: str, domain: str) -> None:
    try:
        found = read_email(f"{name}@{domain}")
    except Refused:
        return
    assert address("Aldo", found).addr_spec == found
    assert read_email(found) == found
