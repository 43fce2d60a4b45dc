"""Who a mail says it is from, and what is odd about it (C-05)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.mail_evidence.addresses import Address
from audit.mail_evidence.senders import read_from, remarks, stranger, undelegated
from audit.mail_evidence.shape import Entity, Unfit, entity
from tests.audit.mail_evidence.mails import ADS, KNOWN, NOW, TITOLARE


def mail(*lines: str) -> Entity:
    return entity("\r\n".join([*lines, "", ""]).encode())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("titolare@studio.it", ""), ("<titolare@studio.it>", ""), ("Maria Rossi <titolare@studio.it>", "Maria Rossi"),
        ('"Rossi, Maria" <titolare@studio.it>', "Rossi, Maria"), ('"a \\" b" <titolare@studio.it>', 'a \\" b'),
        ("=?utf-8?q?Niccol=C3=B2?= <titolare@studio.it>", "Niccolò"), ("Per conto di: x <titolare@studio.it>", "Per conto di: x"),
    ],
)  # fmt: skip
def test_one_author(line: str, shown: str) -> None:
    found = read_from(mail(f"From: {line}"))
    assert (found.address, found.shown) == (Address.parse("titolare@studio.it"), shown)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "no_from"), (["From: "], "no_from"), (["From: Maria"], "no_from"), (["From: <nobody>"], "no_from"),
        (["From: a@studio.it, b@studio.it"], "many_from"), (["From: <a@b.it>, <c@d.it>"], "many_from"),
        (["From: a@b.it", "From: c@d.it"], "many_from"), (["From: " + "x" * 5000], "too_complex"),
        (["From: a@b.it <c@d.it> e@f.it"], "many_from"),
    ],
)  # fmt: skip
def test_c05_none_or_more_than_one(lines: list[str], code: str) -> None:
    """C-05: exactly one From."""
    with pytest.raises(Unfit) as unfit:
        read_from(mail("Subject: x", *lines))
    assert unfit.value.code == code


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (['From: "titolare@studio.it" <ladro@altro.it>'], "display_name_address"),
        (["From: titolare@studio.it <ladro@altro.it>"], "display_name_address"),
        (["From: Maria\u202eissoR <ladro@altro.it>"], "display_name_hidden"),
        (["From: a@b.it", "Reply-To: c@d.it"], "reply_to_differs"),
        (["From: a@b.it", "Reply-To: a@b.it, C <c@d.it>"], "reply_to_differs"),
        (["From: a@b.it", "Reply-To: x@-bad"], "reply_to_differs"),
    ],
)  # fmt: skip
def test_c05_what_is_odd_is_flagged(lines: list[str], code: str) -> None:
    """C-05: tricks with the name shown, answers that go elsewhere."""
    found = mail(*lines)
    assert remarks(found, read_from(found)) == [code]


def test_nothing_is_odd() -> None:
    found = mail('From: "A@B.it" <a@b.it>', "Reply-To: Anna <A@b.it>")
    assert remarks(found, read_from(found)) == []


def test_c05_a_stranger_who_imitates() -> None:
    """C-05: a homoglyph domain is not recognised, and the imitation is told."""
    assert stranger(Address.parse("titolare@studi0.it"), KNOWN) == ["unknown_sender", "lookalike_address"]
    assert stranger(Address.parse("maria@altrove.it"), KNOWN) == ["unknown_sender"]


def test_s36_an_ads_writes_by_delegation() -> None:
    """S-36."""
    assert undelegated(TITOLARE, NOW) is None
    assert undelegated(ADS, NOW) is None
    assert undelegated(ADS, NOW + timedelta(days=400)) == "delegation_expired"
    assert undelegated(ADS, NOW - timedelta(days=40)) == "delegation_expired"
    bare = type(ADS)("p-ads", "ads", "ads@studio.it")
    assert undelegated(bare, NOW) == "delegation_missing"
