"""The access log in words: one line for each access, filters, files to carry away, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from audit.access_log import PORTAL, Entry
from broker.api.refusals import agents_sentences, brokers_sentences
from broker.cases.see_accesses import AccessesView, Counts
from broker.domain.accesses import OUTCOMES, Asked
from broker.domain.estate import Tenant
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_access as a
from web.present import words
from web.present.reader import Pair, Reader
from web.present.typed_days import read_day

EVENTS: dict[str, Pair] = {
    "access.succeeded": ("Accesso al portale", "Signed in"),
    "access.failed": ("Accesso al portale fallito", "Sign-in failed"),
    "access.ended": ("Uscita dal portale", "Signed out"),
    "access.denied": ("Tentativo negato", "Attempt denied"),
    "log.read": ("Lettura di dati registrati", "Records read"),
    "grant.activated": ("Autorizzazione attivata", "Authorisation activated"),
    "session.started": ("Inizio intervento", "Session started"),
    "session.refused": ("Avvio rifiutato dalla macchina", "Start refused by the host"),
    "session.ended": ("Fine intervento", "Session ended"),
    "session.presumed_ended": ("Fine presunta", "Presumed end"),
    "supervision.taken": ("Supervisione presa in carico", "Supervision taken"),
    "supervision.joined": ("Supervisione, ingresso", "Watcher joined"),
    "supervision.left": ("Supervisione, uscita", "Watcher left"),
    "channel.opened": ("Canale aperto", "Channel opened"),
    "channel.refused": ("Canale rifiutato", "Channel refused"),
    "channel.closed": ("Canale chiuso", "Channel closed"),
    "declared.began": (
        "Inizio dichiarato dal tecnico, non attestato",
        "Start declared by the technician, not attested",
    ),
    "declared.ended": (
        "Fine dichiarata dal tecnico, non attestata",
        "End declared by the technician, not attested",
    ),
    "declared.presumed_ended": ("Fine non dichiarata, presunta", "No end declared: presumed"),
    "tool.started": ("Programma con licenza avviato", "Licensed tool started"),
    "tool.stopped": ("Programma con licenza fermato", "Licensed tool stopped"),
    "tool.outside": ("Programma con licenza senza autorizzazione", "Licensed tool without authorisation"),
}
STATES: dict[str, tuple[v.Mark, Pair]] = {
    "ok": ("ok", ("Riuscito", "Succeeded")),
    "denied": ("stop", ("Negato", "Denied")),
    "failed": ("stop", ("Fallito", "Failed")),
    "presumed": ("wait", ("Presunto", "Presumed")),
    "declared": ("wait", ("Dichiarato, non attestato", "Declared, not attested")),
    "outside": ("stop", ("Fuori autorizzazione", "Outside any authorisation")),
}
_DUTIES: dict[str, Pair] = {
    "technician": ("tecnico occasionale", "occasional technician"),
    "titolare": ("titolare", "titolare"),
    "ads": ("ADS fuori elenco", "ADS not on the list"),
    "auditor": ("revisore", "auditor"),
    "owner": ("gestione del fornitore", "vendor’s owner"),
}
AUTH: dict[str, Pair] = {
    "passkey": ("passkey", "passkey"),
    "password_totp": ("password e codice", "password and code"),
    "command_line": ("codice per la riga di comando", "code for the command line"),
    "oidc": ("fornitore di identità", "identity provider"),
    "spid": ("SPID", "SPID"),
    "cie": ("CIE", "CIE"),
    "ssh_key": ("chiave ssh", "ssh key"),
    "demo_software": ("passkey dimostrativa", "demo passkey"),
}
_WHAT: dict[str, Pair] = {
    "accesses": ("registro degli accessi", "access log"),
    "activation": ("attivazione", "activation"),
    "approval": ("autorizzazione", "authorisation"),
    "approvers": ("elenco di chi autorizza", "list of who authorises"),
    "bundle": ("pacchetto delle prove", "bundle of proofs"),
    "breach": ("violazione dei dati", "data breach"),
    "contest": ("contestazione", "contested item"),
    "enrolment": ("iscrizione di una macchina", "enrolment of a host"),
    "extract": ("estratto di una sessione", "extract of a session"),
    "host": ("macchina", "host"),
    "incident_evidence": ("evidenze di un incidente", "evidence of an incident"),
    "link": ("collegamento di una macchina", "link of a host"),
    "log": ("registro", "log"),
    "mail": ("posta", "mail"),
    "password": ("password", "password"),
    "person": ("persona", "person"),
    "provider": ("fornitore di identità", "identity provider"),
    "policy": ("regole", "rules"),
    "preservation": ("pacchetto di versamento", "package for preservation"),
    "recording": ("registrazione di sessione", "recording of a session"),
    "recording_clear": ("registrazione di schermo, non sfocata", "recording of a screen, not blurred"),
    "records": ("registro", "log"),
    "report": ("rapporto", "report"),
    "request": ("richiesta o incidente", "request or incident"),
    "session": ("sessione", "session"),
    "signing_key": ("passkey per firmare", "signing passkey"),
    "ssh": ("ingresso ssh", "ssh"),
    "ssh_key": ("chiave ssh", "ssh key"),
    "tenant": ("dati di un cliente", "data of a customer"),
    "watch": ("supervisione", "supervision"),
}


def read(values: Mapping[str, str]) -> Asked:
    """The filters as they stand in the address; what they may be the case judges."""
    before = values.get("prima", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 15):
        raise Refused(Why.BAD_INPUT, field="prima")
    return Asked(
        since=_day(values, "dal"),
        until=_day(values, "al"),
        person=values.get("persona") or None,
        host=values.get("macchina") or None,
        administrators=values.get("ads") == "si",
        before=int(before) if before else None,
    )


def _day(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name, "")
    return read_day(text, name) if text else None


def page(view: AccessesView, asked: Asked, reader: Reader) -> a.Accesses:
    """A customer's own log, for his titolare, ADS and auditor."""
    say = reader.say
    files = "/api/accesses/export"
    return a.Accesses(
        title=say("Registro degli accessi", "Access log"),
        lead=say(
            "Ogni accesso, riuscito o no, come sta nel registro firmato. Qui non c’è nulla di ciò che si è digitato o visto.",
            "Every access, successful or not, as it stands in the signed log. Nothing typed or seen is here.",
        ),
        post="/accessi",
        rows=_rows(view, reader),
        logs=(),
        people=_options(view.people, asked.person, say("Chiunque", "Anybody"), reader),
        hosts=_options(
            {PORTAL: say("Il portale", "The portal"), **view.hosts},
            asked.host,
            say("Ovunque", "Anywhere"),
            reader,
        ),
        since=_text(asked.since),
        until=_text(asked.until),
        administrators=asked.administrators,
        may_filter=True,
        older=_older("/accessi", view, asked, None),
        files=tuple(
            (what, f"{files}.{form}?{_query(asked, view.tenant.id)}")
            for what, form in (
                (
                    say("Con le prove, per verbale-verify (ZIP)", "With proofs, for verbale-verify (ZIP)"),
                    "zip",
                ),
                (say("Tabella (CSV)", "Table (CSV)"), "csv"),
                (say("Dati (JSONL)", "Data (JSONL)"), "jsonl"),
            )
        ),
        evidence="/accessi/evidenze",
    )


