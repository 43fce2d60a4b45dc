"""Incidents in words: the queue's rows, one incident, «Posso intervenire?»."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.agree_contract import Agreed
from broker.cases.see_incidents import IncidentView
from broker.cases.seen_incident import Line, Seen
from broker.domain.contract import OTHER
from broker.domain.declared import AnyDeclared, Over, Presumed, Underway
from broker.domain.incident import (
    CHANGES,
    JUMP_REASONS,
    OUTCOMES,
    Closed,
    Contact,
    Open,
    Routed,
    Taken,
    Workable,
)
from broker.domain.people import Who
from broker.domain.plans import Severity
from broker.domain.product import Product
from broker.domain.refusal import Why
from broker.domain.request import Opened
from broker.domain.reseller import TAKE_OVERS
from broker.domain.session import phase
from web import views as v
from web import views_incidents as i
from web.present import bare, facts, response_clock, words
from web.present import incident_words as w
from web.present.reader import Reader
from web.present.times import clock_time, length, moment, short, span
from web.views_programs import Met

_ORIGINS = w.ORIGINS


def address(seen: Seen) -> str:
    return f"/incidenti/{seen.found.known.tenant}/{seen.found.known.id}"


def title_of(seen: Seen, reader: Reader) -> str:
    text = "" if seen.told is None else seen.told.incident_text
    return words.first_line(words.fault(text, reader, erased=seen.told is None)) or reader.say(
        "Incidente", "Incident"
    )


def state_of(seen: Seen, reader: Reader) -> v.State:
    """Whom it waits for, by the technician's word; else of what is missing, where something is, or of the incident."""
    if isinstance(seen.found, Open | Workable | Taken) and (wait := seen.found.course.wait) is not None:
        return v.State("wait", words.coded(w.AWAITED, wait.awaited, reader))
    if isinstance(seen.found, Workable | Taken) and seen.line is not None and seen.line.lacks:
        return v.State("wait", reader.say(*_LACKS.get(seen.line.lacks[0], _LACKS[Why.WRONG_STATE])))
    if isinstance(seen.found, Workable | Taken) and seen.line is not None:
        return v.State("ok", reader.say("Può intervenire", "May start"))
    return words.state(w.STATES, seen.found.STATE, reader)


_LACKS = {
    Why.AUTHORISATION_MISSING: ("Manca l’autorizzazione", "Not authorised"),
    Why.SUPERVISION_MISSING: ("Manca la supervisione", "Nobody is watching"),
    Why.WINDOW_CLOSED: ("Fuori dalla finestra", "Outside the window"),
    Why.HOST_UNREACHABLE: ("Macchina non collegata", "Host not connected"),
    Why.WRONG_STATE: ("Richiesta finita", "Request over"),
}


def badges(seen: Seen, reader: Reader) -> tuple[v.Badge, ...]:
    found = seen.found
    category = v.Badge(reader.say(f"Cat. {found.known.category}", f"Cat. {found.known.category}"))
    course = None if isinstance(found, Contact) else found.course
    rated = None if course is None else course.rated
    proposed = None if course is None or rated is not None else course.proposed
    first = (
        []
        if rated is None
        else [v.Badge(reader.say(f"Gravità {rated.severity}", f"Severity {rated.severity}"))]
    )
    if proposed is not None:
        first.append(v.Badge(reader.say(f"Proposta {proposed}", f"Proposed {proposed}")))
    if course is not None and course.testing is not None:
        first.append(v.Badge(reader.say("Collaudo", "Acceptance"), "sign"))
    about = [] if seen.product is None else [v.Badge(_product(seen.product, reader))]
    if seen.outside:
        about.append(v.Badge(reader.say("Fuori contratto", "Outside the contract"), "wait"))
    return (*first, response_clock.plan_badge(seen, reader), category, *about)


def _product(name: str, reader: Reader) -> str:
    return reader.say("Altro programma", "Another program") if name == OTHER else words.clean(name)


