"""Days, hours and numbers as Italy writes them (C-27): day first, comma for decimals, Monday first; machines get ISO 8601."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import instant
from audit.incident_records import ContractAgreed
from audit.periods import bounds
from audit.spreadsheet import table
from broker.cases.list_products import list_product
from broker.domain.cadence import period_of
from broker.domain.refusal import Refused
from broker.domain.tariff import cents
from tests.stories.telling import Story
from web.present import words
from web.present.reader import Reader
from web.present.times import ROME, WrongHour, date_of, in_full, typed
from web.present.typed_days import iso_day, patron_words, read_day, read_days, read_patron

Browse = Any
IT, EN = (Reader(lang, datetime(2026, 2, 10, 12, tzinfo=UTC)) for lang in ("it", "en"))


def test_c27_the_first_of_february() -> None:
    """C-27: whatever the page's language, as it is typed or as a date field sends it."""
    for text in ("01/02/2026", "1/2/2026", "01.02.2026", "2026-02-01", " 01/02/2026 "):
        assert read_day(text, "first") == date(2026, 2, 1)
        assert iso_day(text) == "2026-02-01"


async def test_c27_every_form_takes_a_day_as_it_is_typed(story: Story, browse: Browse) -> None:
    """C-27: where a field is no date field of the browser's, 24/12/2026 is that day, in every form."""
    world, owner, titolare = story.world, browse(story.world.owner), browse(story.world.titolare)
    paper = {"reference": "DPIA 3", "dated": "02/11/2026", "until": "24/12/2027", "file": ""}
    assert (await titolare.post(f"/protezione/{world.tenant}/valutazione", **paper)).status_code == 303
    product = await list_product(story.parts, world.owner.who, "Paghe")
    release = {"product": product.id, "version": "8.2", "dated": "02/11/2026", "components": ["program"]}
    assert (await owner.post("/programmi/versioni", **release)).status_code == 303
    right = {
        "asked": "access",
        "received": "02/11/2026",
        "person": "Anna",
        "subject": "",
        "words": "Che cosa avete?",
    }
    asked = await titolare.post(f"/fascicolo/{world.tenant}/diritti", **right)
    assert asked.status_code == 303, asked.text
    began = story.clock.now().astimezone(ROME)
    work = {"day": f"{began:%d/%m/%Y}", "time": "08:00", "minutes": "20", "asker": "staff", "means": "mail",
            "description": "x", "activity": "GEST"}  # fmt: skip
    assert (await browse(world.technician).post(f"/clienti/{world.tenant}/lavori", **work)).status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02/30/2026",
        "31/02/2026",
        "01/02/26",
        "2026-2-1",
        "20260201",
        "2026-W05-7",
        "1/2",
        "٠1/02/2026",
        "oggi",
    ],
)
def test_c27_what_is_no_day(text: str) -> None:
    with pytest.raises(Refused) as no:
        read_day(text, "first")
    assert no.value.facts == {"field": "first"}
    assert iso_day(text) == text


@given(st.dates(date(1000, 1, 1)))
def test_c27_every_day_reads_as_it_is_written(day: date) -> None:
    assert read_day(f"{day:%d/%m}/{day.year:04}", "x") == read_day(day.isoformat(), "x") == day


def test_c27_several_days_and_days_of_every_year() -> None:
    days = read_days("24/12/2026, 31/12/2026; 2027-01-02\n06/01/2027", "closures")
    assert days == {date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 2), date(2027, 1, 6)}
    spellings = {
        "03/11": "11-03",
        "3.11": "11-03",
        "11-03": "11-03",
        "Pasqua+50": "easter+50",
        "easter-2": "easter-2",
    }
    assert {text: read_patron(text) for text in spellings} == spellings
    assert [patron_words(one, IT) for one in ("11-03", "easter+50", "?")] == ["03/11", "Pasqua+50", "?"]
    assert patron_words("easter-2", EN) == "Easter-2"


def test_c27_hours_are_of_twenty_four() -> None:
    at = datetime(2026, 2, 1, 14, 30, tzinfo=UTC)
    assert typed("01/02/2026 15:30") == typed("2026-02-01T15:30") == at
    for wrong in ("01/02/2026 3:30 pm", "31/02/2026 10:00", "01/02/2026 25:00", "01/02/2026"):
        with pytest.raises(WrongHour):
            typed(wrong)
    assert date_of(at, IT) == "01/02/2026"
    assert date_of(at, EN) == "1 Feb 2026"
    assert in_full(at, IT) == "domenica 1 febbraio 2026 alle 15:30 CET"


def test_c27_numbers_and_amounts() -> None:
    """C-27: comma and dot each in its place, and no dot taken for a decimal one."""
    assert [words.thousands(1204, one) for one in (IT, EN)] == ["1.204", "1,204"]
    assert [words.octets(1_500, one) for one in (IT, EN)] == ["1,5 kB", "1.5 kB"]
    assert [cents(text, "assistance") for text in ("65", "65,50", "1.000,00 €", "1000")] == [
        6500,
        6550,
        100_000,
        100_000,
    ]
    for wrong in ("65.50", "65,5", "1,000.00", "1.00", "12.34,00"):
        with pytest.raises(Refused):
            cents(wrong, "assistance")


def test_c27_a_table_for_an_italian_spreadsheet() -> None:
    """C-27: semicolons, and the byte order mark as an option."""
    whole = table(["a", "b"], [["è", 1]])
    assert whole.startswith(b"\xef\xbb\xbf")
    assert whole.decode("utf-8-sig") == '"a";"b"\r\n"è";"1"\r\n'
    assert not table(["a"], [], bom=False).startswith(b"\xef\xbb\xbf")


async def test_c27_a_contract_is_entered_as_it_is_written(story: Story, browse: Browse) -> None:
    """C-27, S-19: days and the patron saint's as people type them; the record has them as evidence spells them, and what is
    wrong comes back as it was typed."""
    owner = browse(story.world.owner)
    address = f"/clienti/{story.world.tenant}/contratto"
    terms = {
        "plan": "basic", "first": "01/02/2026", "last": "31/01/2027", "prepaid": "yes", "paid": "2026-02-01",
        "patron": "03/11", "closures": "24/12/2026 31/12/2026",
    }  # fmt: skip
    wrong = await owner.post(address, **terms | {"closures": "12/24/2026"})
    assert (wrong.status_code, 'value="12/24/2026"' in wrong.text) == (422, True)
    assert (await owner.post(address, **terms)).status_code == 303
    (record,) = [one for one in await story.world.records() if isinstance(one, ContractAgreed)]
    assert (record.first, record.last, record.paid, record.patron) == (
        "2026-02-01",
        "2027-01-31",
        "2026-02-01",
        "11-03",
    )
    page = (await owner.get(address)).text
    assert "03/11" in page
    assert "24/12/2026, 31/12/2026" in page
    assert "11-03" not in page


def test_c27_a_week_begins_on_monday_and_machines_get_iso_8601() -> None:
    """C-27: Sunday is a week's last day, over a year's end too; what machines read is UTC, of one width."""
    assert period_of("week", date(2026, 2, 1)) == "2026-W05"
    assert period_of("week", date(2026, 2, 2)) == "2026-W06"
    since, until = bounds("2026-W53", "Europe/Rome")
    assert (since.astimezone(ROME).date(), until.astimezone(ROME).date()) == (
        date(2026, 12, 28),
        date(2027, 1, 4),
    )
    assert instant.to_text(typed("01/02/2026 15:30")) == "2026-02-01T14:30:00.000Z"
