"""One spelling to compare addresses by, and which imitate another."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.mail_evidence.addresses import Address, ascii_domain, imitates, within


def address(text: str) -> Address:
    return Address.parse(text)


def test_c30_the_domain_in_any_case_the_local_part_as_the_customer_says() -> None:
    """C-30: domain without case and in ASCII; before the @ exactly, unless the customer's boxes say otherwise."""
    one, other = address("Titolare@Studio.IT"), address("titolare@studio.it")
    assert not one.same(other, fold_local=False)
    assert one.same(other, fold_local=True)
    assert address("titolare@STUDIO.it.").same(other, fold_local=False)
    assert not other.same(address("titolare@altro.it"), fold_local=True)
    assert address("info@città.it") == address("info@xn--citt-3na.it")
    assert str(address("info@CITTÀ.it")) == "info@xn--citt-3na.it"


@pytest.mark.parametrize(
    "text",
    ["", "studio.it", "@studio.it", "a@", "a b@studio.it", '"a"@studio.it', "a@[10.0.0.1]", "a@studio", "a@-x.it",
     "a@" + "x" * 64 + ".it", "a" * 65 + "@studio.it", "a\u202e@studio.it", "a@" + "x." * 130 + "it", "a@\u2024.it", "a@" + "è" * 70 + ".it"],
)  # fmt: skip
def test_what_is_no_plain_address(text: str) -> None:
    with pytest.raises(Malformed):
        Address.parse(text)


def test_no_domain_is_longer_than_the_dns_allows() -> None:
    with pytest.raises(Malformed):
        ascii_domain(".".join(["x" * 60] * 5))


@pytest.mark.parametrize(
    "stranger",
    [
        "titolare@studi0.it", "titolare@stud1o.it", "titolare@ѕtudio.it", "titolare@studìo.it", "titolare@studlo.it",
        "titolare@stu-dio.it", "titolare@studiio.it", "titolare@studo.it", "titolare@stuido.it", "titolare@studia.it",
        "tito1are@studio.it", "TITOLARE@studio.it", "titolare@stuclio.it",
    ],
)  # fmt: skip
def test_c05_a_domain_or_name_that_is_taken_for_the_known_one(stranger: str) -> None:
    """C-05: homoglyphs, digits, letters swapped, added, left out."""
    assert imitates(address(stranger), address("titolare@studio.it"))


@pytest.mark.parametrize(
    "stranger",
    ["titolare@altro.it", "titolare@studio.it", "maria@studio.it", "a@xn--zzz.it", "a@xn--99999999.com"],
)
def test_who_imitates_nobody(stranger: str) -> None:
    assert not imitates(address(stranger), address("titolare@studio.it"))


def test_a_name_within_an_organisation() -> None:
    assert within("mail.studio.it", "studio.it")
    assert within("studio.it", "studio.it")
    assert not within("altrostudio.it", "studio.it")
    assert not within("it", "studio.it")