def row(seen: Seen, reader: Reader) -> v.QueueRow:
    found = seen.found
    since = found.since if isinstance(found, Workable | Taken) else found.known.logged
    why = ""
    if seen.jumps is not None:
        when = moment(seen.jumps, reader)
        why = reader.say(
            f"Passa in testa {when}, se nessuno lo prende prima: la scadenza sarebbe entro 30 minuti.",
            f"Goes to the head {when}, unless somebody takes it before: its deadline would be within 30 minutes.",
        )
    icon = (
        ""
        if seen.place
        else "phone"
        if isinstance(found, Contact)
        else "right"
        if isinstance(found, Taken)
        else "pause"
    )
    return v.QueueRow(
        href=address(seen),
        tenant=words.clean(seen.customer),
        title=title_of(seen, reader),
        state=state_of(seen, reader),
        clock=response_clock.small(seen, reader),
        badges=badges(seen, reader),
        place="" if seen.place is None else str(seen.place),
        since=clock_time(since),
        icon=icon,
        why=why,
    )


# ------------------------------------------------------------------------------------ one incident


def incident(
    view: IncidentView, who: Who, reader: Reader, slip: v.Slip | None = None, met: Met | None = None
) -> i.Incident:
    seen, say = view.seen, reader.say
    found, base = seen.found, address(seen)
    text = words.fault("" if seen.told is None else seen.told.incident_text, reader, erased=seen.told is None)
    technician = who.role == "technician"
    return i.Incident(
        code=found.known.id,
        tenant=words.clean(seen.customer),
        heard=_heard(seen, reader),
        title=title_of(seen, reader),
        text=text,
        badges=badges(seen, reader),
        state=state_of(seen, reader),
        clock=response_clock.of(seen, reader),
        feed=facts.feed(view.feed, view.names, reader, declared=seen.declared),
        facts=_facts(view, reader),
        back=v.Act(say("Torna all’elenco", "Back to the list"), href="/coda" if who.house else "/incidenti"),
        may=None if isinstance(found, Closed | Routed) or not who.house else may(view, who, reader),
        rating=_rating(view, reader, technician=technician)
        if isinstance(found, Open | Workable | Taken)
        else None,
        pull=_pull(view, reader) if technician and isinstance(found, Workable) else None,
        closing=i.Closing(f"{base}/chiudi", _options(w.OUTCOMES, OUTCOMES, reader))
        if technician
        and not isinstance(found, Closed | Routed)
        and getattr(found, "by", who.person) == who.person
        else None,
        acts=_acts(view, who, reader),
        notice=_to_come(view, reader) if not who.house else None,
        read_aloud=say(*w.READ_ALOUD) if isinstance(found, Contact) and who.house else "",
        slip=slip,
        met=met,
        takeover=_takeover(base, reader) if technician and isinstance(found, Routed) else None,
    )


def _takeover(base: str, reader: Reader) -> i.Pull:
    return i.Pull(
        f"{base}/subentra",
        reader.say("Subentra", "Take over"),
        reader.say(
            "Tocca prima a chi ha fornito il programma. Se subentra il fornitore, il motivo resta nel registro del "
            "cliente e il lavoro non si addebita al rivenditore.",
            "It is first the turn of whoever supplied the program. If the vendor takes over, the reason stays in the "
            "customer’s log and the work is not charged to the reseller.",
        ),
        _options(w.TAKE_OVERS, TAKE_OVERS, reader),
    )


