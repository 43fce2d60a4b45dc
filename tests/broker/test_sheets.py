"""The list of administrators and a letter of appointment, as a reader of the PDF meets them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from audit.statement_parts import Activity
from broker.domain import sheets
from broker.domain.appointments import Appointment, Listed
from broker.out import typeset_sheet
from tests.broker.pdf_reading import flat, pages

DAY = date(2026, 11, 3)
ONE = Appointment("n-1", "p-1", ("GEST", "BKP"), ("h-1",), date(2026, 11, 2), date(2027, 1, 1), 7)
TEXTS = {"function": "Sistemista", "evaluation": "Dieci anni.\nNessun rilievo.", "evaluated_by": "Rosa Prova"}
NAMES = {"p-1": "Tiziana Tecnica", "h-1": "srv-gestionale", "by": "Teresa Titolare"}


def printed(sheet: bytes, folder: Path) -> Path:
    pdf, warnings = typeset_sheet.typeset(sheet)
    assert warnings == []
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    return path


def test_l02_the_letter_names_person_areas_systems_and_start(tmp_path: Path) -> None:
    path = printed(
        sheets.letter(ONE, TEXTS, "2026-10-30", NAMES, "Albergo Esempio", "Fornitore Alfa"), tmp_path
    )
    read = flat(path)
    for said in (
        "Nomina ad amministratore di sistema", "Tiziana Tecnica, Sistemista", "programma gestionale (GEST), backup (BKP)",
        "Sistemi: srv-gestionale", "Dal: 02/11/2026", "Fino al: 01/01/2027", "Dieci anni. Nessun rilievo. (Rosa Prova, 30/10/2026)",
        "La nomina è individuale", "Chi nomina: Teresa Titolare", "Per accettazione: Tiziana Tecnica", "registrazione n. 7",
    ):  # fmt: skip
        assert said in read, said
    assert pages(path) == 1


def test_l03_the_list_says_of_which_day_it_is(tmp_path: Path) -> None:
    line = Listed(
        "p-1", "Tiziana Tecnica", "Sistemista", "set", (), (), DAY, DAY, "", "Teresa Titolare", 7, None
    )
    path = printed(sheets.register([line] * 60, "Albergo Esempio", "Fornitore Alfa", DAY), tmp_path)
    read = flat(path)
    assert "Elenco amministratori di sistema" in read
    assert "Alla data del: 03/11/2026" in read
    assert read.count("Tiziana Tecnica") == 60
    assert "non limitati" in read
    assert pages(path) > 1
    nobody = flat(printed(sheets.register([], "Albergo Esempio", "Fornitore Alfa", DAY), tmp_path))
    assert "nessuna persona era amministratore di sistema" in nobody


def test_every_code_of_an_area_has_words() -> None:
    assert list(sheets.AREAS) == list(Activity.CODES)
    assert len(sheets.AREAS) == 13


def test_any_name_can_be_printed(tmp_path: Path) -> None:
    names = NAMES | {"p-1": "#panic() \u202eTecnica \U0001f600 $x$"}
    path = printed(sheets.letter(ONE, TEXTS, "2026-10-30", names, "*Albergo*", "Fornitore"), tmp_path)
    assert "#panic() [U+202E]Tecnica [U+1F600] $x$" in flat(path)
    assert "*Albergo*" in flat(path)
    assert json.loads(sheets.letter(ONE, TEXTS, "2026-10-30", names, "A", "B"))["rows"] == []
