"""The agreement's annex (L-52), the processor's register (L-36), the sheet of minimum measures (L-78) and the list of
the vendor's people (L-79), each made of the same facts. Pure; Italian, because they go to whom Italian law names."""

from __future__ import annotations

from datetime import date

from audit.canonical import Value
from broker.domain.document import Kind, day, document, part
from broker.domain.leaving import CLASS_IT, GRACE
from broker.domain.processing_facts import Measure, ProcessingFacts

MEASURES: dict[Measure, str] = {
    "passkeys": "accesso al portale con passkey (il titolare e l’ADS anche con password e secondo fattore)",
    "second_factor": "nessun accesso con la sola password",
    "signed_approvals": "ogni sessione autorizzata con una firma che copre esattamente la richiesta, per un tempo limitato",
    "supervision": "ogni sessione supervisionata da chi il cliente indica",
    "four_eyes": "più di una persona autorizza ogni richiesta",
    "outbound_only": "sulle macchine nessuna porta aperta: l’agente si collega solo in uscita",
    "transport": "trasporto cifrato (TLS)",
    "sealed_texts": "testi e registrazioni cifrati, con una chiave per ogni richiesta",
    "sealed_for_customer": "le chiavi dei testi sono consegnate anche al titolare",
    "masking": "nei terminali i segreti riconosciuti sono coperti prima di mostrare e conservare",
    "signed_log": "registro firmato che si può solo allungare, verificabile senza il fornitore",
    "witnesses": "teste del registro controfirmate da testimoni",
    "timestamps": "marche temporali sulle teste del registro",
    "least_rights": "tecnici limitati alla macchina, ai canali e all’orario autorizzati; utenze nominative",
}
_NATURE = (
    "assistenza a distanza su singole macchine, per un’anomalia alla volta, e registrazione degli accessi"
)
_DATA = "dati che compaiono sulle macchine assistite durante un intervento; nomi, ruoli, accessi di chi vi partecipa"
_PEOPLE = "persone del cliente che autorizzano, supervisionano o siedono alla macchina; interessati dei dati del cliente"
_LAW = "gli accessi restano attribuibili almeno sei mesi (Garante, 27 novembre 2008, punto 4.5 lettera f)"


def annex(facts: ProcessingFacts, version: int) -> dict[str, Value]:
    """Art. 28(3), from the settings of that day."""
    dpa = facts.paper("dpa")
    parts = [
        part("Trattamento", facts=[
            ("Oggetto e natura", _NATURE), ("Durata", "quella del contratto, più i termini di conservazione qui sotto"),
            ("Tipi di dati", _DATA), ("Interessati", _PEOPLE),
            ("Accordo agli atti", "nessuno" if dpa is None else f"{dpa.paper.reference}, del {day(date.fromisoformat(dpa.paper.dated))}"),
        ]),
        part("Istruzioni", text=[
            ("Il fornitore interviene solo su richiesta firmata in questo sistema da chi il titolare ha indicato: "
            "l’autorizzazione è l’istruzione documentata (art. 28, par. 3, lett. a).")]),
        _people(facts), _measures(facts), _terms(facts), _companies(facts),
        part("Violazioni", text=[f"Il fornitore informa il titolare entro {facts.notify_hours} ore da quando ne viene a conoscenza."]),
        part("Controllo", text=[
            ("Il titolare legge in ogni momento registro, rapporti e prove, e li verifica da sé con «verbale-verify», "
            "senza passare dal fornitore (art. 28, par. 3, lett. h).")]),
        part("Fine del contratto", text=[
            (f"Restituzione del registro con i testi, {GRACE.days} giorni per ripensarci, poi cancellazione mediante "
            f"distruzione delle chiavi, con certificato. {_LAW[0].upper()}{_LAW[1:]}.")]),
    ]  # fmt: skip
    if facts.category == 1:
        parts.append(part("Amministratore di sistema", text=[
            ("Il fornitore è amministratore di sistema per nomina del titolare (categoria 1): le persone nominate, gli "
            "ambiti e le date sono nell’elenco degli amministratori; il loro operato è verificato ogni anno.")]))  # fmt: skip
    return _made(
        "dpa_annex", facts, version, parts, signatures=["Il titolare del trattamento", f"{facts.vendor}"]
    )


def register(facts: ProcessingFacts, version: int) -> dict[str, Value]:
    """Art. 30(2): (a) who, (b) categories of processing, (c) transfers, (d) measures."""
    places = facts.transfers
    parts = [
        part("a) Responsabile e titolare", facts=[
            ("Responsabile", ", ".join([facts.vendor, *facts.contact.values()])),
            ("Per conto di", ", ".join([facts.customer.name, *facts.details.values()])),
            ("Responsabile della protezione dei dati", "non indicato in questo sistema"),
        ]),
        part("b) Categorie di trattamenti", facts=[
            ("Trattamento", _NATURE), ("Dati", _DATA), ("Interessati", _PEOPLE),
            ("Ruolo", "anche amministratore di sistema" if facts.category == 1 else "responsabile, interventi occasionali"),
            ("Macchine", str(facts.hosts)),
        ]),
        part("c) Trasferimenti", text=[
            "Luoghi indicati per sub-responsabili e strumenti: " + ", ".join(places) + "." if places
            else "Nessun trasferimento verso paesi terzi risulta dalle impostazioni.",
            *(f"Strumento {one.tool}: luogo del relay non annotato." for one in facts.tools if one.relay is None)]),
        _companies(facts),
        _measures(facts, "d) Misure di sicurezza"),
        _terms(facts),
    ]  # fmt: skip
    return _made("processing_register", facts, version, parts)