def _to_come(view: IncidentView, reader: Reader) -> v.Notice | None:
    """To the customer's own people, before anything was asked of them: a report authorises nothing yet."""
    if isinstance(view.seen.found, Routed):
        firm = words.clean(view.names.get(view.seen.found.reseller, ""))
        return v.Notice(
            "",
            reader.say(f"Se ne occupa prima {firm}.", f"{firm} treats it first."),
            reader.say(
                "Da lì avete il programma. Se serve il fornitore, lo chiede il rivenditore, o subentra il fornitore.",
                "You have the program from there. Where the vendor is needed, the reseller asks, or the vendor takes over.",
            ),
            "info",
        )
    if view.lines or not isinstance(view.seen.found, Open):
        return None
    return v.Notice(
        "",
        reader.say("La segnalazione è arrivata.", "The report has come in."),
        reader.say(
            "Per collegarsi il fornitore le manda una richiesta di accesso: si apre solo con la firma di chi può "
            "autorizzare.",
            "To connect, the vendor sends you a request for access: it opens only by the signature of whoever may "
            "authorise.",
        ),
        "info",
    )


def _heard(seen: Seen, reader: Reader) -> str:
    say, found = reader.say, seen.found
    if isinstance(found, Contact) or found.course is None:
        when = moment(found.known.logged, reader)
        return say(f"telefonata di {when}", f"call of {when}")
    origin, when = words.coded(_ORIGINS, found.course.origin, reader), moment(found.course.reported, reader)
    return say(f"ricevuto {when}, {origin}", f"received {when}, {origin}")


def _facts(view: IncidentView, reader: Reader) -> tuple[v.Fact, ...]:
    seen, say = view.seen, reader.say
    found = seen.found
    lines = []
    if seen.told is not None and seen.told.caller:
        lines.append(v.Fact(say("Ha chiamato", "Called"), words.clean(seen.told.caller)))
    if seen.told is not None and seen.told.callback:
        lines.append(v.Fact(say("Richiamare", "Call back"), words.clean(seen.told.callback)))
    if seen.place is not None and isinstance(found, Workable):
        since = moment(found.since, reader)
        lines.append(
            v.Fact(say("In coda", "In the queue"), say(f"al posto {seen.place}", f"in place {seen.place}"),
                   say(f"lavorabile da {since}", f"workable since {since}"))
        )  # fmt: skip
    if isinstance(found, Taken):
        lines.append(
            v.Fact(
                say("In mano a", "In the hands of"), words.name(view.names.get(found.by, found.by), reader)
            )
        )
    if isinstance(found, Closed):
        lines.append(v.Fact(say("Esito", "Outcome"), words.coded(w.OUTCOMES, found.outcome, reader)))
    if view.tried:
        lines.append(
            v.Fact(
                say("Il rivenditore ha già tentato", "The reseller tried already"), words.clean(view.tried)
            )
        )
    if isinstance(found, Routed):
        firm = words.clean(view.names.get(found.reseller, found.reseller))
        lines.append(v.Fact(say("Rivenditore", "Reseller"), firm))
    if isinstance(found, Contact | Open | Routed):
        waited = length((reader.now - found.known.logged).total_seconds())
        lines.append(v.Fact(say("Aspetta da", "Waiting for"), waited))
    for line in view.lines:
        if isinstance(line.request, Opened) and line.declared is not None:
            state = bare.state(line.declared, reader)
        elif isinstance(line.request, Opened) and line.session is not None:
            state = words.state(words.SESSION_STATES, phase(line.session), reader)
        else:
            state = words.state(words.REQUEST_STATES, line.request.STATE, reader)
        lines.append(v.Fact(say("Richiesta", "Request"), f"{line.id}: {state.word.lower()}"))
    return tuple(lines)


