"""Delegations and mandates in words: what each gives, until when, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from audit.statement_parts import CHANNEL_KINDS, Activity
from audit.warrant import Mandate
from broker.cases.see_warrants import Given, WarrantsView
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.warranting import Kind, WarrantDraft, in_order
from web import views as v
from web import views_estate as e
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import ROME, date_of, local
from web.present.typed_days import read_day

USUAL = timedelta(days=180)
LONGEST = timedelta(days=365)
KINDS: dict[Kind, Pair] = {
    "delegation": ("Delega all’ADS", "Delegation to the ADS"),
    "mandate": ("Mandato al fornitore", "Mandate to the vendor"),
}
_SIGN: dict[Kind, Pair] = {
    "delegation": ("Leggi e firma la delega", "Read and sign the delegation"),
    "mandate": ("Leggi e firma il mandato", "Read and sign the mandate"),
}


def page(view: WarrantsView, who: Who, reader: Reader) -> e.Warrants:
    gives = who.role == "titolare"
    forms = [_form(kind, view, reader) for kind in KINDS if view.may[kind]] if gives else []
    return e.Warrants(
        tuple(_line(one, view, reader, ends=gives) for one in view.given),
        tuple(forms),
        v.Act(
            reader.say("Chi può autorizzare: leggi e firma", "Who may authorise: read and sign"),
            href="/persone/elenco",
        )
        if gives
        else None,
    )


def _line(one: Given, view: WarrantsView, reader: Reader, *, ends: bool) -> e.Person:
    given, say = one.warrant, reader.say
    people = words.both([words.name(view.names.get(p, p), reader) for p in given.persons], reader)
    day = date_of(given.not_after, reader)
    if one.ended:
        right = say("finita prima del suo giorno", "ended before its day")
    elif one.stands:
        right = say(f"fino al {day}", f"until {day}")
    else:
        right = say(f"finita il {day}", f"ended on {day}")
    kind: Kind = "mandate" if isinstance(given, Mandate) else "delegation"
    act = v.Act(say("Fine anticipata", "End early"), href=f"/deleghe/{given.warrant}/fine", icon="undo")
    return e.Person(
        f"{say(*KINDS[kind])} · {people}",
        _scope(one, view, reader),
        right,
        (act,) if ends and one.stands else (),
    )


def _scope(one: Given, view: WarrantsView, reader: Reader) -> str:
    given, say = one.warrant, reader.say
    kinds = words.both(
        [words.lower(words.coded(words.CHANNELS, kind, reader)) for kind in given.channels], reader
    )
    hosts = (
        say("ogni macchina", "every host")
        if given.hosts is None
        else words.both([words.clean(view.names.get(host, host)) for host in given.hosts], reader)
    )
    activities = (
        say("ogni attività", "every activity")
        if given.activities is None
        else words.both([words.lower(_activity(code, reader)) for code in given.activities], reader)
    )
    parts = [kinds, hosts, activities]
    if given.administrator:
        parts.append(say("anche da amministratore", "also as an administrator"))
    if given.own_requests:
        parts.append(say("anche richieste proprie", "also requests of their own"))
    return f"{given.warrant}: {'; '.join(parts)}"


def _form(kind: Kind, view: WarrantsView, reader: Reader) -> e.WarrantForm:
    return e.WarrantForm(
        title=reader.say(*KINDS[kind]),
        people=tuple(
            v.Option(one, words.clean(view.names.get(one, one)), chosen=len(view.may[kind]) == 1)
            for one in view.may[kind]
        ),
        hosts=tuple(v.Option(host, words.clean(label)) for host, label in view.hosts.items()),
        channels=tuple(
            v.Option(one, words.coded(words.CHANNELS, one, reader), chosen=True)
            for one in in_order(view.channels)
        ),
        activities=tuple(v.Option(code, _activity(code, reader)) for code in Activity.CODES),
        until=f"{local(reader.now + USUAL):%Y-%m-%d}",
        own=kind == "mandate",
        sign=v.Act(reader.say(*_SIGN[kind]), post=f"/deleghe/{kind}", kind="sign", sign=True),
    )


def _activity(code: str, reader: Reader) -> str:
    return words.coded(words.ACTIVITIES, code, reader)


def read(kind: str, values: Mapping[str, Sequence[str]], now: datetime) -> WarrantDraft:
    """The form, as it was typed; what may be in it the case judges."""
    if kind not in KINDS:
        raise Refused(Why.NOT_FOUND)
    channels = [one for one in values.get("channel", ()) if one in CHANNEL_KINDS]
    day = datetime.combine(read_day("".join(values.get("until", [""])[-1:]), "until"), time(), ROME)
    return WarrantDraft(
        kind,
        tuple(dict.fromkeys(values.get("person", ()))),
        tuple(dict.fromkeys(values.get("host", ()))),
        in_order(channels),
        tuple(dict.fromkeys(values.get("activity", ()))),
        "yes" in values.get("administrator", ()),
        min(day + timedelta(days=1) - timedelta(seconds=1), now + LONGEST),
        own_requests=kind == "mandate" and "yes" in values.get("own", ()),
    )


def confirm(warrant: str, reader: Reader) -> v.Confirm:
    say = reader.say
    return v.Confirm(
        say("Far finire prima questa delega o questo mandato?", "End this delegation or mandate early?"),
        say(
            "Da subito il nostro server non apre più nulla su di essa, nemmeno ciò che è già autorizzato. Le macchine "
            "conoscono solo il suo ultimo giorno: per toglierla anche a loro, firmi un elenco senza quelle persone.",
            "From now on our server opens nothing on it any more, nor what was authorised already. The hosts know its "
            "last day only: to take it from them too, sign a list without those people.",
        ),
        v.Act(say("Falla finire", "End it"), post=f"/deleghe/{warrant}/fine", kind="stop", icon="undo"),
        v.Act(say("Torna alle deleghe", "Back to the delegations"), href="/deleghe"),
    )
