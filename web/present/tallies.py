"""Statements of charges, draft invoices and whom they are made out to, in words."""

from __future__ import annotations

from urllib.parse import urlencode

from broker.cases.draft_invoices import Drafts, PartyView
from broker.cases.see_tally import TallyView
from broker.domain.contract import OTHER
from broker.domain.estate import Tenant
from broker.domain.invoice import Draft
from broker.domain.invoice_party import NATURES, REGIMES
from broker.domain.tally import NO_CONTRACT, Disputed, Free, Line, Month, Sum, Tally
from web import views as v
from web import views_tally as t
from web.present import words
from web.present.reader import Reader
from web.present.times import month_name
from web.present.work import KINDS, Pair, amount, hours_of

FREE: dict[Free, Pair] = {
    "contract": ("compreso nel contratto", "included in the contract"),
    "first_year": ("primo anno di gestione del programma", "first year of managing the program"),
    "on_reseller": ("a carico del rivenditore", "on the reseller’s account"),
    "no_tariff": ("nessuna tariffa in vigore quel giorno", "no tariff in force that day"),
    "no_minute": ("meno di un minuto", "less than a minute"),
}
DISPUTED: dict[Disputed, Pair] = {
    "open": ("contestata, aperta", "contested, open"),
    "explained": ("contestata, spiegata", "contested, explained"),
    "corrected": ("contestata, corretta", "contested, corrected"),
    "withdrawn": ("contestazione ritirata", "contest withdrawn"),
}
FIELDS: dict[str, tuple[Pair, int]] = {
    "legal_name": (("Denominazione", "Legal name"), 80),
    "vat": (("Partita IVA", "VAT number"), 16),
    "fiscal_code": (("Codice fiscale", "Codice fiscale"), 20),
    "street": (("Indirizzo e numero", "Street and number"), 60),
    "postal_code": (("CAP", "Postal code"), 8),
    "town": (("Comune", "Town"), 60),
    "province": (("Provincia", "Province"), 4),
    "recipient": (("Codice destinatario", "Recipient’s code"), 10),
    "pec": (("PEC", "Certified mail (PEC)"), 254),
}
LACKS: dict[str, Pair] = {
    "vat_number": ("partita IVA o codice fiscale", "VAT number or codice fiscale"),
    "street": ("indirizzo", "street"),
    "postal_code": ("CAP", "postal code"),
    "town": ("comune", "town"),
    "vat_nature": ("natura di ciò che non porta IVA", "nature of what bears no VAT"),
}


def statement(view: TallyView, reader: Reader, *, house: bool) -> t.Statement:
    say, tally = reader.say, view.tally
    name = words.clean(tally.customer)
    first, last = tally.months[0].period, tally.months[-1].period
    word = say("provvisorio", "provisional") if tally.provisional else say("definitivo", "final")
    return t.Statement(
        title=say(f"Rendiconto di {name}", f"Statement of charges of {name}"),
        state=v.State("wait" if tally.provisional else "ok", word),
        post=f"/clienti/{tally.tenant}/rendiconto",
        firsts=_months(view.months, first, reader),
        lasts=_months(view.months, last, reader),
        contracts=_contracts(view, reader),
        facts=tuple(fact for month in tally.months for fact in _facts(month, reader)),
        notices=_notices(tally, reader),
        sums=tuple(_sum(one, reader) for one in tally.sums()),
        total=t.TallySum(
            say("Totale", "Total"),
            "",
            str(len(tally.lines)),
            hours_of(tally.minutes),
            hours_of(tally.billed),
            amount(tally.cents, reader),
        ),
        lines=tuple(_line(one, tally, reader) for one in tally.lines),
        files=_files(tally, reader),
        back=v.Act(
            say("Torna a ore e costi", "Back to hours and charges"), href=f"/clienti/{tally.tenant}/ore"
        )
        if not house
        else v.Act(say("Torna indietro", "Go back"), href="/gestione/fatture"),
    )


def _months(months: tuple[str, ...], chosen: str, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(one, month_name(one, reader), chosen=one == chosen) for one in months)


def _contracts(view: TallyView, reader: Reader) -> tuple[v.Option, ...]:
    say, chosen = reader.say, view.tally.contract
    numbered = [
        v.Option(str(one.number), say(f"Contratto n. {one.number}", f"Contract no. {one.number}"), chosen=chosen == one.number)
        for one in reversed(view.contracts)
    ]  # fmt: skip
    return (
        v.Option("", say("Tutti i contratti", "All contracts"), chosen=chosen is None),
        *numbered,
        v.Option(
            str(NO_CONTRACT), say("Giorni senza contratto", "Days without a contract"), chosen=chosen == NO_CONTRACT
        ),
    )  # fmt: skip


