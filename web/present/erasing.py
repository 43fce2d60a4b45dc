"""Erasure in words: what went and when, what comes next, and what an order to erase does and does not."""

from __future__ import annotations

from datetime import UTC, datetime, time

from broker.cases.see_erasures import Done, ErasureView
from broker.cases.see_requests import RequestView
from broker.domain.erasing import Hold, over
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present.reader import Pair, Reader
from web.present.times import date_of, local
from web.views_duties import Line

_REASONS: dict[str, Pair] = {
    "contest": ("contestazione aperta", "an item is contested"),
    "claim": ("pretesa in corso", "a claim is pending"),
    "authority": ("richiesta di un’autorità", "an authority asked for it"),
}


def lines(view: ErasureView, who: Who, reader: Reader) -> tuple[e.Person, ...]:
    """Holds first, then what was erased, newest first."""
    return (*(_hold(one, who, reader) for one in view.holds), *(_done(one, reader) for one in view.done))


def _done(one: Done, reader: Reader) -> e.Person:
    say = reader.say
    why = (
        say("su decisione del titolare", "on the titolare’s decision")
        if one.decided
        else say("a termine", "at its term")
    )
    count = (
        say("1 elemento", "1 item") if one.count == 1 else say(f"{one.count} elementi", f"{one.count} items")
    )
    return e.Person(say("Cancellati", "Erased"), f"{count}, {why}", date_of(one.at, reader))


def hold_line(one: Hold, reader: Reader) -> Line:
    """In a dossier: what is held, why, by whom and by when it is looked at again."""
    say = reader.say
    review = date_of(datetime.combine(one.review, time(12), UTC), reader)
    what = (
        say("tutto è tenuto", "everything is kept")
        if one.request is None
        else say(f"richiesta {one.request}", f"request {one.request}")
    )
    whose = (
        say("del titolare", "the titolare’s")
        if one.role == "titolare"
        else say("del fornitore", "the vendor’s")
    )
    return Line(
        say("Cancellazione sospesa", "Erasure on hold"),
        f"{what}, {say(*_REASONS[one.reason])}, {whose}",
        say(f"da rivedere entro il {review}", f"to be reviewed by {review}"),
    )


def _hold(one: Hold, who: Who, reader: Reader) -> e.Person:
    say = reader.say
    what = (
        say("tutto è tenuto", "everything is kept")
        if one.request is None
        else say(f"richiesta {one.request}", f"request {one.request}")
    )
    review = date_of(datetime.combine(one.review, time(12), UTC), reader)
    lift = v.Act(
        say("Togli la sospensione", "Lift the hold"), post=f"/sospensioni/{one.id}/togli", icon="undo"
    )
    return e.Person(
        say("Cancellazione sospesa", "Erasure on hold"),
        f"{what}, {reader.say(*_REASONS[one.reason])}",
        say(f"da rivedere entro il {review}", f"to be reviewed by {review}")
        if local(reader.now).date() < one.review
        else say(f"era da rivedere entro il {review}", f"was to be reviewed by {review}"),
        (lift,) if who.role == "titolare" else (),
    )


def next_line(view: ErasureView, reader: Reader) -> str:
    say = reader.say
    if view.next_due is None:
        return say("Non c’è nulla da cancellare.", "There is nothing to erase.")
    day = date_of(view.next_due, reader)
    return say(
        f"Il primo termine finisce il {day}. Gli accessi restano attribuibili almeno sei mesi: lo chiede il Garante.",
        f"The first term ends on {day}. Accesses stay attributable for six months at least, as the law asks.",
    )


def act(view: RequestView, who: Who, base: str, reader: Reader) -> v.Act | None:
    """Of a request that is over, for whoever may order it."""
    if who.role != "titolare" or not over(view.line.found, view.line.session):
        return None
    return v.Act(reader.say("Cancella i testi", "Erase the texts"), href=f"{base}/cancella")


def confirm(base: str, reader: Reader) -> v.Confirm:
    say = reader.say
    return v.Confirm(
        say("Cancellare i testi di questa richiesta?", "Erase the texts of this request?"),
        say(
            "Anomalia, motivi, nota finale e comandi spariscono per sempre, anche dalle nostre copie dei rapporti "
            "che li riportano: la pagina di firma le elenca, tenga le sue. Restano chi, dove e quando: gli accessi "
            "si conservano per legge.",
            "The fault, reasons, closing note and commands vanish for ever, also from our copies of the reports that "
            "print them: the signing page lists those, so keep yours. Who, where and when stay: the law has accesses "
            "kept.",
        ),
        v.Act(
            say("Leggi e firma", "Read and sign"), post=f"{base}/cancella", kind="sign", icon="pen", sign=True
        ),
        v.Act(say("Torna alla richiesta", "Back to the request"), href=base),
    )


def confirm_hold(base: str, reader: Reader) -> v.Confirm:
    say = reader.say
    return v.Confirm(
        say("Sospendere la cancellazione?", "Put erasure on hold?"),
        say(
            "Finché non la toglie lei, di questa richiesta non si cancella nulla, nemmeno a termine. Va rivista entro "
            "sei mesi.",
            "Until you lift it nothing of this request is erased, not even at its term. It is to be reviewed within "
            "six months.",
        ),
        v.Act(say("Sospendi", "Put on hold"), post=f"{base}/sospendi", kind="act"),
        v.Act(say("Torna alla richiesta", "Back to the request"), href=base),
    )
