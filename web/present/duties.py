"""What a customer's titolare, ADS or auditor has to do, the most urgent first; nothing, most days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from audit.session_records import SessionRefused
from broker.cases.see_customer import CustomerView
from broker.cases.see_programs import CustomerPrograms
from broker.cases.see_requests import Listed
from broker.cases.seen_incident import Seen
from broker.domain.incident import Contact
from broker.domain.people import Who
from broker.domain.refusal import FORGED_ORDER, Why
from web import views as v
from web import views_estate as e
from web.present import next_log, papers, playbacks, programs, school, words
from web.present.approving import supervise
from web.present.estate import signing_key
from web.present.reader import Reader
from web.present.requests import title_of
from web.present.times import date_of, moment

RENEW_BEFORE = timedelta(days=30)


def todos(
    view: CustomerView,
    who: Who,
    open_requests: Sequence[Listed],
    incidents: Sequence[Seen],
    reader: Reader,
    of_programs: CustomerPrograms | None = None,
) -> tuple[e.Todo, ...]:
    if who.role == "auditor":
        return _to_check(view, reader)
    found = [
        *_stopped(view, reader),
        *next_log.to_acknowledge(view, who, reader),
        *_to_object(view, reader),
        *_to_found(view, who, reader),
        *_to_call_for(incidents, reader),
        *_to_answer(open_requests, who, reader),
        *_to_ask(view, reader),
        *_to_renew(view, who, reader),
        *_to_file(view, who, reader),
        *(school.todos(view.school, reader.now, reader) if who.role == "titolare" else ()),
        *([] if of_programs is None else programs.todos(of_programs, who, reader)),
        *playbacks.told(view.playbacks, who, reader),
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


def _to_check(view: CustomerView, reader: Reader) -> tuple[e.Todo, ...]:
    """Whoever reads and checks has nothing to sign."""
    say = reader.say
    title = say("Lei legge e controlla", "You read and check")
    text = say(
        "Registro, rapporti, pacchetti e registrazioni di sessione. Ciò che guarda resta scritto a suo nome.",
        "Log, reports, bundles and recordings of sessions. What you look at is recorded in your name.",
    )
    return (*_to_ask(view, reader), e.Todo("ok", title, text))


def _to_file(view: CustomerView, who: Who, reader: Reader) -> list[e.Todo]:
    """What the titolare alone can give: the matrix, and his word on a sub-processor."""
    if view.duties is None or who.role != "titolare":
        return []
    say, found = reader.say, []
    see = v.Act(say("Vedi gli adempimenti", "See the duties"), href="/adempimenti", icon="pen")
    for one in view.duties.lacks:
        if one.code is Why.MATRIX_MISSING:
            told = papers.lack(one, view.duties.block, reader)
            mark: Literal["stop", "wait"] = "stop" if one.blocks else "wait"
            found.append(
                e.Todo(
                    mark,
                    say("Dire chi deve fare che cosa", "Say who must do what"),
                    f"{told.strong} {told.text}",
                    (see,),
                )
            )
    waiting = [
        one.company for one in view.duties.subprocessors if one.announced.answer is None and not one.counts
    ]
    if waiting:
        names = words.both([words.clean(one.name) for one in waiting], reader)
        title = say("Un sub-responsabile aspetta la sua risposta", "A sub-processor awaits your answer")
        text = say(
            f"Il fornitore vuole che persone di {names} lavorino anche da lei.",
            f"The vendor wants people of {names} to work at yours, too.",
        )
        found.append(e.Todo("wait", title, text, (see,)))
    return found


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


def _to_call_for(incidents: Sequence[Seen], reader: Reader) -> list[e.Todo]:
    """Calls that nobody who may has answered: until then the vendor can do nothing for them."""
    found, say = [], reader.say
    for one in incidents:
        if not isinstance(one.found, Contact):
            continue
        known = one.found.known
        read = say("Leggi e decidi", "Read and decide")
        act = v.Act(read, href=f"/incidenti/{known.tenant}/{known.id}", kind="act", icon="pen")
        title = say("Rispondere a una telefonata", "Answer a call")
        text = say("Il testo è stato cancellato.", "Its text was erased.")
        if one.told is not None:
            text = words.clean(one.told.incident_text)
        found.append(e.Todo("wait", title, f"{text} · {known.id}", (act,)))
    return found


def _to_answer(open_requests: Sequence[Listed], who: Who, reader: Reader) -> list[e.Todo]:
    found, say = [], reader.say
    for line in open_requests:
        base = f"/richieste/{line.line.id}"
        host, technician = words.clean(line.line.host), words.clean(line.line.technician)
        if line.found.STATE == "awaiting_approval":
            read = say("Leggi e decidi", "Read and decide")
            act = v.Act(read, href=f"{base}/approva", kind="act", icon="pen")
            title = say(f"Rispondere a {technician}", f"Answer {technician}")
            if line.line.clarification == "answered":
                title = say(f"{technician} ha risposto alla domanda", f"{technician} answered the question")
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