def own(view: AccessesView, tenants: Sequence[Tenant], who: Who, asked: Asked, reader: Reader) -> a.Accesses:
    """What the log of one tenant says of the caller. The vendor's people choose whose log."""
    say = reader.say
    files, base = "/api/accesses/own", "/accessi/miei"
    return a.Accesses(
        title=say("I miei accessi", "My accesses"),
        lead=say(
            "Che cosa il registro dice di lei, e nulla degli altri. È ciò che leggono anche i clienti, dei loro registri.",
            "What the log says of you, and of nobody else. Customers read the same, each in their own log.",
        ),
        post=base,
        rows=_rows(view, reader),
        logs=tuple(
            v.Option(one.id, words.clean(one.name), chosen=one.id == view.tenant.id) for one in tenants
        )
        if who.house
        else (),
        people=(),
        hosts=(),
        since=_text(asked.since),
        until=_text(asked.until),
        administrators=False,
        may_filter=False,
        older=_older(base, view, asked, view.tenant.id),
        files=tuple(
            (what, f"{files}.{form}?{_query(asked, view.tenant.id)}")
            for what, form in (
                (say("Tabella (CSV)", "Table (CSV)"), "csv"),
                (say("Dati (JSONL)", "Data (JSONL)"), "jsonl"),
            )
        ),
    )