def _acts(view: IncidentView, who: Who, reader: Reader) -> tuple[v.Act, ...]:
    say, found = reader.say, view.seen.found
    base, tenant = address(view.seen), found.known.tenant
    acts = [v.Act(say(f"Vai alla richiesta {one.id}", f"Go to request {one.id}"), href=f"/richieste/{one.id}", icon="link") for one in view.lines[:5]]  # fmt: skip
    if who.role == "technician":
        acts.append(v.Act(say("Scrivi un lavoro", "Type work"), href=f"/clienti/{tenant}/lavori", icon="pen"))
    if isinstance(found, Contact):
        if who.role == "technician":
            ask = say("Chiedi l’autorizzazione", "Ask for authorisation")
            acts.append(v.Act(ask, post=f"{base}/avvisa", icon="mail"))
            acts.append(_explain(base, reader))
        if who.role in ("titolare", "ads"):
            acts.append(v.Act(say("Autorizzo il fornitore", "I authorise the vendor"), post=f"{base}/segnala", kind="act", icon="pen"))  # fmt: skip
            acts.append(v.Act(say("Lo risolvo io", "I will solve it"), post=f"{base}/risolvo", icon="right"))
        return tuple(acts)
    if isinstance(found, Closed | Routed) or who.role != "technician":
        return tuple(acts)
    if found.course.answered is None:
        acts.append(v.Act(say("Ho chiamato il cliente", "I called the customer"), post=f"{base}/risposta/chiamata", icon="phone"))  # fmt: skip
        acts.append(v.Act(say("Ho scritto al cliente", "I wrote to the customer"), post=f"{base}/risposta/messaggio", icon="mail"))  # fmt: skip
    if isinstance(found, Open):
        acts.append(_explain(base, reader))
    if isinstance(found, Taken) and found.by == who.person:
        acts.append(v.Act(say("Rimetti in coda", "Put back"), post=f"{base}/rilascia", icon="undo"))
    if getattr(found, "by", who.person) == who.person:
        acts += _waits(found, base, reader)
    acts.append(v.Act(say("Chiedi l’accesso", "Ask for access"), href=f"/richieste/nuova?cliente={tenant}&incidente={found.known.id}", icon="pen"))  # fmt: skip
    return tuple(acts)


def _waits(found: Open | Workable | Taken, base: str, reader: Reader) -> list[v.Act]:
    if found.course.wait is not None:
        over = reader.say("L’attesa è finita", "The wait is over")
        return [v.Act(over, post=f"{base}/attesa/fine", icon="right")]
    return [
        v.Act(reader.say(*w.AWAITED["customer"]), post=f"{base}/attesa/cliente", icon="pause"),
        v.Act(reader.say(*w.AWAITED["authorisation"]), post=f"{base}/attesa/autorizzazione", icon="pause"),
    ]


def _explain(base: str, reader: Reader) -> v.Act:
    return v.Act(
        reader.say("Spiega perché non posso", "Explain why I cannot"), post=f"{base}/spiega", icon="mail"
    )


def _rating(view: IncidentView, reader: Reader, *, technician: bool) -> i.Rating:
    say, found = reader.say, view.seen.found
    assert isinstance(found, Open | Workable | Taken)  # the caller asked
    rated, proposed = found.course.rated, found.course.proposed
    line = say("Non ancora attribuita.", "Not set yet.")
    if rated is not None:
        by, at = words.name(view.names.get(rated.by, rated.by), reader), short(rated.at, reader)
        since = short(found.course.reported, reader)
        line = say(
            f"Attribuita da {by} alle {at}. Cambiarla ricalcola la scadenza da {since} e resta nel rapporto.",
            f"Set by {by} at {at}. Another one reckons the deadline anew from {since}, and stays in the report.",
        )
    elif proposed is not None:
        line = say(f"Il cliente propone {proposed}.", f"The customer proposes {proposed}.")
    shown = None if rated is None else rated.severity
    return i.Rating(
        word="" if shown is None else shown.value,
        definition="" if shown is None else say(*w.DEFINITIONS[shown.value]),
        line=line,
        post=f"{address(view.seen)}/gravita",
        severities=severities(reader, without=shown),
        reasons=() if rated is None else _options(w.CHANGES, CHANGES, reader),
        blocked="" if technician else say("La attribuisce solo un tecnico.", "Only a technician sets it."),
    )


def severities(reader: Reader, without: Severity | None = None) -> tuple[v.Option, ...]:
    """With the definitions the vendor publishes (S-07 to S-09)."""
    return tuple(
        v.Option(one.value, f"{one.value}. {reader.say(*w.DEFINITIONS[one.value])}")
        for one in Severity
        if one != without
    )


