"""Codice fiscale and partita IVA: one form, a check sign, and never whole in a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.fiscal_code import body_number, masked, person_number
from broker.domain.mail_sender import MailSender, chosen
from broker.domain.refusal import Refused

# The second and third bear letters for digits (omocodia), with the check sign that they make.
PEOPLE = ["RSSMRA80A01H501U", "RSSMRA80A01H50MM", "RSSMRAULALMHRLMD", "RCCMNL83S18D969H", "MRTMTT91D08F205J"]
BODIES = ["01234567897", "00743110157", "12345670017"]


@pytest.mark.parametrize("number", PEOPLE)
def test_c26_a_person_s(number: str) -> None:
    assert person_number(number) == number
    assert person_number(f" {number[:6].lower()} {number[6:]} ") == number


@pytest.mark.parametrize(
    "text",
    [
        "", "RSSMRA80A01H501", "RSSMRA80A01H501UU", "RSSMRA80A01H501V", "RSSMRA80F01H501U", "RSSMRA80A00H501T",
        "RSSMRA80A01H5O1U", "01234567897", "RSSMRA80A01H501\u0130", "RSSMRA8\u0661A01H501U",
    ],
)  # fmt: skip
def test_c26_what_cannot_be_a_person_s(text: str) -> None:
    with pytest.raises(Refused) as no:
        person_number(text)
    assert no.value.facts == {"field": "fiscal_code"}


@pytest.mark.parametrize("number", BODIES)
def test_c26_a_body_s(number: str) -> None:
    assert body_number(f"IT {number}") == number


@pytest.mark.parametrize(
    "text", ["", "0123456789", "01234567890", "00000000000", "RSSMRA80A01H501U", "0123456789\u0667"]
)
def test_c26_what_cannot_be_a_body_s(text: str) -> None:
    with pytest.raises(Refused):
        body_number(text)


@given(st.sampled_from(PEOPLE), st.integers(0, 15), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
def test_c26_one_wrong_sign_is_found_unless_it_counts_the_same(number: str, at: int, sign: str) -> None:
    """The check sign sees every slip of one letter for a letter, or one digit for a digit, at the same place."""
    changed = number[:at] + sign + number[at + 1 :]
    if changed == number or sign.isdigit() != number[at].isdigit():
        return
    with pytest.raises(Refused):
        person_number(changed)


@given(st.sampled_from(BODIES), st.integers(0, 10), st.sampled_from("0123456789"))
def test_c26_one_wrong_digit_of_a_body_s_is_found(number: str, at: int, sign: str) -> None:
    changed = number[:at] + sign + number[at + 1 :]
    if changed != number:
        with pytest.raises(Refused):
            body_number(changed)


def test_c26_never_whole_in_a_list() -> None:
    assert [masked(one) for one in ("RSSMRA80A01H501U", "01234567897", "")] == ["RSSMRA…", "012…", ""]


def test_c05_what_is_said_of_a_sender_has_one_form() -> None:
    """C-05, C-30: a domain in lower case and ASCII; his address's own is not said again."""
    said = chosen("@Posta.Fornitór.example", "A@PEC.example", "rssmra80a01h501u", "a@studio.it")
    assert said == MailSender("posta.xn--fornitr-q0a.example", "a@pec.example", "RSSMRA80A01H501U")
    assert chosen(" Studio.it ", "", "", "a@studio.it") == MailSender()


@pytest.mark.parametrize(
    ("domain", "box", "field"), [("it", "", "domain"), ("a b.it", "", "domain"), ("", "x", "box")]
)
def test_c05_what_is_no_domain_and_no_box(domain: str, box: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        chosen(domain, box, "", "a@studio.it")
    assert no.value.facts == {"field": field}
