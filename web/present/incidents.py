"""Incidents in words: the queue's rows, one incident, «Posso intervenire?»."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.agree_contract import Agreed
from broker.cases.see_incidents import IncidentView
from broker.cases.seen_incident import Seen
from broker.domain.contract import OTHER
from broker.domain.declared import Underway
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
from broker.domain.request import Opened
from broker.domain.reseller import TAKE_OVERS
from broker.domain.session import Live, phase
from web import views as v
from web import views_incidents as i
from web.present import bare, clarifying, facts, incident_acts, incident_may, response_clock, words
from web.present import incident_words as w
from web.present.reader import Reader
from web.present.times import clock_time, length, moment, short
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
    if seen.line is not None and isinstance(seen.line.session, Live):
        return v.State("ok", reader.say("Sessione in corso", "Session running"))
    if seen.line is not None and isinstance(seen.line.declared, Underway):
        return bare.state(seen.line.declared, reader)
    if isinstance(seen.found, Workable | Taken) and seen.line is not None and seen.line.lacks:
        return v.State("wait", incident_may.lack(seen.line.lacks[0], reader))
    if isinstance(seen.found, Workable | Taken) and seen.line is not None:
        return v.State("ok", reader.say("Può intervenire", "May start"))
    return words.state(w.STATES, seen.found.STATE, reader)


def badges(seen: Seen, reader: Reader) -> tuple[v.Badge, ...]:
    found = seen.found
    category = v.Badge(reader.say(f"Cat. {found.known.category}", f"Cat. {found.known.category}"))
    course = None if isinstance(found, Contact) else found.course
    rated = None if course is None else course.rated
    proposed = None if course is None or rated is not None else course.proposed
    first = (
        []
        if rated is None
        else [
            v.Badge(
                reader.say(f"Gravità {rated.severity}", f"Severity {rated.severity}"),
                severity=rated.severity.value,
            )
        ]
    )
    if proposed is not None:
        first.append(v.Badge(reader.say(f"Proposta {proposed}", f"Proposed {proposed}")))
    if course is not None and course.testing is not None:
        first.append(v.Badge(reader.say("Collaudo", "Acceptance"), "sign"))
    about = [] if seen.product is None else [v.Badge(_product(seen.product, reader))]
    if seen.outside:
        about.append(v.Badge(reader.say("Fuori contratto", "Outside the contract"), "wait"))
    if seen.resale_year == 1:
        about.append(v.Badge(reader.say("Rivenditore, anno 1: gratuito", "Reseller, year 1: free"), "ok"))
    elif seen.resale_year:
        about.append(
            v.Badge(reader.say("Rivenditore, dal 2º anno: a pagamento", "Reseller, from year 2: charged"))
        )
    asked = () if seen.line is None else clarifying.badge(seen.line.clarification, reader)
    return (*asked, *first, response_clock.plan_badge(seen, reader), category, *about)


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
        may=None
        if isinstance(found, Closed | Routed) or not who.house
        else incident_may.may(view, who, reader),
        rating=_rating(view, reader, technician=technician)
        if isinstance(found, Open | Workable | Taken)
        else None,
        pull=_pull(view, reader) if technician and isinstance(found, Workable) else None,
        closing=i.Closing(f"{base}/chiudi", _options(w.OUTCOMES, OUTCOMES, reader))
        if technician
        and not isinstance(found, Closed | Routed)
        and getattr(found, "by", who.person) == who.person
        else None,
        acts=incident_acts.acts(view, who, reader),
        messages=incident_acts.messages(view, who, reader),
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


# ------------------------------------------------------------------------------------------- calls


def calls(found: Sequence[Seen], reader: Reader) -> i.Calls:
    """Whoever rang, newest first: those that wait for a yes before the others."""
    say = reader.say
    waits = [one for one in found if isinstance(one.found, Contact)]
    over = [one for one in found if not isinstance(one.found, Contact)]
    groups = (
        (say("Aspettano il sì di titolare o ADS", "Waiting for the titolare’s or the ADS’s yes"), waits),
        (say("Le altre", "The others"), over),
    )
    return i.Calls(
        tuple(
            v.QueueGroup(name, tuple(_call(one, reader) for one in those)) for name, those in groups if those
        )
    )


def _call(seen: Seen, reader: Reader) -> v.QueueRow:
    caller = "" if seen.told is None else words.clean(seen.told.caller)
    back = "" if seen.told is None else words.clean(seen.told.callback)
    who = reader.say(f"Ha chiamato {caller}", f"{caller} rang") if caller else ""
    return v.QueueRow(
        href=address(seen),
        tenant=words.clean(seen.customer),
        title=title_of(seen, reader),
        state=words.state(w.STATES, seen.found.STATE, reader),
        clock=v.Clock(moment(seen.found.known.logged, reader), seen.found.known.id),
        icon="phone",
        why=", ".join(one for one in (who, back) if one),
    )