def _facts(month: Month, reader: Reader) -> list[v.Fact]:
    say, name = reader.say, words.capital(month_name(month.period, reader))
    if month.source is None:
        drawn = say("provvisorio: il mese non è chiuso", "provisional: the month is not closed")
    else:
        drawn = say(f"rapporto {month.source.number}", f"report {month.source.number}")
        drawn += f", SHA-256 {month.source.pdf_sha256[:16]}…"
    found = [v.Fact(name, drawn, strong=month.source is not None)]
    for one in month.prepaid:
        used = say(
            f"{hours_of(one.now)} usate, {hours_of(one.left)} restano di {hours_of(one.included)}",
            f"{hours_of(one.now)} used, {hours_of(one.left)} left of {hours_of(one.included)}",
        )
        found.append(
            v.Fact(say(f"Monte ore dal {one.year:%d/%m/%Y}", f"Hours prepaid from {one.year:%d/%m/%Y}"), used)
        )
    if month.paused:
        found.append(v.Fact(say("Pause, non contate", "Pauses, not counted"), hours_of(month.paused)))
    return found


def _notices(tally: Tally, reader: Reader) -> tuple[v.Notice, ...]:
    say = reader.say
    contested = sum(one.disputed == "open" for one in tally.lines)
    if not contested:
        return ()
    return (
        v.Notice(
            "wait",
            say(f"Righe contestate e ancora aperte: {contested}.", f"Lines contested and open still: {contested}."),
            say(
                "Il rendiconto non cambia con la contestazione: una correzione si fa con una nota di credito.",
                "A contest does not change the statement: what is corrected is credited by a note.",
            ),
        ),
    )  # fmt: skip


def _sum(one: Sum, reader: Reader) -> t.TallySum:
    return t.TallySum(
        reader.say(*KINDS[one.kind]),
        _rate(one.kind, one.rate, one.tariff, reader),
        str(one.lines),
        hours_of(one.minutes),
        hours_of(one.billed),
        amount(one.cents, reader),
    )


def _rate(kind: str, rate: int, tariff: str, reader: Reader) -> str:
    if kind == "contract":
        return reader.say("compresa", "included")
    if not tariff and not rate:
        return reader.say("nessuna", "none")
    return amount(rate, reader) + (f" ({words.clean(tariff)})" if tariff else "")


def _line(one: Line, tally: Tally, reader: Reader) -> t.TallyLine:
    program = reader.say("altro", "other") if one.program == OTHER else words.clean(tally.program(one))
    why = [] if one.free is None else [reader.say(*FREE[one.free])]
    why += [] if one.disputed is None else [reader.say(*DISPUTED[one.disputed])]
    off = reader.say("senza collegamento", "outside a session") if one.work else ""
    rate = "" if one.free else _rate(one.kind, one.rate, one.tariff, reader)
    return t.TallyLine(
        when=f"{one.day:%d/%m/%Y}",
        incident=one.incident or one.work,
        href=f"/sessioni/{one.session}" if one.session and not one.customer else "",
        what=" · ".join(filter(None, (", ".join(one.activities), program, words.clean(one.customer), off))),
        kind=", ".join(filter(None, (reader.say(*KINDS[one.kind]), rate))),
        worked=hours_of(one.minutes),
        billed=hours_of(one.billed),
        amount=amount(one.cents, reader),
        why=", ".join(why),
    )


def _files(tally: Tally, reader: Reader) -> tuple[tuple[str, str], ...]:
    say = reader.say
    asked = {"first": tally.months[0].period, "last": tally.months[-1].period}
    asked |= {} if tally.contract is None else {"contract": str(tally.contract)}
    base, query = f"/api/tenants/{tally.tenant}/statement", urlencode(asked)
    return (
        (say("PDF, da stampare", "PDF, to print"), f"{base}.pdf?{query}"),
        (say("Tabella per Excel (CSV)", "Table for Excel (CSV)"), f"{base}.csv?{query}"),
        (say("Tabella senza BOM (CSV)", "Table without BOM (CSV)"), f"{base}.csv?{query}&bom=false"),
        (
            say("Foglio di calcolo (XLSX), con i totali", "Workbook (XLSX), with sums"),
            f"{base}.xlsx?{query}",
        ),
    )


# ---------------------------------------------------------------------------------- draft invoices


def invoices(
    found: Drafts, house: Tenant, tenants: list[Tenant], tariffs: tuple[str, ...], reader: Reader
) -> t.Invoices:
    say, drafts = reader.say, found.drafts
    name = month_name(found.period, reader)
    base = f"/api/invoices/{found.period}/lines"
    quiet = (
        say(
            "Un cliente non ha nulla da pagare per questo mese.",
            "One customer has nothing to pay for this month.",
        )
        if found.quiet == 1
        else say(
            f"{found.quiet} clienti non hanno nulla da pagare per questo mese.",
            f"{found.quiet} customers have nothing to pay for this month.",
        )
    )
    return t.Invoices(
        title=say(f"Bozze di fattura, {name}", f"Draft invoices, {name}"),
        post="/gestione/fatture",
        months=_months(found.months, found.period, reader),
        rows=tuple(_draft(one, reader) for one in drafts),
        totals=(
            hours_of(sum(one.minutes for one in drafts)),
            *(
                amount(sum(figures), reader)
                for figures in (
                    [one.net for one in drafts],
                    [one.tax for one in drafts],
                    [one.total for one in drafts],
                    [one.to_pay for one in drafts],
                )
            ),
        ),  # type: ignore[arg-type]
        quiet=quiet if found.quiet else "",
        tariffs=tariffs,
        files=(
            (say("Righe per Excel (CSV)", "Lines for Excel (CSV)"), f"{base}.csv"),
            (say("Righe senza BOM (CSV)", "Lines without BOM (CSV)"), f"{base}.csv?bom=false"),
            (say("Foglio di calcolo (XLSX)", "Workbook (XLSX)"), f"{base}.xlsx"),
        )
        if drafts
        else (),
        parties=tuple(
            v.Act(words.clean(one.name), href=f"/clienti/{one.id}/fatturazione") for one in (house, *tenants)
        ),
        back=v.Act(say("Torna alla gestione", "Back to the overview"), href="/gestione"),
    )


