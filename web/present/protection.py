"""The protection of personal data in words: the facts sheet of a customer and its list of breaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from audit.record import RetainClass
from broker.domain.breach import FIELDS, Breach
from broker.domain.estate import Tenant
from broker.domain.people import Who
from broker.domain.processing_facts import Measure, ProcessingFacts
from web import views as v
from web import views_protection as p
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import field_value, in_full
from web.views_duties import Line

FIELD_WORDS: Mapping[str, tuple[Pair, Pair]] = {
    "nature": (
        ("Che cosa è accaduto", "What happened"),
        ("Natura della violazione; non scriva password.", "The nature of the breach; write no passwords."),
    ),
    "subjects": (
        ("Quali dati e quante persone", "Which data, how many people"),
        ("Categorie e numero approssimativo.", "Categories and approximate number."),
    ),
    "consequences": (("Conseguenze probabili", "Likely consequences"), ("", "")),
    "measures": (
        ("Misure prese o proposte", "Measures taken or proposed"),
        ("Anche per attenuarne gli effetti.", "Also to lessen its effects."),
    ),
    "contact": (
        ("A chi rivolgersi", "Whom to ask"),
        ("Nome e recapito di chi dà altre informazioni.", "Name and contact of who tells more."),
    ),
    "people": (
        ("Che cosa dire agli interessati", "What to tell the people concerned"),
        (
            "Se il rischio è elevato, in parole semplici (art. 34).",
            "If the risk is high, in plain words (art. 34).",
        ),
    ),
}
STATES: Mapping[str, tuple[v.Mark, Pair]] = {
    "open": ("stop", ("da comunicare al titolare", "the titolare is to be told")),
    "told": ("wait", ("comunicata al titolare", "the titolare was told")),
    "closed": ("off", ("chiusa", "closed")),
}
_MEASURES: Mapping[Measure, Pair] = {
    "passkeys": ("Chi autorizza firma ogni volta con una passkey.", "Approvers sign each time with a passkey."),
    "second_factor": ("Nessuno entra con la sola password.", "Nobody comes in by a password alone."),
    "signed_approvals": (
        "La macchina controlla da sé, anche senza rete, le firme dell’autorizzazione.",
        "The host checks the signatures of the authorisation by itself, also offline.",
    ),
    "supervision": ("Qualcuno del cliente guarda ogni sessione.", "Somebody of the customer watches every session."),
    "four_eyes": ("Serve la firma di più persone.", "More than one person has to sign."),
    "outbound_only": ("Sulle macchine nessuna porta è aperta verso l’esterno.", "No port of the hosts is open to the outside."),
    "transport": ("Il traffico è cifrato con TLS.", "Traffic is encrypted with TLS."),
    "sealed_texts": (
        "I testi sono sigillati con chiavi proprie, distrutte quando si cancellano.",
        "Texts are sealed under keys of their own, destroyed when they are erased.",
    ),
    "sealed_for_customer": ("Ciò che esce è sigillato anche per il titolare.", "What goes out is sealed for the titolare too."),
    "masking": ("I segreti riconosciuti nei terminali sono coperti.", "Secrets recognised in terminals are covered."),
    "signed_log": ("Ogni fatto sta in un registro firmato che si controlla senza rete.", "Every fact stands in a signed log that is checked offline."),
    "witnesses": ("Le teste del registro sono controfirmate da testimoni.", "Heads of the log are cosigned by witnesses."),
    "timestamps": ("Le teste del registro hanno una marca temporale.", "Heads of the log have a timestamp."),
    "least_rights": ("Ogni ruolo vede solo ciò che gli serve.", "Each role sees only what it needs."),
}  # fmt: skip
_CLASSES: Mapping[RetainClass, Pair] = {
    "access": ("Nomi negli accessi", "Names in accesses"),
    "authorisation": ("Testi delle richieste", "Texts of requests"),
    "report": ("Rapporti", "Reports"),
    "log": ("Note finali e comandi", "Closing notes and commands"),
    "recording": ("Registrazioni delle sessioni", "Recordings of sessions"),
}
_RECORDED: Mapping[str, Pair] = {
    "all": ("ogni sessione", "every session"),
    "administrator": (
        "le sessioni con un utente amministratore",
        "sessions under an administrator’s account",
    ),
}


def page(
    facts: ProcessingFacts,
    found: Sequence[Breach] | None,
    hosts: Mapping[str, str],
    technicians: Mapping[str, str],
    who: Who,
    reader: Reader,
    slip: v.Slip | None = None,
) -> p.Protection:
    say, base, owner = reader.say, f"/protezione/{facts.customer.id}", who.role == "owner"
    name, any_ = words.clean(facts.customer.name), v.Option("", say("Qualunque", "Any"))
    return p.Protection(
        title=say(f"Protezione dei dati: {name}", f"Data protection: {name}"),
        day=say(
            f"Ricavata dalle impostazioni in vigore il {in_full(facts.at, reader)}.",
            f"Drawn from the settings in force on {in_full(facts.at, reader)}.",
        ),
        warning=_warning(reader),
        facts=sections(facts, reader),
        breaches=None if found is None else tuple(_line(one, facts.customer, reader) for one in found),
        term=say(
            f"Il fornitore avvisa il titolare entro {words.hours(facts.notify_hours, reader)} da quando ne viene a"
            " conoscenza.",
            f"The vendor tells the titolare within {words.hours(facts.notify_hours, reader)} of becoming aware.",
        ),
        open=v.Act(say("Apri la violazione", "Open the breach"), post=f"{base}/violazioni")
        if owner
        else None,
        texts=fields({}, reader),
        hosts=(any_, *(v.Option(one, words.clean(label)) for one, label in hosts.items())),
        people=(any_, *(v.Option(one, words.clean(label)) for one, label in technicians.items())),
        now=field_value(reader.now),
        relay=v.Act(say("Annota", "Note it"), post=f"{base}/relay") if owner else None,
        tools=tuple(v.Option(one.tool, words.clean(one.tool)) for one in facts.tools),
        dpia=v.Act(say("Metti agli atti", "File it"), post=f"{base}/valutazione")
        if who.role in ("owner", "titolare")
        else None,
        set_term=v.Act(say("Cambia", "Change"), post=f"{base}/termine") if owner else None,
        hours=str(facts.notify_hours),
        slip=slip,
    )


def customers(found: Sequence[tuple[Tenant, Sequence[Breach]]], reader: Reader) -> p.ProtectionList:
    say = reader.say
    return p.ProtectionList(
        tuple(
            Line(
                words.clean(one.name),
                _count(breaches, reader),
                acts=(v.Act(say("Apri", "Open"), href=f"/protezione/{one.id}"),),
            )
            for one, breaches in found
        )
    )


def _count(breaches: Sequence[Breach], reader: Reader) -> str:
    count = sum(one.closed is None for one in breaches)
    if not count:
        return reader.say("Nessuna violazione aperta", "No open breach")
    return reader.say(f"Violazioni aperte: {count}", f"Open breaches: {count}")


def fields(known: Mapping[str, str], reader: Reader) -> tuple[p.TextField, ...]:
    return tuple(
        p.TextField(
            name,
            reader.say(*FIELD_WORDS[name][0]),
            reader.say(*FIELD_WORDS[name][1]),
            words.clean(known.get(name, "")),
            needed=name in ("nature", "measures", "contact"),
        )
        for name in FIELDS
    )


def state(breach: Breach, reader: Reader) -> v.State:
    mark, said = STATES[breach.state]
    return v.State(mark, reader.say(*said))


def _line(breach: Breach, customer: Tenant, reader: Reader) -> Line:
    say, count = reader.say, len(breach.sessions)
    return Line(
        breach.id,
        say(
            f"conosciuta il {in_full(breach.aware, reader)}; sessioni toccate: {count}",
            f"known on {in_full(breach.aware, reader)}; sessions touched: {count}",
        ),
        acts=(v.Act(say("Apri", "Open"), href=f"/protezione/{customer.id}/violazioni/{breach.id}"),),
        state=state(breach, reader),
    )


def _warning(reader: Reader) -> v.Notice:
    say = reader.say
    return v.Notice(
        "wait",
        say("Valutazione d’impatto.", "Impact assessment."),
        say(
            "Il controllo sistematico di chi lavora è tra i trattamenti per i quali il Garante chiede la valutazione "
            "d’impatto (art. 35 GDPR): prima di accendere la registrazione delle sessioni la valuti, e ne indichi gli "
            "estremi.",
            "Systematic monitoring of workers is among the processing for which the Italian authority asks for an impact "
            "assessment (art. 35 GDPR): before recording of sessions is switched on, assess it and give its reference.",
        ),
    )


def sections(facts: ProcessingFacts, reader: Reader) -> tuple[p.Section, ...]:
    """What the sheet says, in order of reading."""
    say, nobody = reader.say, (reader.say("Nessuno.", "None."),)
    return (
        p.Section(say("Che cosa si registra", "What is recorded"), _recorded(facts, reader)),
        p.Section(
            say("Per quanto si conserva", "How long it is kept"),
            tuple(
                say(
                    f"{_CLASSES[one.retain][0]}: {words.months(one.months, reader)} (minimo {one.shortest})",
                    f"{_CLASSES[one.retain][1]}: {words.months(one.months, reader)} (at least {one.shortest})",
                )
                for one in facts.kept
            ),
        ),
        p.Section(say("Chi ha accesso", "Who has access"), _access(facts, reader) or nobody),
        p.Section(say("Sub-responsabili", "Sub-processors"), _companies(facts, reader) or nobody),
        p.Section(say("Strumenti e trasferimenti", "Tools and transfers"), _tools(facts, reader) or nobody),
        p.Section(
            say("Misure di sicurezza", "Security measures"),
            tuple(say(*_MEASURES[one]) for one in facts.measures),
        ),
        p.Section(say("Agli atti", "On file"), _papers(facts, reader) or nobody),
    )


def _recorded(facts: ProcessingFacts, reader: Reader) -> tuple[str, ...]:
    say, rules = reader.say, facts.recording
    always = say(
        "Sempre: chi si collega e chi autorizza, inizio, pause e fine, canali e quantità, comandi singoli, nomi e "
        "impronte dei file passati.",
        "Always: who connects and who authorises, beginning, pauses and end, channels and amounts, single commands, names "
        "and digests of files that passed.",
    )
    never = say(
        "Mai: tasti battuti, contenuto degli appunti, contenuto dei file, audio.",
        "Never: keystrokes, content of the clipboard, content of files, sound.",
    )
    if rules is None:
        return (
            always,
            say("Nessuna registrazione di terminale o schermo.", "No recording of terminal or screen."),
            never,
        )
    reach = _RECORDED[rules.sessions]
    papers = ", ".join(words.clean(one.reference) for one in (rules.client, rules.vendor))
    on = say(
        f"Terminale e schermo di {reach[0]}, sui documenti {papers}. Nel terminale i segreti sono coperti; lo schermo no.",
        f"Terminal and screen of {reach[1]}, on the papers {papers}. In terminals secrets are covered; screens are not.",
    )
    return always, on, never


def _access(facts: ProcessingFacts, reader: Reader) -> tuple[str, ...]:
    roles = {**words.ROLES, "administrator": ("amministratore di sistema", "system administrator")}
    found = []
    for one in facts.access:
        role, function = reader.say(*roles[one.role]), words.clean(one.function)
        if function.casefold() == role.casefold():
            function = ""  # it says the same
        parts = (words.clean(one.name), role, function, words.clean(one.employer))
        found.append(", ".join(part for part in parts if part))
    return tuple(found)


def _companies(facts: ProcessingFacts, reader: Reader) -> tuple[str, ...]:
    say = reader.say
    return tuple(
        f"{words.clean(one.company.name)}, {words.clean(one.company.place)}: "
        + (say("ammesso", "let in") if one.counts else say("non ammesso", "not let in"))
        for one in facts.companies
    )


def _tools(facts: ProcessingFacts, reader: Reader) -> tuple[str, ...]:
    unknown = reader.say("non annotato: lo chieda al fornitore", "not noted: ask the vendor")
    return tuple(
        f"{words.clean(one.tool)}: relay " + (words.clean(one.relay) if one.relay else unknown)
        for one in facts.tools
    )


def _papers(facts: ProcessingFacts, reader: Reader) -> tuple[str, ...]:
    names = {
        "dpa": ("Accordo sul trattamento dei dati (art. 28)", "Data processing agreement (art. 28)"),
        "dpia": ("Valutazione d’impatto (art. 35)", "Impact assessment (art. 35)"),
    }
    return tuple(
        f"{reader.say(*names[one.paper.kind])}: {words.clean(one.paper.reference)}, {date.fromisoformat(one.paper.dated):%d/%m/%Y}"
        for one in facts.papers
        if one.paper.kind in names
    )
