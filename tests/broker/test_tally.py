"""Statements, drafts and monthly figures say the same, to the cent, and a recount minute by minute says it too."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.resale_records import ResaleRateSet
from broker.domain import invoice_files, tally_files
from broker.domain.contest import About, Contest, Turn
from broker.domain.fattura_pa import fattura
from broker.domain.invoice import draft
from broker.domain.invoice_party import Party
from broker.domain.refusal import Refused, Why
from broker.domain.tally import (
    Month,
    Tally,
    Told,
    month,
    months_between,
    of_contract,
    on_account,
)
from tests.broker.charged_year import MONTHS, Account, contract, recount, recount_for

VENDOR = Party("Software House Esempio", "01234567897", street="Via Roma 1", postal_code="00184", town="Roma", province="RM")  # fmt: skip
SCHOOL = Party(
    "Istituto Esempio", fiscal_code="01234567897", street="Via Verdi 2", postal_code="00185", town="Roma", recipient="ABC123",
    split=True, orders={1: ("Z123456789", "J31B21000450001")},
)  # fmt: skip


def statement(one: Account, *periods: str) -> Tally:
    return Tally(one.id, one.id, tuple(month(p, one.source(p), one.told(p)) for p in periods))


def reseller_month(one: Account, others: list[Account], period: str) -> Month:
    own = one.told(period)
    lines = [
        line
        for other in others
        for line in on_account(
            period,
            [each for each in other.charged(period) if each.entry.reseller == one.id],
            other.id,
            other.told(period),
            own,
            one.paid(),
        )
    ]
    return replace(month(period, one.source(period), own), beside=tuple(lines))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from(MONTHS),
    st.integers(1, 30),
    st.integers(0, 40),
    st.integers(1, 900),
)
def test_c29_a_statement_ties_with_section_7_to_the_cent(seed: int, period: str, step: int, least: int, hours: int) -> None:  # fmt: skip
    """Of any month: lines, sums by tariff, total and draft are the rows, lines and total of the report's section 7."""
    one = Account.made("t-1", contract(included=hours, step=step, least=least))
    one.live(Random(seed))
    told, found = one.told(period).charges, statement(one, period)
    assert found.cents == told["cents"] == sum(each.cents for each in found.sums())
    assert (found.minutes, found.billed) == (told["minutes"], told["billed_minutes"])
    assert [each.cents for each in found.lines] == [row["cents"] for row in told["rows"]]
    assert {(s.kind, s.tariff, s.rate): s.cents for s in found.sums()} == {
        (row["kind"], row.get("tariff", ""), row["rate_cents_hour"]): row["cents"] for row in told["lines"]
    }
    made = draft(found, SCHOOL, VENDOR)
    assert (made.net if made else 0) == told["cents"]
    counted = recount(one)[period]
    assert counted.cents == told["cents"]
    assert {k: n for k, n in counted.minutes.items() if n} == {
        (s.kind, s.tariff, s.rate): s.billed for s in found.sums() if s.billed
    }


