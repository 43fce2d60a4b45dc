"""Hosts without an agent in words, and the sessions that a technician declares there: never those of an attested one."""

from __future__ import annotations

from audit.bare_host import BareHost
from audit.declared import DeclaredRequest
from broker.cases.see_requests import RequestView
from broker.domain.declared import Allowed, AnyDeclared, Over, Presumed, Underway
from broker.domain.people import Who
from web import views as v
from web import views_session as vs
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import moment, until

NOT_ATTESTED: Pair = (
    "Dichiarata dal tecnico, non attestata.",
    "Declared by the technician, not attested.",
)
_MEANS: Pair = (
    "Su questa macchina non c’è un agente: inizio e fine sono parola del tecnico. Da qui nessuno può seguirla né fermarla.",
    "There is no agent on this host: start and end are the technician’s word. Nobody can watch or stop it from here.",
)
STATES: dict[str, tuple[v.Mark, Pair]] = {
    "allowed": ("wait", ("Dichiarazione attesa", "Declaration awaited")),
    "underway": ("wait", ("In corso, dice il tecnico", "Running, says the technician")),
    "ended": ("off", ("Finita, dice il tecnico", "Ended, says the technician")),
    "presumed_ended": ("wait", ("Fine non dichiarata", "No end declared")),
}


def notice(reader: Reader) -> v.Notice:
    """To be read before anything else on a page about one."""
    return v.Notice("wait", reader.say(*NOT_ATTESTED), reader.say(*_MEANS), "alert")


def state(found: AnyDeclared, reader: Reader) -> v.State:
    return words.state(STATES, found.STATE, reader)


def ends(found: AnyDeclared, reader: Reader) -> str:
    say = reader.say
    match found:
        case Underway(ends=at):
            return until(at, reader, zone=True)
        case Over(ended=at):
            return say(f"finita {moment(at, reader)}, dice", f"ended {moment(at, reader)}, he says")
        case Presumed(until=at):
            return say(f"presunta {moment(at, reader)}", f"presumed {moment(at, reader)}")
        case Allowed():
            return "–"


def place_of(line: BareHost, reader: Reader) -> str:
    where = ", ".join(words.clean(one) for one in (line.place, line.os) if one)
    return reader.say(
        f"{where}; solo con lo strumento {words.clean(line.tool)}",
        f"{where}; through the tool {words.clean(line.tool)} alone",
    )


def other(found: AnyDeclared, host: str, technician: str, reader: Reader) -> vs.Other:
    """Beside the live sessions: nothing to look at, and no button that would promise to stop it."""
    return vs.Other(
        f"/richieste/{found.permit.request}",
        v.State("wait", reader.say(*NOT_ATTESTED).rstrip(".")),
        words.clean(host),
        words.clean(technician),
        ends(found, reader),
    )


def step(view: RequestView, who: Who, reader: Reader) -> v.DeclareStep | None:
    """What the technician who asked can declare now."""
    found, say = view.line.declared, reader.say
    if found is None or found.permit.technician != who.person:
        return None
    base = f"/api/declared/{found.permit.id}"
    match found:
        case Allowed() if view.line.found.STATE == "approved" and not view.line.line.lacks and view.turn:
            return v.DeclareStep(
                f"{base}/began/begin",
                f"{base}/finish",
                say("Dichiaro che inizio", "I declare that I begin"),
                say(
                    "La sua passkey firma l’inizio. Verbale non apre nulla: si colleghi con lo strumento autorizzato.",
                    "Your passkey signs the start. Verbale opens nothing: connect with the tool that was authorised.",
                ),
            )
        case Underway(ends=at):
            last = until(at, reader, zone=True)
            return v.DeclareStep(
                f"{base}/ended/begin",
                f"{base}/finish",
                say("Ho finito", "I have finished"),
                say(
                    f"Firmi la fine quando smette. Era autorizzato {last}: dopo, la fine è presunta lì.",
                    f"Sign the end when you stop. You were authorised {last}: after that, the end is presumed there.",
                ),
            )
        case Over(outcome=None) | Presumed(outcome=None):
            return v.DeclareStep(
                close=v.Act(
                    say("Scrivi l’esito", "Write the outcome"),
                    href=f"/richieste/{found.permit.request}/esito",
                    kind="act",
                    icon="pen",
                )
            )
        case _:
            return None


def closing(view: RequestView, reader: Reader, wrote: v.Slip | None = None) -> v.Closing:
    say, statement = reader.say, view.line.found.asked.statement
    base = f"/richieste/{statement.request}/esito"
    asked = {a.code for a in statement.activities}
    chosen = asked if wrote is None else set(wrote.value("activity").split())
    outcome = "" if wrote is None else wrote.value("outcome")
    return v.Closing(
        post=base,
        page=base,
        opened=say(*NOT_ATTESTED),
        outcomes=tuple(
            v.Option(code, say(*pair), chosen=outcome == code) for code, pair in words.OUTCOMES.items()
        ),
        doing=v.Doing(
            tuple(
                v.Option(code, say(*pair), chosen=code in chosen)
                for code, pair in words.ACTIVITIES.items()
                if code in asked
            ),
            (),
            (),
        ),
        counted=say("Solo le attività autorizzate.", "Authorised activities only."),
        note="" if wrote is None else wrote.value("note"),
        error="" if wrote is None else wrote.sentence,
    )


def bare_of(view: RequestView) -> BareHost | None:
    statement = view.line.found.asked.statement
    return statement.host if isinstance(statement, DeclaredRequest) else None
