"""The titolare's one page: what he has to do first, then what happened, then what he can check alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audit.channel_records import ToolSeen
from audit.periods import family, preceding
from audit.policy import Policy
from audit.session_records import DeskReported
from audit.terms import TERMS, months
from audit.verifica.page import digest
from broker.cases.person_view import PersonView
from broker.cases.see_customer import CustomerView
from broker.cases.see_hosts import HostView
from broker.cases.see_programs import CustomerPrograms
from broker.cases.see_requests import Listed
from broker.cases.see_sessions import SessionLine
from broker.cases.seen_incident import Seen
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import contests, erasing, facts, recording_rules, words
from web.present.duties import todos
from web.present.estate import confirmed
from web.present.month import files, share
from web.present.reader import Pair, Reader
from web.present.rules import TERM_WORDS
from web.present.times import ago, date_of, day_of, length, month_name, period_name, worked
from web.present.watching import other
from web.views import Mark


def page(
    view: CustomerView,
    who: Who,
    open_requests: Sequence[Listed],
    incidents: Sequence[Seen],
    running: Sequence[SessionLine],
    vendor: str,
    reader: Reader,
    programs: CustomerPrograms | None = None,
) -> e.Titolare:
    month = words.capital(month_name(view.period, reader))
    _, witnesses = witnessed(view, reader)
    return e.Titolare(
        vendor=words.clean(vendor),
        month=reader.say(f"{month}, in corso", f"{month}, so far"),
        todos=todos(view, who, open_requests, incidents, reader, programs),
        figures=_figures(view, reader),
        live=tuple(other(one, reader) for one in running) if who.role != "auditor" else (),
        exceptions=_exceptions(view, reader),
        reports=_reports(view, reader),
        people=tuple(_person(one, who, reader) for one in view.people),
        rules=rules(view, reader),
        hosts=tuple(_host(one, view, reader) for one in view.hosts if one.state != "revoked"),
        verifier=digest(),
        head=words.digest(view.head.root.hex()),
        head_when=date_of(reader.now, reader),
        head_line=witnesses,
        confirmed=confirmed(view.hosts, reader),
        erased=erasing.lines(view.erasures, who, reader),
        erased_next=erasing.next_line(view.erasures, reader),
        change_rules=who.role == "titolare",
        hours=f"/clienti/{who.tenant}/ore" if who.role == "titolare" else "",
        school=view.school is not None and view.school.is_school,
        cadences=contests.cadences(view.cadence, reader),
        log="/".join(view.head.origin.rsplit("/", 2)[1:]),
        others=_others(view, reader),
    )


# ------------------------------------------------------------------------------- what happened


def _figures(view: CustomerView, reader: Reader) -> tuple[e.Figure, ...]:
    f, say = view.figures, reader.say
    mark, witnesses = witnessed(view, reader)
    none = say("ancora nessuno", "none yet")
    return (
        e.Figure(
            say("Interventi", "Sessions"),
            words.thousands(f.sessions, reader),
            say("da inizio mese", "since the month began"),
        ),
        e.Figure(
            say("Ore totali", "Total hours"),
            worked(f.seconds),
            say("di sessioni finite", "of ended sessions"),
        ),
        share(
            say("Autorizzati", "Authorised"),
            f.authorised,
            f.sessions,
            (
                say("tutti", "all"),
                say("senza la firma di nessuno di voi", "without a signature of any of you"),
                none,
            ),
            reader,
        ),
        share(
            say("Supervisione chiesta", "Supervision asked"),
            f.sessions - f.unsupervised,
            f.sessions,
            (
                say("in tutti", "in all"),
                say("senza, per scelta di chi ha firmato", "without, by the signer’s choice"),
                none,
            ),
            reader,
        ),
        e.Figure(
            say("Voci del registro", "Records of the log"),
            words.thousands(view.head.size, reader),
            witnesses,
            mark,
        ),
    )


def _exceptions(view: CustomerView, reader: Reader) -> tuple[e.Deviation, ...]:
    found, say = [], reader.say
    for count, title, why in (
        (
            view.figures.own_requests,
            say("Autoapprovate in mandato", "Self-approved under a mandate"),
            say("autorizzate da chi le ha chieste", "authorised by whoever asked for them"),
        ),
        (
            view.figures.unsupervised,
            say("Senza supervisione", "Without supervision"),
            say("per scelta di chi ha firmato", "by the signer’s choice"),
        ),
    ):
        if count:
            many = say(f"{count} sessioni", f"{count} sessions")
            said = say("1 sessione", "1 session") if count == 1 else many
            found.append(e.Deviation(say("mese", "month"), title, f"{said}, {why}.", "/sessioni"))
    for one in view.notable:
        shown = facts.item(one.leaf, {}, reader, beside=view.texts.get(one.leaf.n, ""))
        href = f"/sessioni/{one.leaf.session}" if one.leaf.session else ""
        text = f"{shown.text}." if shown.text else ""
        if isinstance(one.leaf.record, ToolSeen | DeskReported):  # of no session, maybe, that would say where
            where = next((host.label for host in view.hosts if host.id == one.leaf.host), one.leaf.host or "")
            text = f"{words.clean(where)}: {text}"
        found.append(e.Deviation(day_of(one.leaf.time, reader), facts.label(one.leaf, reader), text, href))
    return tuple(found)


# ------------------------------------------------------------------------------ what he can check


def _reports(view: CustomerView, reader: Reader) -> tuple[e.ReportRow, ...]:
    rows = []
    for one in view.reports:
        month, day = period_name(one.period, reader), date_of(one.issued, reader)
        sent = view.delivered.get(one.number)
        brought = (
            ""
            if sent is None
            else reader.say(f", spedito il {date_of(sent, reader)}", f", sent on {date_of(sent, reader)}")
        )
        his = view.policy is not None and view.policy.recipient is not None
        sealed = f"/rapporti/{one.number}.sealed.zip" if his else ""
        if one.erased:
            erased = v.State("off", reader.say("Copia cancellata: vale la sua", "Copy erased: yours counts"))
            rows.append(
                e.ReportRow(month, erased, pdf="", bundle=f"/rapporti/{one.number}.zip", sealed=sealed)
            )
            continue
        partial = reader.say(", parziale", ", partial") if one.partial else ""
        signed = v.State(
            "off" if one.partial else "ok", reader.say(f"Firmato il {day}", f"Signed on {day}") + brought
        )
        row = files(one.number, month + partial)
        if one.minutes is not None:
            row = replace(row, sessions=str(one.sessions), hours=worked(60 * one.minutes))
        rows.append(replace(row, verdict=signed, sealed=sealed, page=f"/mesi/{one.number}"))
    return tuple(rows)


def _others(view: CustomerView, reader: Reader) -> tuple[v.Act, ...]:
    """The last two months that were closed, the older first."""
    closed = [
        one for one in view.reports if not (one.partial or one.erased) and family(one.period) == "month"
    ]
    return tuple(
        v.Act(words.capital(month_name(one.period, reader)), href=f"/mesi/{one.number}")
        for one in reversed(closed[:2])
    )


def _person(one: PersonView, who: Who, reader: Reader) -> e.Person:
    say = reader.say
    name = words.clean(one.name) + (say(" (lei)", " (you)") if one.id == who.person else "")
    count, role = one.signing_passkeys, words.coded(words.ROLES, one.role, reader)
    if one.role == "technician":
        role = say(
            "tecnico del fornitore, solo con un suo mandato", "technician of the vendor, under a mandate only"
        )
    elif one.delegated:
        role = say(f"{role}, solo con una delega", f"{role}, under a delegation only")
    line = say(
        f"{role}, {count} passkey per firmare",
        f"{role}, {count} passkey{'s' if count != 1 else ''} to sign with",
    )
    if one.demo_software:
        line += say(", chiave dimostrativa", ", demo key")
    if one.appointed_until is None:
        return e.Person(name, line, say("non nell’elenco", "not on the list"))
    day = date_of(one.appointed_until, reader)
    if one.appointed_until <= reader.now:
        return e.Person(name, line, say(f"scaduta il {day}", f"ended on {day}"))
    return e.Person(name, line, say(f"fino al {day}", f"until {day}"))


def _places(policy: Policy, reader: Reader) -> v.Fact:
    said = "; ".join(words.place(line, reader) for line in policy.folders)
    return v.Fact(reader.say("Cartelle", "Folders"), said or reader.say("Nessuna", "None"))


def rules(view: CustomerView, reader: Reader) -> tuple[v.Fact, ...]:
    policy, say = view.policy, reader.say
    if policy is None:
        return (v.Fact(say("Regole", "Rules"), say("Non ancora firmate.", "Not signed yet.")),)
    kinds = words.both(
        [words.lower(words.coded(words.CHANNELS, kind, reader)) for kind in policy.channels], reader
    )
    tools = words.both([words.clean(t.id) for t in policy.tools], reader)
    longest, window = length(policy.longest_s), length(policy.window_s)
    none = say("Nessuno", "None")
    return (
        v.Fact(
            say("Firme necessarie", "Signatures needed"),
            (say("Una", "One") if policy.approvals == 1 else str(policy.approvals))
            + words.roles(policy.roles, reader),
        ),
        v.Fact(
            say("Supervisione", "Supervision"),
            say("Sempre", "Always")
            if policy.supervision == "required"
            else say("La sceglie chi firma", "The signer chooses"),
        ),
        v.Fact(say("Canali", "Channels"), words.capital(kinds) or none),
        v.Fact(say("Strumenti", "Tools"), tools or none),
        _places(policy, reader),
        v.Fact(
            say("Durata", "Length"), say(f"Al massimo {longest} per sessione", f"At most {longest} a session")
        ),
        v.Fact(
            say("Finestra", "Window"),
            say(f"Al massimo {window} dall’inizio", f"At most {window} from its start"),
        ),
        v.Fact(
            say("Alla postazione", "At the desk"),
            say("Serve il sì di chi c’è", "Whoever is there must say yes")
            if policy.desk == "consent"
            else say("Chi c’è viene avvisato", "Whoever is there is told"),
        ),
        v.Fact(
            say("Senza rete", "Offline"),
            say("La sessione finisce", "The session ends")
            if policy.offline == "end"
            else say("La sessione continua fino alla scadenza", "The session goes on until its end"),
        ),
        recording_rules.fact(policy.recording, reader),
        v.Fact(say("Si conserva", "Kept"), terms(policy, reader)),
        v.Fact(
            say("Chiave del titolare", "The titolare’s key"),
            policy.recipient
            or say("Nessuna: i testi li apre solo il nostro server", "None: only our server opens texts"),
            mono=policy.recipient is not None,
        ),
        v.Fact(
            say("Versione", "Version"),
            words.ordinal(policy.number, reader),
            words.digest(policy.digest.hex()).short,
            mono=True,
        ),
    )


def terms(policy: Policy, reader: Reader) -> str:
    """``Nomi negli accessi 12 mesi, testi delle richieste 120 …``"""
    chosen = dict(policy.retention)
    said = [f"{words.lower(reader.say(*TERM_WORDS[name]))} {months(name, chosen)}" for name in TERMS]
    return words.capital(", ".join(said)) + reader.say(" (mesi)", " (months)")


_KEYS: dict[bool | None, Pair] = {
    None: ("l’agente non è ancora venuto", "the agent has not come yet"),
    True: ("chiavi confermate da voi", "keys confirmed by you"),
    False: (
        "chiavi non confermate: nessuno ha digitato l’impronta",
        "keys not confirmed: nobody has typed the fingerprint",
    ),
}


_LISTS: dict[str, Pair] = {
    "received": ("elenco della macchina ricevuto", "the host’s list received"),
    "missing": ("elenco della macchina mancante", "the host’s list missing"),
}


def _listed(one: HostView, view: CustomerView, reader: Reader) -> str:
    """Whether it has listed its own sessions of the month that ended last."""
    if one.list is None:
        return ""
    month = month_name(preceding(view.period), reader)
    return f"; {reader.say(*_LISTS[one.list])}, {month}"


def _host(one: HostView, view: CustomerView, reader: Reader) -> e.Person:
    say = reader.say
    if one.connected:
        right = say("collegata", "connected")
    elif one.last_seen is not None:
        seen = ago(one.last_seen, reader)
        right = say(f"vista {seen}", f"seen {seen}")
    else:
        right = (
            say("non collegata", "not connected")
            if one.state == "enrolled"
            else say("da iscrivere", "to be enrolled")
        )
    acts = (v.Act(say("Apri", "Open"), href=f"/postazioni/{one.id}"),)
    return e.Person(
        words.clean(one.label), say(*_KEYS[one.confirmed]) + _listed(one, view, reader), right, acts
    )


def witnessed(view: CustomerView, reader: Reader) -> tuple[Mark | None, str]:
    """Whether every witness holds a head of the log, and the line that says how many do."""
    enrolled = {one.id for one in view.hosts if one.state == "enrolled"}
    held, all_ = sum(one.host in enrolled for one in view.cosigned), len(enrolled)
    line = reader.say(f"macchine testimoni: {held} su {all_}", f"hosts as witnesses: {held} of {all_}")
    theirs, named = view.external
    if named:
        line += reader.say(f"; altri: {theirs} su {named}", f"; others: {theirs} of {named}")
    if not enrolled:
        return None, line
    return "ok" if (held, theirs) == (all_, named) else "wait", line
