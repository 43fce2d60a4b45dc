"""Several sessions at once, in words: each with why it stands where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.see_live import LiveLine
from broker.domain.declared import AnyDeclared
from broker.domain.people import APPROVING_ROLES, Who
from broker.domain.session import Active, Live, Running
from broker.domain.session_risk import Reason, weight
from web import views as v
from web import views_session as vs
from web.present import bare, words
from web.present.reader import Pair, Reader
from web.present.sessions import left, state_of

MOST_SEEN = 9  # each is a line to the server and a picture to draw
_WHY: dict[str, Pair] = {
    "alone": ("nessuno la guarda da sola", "nobody has it on a page of its own"),
    "silent": ("l’agente non risponde", "the agent does not answer"),
    "elevated": ("utente con tutti i diritti", "an account with all rights"),
    "paused": ("in pausa", "paused"),
    "unwatched": ("nessuno deve guardarla, e nessuno la guarda", "nobody has to watch it, and nobody does"),
    "near": ("finisce entro dieci minuti", "ends within ten minutes"),
}
_COUNTED: dict[str, tuple[Pair, Pair]] = {
    "reported": (("una segnalazione", "one report"), ("{n} segnalazioni", "{n} reports")),
    "refused": (("un rifiuto", "one refusal"), ("{n} rifiuti", "{n} refusals")),
    "outward": (("un’uscita di dati", "data left once"), ("{n} uscite di dati", "data left {n} times")),
}


def reason(one: Reason, reader: Reader) -> str:
    if one.code in _WHY:
        return reader.say(*_WHY[one.code])
    pair = _COUNTED[one.code][one.count != 1]
    return reader.say(*pair).format(n=one.count)


def grid(found: Sequence[LiveLine], who: Who, reader: Reader) -> vs.Grid:
    say = reader.say
    cells = tuple(_cell(one, who, reader, seen=n < MOST_SEEN) for n, one in enumerate(found))
    return vs.Grid(
        say("Sessioni in corso", "Running sessions"),
        say(
            "La più rischiosa per prima; sotto il nome c’è il perché.",
            "The riskiest first; why stands under its name.",
        ),
        cells,
        " ".join(sorted(one.code for one in cells)),
        say("Nessuna sessione in corso.", "No session is running."),
        v.Act(say("Torna alla pagina iniziale", "Back to the first page"), href="/"),
    )


def _cell(one: LiveLine, who: Who, reader: Reader, *, seen: bool) -> vs.Cell:
    line, found = one.line.line, one.line.found
    host, technician = words.clean(line.host), words.clean(line.technician)
    if isinstance(found, AnyDeclared):
        return vs.Cell(
            found.permit.id, f"/richieste/{found.permit.request}", host, technician, bare.state(found, reader),
            vs.Left("", "–", ""),
            (reader.say("dichiarata dal tecnico: non si vede", "declared by the technician: there is nothing to see"),), 0,
        )  # fmt: skip
    code, kinds = found.permit.id, {c.kind for c in found.permit.grant.channels}
    api, seen = f"/api/sessions/{code}", seen and isinstance(found, Live)
    stop = v.Act(
        reader.say("Termina", "Terminate"), href=f"/sessioni/{code}/termina", kind="stop-line", icon="stop"
    )
    return vs.Cell(
        code,
        f"/sessioni/{code}/diretta",
        host,
        technician,
        v.State("ok", reader.say("In diretta", "Live"))
        if isinstance(found, Active) and found.stop is None and line.connected
        else state_of(found, reader),
        left(found, reader),
        tuple(reason(why, reader) for why in one.why),
        weight(one.why),
        socket=f"{api}/live" if seen else "",
        screen=f"{api}/desktop/watch" if seen and "desktop" in kinds else "",
        page_key=one.page_key,
        check_in=one.check_in,
        stop=stop if isinstance(found, Running) and who.role in APPROVING_ROLES else None,
    )
