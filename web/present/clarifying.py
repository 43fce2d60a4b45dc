"""Questions about a request that waits, and their answers, in words: the thread, its forms, the mark on a row."""

from __future__ import annotations

from broker.cases.see_requests import RequestView
from broker.domain.clarifying import Clarifications, Stands
from broker.domain.clarifying import Turn as Asked
from broker.domain.people import APPROVING_ROLES, Who
from broker.domain.request import AwaitingApproval
from web import views as v
from web import views_clarify as c
from web.present import words
from web.present.reader import Reader
from web.present.times import short

ASK = "chiarimento"  # the approver's form; a technician's is named by the record of its question


def badge(stands: Stands, reader: Reader) -> tuple[v.Badge, ...]:
    """For both sides alike: whose word is awaited."""
    match stands:
        case "asked":
            return (v.Badge(reader.say("Chiarimento da dare", "Question to answer"), "wait"),)
        case "answered":
            return (v.Badge(reader.say("Il tecnico ha risposto", "The technician has answered"), "ok"),)
        case _:
            return ()


def thread(view: RequestView, who: Who, reader: Reader, slip: v.Slip | None = None) -> c.Thread | None:
    """None where nothing was asked and this reader cannot ask."""
    waits, told = isinstance(view.line.found, AwaitingApproval), view.told
    asks, answers = waits and who.role in APPROVING_ROLES, waits and who.role == "technician"
    if not told.turns and not asks:
        return None
    return c.Thread(
        tuple(_said(one, view, who, reader) for one in told.turns),
        waiting=bool(answers and told.open),
        ask=_asking(view, reader, slip) if asks and told.may_ask else None,
        answers=_answering(view, reader, slip) if answers and told.may_answer else (),
        full=_full(told, reader, asks=asks, answers=answers),
    )


def _full(told: Clarifications, reader: Reader, *, asks: bool, answers: bool) -> str:
    """Why a form is not there that somebody expects; nothing where it is."""
    if asks and not told.may_ask:
        return reader.say(
            f"Le domande sono {len(told.questions)}, il massimo per una richiesta. Telefoni al tecnico, oppure rifiuti.",
            f"There are {len(told.questions)} questions, the most that one request takes. Ring the technician, or refuse.",
        )
    if answers and not told.may_answer:
        return reader.say(
            f"Le risposte sono {told.answers}, il massimo per una richiesta. Telefona a chi decide, oppure ritirala.",
            f"There are {told.answers} answers, the most that one request takes. Ring whoever decides, or withdraw it.",
        )
    return ""


def _said(one: Asked, view: RequestView, who: Who, reader: Reader) -> c.Turn:
    name = words.name(view.names.get(one.by, one.by), reader)
    by = reader.say("Lei", "You") if one.by == who.person else name
    shown = reader.say("(cancellato)", "(erased)") if one.text is None else words.clean(one.text)
    return c.Turn(by, short(one.at, reader), shown, answer=one.question is not None)


def _asking(view: RequestView, reader: Reader, slip: v.Slip | None) -> c.Writing:
    say = reader.say
    hint = say("La legge il tecnico nella sua pagina.", "The technician reads it on his page.")
    if view.mails:
        hint = say(
            "La legge il tecnico, avvisato per posta.", "The technician reads it, and is told by mail."
        )
    return c.Writing(
        ASK,
        f"/richieste/{view.line.line.id}/chiarimenti",
        say("Chiedi un chiarimento", "Ask a question"),
        say("Invia la domanda", "Send the question"),
        hint + say(" Intanto la richiesta aspetta.", " Meanwhile the request waits."),
        *_slipped(slip, ASK),
        fold=True,
    )


def _answering(view: RequestView, reader: Reader, slip: v.Slip | None) -> tuple[c.Writing, ...]:
    """To each open question; where none is, more may be said to the last one."""
    say, told = reader.say, view.told
    found = told.open or told.questions[-1:]
    return tuple(
        c.Writing(
            form_of(one.n),
            f"/richieste/{view.line.line.id}/chiarimenti/{one.n}",
            _label(one, view, reader) if told.open else say("Aggiungi alla risposta", "Add to the answer"),
            say("Invia la risposta", "Send the answer"),
            say("La legge chi decide. Non scriva password.", "Whoever decides reads it. Write no password."),
            *_slipped(slip, form_of(one.n)),
            fold=not told.open,
        )
        for one in found
    )


def _label(one: Asked, view: RequestView, reader: Reader) -> str:
    name, at = words.name(view.names.get(one.by, one.by), reader), short(one.at, reader)
    return reader.say(f"Risposta a {name} ({at})", f"Answer to {name} ({at})")


def form_of(question: int) -> str:
    """The name of the form that answers it."""
    return f"risposta-{question}"


def _slipped(slip: v.Slip | None, form: str) -> tuple[str, str]:
    return (slip.sentence, slip.value("text")) if slip is not None and slip.form == form else ("", "")
