"""A statement of charges as files: rows for a spreadsheet, a workbook, and what its PDF says. In Italian, as reports are.

Amounts have a decimal comma in the table and are numbers in the workbook; nothing here is reckoned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from audit import spreadsheet
from broker.domain.contract import OTHER
from broker.domain.sheets import sheet
from broker.domain.tally import KINDS, NO_CONTRACT, Disputed, Free, Line, Prepaid, Sum, Tally
from broker.domain.tariff import euro
from broker.domain.workbook import Cell, Table, workbook

KIND_WORDS = dict(zip(KINDS, ("In contratto", "Fuori contratto", "Rivenditore", "Formazione"), strict=True))
FREE_WORDS: dict[Free, str] = {
    "contract": "compreso nel contratto",
    "first_year": "primo anno di gestione del programma",
    "on_reseller": "a carico del rivenditore",
    "no_tariff": "nessuna tariffa in vigore quel giorno",
    "no_minute": "meno di un minuto",
}
DISPUTED_WORDS: dict[Disputed, str] = {
    "open": "contestata, aperta",
    "explained": "contestata, spiegata",
    "corrected": "contestata, corretta",
    "withdrawn": "contestazione ritirata",
}
PROVISIONAL = "provvisorio"
_HEAD = (
    "Mese", "Giorno", "Incidente", "Intervento o lavoro", "Attività", "Programma", "Contratto", "Voce",
    "Minuti lavorati", "Minuti contati", "Tariffario", "Tariffa oraria", "Importo senza IVA", "IVA %",
    "Per il cliente", "Perché non si paga", "Contestazione", "Rapporto", "SHA-256 del PDF",
)  # fmt: skip
_WIDTHS = (9, 11, 14, 20, 18, 22, 10, 16, 9, 9, 12, 12, 14, 7, 26, 28, 20, 24, 66)
_SUM_HEAD = ("Voce", "Tariffario", "Tariffa oraria", "IVA %", "Righe", "Minuti lavorati", "Minuti contati", "Importo senza IVA")  # fmt: skip
_SUM_WIDTHS = (18, 14, 14, 7, 8, 10, 10, 16)
_HOURS_HEAD = ("Mese", "Anno di contratto dal", "Minuti compresi", "Usati prima", "Usati nel mese", "Restano")


def money(cents: int) -> str:
    """``1234,56``: no dot for thousands, which a spreadsheet would have to be told of."""
    return f"{euro(cents):.2f}".replace(".", ",")


def amount(cents: int) -> str:
    """``1.234,56 €``, to be read."""
    return f"{euro(cents):,.2f} €".translate(str.maketrans(",.", ".,"))


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _cells(tally: Tally) -> list[list[Cell]]:
    return [
        [
            month.period, one.day, one.incident, one.session or one.work, ", ".join(one.activities), program(tally, one),
            str(one.contract) if one.contract != NO_CONTRACT else "", KIND_WORDS[one.kind], one.minutes, one.billed,
            one.tariff, euro(one.rate), euro(one.cents), one.vat, one.customer, "" if one.free is None else FREE_WORDS[one.free],
            "" if one.disputed is None else DISPUTED_WORDS[one.disputed],
            PROVISIONAL if month.source is None else month.source.number,
            "" if month.source is None else month.source.pdf_sha256,
        ]
        for month in tally.months
        for one in month.every
    ]  # fmt: skip


def program(tally: Tally, line: Line) -> str:
    return "altro" if line.program == OTHER else tally.program(line)


def _sum_cells(tally: Tally) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [KIND_WORDS[one.kind], one.tariff, euro(one.rate), one.vat, one.lines, one.minutes, one.billed, euro(one.cents)]
        for one in tally.sums()
    ]  # fmt: skip
    total: list[Cell] = [
        "Totale", "", "", "", len(tally.lines), tally.minutes, tally.billed, euro(tally.cents)
    ]  # fmt: skip
    return [*rows, total]


def typed(rows: Sequence[Sequence[Cell]]) -> list[list[str | int]]:
    """As somebody types them in Italy: days ``gg/mm/aaaa``, a decimal comma (C-27)."""
    return [[_typed(cell) for cell in row] for row in rows]


def _typed(cell: Cell) -> str | int:
    match cell:
        case date():
            return f"{cell:%d/%m/%Y}"
        case Decimal():
            return f"{cell:.2f}".replace(".", ",")
        case _:
            return cell


def table(tally: Tally, *, bom: bool = True) -> bytes:
    """Its lines, and nothing but lines: whoever adds up a column must not count a sum twice."""
    return spreadsheet.table(_HEAD, typed(_cells(tally)), bom=bom)


def book(tally: Tally) -> bytes:
    """Lines, sums, and hours paid before."""
    tables = [
        Table("Righe", _HEAD, _WIDTHS, _cells(tally)),
        Table("Totali", _SUM_HEAD, _SUM_WIDTHS, _sum_cells(tally)),
    ]
    hours: list[list[Cell]] = [
        [month.period, one.year, one.included, one.before, one.now, one.left]
        for month in tally.months
        for one in month.prepaid
    ]
    if hours:
        tables.append(Table("Monte ore", _HOURS_HEAD, (9, 18, 14, 12, 14, 10), hours))
    return workbook(tables)


# ---------------------------------------------------------------------------------------- on paper


def paper(tally: Tally, vendor: str, on: date, steps: Sequence[str]) -> bytes:
    """What its PDF says (`domain.sheets`). `steps`: how the contracts count minutes, in words (D-08)."""
    first, last = tally.months[0].period, tally.months[-1].period
    span = _month(first) if first == last else f"da {_month(first)} a {_month(last)}"
    facts = [("Cliente", tally.customer), ("Periodo", span), ("Contratto", _contract(tally))]
    facts += [("Si conta", one) for one in steps]
    facts += [("Tratto da", _drawn(month.period, tally)) for month in tally.months]
    for month in tally.months:
        facts += [
            (f"Monte ore dal {one.year:%d/%m/%Y}, {_month(month.period)}",
             _hours(one))
            for one in month.prepaid
        ]  # fmt: skip
        if month.paused:
            facts.append((f"Pause non contate, {_month(month.period)}", clock(month.paused)))
    said = ["Importi al netto dell’IVA. Minuti interi, importi arrotondati al centesimo voce per voce."]
    if tally.provisional:
        said.append(
            "Provvisorio: i mesi che non hanno ancora un rapporto possono cambiare fino alla sua emissione."
        )
    rows = [
        [KIND_WORDS[one.kind], one.tariff, _rate(one), str(one.lines), clock(one.minutes), clock(one.billed), amount(one.cents)]
        for one in tally.sums()
    ]  # fmt: skip
    rows.append(
        ["Totale", "", "", str(len(tally.lines)), clock(tally.minutes), clock(tally.billed), amount(tally.cents)]
    )  # fmt: skip
    parts = [
        {
            "title": "Le righe",
            "head": ["Giorno", "Incidente", "Attività e programma", "Voce", "Lavorate", "Contate", "Importo"],
            "widths": [5, 6, 9, 9, 4, 4, 5],
            "rows": [
                [f"{one.day:%d/%m/%Y}", one.incident, _what(tally, one), _charged_as(one), clock(one.minutes),
                 clock(one.billed), amount(one.cents)]
                for one in tally.lines
            ],
        }
    ]  # fmt: skip
    return sheet(
        title="Rendiconto provvisorio" if tally.provisional else "Rendiconto",
        vendor=vendor,
        customer=tally.customer,
        facts=facts,
        text=said,
        head=["Voce", "Tariffario", "Tariffa oraria", "Righe", "Lavorate", "Contate", "Importo senza IVA"],
        widths=[5, 4, 4, 2, 3, 3, 5],
        rows=rows,
        on=on,
        foot=f"Rendiconto, {span}",
        parts=parts if tally.lines else [],
    )


def _hours(one: Prepaid) -> str:
    used = f"usate prima {clock(one.before)}, usate nel mese {clock(one.now)}"
    return f"comprese {clock(one.included)}, {used}, restano {clock(one.left)}"


def _rate(one: Sum) -> str:
    return "compresa" if one.kind == "contract" else amount(one.rate)


def _what(tally: Tally, line: Line) -> str:
    return " · ".join(filter(None, (", ".join(line.activities), program(tally, line), line.customer)))


def _charged_as(line: Line) -> str:
    free = "" if line.free is None else FREE_WORDS[line.free]
    disputed = "" if line.disputed is None else DISPUTED_WORDS[line.disputed]
    rate = f"{line.tariff}, {amount(line.rate)}" if line.tariff else ""
    return ", ".join(filter(None, (KIND_WORDS[line.kind], rate, free, disputed)))


def _contract(tally: Tally) -> str:
    if tally.contract is None:
        return "tutti"
    return "giorni senza contratto" if tally.contract == NO_CONTRACT else f"n. {tally.contract}"


def _drawn(period: str, tally: Tally) -> str:
    source = next(one.source for one in tally.months if one.period == period)
    if source is None:
        return f"{_month(period)}: {PROVISIONAL}, il mese non è chiuso"
    return f"{_month(period)}: rapporto {source.number}, SHA-256 del PDF {source.pdf_sha256}"


_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
)  # fmt: skip


def _month(period: str) -> str:
    return f"{_MONTHS[int(period[5:]) - 1]} {period[:4]}"
