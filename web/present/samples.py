"""One yearly verification in words: its items to be judged, and its end; and one request of a person concerned."""

from __future__ import annotations

from broker.cases.see_dossier import RightView
from broker.cases.see_verifications import SampleView
from broker.domain.people import MAY, Action, Who
from broker.domain.verification import Looked
from web import views as v
from web import views_dossier as d
from web.present.dossier import RIGHTS, on
from web.present.reader import Pair, Reader
from web.present.times import short
from web.views_duties import Line

STRATA: dict[str, Pair] = {
    "presumed": ("fine presunta", "presumed end"),
    "unwatched": ("senza supervisione", "without supervision"),
    "out_of_hours": ("fuori orario", "out of hours"),
    "privileged": ("privilegi elevati", "elevated rights"),
    "denied": ("tentativo negato", "denied attempt"),
    "ordinary": ("ordinario", "ordinary"),
}
_OUTCOMES: dict[str, Pair] = {
    "regular": ("regolare", "regular"),
    "remark": ("osservazione", "remark"),
    "irregular": ("irregolare", "irregular"),
}
_CONCLUSIONS: dict[str, Pair] = {
    "compliant": ("rispondenza alle misure", "compliant with the measures"),
    "not_compliant": ("non rispondenza alle misure", "not compliant with the measures"),
}
_MARKS: dict[str, v.Mark] = {"regular": "ok", "remark": "wait", "irregular": "stop"}


def sample(view: SampleView, who: Who, reader: Reader, slip: v.Slip | None = None) -> d.Dossier:
    say, found = reader.say, view.found
    base = f"/fascicolo/{view.customer.id}/verifiche/{found.id}"
    left = [one for one in view.looked if one.word is None]
    may = who.role in MAY[Action.VERIFY_YEAR] and found.closed is None
    items = d.Section(
        "campione",
        say("Campione", "Sample"),
        say(
            f"{'1 voce, estratta' if found.drawn == 1 else f'{found.drawn} voci, estratte'} con la radice"
            f" {found.root[:16]}… delle prime {found.size} registrazioni.",
            f"{'1 item' if found.drawn == 1 else f'{found.drawn} items'}, drawn from the root {found.root[:16]}…"
            f" of the first {found.size} records.",
        ),
        lines=tuple(_item(one, reader) for one in view.looked),
        nothing=say("Nel periodo non c’è nulla da verificare.", "There is nothing to verify in these days."),
        forms=(_judge(left, base, reader),) if may and left else (),
    )
    sections = (items, _end(view, base, reader)) if may and not left else (items,)
    title = say("Verifica annuale", "Yearly verification")
    sub = say(
        f"Dal {on(found.first, reader)} al {on(found.until, reader)}",
        f"From {on(found.first, reader)} to {on(found.until, reader)}",
    )
    back = v.Act(say("Torna al fascicolo", "Back to the dossier"), href=f"/fascicolo/{view.customer.id}")
    return d.Dossier(title, sub, sections, back, slip)


def _item(one: Looked, reader: Reader) -> Line:
    say = reader.say
    pieces = [short(one.when, reader), one.person or say("non riconosciuto", "not recognised"), one.host]
    if one.supervised is not None:
        by = one.authorised
        pieces += [
            say(f"autorizzato da {by}", f"authorised by {by}") if by else say("senza autorizzazione", "not authorised"),
            say("nominato", "appointed") if one.appointed else say("non nominato", "not appointed"),
            say("supervisionato", "supervised") if one.supervised else say("non supervisionato", "not supervised"),
        ]  # fmt: skip
    acts = (
        (v.Act(say("Vedi", "See"), href=f"/sessioni/{one.item.name}"),) if one.supervised is not None else ()
    )
    outcome = None if one.word is None else one.word.outcome
    state = None if outcome is None else v.State(_MARKS[outcome], say(*_OUTCOMES[outcome]))
    small = ", ".join(piece for piece in pieces if piece)
    return Line(
        f"{one.item.name} · {say(*STRATA[one.item.stratum])}", f"{small}. {one.note}", acts=acts, state=state
    )


def _judge(left: list[Looked], base: str, reader: Reader) -> d.Form:
    say = reader.say
    return d.Form(
        "item",
        v.Act(say("Giudica", "Judge"), post=base),
        (
            d.Field("item", say("Voce", "Item"), "choice", options=tuple(v.Option(one.item.name, one.item.name) for one in left)),
            d.Field("outcome", say("Giudizio", "Judgement"), "choice",
                    options=tuple(v.Option(one, say(*said)) for one, said in _OUTCOMES.items())),
            d.Field("note", say("Nota", "Note"), hint=say("Resta sigillata nel registro.", "It is sealed in the log."), needed=False),
        ),
    )  # fmt: skip


def _end(view: SampleView, base: str, reader: Reader) -> d.Section:
    say = reader.say
    proposed = view.found.proposed
    form = d.Form(
        "end",
        v.Act(say("Concludi e scrivi il verbale", "Close and write the minute"), post=f"{base}/fine"),
        (
            d.Field("conclusion", say("Esito", "Conclusion"), "choice",
                    hint=say("Proposto dai giudizi: lo conferma lei.", "Proposed by the judgements: you confirm it."),
                    options=tuple(v.Option(one, say(*said), chosen=one == proposed) for one, said in _CONCLUSIONS.items())),
            d.Field("place", say("Luogo", "Place")),
            d.Field("remarks", say("Rilievi e osservazioni", "Findings and remarks"), "text", needed=False),
        ),
    )  # fmt: skip
    return d.Section("fine", say("Conclusione", "Conclusion"), forms=(form,))


def right(view: RightView, tenant: str, draft: str, reader: Reader, slip: v.Slip | None = None) -> d.Dossier:
    """`draft`: what the answer may say; it is printed as it is, in Italian."""
    say, one = reader.say, view.right
    base = f"/fascicolo/{tenant}/diritti/{one.id}"
    acts = (
        (v.Act(say("Scarica l’estratto", "Take the extract"), href=f"{base}/estratto.zip"),)
        if view.subject
        else ()
    )
    answer = d.Form(
        "answer",
        v.Act(say("Annota la risposta", "Note the answer"), post=f"{base}/risposta"),
        (
            d.Field("outcome", say("Esito", "Outcome"), "choice", options=(
                v.Option("granted", say("accolta", "granted")), v.Option("in_part", say("accolta in parte", "granted in part")),
                v.Option("refused", say("respinta", "refused")))),
            d.Field("text", say("Che cosa gli si risponde", "What is answered"), "text", value=draft, needed=False),
        ),
    )  # fmt: skip
    extend = d.Form(
        "extend",
        v.Act(say("Proroga di due mesi", "Put off by two months"), post=f"{base}/proroga"),
        (d.Field("reason", say("Perché", "Why")),),
    )
    section = d.Section(
        "richiesta",
        say(*RIGHTS[one.asked]).capitalize(),
        say(f"Da rispondere entro il {on(one.due, reader)}.", f"To be answered by {on(one.due, reader)}."),
        forms=() if one.answered else (answer,) if one.extended else (answer, extend),
        acts=acts,
    )
    name = view.person or say("cancellato", "erased")
    back = v.Act(say("Torna al fascicolo", "Back to the dossier"), href=f"/fascicolo/{tenant}")
    return d.Dossier(
        say("Richiesta di un interessato", "Request of a person concerned"), name, (section,), back, slip
    )