def products(found: Sequence[Product], agreed: Agreed, reader: Reader) -> tuple[v.Option, ...]:
    """What a report can be about; beside what the contract does not cover stands so, before it is sent (S-02)."""
    listed = [(one.id, words.clean(one.name)) for one in found if one.listed]
    if not listed:
        return ()
    outside = reader.say("Fuori contratto", "Outside the contract")
    every = (*listed, (OTHER, reader.say("Altro", "Something else")))
    return (
        v.Option("", reader.say("Non so", "I do not know")),
        *(
            v.Option(
                id, name if agreed.now is not None and agreed.now.includes(id) else f"{name} · {outside}"
            )
            for id, name in every
        ),
    )


def _options(
    table: dict[str, tuple[str, str]], codes: tuple[str, ...], reader: Reader
) -> tuple[v.Option, ...]:
    return tuple(v.Option(code, reader.say(*table[code])) for code in codes)


def _pull(view: IncidentView, reader: Reader) -> i.Pull:
    known = view.seen.found.known
    say = reader.say
    head = view.next is not None and view.next.waiting.id == (known.tenant, known.id)
    if head:
        return i.Pull(f"{address(view.seen)}/prendi", say("Prendi il prossimo", "Take the next one"),
                      say("È il prossimo della coda.", "It is next in the queue."))  # fmt: skip
    return i.Pull(
        f"{address(view.seen)}/prendi",
        say("Salta la coda", "Jump the queue"),
        say(
            "Non è il prossimo: serve un motivo, che resta nel registro di tutti i clienti che aspettavano.",
            "It is not next: it takes a reason, which stays in the log of every customer who waited.",
        ),
        _options(w.JUMPS, JUMP_REASONS, reader),
    )


# -------------------------------------------------------------------------- Posso intervenire?


def may(view: IncidentView, who: Who, reader: Reader) -> v.May:
    """The first thing missing, in words, and the button that asks for it."""
    say, seen = reader.say, view.seen
    found, base = seen.found, address(seen)
    mine = next((one for one in view.lines if one.request.asked.technician == who.person), None)
    line = mine or (view.lines[0] if view.lines else None)
    label = say("Avvia sessione", "Start session")
    ask = v.Act(say("Chiedi l’autorizzazione", "Ask for authorisation"), href=f"/richieste/nuova?cliente={found.known.tenant}&incidente={found.known.id}", kind="act", icon="pen")  # fmt: skip
    if isinstance(found, Contact):
        ask = v.Act(ask.label, post=f"{base}/avvisa", kind="act", icon="mail")
    if (
        line is None
        or isinstance(found, Contact)
        or (line.lacks == (Why.WRONG_STATE,) and line.session is None and not _begun(line))
    ):
        rang = say(
            ". Ha telefonato chi non può darla: serve il sì del titolare o dell’ADS, scritto e per questa anomalia.",
            ". Whoever called cannot give it: it takes the titolare’s or the ADS’s written yes, for this fault.",
        )
        never = say(": nessuna richiesta di accesso è stata fatta.", ": no request for access was made.")
        if line is not None:
            never = say(": l’ultima richiesta di accesso è finita.", ": the last request for access is over.")
        off = v.Act(label, icon="terminal", blocked=say("Si attiva dopo la firma dell’ADS o del titolare.", "It works after the ADS or the titolare has signed."))  # fmt: skip
        after = rang if isinstance(found, Contact) else never
        blocked = (
            "" if who.role == "technician" else say("La chiede un tecnico.", "A technician asks for it.")
        )
        main = v.Act(ask.label, icon=ask.icon, blocked=blocked) if blocked else ask
        missing = say("l’autorizzazione", "authorisation")
        return v.May("no", say("Manca", "There is no"), missing, after, main, off, _checks(None, reader))
    checks = _checks(line, reader)
    page = f"/richieste/{line.id}"
    if line.declared is not None and _begun(line):
        return _declared(line.declared, page, reader)
    if line.session is not None and line.lacks == (Why.WRONG_STATE,):
        go = v.Act(say("Vai alla sessione", "Go to the session"), href=f"/sessioni/{line.session.permit.id}", kind="act", icon="terminal")  # fmt: skip
        return v.May("yes", say("Una", "A"), say("sessione", "session"), say(" è stata avviata.", " was started."), None, go, checks)  # fmt: skip
    if isinstance(found, Workable) and not line.lacks and _not_next(view):
        off = v.Act(label, icon="terminal", blocked=say("Si attiva quando l’ha preso in carico.", "It works once you have taken it."))  # fmt: skip
        return v.May("wait", say("Non è il", "It is not"), say("prossimo della coda", "next in the queue"),
                       say(": lo prenda in carico con un motivo, oppure prenda il prossimo.",
                           ": take it with a reason, or take the next one."), None, off, checks)  # fmt: skip
    see = v.Act(say("Vai alla richiesta", "Go to the request"), href=page, kind="act", icon="right")
    if line.lacks:
        word = say(*_LACKS[line.lacks[0]])
        off = v.Act(label, icon="terminal", blocked=say("La pagina della richiesta dice chi può darla.", "The page of the request says who can give it."))  # fmt: skip
        return v.May(
            "wait", "", word, say(": si vede nella richiesta.", ": see the request."), see, off, checks
        )
    host = words.clean(line.host)
    go = v.Act(label, href=page, kind="act", icon="terminal")
    return v.May("yes", say("Può lavorare su", "You may work on"), host, ".", None, go, checks)