def _rows(view: AccessesView, reader: Reader) -> tuple[a.AccessRow, ...]:
    return tuple(_row(one, reader) for one in view.page.entries)


def _row(one: Entry, reader: Reader) -> a.AccessRow:
    say = reader.say
    mark, outcome = STATES[one.outcome]
    duty: Pair = (
        ("amministratore di sistema", "system administrator")
        if one.administrator
        else _DUTIES.get(one.role, ("", ""))
    )
    where = say("Portale", "Portal") if one.host == PORTAL else words.clean(one.host_name or one.host)
    return a.AccessRow(
        seq=one.seq,
        when=f"{one.local[8:10]}/{one.local[5:7]}/{one.local[:4]} {one.local[11:19]} {one.zone}",
        event=say(*EVENTS[one.event]),
        who=words.name(one.name or one.person, reader)
        if one.person
        else say("Non riconosciuto", "Not recognised"),
        duty=say(*duty),
        where=where,
        terminal=words.clean(one.terminal),
        outcome=v.State(mark, say(*outcome)),
        told=_told(one, reader),
    )


def _told(one: Entry, reader: Reader) -> str:
    say = reader.say
    parts = [say(*AUTH[one.auth]) if one.auth in AUTH else one.auth]
    if one.reason:
        known = (
            brokers_sentences(one.reason)
            if any(brokers_sentences(one.reason))
            else agents_sentences(one.reason)
        )
        parts.append(_part(say(*known)) or say(f"motivo {one.reason}", f"reason {one.reason}"))
    if one.what:
        parts.append(say(*_WHAT[one.what]) if one.what in _WHAT else one.what)
    if one.tool:
        parts.append(words.clean(one.tool))
    if one.account:
        kind = say(" da amministratore", " as administrator") if one.privileged else ""
        parts.append(
            say(f"utente {words.clean(one.account)}{kind}", f"account {words.clean(one.account)}{kind}")
        )
    if one.incident:
        parts.append(one.incident)
    return " · ".join(part for part in parts if part)


def _part(sentence: str) -> str:
    """Its first sentence, for a line of several parts."""
    return sentence.split(". ", maxsplit=1)[0].removesuffix(".")


def _options(
    found: Mapping[str, str], chosen: str | None, whole: str, reader: Reader
) -> tuple[v.Option, ...]:
    every = v.Option("", whole, chosen=chosen is None)
    return (
        every,
        *(v.Option(one, words.name(name, reader), chosen=one == chosen) for one, name in found.items()),
    )


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _older(base: str, view: AccessesView, asked: Asked, tenant: str | None) -> str:
    """The address of the next page, or nothing."""
    if view.page.before is None:
        return ""
    fields = {
        "cliente": tenant or "", "dal": _text(asked.since), "al": _text(asked.until), "persona": asked.person or "",
        "macchina": asked.host or "", "ads": "si" if asked.administrators else "", "prima": str(view.page.before),
    }  # fmt: skip
    return f"{base}?{urlencode({name: value for name, value in fields.items() if value})}"


def _query(asked: Asked, tenant: str) -> str:
    fields = {
        "tenant": tenant, "since": _text(asked.since), "until": _text(asked.until), "person": asked.person or "",
        "host": asked.host or "", "administrators": "true" if asked.administrators else "",
    }  # fmt: skip
    return urlencode({name: value for name, value in fields.items() if value})


def counts(found: Sequence[Counts], asked: Asked, reader: Reader) -> a.Counts:
    return a.Counts(
        "/accessi/conteggi",
        _text(asked.since),
        _text(asked.until),
        tuple(reader.say(*STATES[one][1]) for one in OUTCOMES),
        tuple(
            a.CountRow(
                words.clean(one.name),
                str(one.total),
                () if one.outcomes is None else tuple(str(one.outcomes[name]) for name in OUTCOMES),
            )
            for one in found
        ),
    )