def test_s50_a_year_of_three_resellers_and_two_schools_counted_again() -> None:
    """Three resellers whose programs end their free year at different times, customers of theirs, two schools with
    prepaid hours: monthly figures, statements, drafts and a recount minute by minute are the same to the cent."""
    chance = Random(20260101)
    schools = [
        Account.made("t-a", contract(included=900)),
        Account.made("t-b", contract(included=300, step=15, least=30)),
    ]
    resellers = []
    for n, day in enumerate(("2025-03-15", "2025-09-01", "2026-02-10")):
        one = Account.made(f"t-r{n}")
        one.charges.activated |= {"g-1": day, "g-2": "2025-06-01"}
        one.charges.resale_rates += [
            ResaleRateSet("R/1", "2025-01-01", 4500, 3999, None),
            ResaleRateSet("R/2", "2026-10-01", 4733, 4100, "g-2"),
        ]
        resellers.append(one)
    ends = [Account.made(f"t-e{n}", contract(included=60)) for n in range(3)]
    for one in (*schools, *resellers):
        one.live(chance)
    for n, one in enumerate(ends):
        one.live(chance, products=("g-1", "g-2"))
        one.charges.resellers |= {
            incident: f"t-r{n}" for incident in one.charges.products if chance.random() < 0.5
        }
    for one in schools:
        counted = recount(one)
        for period in MONTHS:
            found = statement(one, period)
            made = draft(found, SCHOOL, VENDOR)
            assert found.cents == counted[period].cents == one.told(period).charges.get("cents", 0)
            if made is not None:
                xml = ET.fromstring(fattura(made, date(2027, 1, 7)))
                lines = [node.text or "" for node in xml.iter("PrezzoTotale")]
                assert sum(round(100 * float(text)) for text in lines) == made.net == found.cents
                assert made.to_pay == made.net
        assert statement(one, *MONTHS).cents == sum(each.cents for each in counted.values()) > 0
    for n, one in enumerate(resellers):
        own, others = recount(one), recount_for(one, [ends[n]])
        paid_for = 0
        for period in MONTHS:
            every = reseller_month(one, ends, period)
            found = Tally(one.id, one.id, (every,))
            assert sum(line.cents for line in every.lines) == own[period].cents
            assert sum(line.cents for line in every.beside) == others[period].cents
            both = own[period].minutes + others[period].minutes
            assert Counter({(s.kind, s.tariff, s.rate): s.billed for s in found.sums()}) == both
            made = draft(found, VENDOR, VENDOR)
            assert (made.net if made else 0) == own[period].cents + others[period].cents
            paid_for += others[period].cents
            assert all(line.free == "first_year" for line in found.lines if line.kind == "reseller" and not line.rate)  # fmt: skip
        assert n == 2 or paid_for > 0
    for one in ends:
        counted = recount(one)
        for period in MONTHS:
            found = statement(one, period)
            assert found.cents == counted[period].cents
            on_his = [line for line in found.lines if line.incident in one.charges.resellers]
            assert all((line.cents, line.free) == (0, "on_reseller") for line in on_his)


# ------------------------------------------------------------------------------------------ content


def told_once(**row: Any) -> Told:
    base = {
        "origin": "session", "day": "2026-11-03", "kind": "extra", "minutes": 17, "billed_minutes": 30, "n": 1,
        "rate_cents_hour": 6000, "cents": 3000, "tariff": "2026/1", "activities": [{"code": "GEST", "type": "ASS"}],
    } | row  # fmt: skip
    charges = {"rows": [base], "tariffs": [{"version": "2026/1", "vat_percent": 22}], "paused_minutes": 5}
    sessions = [{"n": 1, "id": "s-1", "incident": {"id": "I-1"}}]
    return Told(
        charges,
        sessions,
        {"I-1": "g-1"},
        {},
        [contract(), contract(2, first="2026-06-01")],
        {},
        {"s-1": "r-1"},
    )


def tally(told: Told, **more: Any) -> Tally:
    return Tally("=Cliente", "t-1", (month("2026-11", None, told),), {"g-1": "=HYPERLINK(1)"}, **more)


def test_a_contract_of_its_own_and_the_last_agreed_has_the_day() -> None:
    told = told_once()
    found = tally(told)
    [line] = found.lines
    assert (line.contract, line.program, line.vat) == (2, "g-1", 22)
    assert of_contract(found, 2, told.contracts).cents == 3000
    assert of_contract(found, 1, told.contracts).cents == 0
    with pytest.raises(Refused) as no:
        of_contract(found, 7, told.contracts)
    assert no.value.why is Why.NOT_FOUND


@pytest.mark.parametrize(("row", "free"), [
    ({}, None),
    ({"kind": "contract", "rate_cents_hour": 0, "cents": 0}, "contract"),
    ({"kind": "reseller", "rate_cents_hour": 0, "cents": 0, "tariff": ""}, "first_year"),
    ({"rate_cents_hour": 0, "cents": 0, "tariff": ""}, "no_tariff"),
    ({"minutes": 0, "billed_minutes": 0, "cents": 0}, "no_minute"),
])  # fmt: skip
def test_why_a_line_is_free(row: dict[str, Any], free: str | None) -> None:
    [line] = tally(told_once(**row)).lines
    assert line.free == free


