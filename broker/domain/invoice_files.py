"""A month's draft invoices as files: every line for a spreadsheet, and a workbook with what each comes to."""

from __future__ import annotations

from collections.abc import Sequence

from audit import spreadsheet
from broker.domain.fattura_pa import described
from broker.domain.invoice import Draft
from broker.domain.tally import NO_CONTRACT
from broker.domain.tally_files import PROVISIONAL, typed
from broker.domain.tariff import euro
from broker.domain.workbook import Cell, Table, workbook

_HEAD = (
    "Bozza", "Mese", "Cliente", "Partita IVA", "Codice fiscale", "Contratto", "CIG", "CUP", "Descrizione", "Tariffario",
    "Tariffa oraria", "Minuti contati", "Imponibile", "IVA %", "Rapporto", "SHA-256 del PDF",
)  # fmt: skip
_WIDTHS = (22, 9, 30, 14, 18, 10, 13, 18, 60, 12, 12, 9, 12, 7, 24, 66)
_SUM_HEAD = (
    "Bozza", "Mese", "Cliente", "Partita IVA", "Codice fiscale", "Indirizzo", "CAP", "Comune", "Provincia",
    "Codice destinatario", "PEC", "Scissione dei pagamenti", "Imponibile", "IVA", "Totale", "Da pagare", "Bollo",
    "Righe contestate", "Dati che mancano",
)  # fmt: skip
_SUM_WIDTHS = (22, 9, 30, 14, 18, 30, 7, 20, 9, 18, 28, 12, 12, 12, 12, 12, 8, 10, 40)


def table(drafts: Sequence[Draft], *, bom: bool = True) -> bytes:
    """One row for each line of each draft."""
    return spreadsheet.table(_HEAD, typed(_lines(drafts)), bom=bom)


def book(drafts: Sequence[Draft]) -> bytes:
    """What each draft comes to, and their lines."""
    return workbook(
        [
            Table("Bozze", _SUM_HEAD, _SUM_WIDTHS, [_sums(one) for one in drafts]),
            Table("Righe", _HEAD, _WIDTHS, _lines(drafts)),
        ]
    )


def _lines(drafts: Sequence[Draft]) -> list[list[Cell]]:
    return [
        [
            one.number, one.period, one.customer.name, one.customer.vat, one.customer.fiscal_code,
            "" if line.contract == NO_CONTRACT else str(line.contract), *one.customer.order(line.contract),
            described(line), line.tariff, euro(line.rate), line.billed, euro(line.cents), line.vat,
            PROVISIONAL if one.source is None else one.source.number,
            "" if one.source is None else one.source.pdf_sha256,
        ]
        for one in drafts
        for line in one.lines
    ]  # fmt: skip


def _sums(one: Draft) -> list[Cell]:
    to = one.customer
    return [
        one.number, one.period, to.name, to.vat, to.fiscal_code, to.street, to.postal_code, to.town, to.province,
        to.recipient, to.pec, "sì" if to.split else "no", euro(one.net), euro(one.tax), euro(one.total),
        euro(one.to_pay), euro(one.stamp), one.disputed, ", ".join(one.lacks),
    ]  # fmt: skip
