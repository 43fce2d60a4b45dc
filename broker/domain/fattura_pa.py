"""A draft invoice as FatturaPA 1.2.x (XML, TD01), to be read into the program that keeps the books. Never sent.

Elements stand in the order of the schema, which its user can check the file with. Texts are cut to the schema's
lengths and to the signs it takes (Latin-1); everything else is escaped by the writer.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date

from audit.periods import month_bounds
from broker.domain.invoice import Draft, InvoiceLine
from broker.domain.invoice_party import NO_RECIPIENT, Party
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import euro

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "€": "EUR"})
_NOT_LATIN = re.compile(r"[^\x20-\x7e\xa0-\xff]")
_WORK = {
    "contract": "Ore comprese nel contratto",
    "extra": "Assistenza fuori contratto",
    "reseller": "Assistenza a rivenditore",
    "training": "Formazione",
}
_NO_VAT = "Operazione senza applicazione dell'IVA"


def fattura(draft: Draft, on: date) -> bytes:
    """Dated `on`. `Refused` (invoice_data_missing) naming the first field that lacks."""
    if draft.lacks:
        raise Refused(Why.INVOICE_DATA_MISSING, field=draft.lacks[0].partition(".")[2])
    root = ET.Element(
        "p:FatturaElettronica",
        {"xmlns:p": NAMESPACE, "versione": "FPA12" if draft.customer.public else "FPR12"},
    )
    head = ET.SubElement(root, "FatturaElettronicaHeader")
    _sending(head, draft)
    _vendor(head, draft.vendor)
    _customer(head, draft.customer)
    body = ET.SubElement(root, "FatturaElettronicaBody")
    _general(body, draft, on)
    _goods(body, draft)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def latin(text: str, most: int) -> str:
    """In the signs that the schema takes; a sign without a likeness there is a question mark."""
    plain = unicodedata.normalize("NFC", text.translate(_TYPED))
    kept = "".join(one if not _NOT_LATIN.match(one) else _nearest(one) for one in plain)
    return " ".join(kept.split())[:most].rstrip()


def _nearest(sign: str) -> str:
    if unicodedata.category(sign)[0] in "CZ":
        return " "
    base = unicodedata.normalize("NFKD", sign)
    plain = "".join(one for one in base if not unicodedata.combining(one))
    return plain if plain.isascii() and plain.isprintable() else "?"


def _put(parent: ET.Element, name: str, text: str) -> None:
    """Nothing where there is nothing to be said: the schema has no empty element."""
    if text:
        ET.SubElement(parent, name).text = text


def _sending(head: ET.Element, draft: Draft) -> None:
    said, to = ET.SubElement(head, "DatiTrasmissione"), draft.customer
    sender = ET.SubElement(said, "IdTrasmittente")
    _put(sender, "IdPaese", "IT")
    _put(sender, "IdCodice", draft.vendor.fiscal_code or draft.vendor.vat)
    month = f"{draft.period[2:4]}{draft.period[5:]}"
    code = re.sub("[^0-9A-Za-z]", "", draft.tenant.removeprefix("t-"))
    _put(said, "ProgressivoInvio", f"{month}{code}"[:10])
    _put(said, "FormatoTrasmissione", "FPA12" if to.public else "FPR12")
    _put(said, "CodiceDestinatario", to.recipient or NO_RECIPIENT)
    if to.recipient in ("", NO_RECIPIENT):
        _put(said, "PECDestinatario", to.pec)


def _vendor(head: ET.Element, vendor: Party) -> None:
    side = ET.SubElement(head, "CedentePrestatore")
    data = _numbers(side, vendor)
    _put(data, "RegimeFiscale", vendor.regime)
    _seat(side, vendor)


def _customer(head: ET.Element, customer: Party) -> None:
    side = ET.SubElement(head, "CessionarioCommittente")
    _numbers(side, customer)
    _seat(side, customer)


def _numbers(side: ET.Element, party: Party) -> ET.Element:
    data = ET.SubElement(side, "DatiAnagrafici")
    if party.vat:
        vat = ET.SubElement(data, "IdFiscaleIVA")
        _put(vat, "IdPaese", "IT")
        _put(vat, "IdCodice", party.vat)
    _put(data, "CodiceFiscale", party.fiscal_code)
    _put(ET.SubElement(data, "Anagrafica"), "Denominazione", latin(party.name, 80) or "?")
    return data


def _seat(side: ET.Element, party: Party) -> None:
    seat = ET.SubElement(side, "Sede")
    _put(seat, "Indirizzo", latin(party.street, 60) or "?")
    _put(seat, "CAP", party.postal_code)
    _put(seat, "Comune", latin(party.town, 60) or "?")
    _put(seat, "Provincia", party.province)
    _put(seat, "Nazione", "IT")


def _general(body: ET.Element, draft: Draft, on: date) -> None:
    general = ET.SubElement(body, "DatiGenerali")
    document = ET.SubElement(general, "DatiGeneraliDocumento")
    _put(document, "TipoDocumento", "TD01")
    _put(document, "Divisa", "EUR")
    _put(document, "Data", on.isoformat())
    _put(document, "Numero", latin(draft.number, 20))
    if draft.stamp:
        stamp = ET.SubElement(document, "DatiBollo")
        _put(stamp, "BolloVirtuale", "SI")
        _put(stamp, "ImportoBollo", _amount(draft.stamp))
    _put(document, "ImportoTotaleDocumento", _amount(draft.total))
    _put(document, "Causale", latin("Bozza da controllare: non è stata trasmessa.", 200))
    _put(document, "Causale", latin(_drawn(draft), 200))
    for contract in sorted({one.contract for one in draft.lines} - {0}):
        of = [n for n, one in enumerate(draft.lines, 1) if one.contract == contract]
        _contract(general, contract, of, draft.customer)


def _contract(general: ET.Element, contract: int, lines: Sequence[int], customer: Party) -> None:
    cig, cup = customer.order(contract)
    said = ET.SubElement(general, "DatiContratto")
    for n in lines:
        _put(said, "RiferimentoNumeroLinea", str(n))
    _put(said, "IdDocumento", str(contract))
    _put(said, "CodiceCUP", cup)
    _put(said, "CodiceCIG", cig)


def _goods(body: ET.Element, draft: Draft) -> None:
    goods = ET.SubElement(body, "DatiBeniServizi")
    nature = draft.vendor.vat_nature
    first, until = month_bounds(draft.period, "UTC")
    for n, one in enumerate(draft.lines, 1):
        line = ET.SubElement(goods, "DettaglioLinee")
        _put(line, "NumeroLinea", str(n))
        _put(line, "Descrizione", latin(described(one), 1000))
        _put(line, "DataInizioPeriodo", first.date().isoformat())
        _put(line, "DataFinePeriodo", date.fromordinal(until.date().toordinal() - 1).isoformat())
        # One price for all of it: hours times rate would not be the sum of entries that are rounded one by one.
        _put(line, "PrezzoUnitario", _amount(one.cents))
        _put(line, "PrezzoTotale", _amount(one.cents))
        _put(line, "AliquotaIVA", _amount(one.vat * 100))
        _put(line, "Natura", "" if one.vat else nature)
    for vat in draft.vat:
        summary = ET.SubElement(goods, "DatiRiepilogo")
        _put(summary, "AliquotaIVA", _amount(vat.rate * 100))
        _put(summary, "Natura", "" if vat.rate else nature)
        _put(summary, "ImponibileImporto", _amount(vat.net))
        _put(summary, "Imposta", _amount(vat.cents))
        if vat.rate:
            _put(summary, "EsigibilitaIVA", "S" if draft.customer.split else "I")
        else:
            _put(summary, "RiferimentoNormativo", latin(draft.vendor.law, 100) or _NO_VAT)


def described(line: InvoiceLine) -> str:
    """As an invoice's line says it: ``Assistenza fuori contratto, tariffario 2026/1: 3:25 ore a 65,00 EUR``."""
    hours = f"{line.billed // 60}:{line.billed % 60:02d}"
    rate = f"{euro(line.rate):.2f}".replace(".", ",")
    tariff = f", tariffario {line.tariff}" if line.tariff else ""
    return f"{_WORK[line.kind]}{tariff}: {hours} ore a {rate} EUR l'ora, {line.entries} righe del rendiconto"


def _drawn(draft: Draft) -> str:
    if draft.source is None:
        return f"Rendiconto provvisorio del mese {draft.period}."
    return f"Rendiconto del rapporto {draft.source.number}, SHA-256 {draft.source.pdf_sha256}."


def _amount(cents: int) -> str:
    return f"{euro(cents):.2f}"