def _begun(line: Line) -> bool:
    """Whether its technician has declared a session of it."""
    return isinstance(line.declared, Underway | Over | Presumed)


def _declared(found: AnyDeclared, page: str, reader: Reader) -> v.May:
    """What he declared, as his word: no check of ours stands behind it."""
    say, state = reader.say, words.lower(bare.state(found, reader).word)
    see = v.Act(say("Vai alla richiesta", "Go to the request"), href=page, kind="act", icon="right")
    after = say(". Non attestata: la macchina non ha un agente.", ". Not attested: the host has no agent.")
    answer = "yes" if isinstance(found, Underway) else "no"
    return v.May(answer, say("Sessione dichiarata:", "Declared session:"), state, after, None, see, ())  # type: ignore[arg-type]


def _not_next(view: IncidentView) -> bool:
    known = view.seen.found.known
    return view.next is None or view.next.waiting.id != (known.tenant, known.id)


def _checks(found: Line | None, reader: Reader) -> tuple[v.Check, ...]:
    """Authorisation, supervision, window, agent; the papers stand on the page of the request."""
    say = reader.say
    lacks = frozenset(found.lacks) if found is not None else frozenset({Why.AUTHORISATION_MISSING})
    waits = say("dopo l’autorizzazione", "after authorisation")

    def check(name: str, why: Why, good: str, bad: str) -> v.Check:
        if found is None and why is not Why.AUTHORISATION_MISSING:
            return v.Check(name, "off", waits)
        return v.Check(name, "wait" if why in lacks else "ok", bad if why in lacks else good)

    asked = None if found is None else found.request.asked.statement
    window = "" if asked is None else span(asked.not_before, asked.not_after, reader)
    host = "" if found is None else words.clean(found.host)
    return (
        check(say("Autorizzazione", "Authorisation"), Why.AUTHORISATION_MISSING, say("firmata", "signed"), say("nessuna", "none")),
        check(say("Supervisione", "Supervision"), Why.SUPERVISION_MISSING, say("in ordine", "in order"), say("nessuno guarda", "nobody watches")),
        check(say("Finestra", "Window"), Why.WINDOW_CLOSED, window, window),
        check(say("Agente", "Agent"), Why.HOST_UNREACHABLE, say(f"{host}, collegato", f"{host}, connected"), say(f"{host}, non collegato", f"{host}, not connected")),
    )  # fmt: skip