def test_a_contested_line_says_so() -> None:
    turn = Turn(1, "p", "titolare", None)  # type: ignore[arg-type]
    for about in (About("r-1", None, None), About(None, "VB-1", "1")):
        source = Account.made("t-1").source("2026-11")
        found = month(
            "2026-11", replace(source, number="VB-1"), told_once(), [Contest("c-1", about, (turn,))]
        )
        assert [line.disputed for line in found.lines] == ["open"]
        made = draft(Tally("A", "t-1", (found,)), SCHOOL, VENDOR)
        assert made is not None
        assert made.disputed == 1


def test_months_are_a_year_at_most() -> None:
    assert months_between("2026-11", "2027-01") == ("2026-11", "2026-12", "2027-01")
    for first, last in (("2026-02", "2026-01"), ("2026-01", "2027-01")):
        with pytest.raises(Refused):
            months_between(first, last)


def test_c27_the_table_opens_in_an_italian_spreadsheet() -> None:
    """C-27: semicolons, decimal comma, days as written here, the mark by choice, and nothing that becomes a formula."""
    data = tally_files.table(tally(told_once()))
    assert data.startswith(b"\xef\xbb\xbf")
    assert tally_files.table(tally(told_once()), bom=False) == data[3:]
    head, row = csv.reader(io.StringIO(data[3:].decode()), delimiter=";")
    found = dict(zip(head, row, strict=True))
    assert (found["Giorno"], found["Importo senza IVA"], found["Tariffa oraria"]) == (
        "03/11/2026",
        "30,00",
        "60,00",
    )
    assert found["Programma"] == "'=HYPERLINK(1)"
    assert found["Rapporto"] == "provvisorio"


def test_c27_a_workbook_has_numbers_and_no_formula() -> None:
    data = tally_files.book(tally(told_once()))
    assert data == tally_files.book(tally(told_once()))
    read = openpyxl.load_workbook(io.BytesIO(data))
    lines, sums = ([*read[name].iter_rows()] for name in ("Righe", "Totali"))
    found = dict(zip([cell.value for cell in lines[0]], lines[1], strict=True))
    assert str(found["Giorno"].value) == "2026-11-03 00:00:00"
    program = found["Programma"]
    assert (program.value, program.data_type, program.quotePrefix) == ("=HYPERLINK(1)", "s", 1)
    assert sums[-1][-1].value == 30
    assert sums[-1][-1].number_format == "#,##0.00"
    assert all(cell.data_type != "f" for row in (*lines, *sums) for cell in row)


def test_s45_the_paper_says_from_which_report_or_that_it_may_change() -> None:
    said = json.loads(
        tally_files.paper(tally(told_once()), "Software House", date(2026, 11, 20), ("al minuto",))
    )
    assert said["title"] == "Rendiconto provvisorio"
    assert ["Si conta", "al minuto"] in said["facts"]
    assert said["rows"][-1][-1] == "30,00 €"
    closed = Tally("A", "t-1", (month("2026-11", Account.made("t-1").source("2026-11"), told_once()),))
    said = json.loads(tally_files.paper(closed, "Software House", date(2026, 12, 2), ()))
    assert said["title"] == "Rendiconto"
    assert any("VB-t-1-2026-11" in fact[1] for fact in said["facts"])


def test_c29_the_lines_of_drafts_as_tables() -> None:
    made = draft(tally(told_once()), SCHOOL, VENDOR)
    assert made is not None
    head, row = csv.reader(io.StringIO(invoice_files.table([made], bom=False).decode()), delimiter=";")
    found = dict(zip(head, row, strict=True))
    assert (found["Imponibile"], found["IVA %"], found["CIG"]) == ("30,00", "22", "")
    assert zipfile.ZipFile(io.BytesIO(invoice_files.book([made]))).testzip() is None
