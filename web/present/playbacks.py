"""Who may play a session's recordings, in words: leaves that stand, and the forms to give or ask one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from broker.cases.see_playbacks import PlaybacksView
from broker.cases.see_recordings import RecordingsView
from broker.domain.people import Who
from broker.domain.playing import (
    ADS_LONGEST,
    MAY_SAY,
    OF_ADS,
    Allowed,
    AnyPlayback,
    Asked,
    answer_by,
    of_vendor,
)
from web import views as v
from web import views_estate as e
from web import views_playback as vp
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import ROME, date_of, local, moment
from web.present.typed_days import read_day

REASONS: dict[str, Pair] = {
    "incident": ("Incidente di sicurezza", "Security incident"),
    "dispute": ("Contestazione", "Dispute"),
    "control": ("Controllo sul fornitore", "Check on the vendor"),
    "access_request": ("Richiesta dell’interessato (art. 15)", "Data subject’s request (art. 15)"),
}
_USUAL = timedelta(days=7)


def options(codes: Iterable[str], reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(one, reader.say(*REASONS[one])) for one in codes)


def reasons(who: Who, reader: Reader) -> tuple[v.Option, ...]:
    """Why he may look."""
    return options(MAY_SAY[who.role], reader)


def section(view: RecordingsView, who: Who, reader: Reader) -> vp.Playbacks:
    base = f"/sessioni/{view.session}/registrazioni"
    titolare, today = who.role == "titolare", local(reader.now).date()
    return vp.Playbacks(
        need="" if view.may_play or not view.lines else _need(who, reader),
        lines=tuple(_line(one, view.playbacks.names, base, who, reader) for one in view.playbacks.found),
        allow=_allow(view, base, today, reader) if titolare and view.lines else None,
        ask=_ask(view, base, who, reader) if who.role == "owner" and view.lines else None,
        note=vp.NoteForm(f"{base}/interessato", today.isoformat()) if titolare else None,
    )


def _need(who: Who, reader: Reader) -> str:
    if who.house:
        return reader.say(
            "Il fornitore le guarda solo per un incidente, e in due: uno chiede, un’altra persona conferma, e vale un "
            "giorno. Il titolare lo sa subito e può negarlo.",
            "The vendor plays them because of an incident only, and by two: one asks, another one confirms, and it "
            "counts for a day. The titolare is told at once and can turn it down.",
        )
    return reader.say(
        "Per guardarle le serve un permesso del titolare, per questa sessione.",
        "To play them you need the titolare’s leave, for this session.",
    )


def _line(one: AnyPlayback, names: Mapping[str, str], base: str, who: Who, reader: Reader) -> vp.Leave:
    match one:
        case Asked(reason="access_request"):
            return _of_person(one, base, who, reader)
        case Asked():
            return _asked(one, _name(one.by.id, names, reader), base, who, reader)
        case Allowed():
            return _allowed(one, names, base, who, reader)


def _asked(one: Asked, name: str, base: str, who: Who, reader: Reader) -> vp.Leave:
    say = reader.say
    acts: list[v.Act] = []
    if who.role == "titolare":
        acts.append(_end(one, base, say("Nega", "Turn down")))
    elif who.role == "owner" and one.by.id == who.person:
        acts.append(_end(one, base, say("Ritira", "Withdraw")))
    elif who.role == "owner":
        acts.append(v.Act(say("Conferma", "Confirm"), post=f"{base}/{one.id}/conferma", kind="act"))
        acts.append(_end(one, base, say("Nega", "Turn down")))
    return vp.Leave(
        say(f"{name}, del fornitore, chiede", f"{name}, of the vendor, asks"),
        say(
            "per un incidente; aspetta il sì di un’altra persona del fornitore",
            "because of an incident; it awaits another person of the vendor",
        ),
        moment(one.at, reader, zone=True),
        tuple(acts),
    )


def _allowed(one: Allowed, names: Mapping[str, str], base: str, who: Who, reader: Reader) -> vp.Leave:
    say, name, by = reader.say, _name(one.person, names, reader), _name(one.by.id, names, reader)
    until = moment(one.until, reader, zone=True)
    ends = who.role == "titolare" or (who.role == "owner" and of_vendor(one))
    title = say(f"{name}, del fornitore", f"{name}, of the vendor") if of_vendor(one) else name
    reason = words.lower(say(*REASONS[one.reason])) if one.reason in REASONS else ""
    return vp.Leave(
        title,
        say(f"può guardare: {reason}. Permesso di {by}", f"may play: {reason}. By leave of {by}"),
        say(f"fino a {until}", f"until {until}"),
        (_end(one, base, say("Togli il permesso", "Withdraw the leave")),) if ends else (),
    )


def _of_person(one: Asked, base: str, who: Who, reader: Reader) -> vp.Leave:
    """A request under art. 15: the titolare alone answers it."""
    say = reader.say
    received = reader.now.date() if one.received is None else one.received
    came, due = _day(received, reader), _day(answer_by(received), reader)
    acts = (
        v.Act(
            say("Scarica l’estratto", "Download the extract"),
            post=f"{base}/{one.id}/estratto",
            icon="download",
        ),
        _end(one, base, say("Segna come evasa", "Mark as answered")),
    )
    return vp.Leave(
        say(f"Richiesta {one.id} di un interessato", f"Request {one.id} of a data subject"),
        say(f"art. 15, ricevuta il {came}", f"art. 15, received on {came}"),
        say(f"da evadere entro il {due}", f"to be answered by {due}"),
        acts if who.role == "titolare" else (),
    )


def _day(day: date, reader: Reader) -> str:
    return date_of(datetime.combine(day, time(12), UTC), reader)


def _name(person: str, names: Mapping[str, str], reader: Reader) -> str:
    return words.name(names.get(person, person), reader)


def _end(one: AnyPlayback, base: str, label: str) -> v.Act:
    return v.Act(label, post=f"{base}/{one.id}/fine", icon="undo")


def _allow(view: RecordingsView, base: str, today: date, reader: Reader) -> vp.AllowForm | None:
    if not view.ads:
        return None
    return vp.AllowForm(
        f"{base}/permessi",
        tuple(v.Option(one.id, words.clean(one.name)) for one in view.ads),
        options(OF_ADS, reader),
        (today + _USUAL).isoformat(),
        (today + ADS_LONGEST - timedelta(days=1)).isoformat(),
    )


def _ask(view: RecordingsView, base: str, who: Who, reader: Reader) -> v.Act | None:
    """Once; while his own stands there is nothing to ask."""
    mine = [
        one for one in view.playbacks.found
        if one.by.id == who.person or (isinstance(one, Allowed) and one.person == who.person)
    ]  # fmt: skip
    label = reader.say("Chiedi, per un incidente", "Ask, because of an incident")
    return None if mine else v.Act(label, post=f"{base}/incidente", kind="act")


def until(text: str) -> datetime:
    """The end of that day, where the customer is. `Refused` for what is no day."""
    return datetime.combine(read_day(text, "until"), time(23, 59, 59), ROME)


# ---------------------------------------------------------------------- on the pages of the month


def told(view: PlaybacksView, who: Who, reader: Reader) -> list[e.Todo]:
    """The titolare hears of the vendor's, and of requests to answer; an ADS of his own leave."""
    return [_todo(one, view.names, who, reader) for one in view.found if _speaks_to(one, who)]


