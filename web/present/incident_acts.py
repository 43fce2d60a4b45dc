"""What can be done about an incident: messages by one click, each with its key (U-20), and the other acts."""

from __future__ import annotations

from broker.cases.see_incidents import IncidentView
from broker.cases.seen_incident import Line
from broker.domain.incident import Closed, Contact, Open, Routed, Taken, Workable
from broker.domain.people import Who
from broker.domain.refusal import Why
from broker.domain.request import AwaitingApproval
from broker.domain.session import Running
from web import views as v
from web.present import incident_words as w
from web.present.reader import Reader
from web.present.times import moment


def acts(view: IncidentView, who: Who, reader: Reader) -> tuple[v.Act, ...]:
    say, found = reader.say, view.seen.found
    base, tenant = _page(view), found.known.tenant
    acts = [v.Act(say(f"Vai alla richiesta {one.id}", f"Go to request {one.id}"), href=f"/richieste/{one.id}", icon="link") for one in view.lines[:5]]  # fmt: skip
    if who.role == "technician":
        acts.append(v.Act(say("Scrivi un lavoro", "Type work"), href=f"/clienti/{tenant}/lavori", icon="pen"))
    if isinstance(found, Contact):
        if who.role in ("titolare", "ads"):
            acts.append(v.Act(say("Autorizzo il fornitore", "I authorise the vendor"), post=f"{base}/segnala", kind="act", icon="pen"))  # fmt: skip
            acts.append(v.Act(say("Lo risolvo io", "I will solve it"), post=f"{base}/risolvo", icon="right"))
        return tuple(acts)
    if isinstance(found, Closed | Routed) or who.role != "technician":
        return tuple(acts)
    if found.course.answered is None:
        acts.append(v.Act(say("Ho chiamato il cliente", "I called the customer"), post=f"{base}/risposta/chiamata", icon="phone"))  # fmt: skip
        acts.append(v.Act(say("Ho scritto al cliente", "I wrote to the customer"), post=f"{base}/risposta/messaggio", icon="mail"))  # fmt: skip
    if isinstance(found, Taken) and found.by == who.person:
        acts.append(v.Act(say("Rimetti in coda", "Put back"), post=f"{base}/rilascia", icon="undo"))
    if getattr(found, "by", who.person) == who.person:
        acts += _waits(found, base, reader)
    return tuple(acts)


def _page(view: IncidentView) -> str:
    known = view.seen.found.known
    return f"/incidenti/{known.tenant}/{known.id}"


def messages(view: IncidentView, who: Who, reader: Reader) -> tuple[v.Act, ...]:
    """Of the technician, in the order of their keys A, S, E, I; what makes no sense now stands there with its reason."""
    found = view.seen.found
    if who.role != "technician" or isinstance(found, Closed | Routed):
        return ()
    mine = next((one for one in view.lines if one.request.asked.technician == who.person), None)
    line = mine or (view.lines[0] if view.lines else None)
    return (
        _authorisation(view, line, reader),
        _supervision(line, reader),
        _extension(line, who, reader),
        _explain(view, reader),
    )


def _authorisation(view: IncidentView, line: Line | None, reader: Reader) -> v.Act:
    say, known = reader.say, view.seen.found.known
    told = say("Scritto a titolare e ADS.", "Titolare and ADS have been written to.")
    label = say("Chiedi l’autorizzazione", "Ask for authorisation")
    if isinstance(view.seen.found, Contact):
        return v.Act(label, post=f"{_page(view)}/avvisa", icon="mail", key="a", said=told)
    if line is not None and isinstance(line.request, AwaitingApproval):
        again = say("Chiedi di nuovo l’autorizzazione", "Ask for the authorisation again")
        return v.Act(again, post=f"/richieste/{line.id}/sollecito", icon="mail", key="a", said=told)
    if line is not None and Why.AUTHORISATION_MISSING not in line.lacks and Why.WRONG_STATE not in line.lacks:
        until = moment(line.request.asked.statement.not_after, reader)
        given = say(f"Già firmata, vale fino a {until}.", f"Signed already, until {until}.")
        return v.Act(label, icon="pen", blocked=given)
    form = f"/richieste/nuova?cliente={known.tenant}&incidente={known.id}"
    return v.Act(say("Chiedi l’accesso", "Ask for access"), href=form, icon="pen", key="a")


def _supervision(line: Line | None, reader: Reader) -> v.Act:
    label = reader.say("Vai alla supervisione", "Go to the supervision")
    if line is not None and Why.SUPERVISION_MISSING in line.lacks:
        return v.Act(label, href=f"/richieste/{line.id}", icon="eye", key="s")
    why = reader.say("Nessuna richiesta la aspetta adesso.", "No request waits for it now.")
    return v.Act(label, icon="eye", blocked=why)


def _extension(line: Line | None, who: Who, reader: Reader) -> v.Act:
    label = reader.say("Chiedi un’estensione", "Ask for more time")
    held = None if line is None else line.session
    if isinstance(held, Running) and held.permit.technician == who.person:
        return v.Act(label, post=f"/sessioni/{held.permit.id}/estensione", icon="pen", key="e", leads=True)
    why = reader.say("Si chiede durante la sua sessione.", "It is asked during your own session.")
    return v.Act(label, icon="pen", blocked=why)


def _explain(view: IncidentView, reader: Reader) -> v.Act:
    label = reader.say("Spiega perché non posso", "Explain why I cannot")
    if isinstance(view.seen.found, Contact | Open):
        told = reader.say("Scritto a titolare e ADS.", "Titolare and ADS have been written to.")
        return v.Act(label, post=f"{_page(view)}/spiega", icon="mail", key="i", said=told)
    why = reader.say("Serve solo finché manca l’autorizzazione.", "It is for when authorisation is missing.")
    return v.Act(label, icon="mail", blocked=why)


def _waits(found: Open | Workable | Taken, base: str, reader: Reader) -> list[v.Act]:
    if found.course.wait is not None:
        over = reader.say("L’attesa è finita", "The wait is over")
        return [v.Act(over, post=f"{base}/attesa/fine", icon="right")]
    return [
        v.Act(reader.say(*w.AWAITED["customer"]), post=f"{base}/attesa/cliente", icon="pause"),
        v.Act(reader.say(*w.AWAITED["authorisation"]), post=f"{base}/attesa/autorizzazione", icon="pause"),
    ]