def _draft(one: Draft, reader: Reader) -> t.DraftRow:
    say = reader.say
    closed = one.source is not None
    word = say("dal rapporto", "from the report") if closed else say("provvisoria", "provisional")
    states = [v.State("ok" if closed else "wait", word)]
    if one.customer.split:
        states.append(v.State("off", say("scissione dei pagamenti", "split payment")))
    if one.stamp:
        states.append(v.State("off", say("bollo 2,00 €", "stamp 2.00 €")))
    if one.disputed:
        states.append(v.State("wait", say(f"contestate {one.disputed}", f"{one.disputed} contested")))
    return t.DraftRow(
        name=words.clean(one.customer.name),
        href=f"/clienti/{one.tenant}/rendiconto?dal={one.period}&al={one.period}",
        party=f"/clienti/{one.tenant}/fatturazione",
        hours=hours_of(one.minutes),
        tariffs=", ".join(dict.fromkeys(words.clean(line.tariff) for line in one.lines if line.tariff)),
        net=amount(one.net, reader),
        tax=amount(one.tax, reader),
        total=amount(one.total, reader),
        to_pay=amount(one.to_pay, reader),
        states=tuple(states),
        lacks=_lacks(one, reader),
        file="" if one.lacks else f"/api/invoices/{one.period}/{one.tenant}.xml",
    )


def _lacks(one: Draft, reader: Reader) -> str:
    sides = {
        "vendor": reader.say("del fornitore", "the vendor’s"),
        "customer": reader.say("del cliente", "the customer’s"),
    }
    found = []
    for key, side in sides.items():
        missing = [
            reader.say(*LACKS[name.partition(".")[2]]) for name in one.lacks if name.startswith(f"{key}.")
        ]
        if missing:
            found.append(f"{side}: {', '.join(missing)}")
    return "; ".join(found)


# ------------------------------------------------------------------------- whom they are made out to


def party(view: PartyView, reader: Reader, slip: v.Slip | None = None) -> t.Party:
    say, one, house = reader.say, view.party, view.tenant.kind == "house"
    typed = dict(() if slip is None or slip.form != "dati" else slip.typed)
    name = words.clean(view.tenant.name)
    shown = {key: one.name if key == "legal_name" else str(getattr(one, key)) for key in FIELDS}
    values = shown | typed
    hints = {
        "vat": "",
        "recipient": say(
            "Sette segni; sei per un ufficio pubblico. Vuoto: vale la PEC.",
            "Seven signs; six for a public office. Empty: by certified mail.",
        ),
        "province": say("Due lettere, come RM.", "Two letters, as RM."),
    }
    fields = [
        t.Field(key, say(*pair), values[key], hints.get(key, ""), most)
        for key, (pair, most) in FIELDS.items()
    ]
    if house:
        law = say("Riferimento normativo di ciò che non porta IVA", "Law by which something bears no VAT")
        fields.append(t.Field("law", law, typed.get("law", one.law), "", 100))
    regime, nature = typed.get("regime", one.regime), typed.get("vat_nature", one.vat_nature)
    orders = [(number, *one.order(number)) for number in view.contracts]
    return t.Party(
        title=say(f"Dati di fatturazione di {name}", f"Billing data of {name}"),
        post=f"/clienti/{view.tenant.id}/fatturazione",
        fields=tuple(fields),
        split=typed.get("split", "yes" if one.split else "") == "yes",
        regimes=tuple(v.Option(code, code, chosen=code == regime) for code in REGIMES) if house else (),
        natures=(
            v.Option("", say("nessuna", "none"), chosen=not nature),
            *(v.Option(code, code, chosen=code == nature) for code in NATURES),
        )
        if house
        else (),
        contracts=tuple(
            v.Option(str(number), say(f"Contratto n. {number}", f"Contract no. {number}"))
            for number in view.contracts
        ),
        orders=tuple(
            (say(f"Contratto n. {number}", f"Contract no. {number}"), cig, cup)
            for number, cig, cup in orders
            if cig or cup
        ),
        back=v.Act(
            say("Torna alle bozze di fattura", "Back to the draft invoices"), href="/gestione/fatture"
        ),
        slip=slip,
    )