def minimum_measures(facts: ProcessingFacts, version: int) -> dict[str, Value]:
    """ABSC 5 of AgID circular 2/2017: what this product does of it, and what stays with the body itself."""
    admins = [one for one in facts.access if one.role in ("administrator", "ads", "technician")]
    rows = [
        ["5.1.1", "Privilegi di amministratore limitati", "sì", "per intervento, macchina e orario autorizzati"],
        ["5.1.2", "Accessi amministrativi registrati", "sì", "ogni accesso di chi assiste è nel registro firmato"],
        ["5.2.1", "Inventario delle utenze amministrative", "in parte", f"di chi entra da qui: {len(admins)} persone, qui sotto"],
        ["5.5.1", "Accessi falliti registrati", "in parte", "quelli di questo sistema; non quelli delle macchine"],
        ["5.6.1", "Autenticazione a più fattori", "sì", MEASURES["passkeys"]],
        ["5.10.1", "Utenze privilegiate distinte", "ente", "gli account delle macchine restano dell’ente"],
        ["5.10.2", "Utenze nominative", "sì", "nessuna utenza condivisa entra da qui"],
    ]  # fmt: skip
    parts = [
        part("Corrispondenza", head=["Misura", "Che cosa chiede", "Coperta", "Come"], widths=[1, 4, 2, 6], rows=rows),
        _people(facts),
        part("Registrazioni", facts=[("Conservazione degli accessi", _months(facts, "access"))]),
        part("Che cosa resta all’ente", text=[
            ("La scheda dice ciò che questo sistema fa per l’assistenza a distanza. Le altre misure della circolare AgID "
            "2/2017, e quelle qui segnate «ente» o «in parte», vanno coperte e descritte dall’ente.")]),
    ]  # fmt: skip
    return _made("measures", facts, version, parts)


def people(facts: ProcessingFacts, version: int) -> dict[str, Value]:
    """L-79: who of the vendor's, and of its sub-processors, can be sent there."""
    return _made("suppliers_people", facts, version, [_people(facts), _companies(facts)])


def _made(
    kind: Kind, facts: ProcessingFacts, version: int, parts: list[dict[str, Value]], signatures: list[str] | None = None
) -> dict[str, Value]:  # fmt: skip
    return document(
        kind, customer=facts.customer.name, vendor=facts.vendor, on=facts.day, version=version,
        facts=[("Categoria", str(facts.category))], parts=parts, signatures=signatures or [],
        text=["Generato dalle impostazioni in vigore alla data indicata."],
    )  # fmt: skip


_ROLES = {
    "technician": "tecnico", "administrator": "tecnico, amministratore nominato", "owner": "responsabile",
}  # fmt: skip


def _people(facts: ProcessingFacts) -> dict[str, Value]:
    rows = [
        [one.name, one.function, _ROLES[one.role], one.employer or facts.vendor]
        for one in facts.access
        if one.role in _ROLES
    ]
    head = ["Nome", "Funzione", "Accesso", "Lavora per"]
    return part("Persone del fornitore", head=head, widths=[4, 3, 4, 4], rows=rows)


def _measures(facts: ProcessingFacts, title: str = "Misure di sicurezza") -> dict[str, Value]:
    recorded = "attiva, alle condizioni nelle regole" if facts.recording is not None else "non attiva"
    return part(
        title,
        facts=[("Registrazione dello schermo e dei terminali", recorded)],
        text=[MEASURES[one] for one in facts.measures],
    )


def _terms(facts: ProcessingFacts) -> dict[str, Value]:
    rows = [[CLASS_IT[one.retain], f"{one.months} mesi", f"{one.shortest} mesi"] for one in facts.kept]
    return part("Conservazione", head=["Che cosa", "Termine", "Minimo"], widths=[5, 2, 2], rows=rows)


def _months(facts: ProcessingFacts, retain: str) -> str:
    return next(f"{one.months} mesi" for one in facts.kept if one.retain == retain)


def _companies(facts: ProcessingFacts) -> dict[str, Value]:
    rows = [
        [one.company.name, one.company.place, "sì" if one.counts else "non ancora"] for one in facts.companies
    ]
    text = [] if rows else ["Nessuno."]
    head = ["Azienda", "Luogo", "Ammessa"]
    return part("Sub-responsabili", text=text, head=head, widths=[4, 4, 2], rows=rows)
