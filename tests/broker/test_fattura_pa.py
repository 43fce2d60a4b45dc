"""A draft as FatturaPA: its form, whatever the texts; split payment, stamp, numbers of people and bodies (C-29, C-26)."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from broker.domain.fattura_pa import fattura, latin
from broker.domain.invoice import Draft, InvoiceLine, Vat
from broker.domain.invoice_party import Party, at_opening, cig, cup, order_keys, party, read
from broker.domain.refusal import Refused, Why

_OURS = Path(__file__).parents[1] / "vectors" / "fattura_draft.xsd"
SCHEMA = etree.XMLSchema(etree.parse(os.environ.get("VERBALE_FATTURA_XSD", str(_OURS))))
VENDOR = Party("Software House", "01234567897", street="Via Roma 1", postal_code="00184", town="Roma", province="RM")  # fmt: skip
FIRM = Party("Albergo Esempio", "01234567897", street="Via Po 3", postal_code="10121", town="Torino", recipient="ABCDEF1")  # fmt: skip
SCHOOL = replace(FIRM, vat="", fiscal_code="01234567897", recipient="UF1234", split=True, orders={1: ("Z123456789", "J31B21000450001")})  # fmt: skip


def a_draft(customer: Party = FIRM, vendor: Party = VENDOR, *, vat: int = 22, cents: int = 10_000) -> Draft:
    lines = (
        InvoiceLine(1, "extra", "2026/1", 6000, vat, 3, 90, cents),
        InvoiceLine(0, "training", "2026/1", 4800, vat, 1, 2, 160),
    )
    net = cents + 160
    made = (Vat(vat, net, (net * vat + 50) // 100),)
    return Draft("t-1a2b3c4d", "2026-11", None, customer, vendor, lines, made, 92, 0)


def xml(draft: Draft) -> Any:
    found = etree.fromstring(fattura(draft, date(2026, 12, 2)))
    SCHEMA.assertValid(found)
    return found


def said(found: Any, name: str) -> list[str]:
    return [one.text for one in found.iter(name)]


def test_c29_a_private_customer() -> None:
    found = xml(a_draft())
    assert found.get("versione") == "FPR12"
    assert said(found, "TipoDocumento") == ["TD01"]
    assert said(found, "Numero") == ["BOZZA-2611-1a2b3c4d"]
    assert said(found, "ImportoTotaleDocumento") == ["123.95"]
    assert (said(found, "Imposta"), said(found, "EsigibilitaIVA")) == (["22.35"], ["I"])
    assert said(found, "DataFinePeriodo") == ["2026-11-30", "2026-11-30"]
    assert "provvisorio" in said(found, "Causale")[1]


def test_c29_a_school_with_split_payment_cig_and_cup() -> None:
    found = xml(a_draft(SCHOOL))
    assert found.get("versione") == "FPA12"
    assert (said(found, "EsigibilitaIVA"), said(found, "CodiceDestinatario")) == (["S"], ["UF1234"])
    assert (said(found, "CodiceCIG"), said(found, "CodiceCUP")) == (["Z123456789"], ["J31B21000450001"])
    assert said(found, "RiferimentoNumeroLinea") == ["1"]
    made = a_draft(SCHOOL)
    assert (made.to_pay, made.total) == (made.net, made.net + made.tax)


def test_c29_without_vat_nature_and_stamp_above_the_limit() -> None:
    small = replace(VENDOR, regime="RF19", vat_nature="N2.2", law="Art. 1, commi 54-89, L. 190/2014")
    for cents, stamped in ((10_000, ["2.00"]), (7587, [])):  # 77,47 with the other line
        found = xml(a_draft(vendor=small, vat=0, cents=cents))
        assert said(found, "ImportoBollo") == stamped
        assert said(found, "Natura") == ["N2.2"] * 3
        assert said(found, "EsigibilitaIVA") == []
    with pytest.raises(Refused) as no:
        fattura(a_draft(vat=0), date(2026, 12, 2))
    assert (no.value.why, no.value.facts["field"]) == (Why.INVOICE_DATA_MISSING, "vat_nature")


def test_c29_by_certified_mail_where_there_is_no_code() -> None:
    found = xml(a_draft(replace(FIRM, recipient="", pec="albergo@pec.example")))
    assert said(found, "CodiceDestinatario") == ["0000000"]
    assert said(found, "PECDestinatario") == ["albergo@pec.example"]


def test_what_lacks_is_named_and_nothing_is_made_up() -> None:
    bare = a_draft(Party("Senza dati"), Party("Nemmeno"))
    assert bare.lacks[:2] == ("vendor.vat_number", "vendor.street")
    assert "customer.postal_code" in bare.lacks
    with pytest.raises(Refused):
        fattura(bare, date(2026, 12, 2))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.text(max_size=90), st.text(min_size=1, max_size=30))
def test_hostile_texts_keep_the_form(name: str, street: str, tariff: str) -> None:
    customer = replace(FIRM, name=name, street=street or "x", town="<x>&\u202e")
    made = a_draft(customer)
    xml(replace(made, lines=(replace(made.lines[0], tariff=tariff), *made.lines[1:])))


def test_latin() -> None:
    assert latin("Città di Łódź – “il 5 €” 漢", 80) == 'Città di ?ódz - "il 5 EUR" ?'
    assert latin("a\x00b\ud800c", 9) == "a b c"


# ---------------------------------------------------------------------------------------- its data


def test_c26_billing_data_in_their_one_spelling() -> None:
    entered = {
        "vat": "IT 01234567897", "fiscal_code": "rssmra80a01h501u", "province": "rm", "recipient": "ab cdef1",
        "pec": "A@PEC.example", "split": "yes", "postal_code": "00184",
    }  # fmt: skip
    found = read(entered)
    assert (found["vat"], found["fiscal_code"], found["province"]) == (
        "01234567897",
        "RSSMRA80A01H501U",
        "RM",
    )
    assert (found["recipient"], found["pec"], found["legal_name"]) == ("ABCDEF1", "a@pec.example", "")
    for field, wrong in (
        ("vat", "01234567890"), ("fiscal_code", "RSSMRA80A01H501X"), ("postal_code", "184"), ("province", "R1"),
        ("recipient", "ABC"), ("pec", "x"), ("split", "sì"), ("street", "x" * 61),
    ):  # fmt: skip
        with pytest.raises(Refused):
            read({field: wrong})
    with pytest.raises(Refused):
        read({"regime": "RF03"}, house=True)
    assert "regime" not in read({"regime": "RF19"})


def test_cig_and_cup() -> None:
    assert (cig("z12 345678 9"), cup("j31b21000450001")) == ("Z123456789", "J31B21000450001")
    for form, wrong in ((cig, "Z12345678"), (cup, "J31B2100045000X")):
        with pytest.raises(Refused):
            form(wrong)
    assert order_keys(3) == ("cig.3", "cup.3")


def test_a_party_is_read_from_whatever_the_details_hold() -> None:
    details = {
        "vat": "RSSMRA80A01H501U",
        "recipient": "no!",
        "street": 7,
        "cig.2": "Z123456789",
        "cig.x": "no",
    }
    found = party("Rossi Maria", details)
    assert (found.vat, found.fiscal_code, found.recipient, found.street) == ("", "RSSMRA80A01H501U", "", "")
    assert (found.order(2), found.order(1)) == (("Z123456789", ""), ("", ""))
    assert at_opening({"province": "rm", "street": "x" * 90})["province"] == "RM"
    with pytest.raises(Refused):
        at_opening({"recipient": "?"})
