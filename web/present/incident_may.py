"""«Posso intervenire?» about an incident, in words: the first thing missing, and who can mend it (U-19)."""

from __future__ import annotations

from broker.cases.see_incidents import IncidentView
from broker.cases.seen_incident import Line
from broker.domain.declared import AnyDeclared, Over, Presumed, Underway
from broker.domain.incident import Contact, Workable
from broker.domain.people import Who
from broker.domain.refusal import Why
from web import views as v
from web.present import bare, papers, words
from web.present.reader import Pair, Reader
from web.present.times import span

LACKS: dict[Why, Pair] = {
    Why.AUTHORISATION_MISSING: ("Manca l’autorizzazione", "Not authorised"),
    Why.SUPERVISION_MISSING: ("Manca la supervisione", "Nobody is watching"),
    Why.WINDOW_CLOSED: ("Fuori dalla finestra", "Outside the window"),
    Why.HOST_UNREACHABLE: ("Macchina non collegata", "Host not connected"),
    Why.WRONG_STATE: ("Richiesta finita", "Request over"),
    Why.DPA_MISSING: ("Manca il DPA", "No DPA"),
    Why.MATRIX_MISSING: ("Manca la matrice", "No responsibility matrix"),
    Why.CONFIDENTIALITY_MISSING: ("Manca la riservatezza", "No confidentiality"),
    Why.TRAINING_MISSING: ("Manca la formazione", "No training"),
    Why.SUBPROCESSOR_NOT_LISTED: ("Manca il sì al sub-responsabile", "Sub-processor not accepted"),
}
"""What keeps a request from starting, in three words."""


def may(view: IncidentView, who: Who, reader: Reader) -> v.May:
    """The first thing missing, in words, and the button that asks for it."""
    say, seen = reader.say, view.seen
    found, base = seen.found, f"/incidenti/{seen.found.known.tenant}/{seen.found.known.id}"
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
        word = lack(line.lacks[0], reader)
        off = v.Act(label, icon="terminal", blocked=say("La pagina della richiesta dice chi può darla.", "The page of the request says who can give it."))  # fmt: skip
        return v.May(
            "wait", "", word, say(": si vede nella richiesta.", ": see the request."), see, off, checks
        )
    host = words.clean(line.host)
    go = v.Act(label, href=page, kind="act", icon="terminal")
    return v.May("yes", say("Può lavorare su", "You may work on"), host, ".", None, go, checks)


def lack(why: Why, reader: Reader) -> str:
    return reader.say(*LACKS.get(why, LACKS[Why.WRONG_STATE]))


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
    """The six, in the order in which what is missing is named."""
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
        _paper("DPA", found, (Why.DPA_MISSING,), reader),
        _paper(
            say("Riservatezza e formazione", "Confidentiality and training"),
            found,
            (Why.CONFIDENTIALITY_MISSING, Why.TRAINING_MISSING),
            reader,
        ),
        check(say("Agente", "Agent"), Why.HOST_UNREACHABLE, say(f"{host}, collegato", f"{host}, connected"), say(f"{host}, non collegato", f"{host}, not connected")),
    )  # fmt: skip


def _paper(name: str, found: Line | None, codes: tuple[Why, ...], reader: Reader) -> v.Check:
    say = reader.say
    if found is None:
        return v.Check(name, "off", say("dopo l’autorizzazione", "after authorisation"))
    lacks = [one for one in found.papers if one.code in codes]
    if not lacks:
        return v.Check(name, "ok", say("agli atti", "on file"))
    told = papers.short(lacks, reader)
    blocks = any(one.blocks for one in lacks)
    return v.Check(name, "stop" if blocks else "wait", say(f"manca {told}", f"{told} is missing"))