def _speaks_to(one: AnyPlayback, who: Who) -> bool:
    if who.role == "titolare":
        return of_vendor(one) or isinstance(one, Asked)
    return isinstance(one, Allowed) and one.person == who.person


def _todo(one: AnyPlayback, names: Mapping[str, str], who: Who, reader: Reader) -> e.Todo:
    say = reader.say
    href = f"/sessioni/{one.session}/registrazioni"
    see = v.Act(say("Vai alla registrazione", "Go to the recording"), href=href)
    match one:
        case Asked(reason="access_request"):
            line = _of_person(one, href, who, reader)
            return e.Todo("wait", line.name, f"{line.line}, {line.right}.", (see,))
        case Asked():
            line = _asked(one, _name(one.by.id, names, reader), href, who, reader)
            title = say(f"{line.name} di guardare una registrazione", f"{line.name} to play a recording")
            text = say(
                f"Sessione {one.session}, per un incidente. Può negarlo: fino al sì di un’altra persona del fornitore "
                "nessuno guarda nulla.",
                f"Session {one.session}, because of an incident. You can turn it down: until another person of the "
                "vendor says yes nobody sees anything.",
            )
            return e.Todo("wait", title, text, (see,))
        case Allowed():
            line = _allowed(one, names, href, who, reader)
            title = say(f"{line.name}: può guardare una registrazione", f"{line.name}: may play a recording")
            if one.person == who.person:
                title = say("Può guardare una registrazione", "You may play a recording")
            return e.Todo(
                "wait",
                title,
                say(f"Sessione {one.session}", f"Session {one.session}") + f", {line.right}.",
                (see,),
            )
