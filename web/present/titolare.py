"""The titolare's one page: what he has to do first, then what happened, then what he can check alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from audit.periods import preceding
from audit.records import SessionRefused
from audit.statement import Policy
from audit.terms import TERMS, months
from audit.verifica.page import digest
from broker.cases.person_view import PersonView
from broker.cases.see_customer import CustomerView
from broker.cases.see_estate import HostView
from broker.cases.see_requests import Listed
from broker.cases.see_sessions import SessionLine
from broker.domain.people import Who
from broker.domain.refusal import FORGED_ORDER
from web import views as v
from web import views_estate as e
from web.present import erasing, facts, next_log, words
from web.present.approving import supervise
from web.present.estate import confirmed, signing_key
from web.present.reader import Pair, Reader
from web.present.requests import title_of
from web.present.rules import TERM_WORDS
from web.present.times import ago, date_of, day_of, length, moment, month_name
from web.present.watching import other
from web.views import Mark

RENEW_BEFORE = timedelta(days=30)


def page(
    view: CustomerView,
    who: Who,
    open_requests: Sequence[Listed],
    running: Sequence[SessionLine],
    vendor: str,
    reader: Reader,
) -> e.Titolare:
    month = words.capital(month_name(view.period, reader))
    _, witnesses = witnessed(view, reader)
    return e.Titolare(
        vendor=words.clean(vendor),
        month=reader.say(f"{month}, in corso", f"{month}, so far"),
        todos=todos(view, who, open_requests, reader),
        figures=_figures(view, reader),
        live=tuple(other(one, reader) for one in running),
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
    )


# ---------------------------------------------------------------------------------- what to do


def todos(
    view: CustomerView, who: Who, open_requests: Sequence[Listed], reader: Reader
) -> tuple[e.Todo, ...]:
    found = [
        *_stopped(view, reader),
        *next_log.to_acknowledge(view, who, reader),
        *_to_object(view, reader),
        *_to_found(view, who, reader),
        *_to_answer(open_requests, who, reader),
        *_to_ask(view, reader),
        *_to_renew(view, who, reader),
        *next_log.to_hand_on(view, who, reader),
    ]
    if found:
        return tuple(found)
    say = reader.say
    text = say(
        "Nessuna richiesta aspetta lei, e le sue regole sono firmate.",
        "No request awaits you, and your rules are signed.",
    )
    waiting = sum(one.state in ("prepared", "signed") for one in view.hosts)
    if waiting:
        text += say(
            f" Macchine che non hanno ancora portato il loro agente: {waiting}.",
            f" Hosts that have not brought their agent yet: {waiting}.",
        )
    return (e.Todo("ok", say("Che cosa deve fare lei: niente", "What you have to do: nothing"), text),)


def _stopped(view: CustomerView, reader: Reader) -> list[e.Todo]:
    """Only the vendor can mend it; the customer is told before he finds out at a refusal."""
    if not view.stopped:
        return []
    say = reader.say
    text = say(
        "Ciò che il nostro server conserva non è ciò che testimoni o copie pubblicate conoscono: finché il fornitore "
        "non rimedia, nulla viene annotato e nessuna sessione si apre. Gli chieda che cosa è successo.",
        "What our server keeps is not what witnesses or published copies know: until the vendor mends it, nothing is "
        "recorded and no session opens. Ask what happened.",
    )
    return [e.Todo("stop", say("Il suo registro è fermo", "Your log has stopped"), text)]


def _to_object(view: CustomerView, reader: Reader) -> list[e.Todo]:
    """A list signed with the key on paper waits: whoever may authorise today can stop it."""
    if view.announced is None:
        return []
    found, counts = view.announced
    say = reader.say
    name = next((words.clean(one.name) for one in view.people if one.id == found.by), found.by)
    when = moment(counts, reader, zone=True)
    act = v.Act(
        say("Leggi e opponiti", "Read and object"), post="/persone/elenco/opposizione", icon="pen", sign=True
    )
    text = say(
        f"Con la chiave su carta, a nome di {name}. Vale da {when}; ogni macchina conta le sue 72 ore. "
        "Se non lo ha chiesto chi doveva, firmi l’opposizione.",
        f"By the key on paper, in the name of {name}. It counts from {when}; every host counts its own 72 hours. "
        "If it was not asked by whoever should, sign the objection.",
    )
    title = say(
        "Un elenco nuovo di chi può autorizzare aspetta", "A new list of who may authorise is waiting"
    )
    return [e.Todo("wait", title, text, (act,))]


def _to_found(view: CustomerView, who: Who, reader: Reader) -> list[e.Todo]:
    """The founding steps, in their order; only the first that is missing."""
    say = reader.say
    me = next((one for one in view.people if one.id == who.person), None)
    if me is None:
        return []
    if not me.signing_passkeys:
        title = say("Creare la passkey con cui firma", "Create the passkey you sign with")
        text = say(
            "È un’altra passkey, su un altro indirizzo: quella per entrare non può valere come firma.",
            "It is another passkey, at another address: the one to log in cannot count as a signature.",
        )
        return [e.Todo("wait", title, text, (signing_key(reader, first=True),))]
    if who.role != "titolare":
        return []
    unsigned = [
        p for p in view.people if p.role in ("titolare", "ads") and p.signing_passkeys > p.appointed_keys
    ]
    if unsigned:
        names = words.both([words.clean(p.name) for p in unsigned], reader)
        read = v.Act(say("Leggi e firma", "Read and sign"), href="/persone/elenco", kind="act", icon="pen")
        title = say("Firmare l’elenco di chi può autorizzare", "Sign the list of who may authorise")
        text = say(
            f"Hanno una passkey per firmare e non sono ancora nell’elenco: {names}.",
            f"They have a passkey to sign with and are not on the list yet: {names}.",
        )
        return [e.Todo("wait", title, text, (read,))]
    if view.policy is None:
        read = v.Act(
            say("Leggi e firma le regole", "Read and sign the rules"), href="/regole", kind="act", icon="pen"
        )
        text = say(
            "Senza regole firmate nessuna macchina si può iscrivere.",
            "Without signed rules no host can be enrolled.",
        )
        return [e.Todo("wait", say("Firmare le sue regole", "Sign your rules"), text, (read,))]
    return _to_enrol(view, reader)


def _to_enrol(view: CustomerView, reader: Reader) -> list[e.Todo]:
    say = reader.say
    acts = []
    for one in [h for h in view.hosts if h.state == "prepared"][:5]:
        label = words.clean(one.label)
        acts.append(
            v.Act(say(f"Iscrivi {label}", f"Enrol {label}"), href=f"/postazioni/{one.id}", icon="pen")
        )
    if not acts:
        return []
    text = say("Ogni agente obbedisce solo a ciò che lei firma.", "Every agent obeys only what you sign.")
    return [e.Todo("wait", say("Iscrivere le sue macchine", "Enrol your hosts"), text, tuple(acts))]


def _to_answer(open_requests: Sequence[Listed], who: Who, reader: Reader) -> list[e.Todo]:
    found, say = [], reader.say
    for line in open_requests:
        base = f"/richieste/{line.line.id}"
        host, technician = words.clean(line.line.host), words.clean(line.line.technician)
        if line.found.STATE == "awaiting_approval":
            read = say("Leggi e decidi", "Read and decide")
            act = v.Act(read, href=f"{base}/approva", kind="act", icon="pen")
            title = say(f"Rispondere a {technician}", f"Answer {technician}")
            found.append(e.Todo("wait", title, f"{title_of(line, reader)} · {host}", (act,)))
        elif line.found.STATE == "approved" and getattr(line.found, "watcher", None) == who.person:
            text = say(f"{technician} aspetta lei su {host}.", f"{technician} awaits you on {host}.")
            title = say("Guardare una sessione", "Watch a session")
            found.append(e.Todo("wait", title, text, (supervise(base, reader),)))
    return found


def _to_ask(view: CustomerView, reader: Reader) -> list[e.Todo]:
    """An order that does not fit what was signed: it opened nothing, but somebody made it."""
    say = reader.say
    labels = {host.id: host.label for host in view.hosts}
    hosts = [
        words.clean(labels.get(one.leaf.host or "", one.leaf.host or ""))
        for one in view.refused
        if isinstance(one.leaf.record, SessionRefused) and one.leaf.record.reason in FORGED_ORDER
    ]
    if not hosts:
        return []
    where = words.both(sorted(set(hosts)), reader)
    title = say(
        "Chiedere conto al fornitore di un ordine non autentico",
        "Ask the vendor about an order that is not authentic",
    )
    text = say(
        f"Questo mese l’agente l’ha rifiutato su {where}, e non ha aperto nulla: firme, chiavi, testi o "
        "registro non tornavano.",
        f"This month the agent refused it on {where}, and opened nothing: signatures, keys, texts or log did "
        "not agree.",
    )
    act = v.Act(say("Vedi i fatti", "See the facts"), href="#t-ecc")
    return [e.Todo("wait", title, text, (act,))]


def _to_renew(view: CustomerView, who: Who, reader: Reader) -> list[e.Todo]:
    if who.role != "titolare":
        return []
    lines = []
    for one in view.people:
        until = one.appointed_until
        if until is not None and until - reader.now < RENEW_BEFORE:
            name, day = words.clean(one.name), date_of(until, reader)
            lines.append(reader.say(f"{name} fino al {day}", f"{name} until {day}"))
    if not lines:
        return []
    said, say = words.both(lines, reader), reader.say
    act = v.Act(say("Rinnova le nomine", "Renew the appointments"), href="/persone/elenco", icon="pen")
    title = say("Rinnovare chi può autorizzare", "Renew who may authorise")
    return [
        e.Todo("wait", title, say(f"Nomine che finiscono: {said}.", f"Appointments ending: {said}."), (act,))
    ]


# ------------------------------------------------------------------------------- what happened


def _figures(view: CustomerView, reader: Reader) -> tuple[e.Figure, ...]:
    f, say = view.figures, reader.say
    mark, witnesses = witnessed(view, reader)
    return (
        e.Figure(
            say("Interventi", "Sessions"),
            words.thousands(f.sessions, reader),
            say("da inizio mese", "since the month began"),
        ),
        e.Figure(
            say("Ore totali", "Total hours"),
            length(f.seconds),
            say("di sessioni finite", "of ended sessions"),
        ),
        _share(
            say("Autorizzati", "Authorised"),
            f.authorised,
            f.sessions,
            say("senza la firma di nessuno di voi", "without a signature of any of you"),
            say("tutti", "all"),
            reader,
        ),
        _share(
            say("Supervisione chiesta", "Supervision asked"),
            f.sessions - f.unsupervised,
            f.sessions,
            say("senza, per scelta di chi ha firmato", "without, by the signer’s choice"),
            say("in tutti", "in all"),
            reader,
        ),
        e.Figure(
            say("Voci del registro", "Records of the log"),
            words.thousands(view.head.size, reader),
            witnesses,
            mark,
        ),
    )


def _share(name: str, yes: int, all_: int, lacking: str, whole: str, reader: Reader) -> e.Figure:
    """So many of so many; in order where none is missing."""
    number = reader.say(f"{yes} su {all_}", f"{yes} of {all_}")
    if not all_:
        return e.Figure(name, number, reader.say("ancora nessuno", "none yet"))
    if yes == all_:
        return e.Figure(name, number, whole, "ok")
    return e.Figure(name, number, f"{all_ - yes} {lacking}", "wait")


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
        shown = facts.item(one.leaf, {}, reader)
        href = f"/sessioni/{one.leaf.session}/diretta" if one.leaf.session else ""
        text = f"{shown.text}." if shown.text else ""
        found.append(e.Deviation(day_of(one.leaf.time, reader), facts.label(one.leaf, reader), text, href))
    return tuple(found)


# ------------------------------------------------------------------------------ what he can check


def _reports(view: CustomerView, reader: Reader) -> tuple[e.ReportRow, ...]:
    rows = []
    for one in view.reports:
        month, day = month_name(one.period, reader), date_of(one.issued, reader)
        his = view.policy is not None and view.policy.recipient is not None
        sealed = f"/rapporti/{one.number}.sealed.zip" if his else ""
        if one.erased:
            erased = v.State("off", reader.say("Copia cancellata: vale la sua", "Copy erased: yours counts"))
            rows.append(
                e.ReportRow(month, erased, pdf="", bundle=f"/rapporti/{one.number}.zip", sealed=sealed)
            )
            continue
        rows.append(
            e.ReportRow(
                month=month + (reader.say(", parziale", ", partial") if one.partial else ""),
                verdict=v.State(
                    "off" if one.partial else "ok", reader.say(f"Firmato il {day}", f"Signed on {day}")
                ),
                pdf=f"/rapporti/{one.number}.pdf",
                bundle=f"/rapporti/{one.number}.zip",
                json=f"/rapporti/{one.number}.json",
                sealed=sealed,
                twin=f"/rapporti/{one.number}.pdf.p7m",
            )
        )
    return tuple(rows)


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
