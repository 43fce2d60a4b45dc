"""The part of the rules' form that says what is recorded, and on which papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from audit.recording_rules import GROUND_KINDS, RECORDED_SESSIONS, Ground, RecordingRules
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_estate as e
from web.present.reader import Pair, Reader
from web.present.typed_days import read_day

_SESSIONS: Mapping[str, Pair] = {
    "none": ("Nessuna sessione", "No session"),
    "all": ("Ogni sessione", "Every session"),
    "administrator": ("Solo con un utente amministratore", "Only under an administrator’s account"),
}
_GROUNDS: Mapping[str, Pair] = {
    "agreement": ("Accordo sindacale", "Agreement with the unions"),
    "authorisation": ("Autorizzazione dell’Ispettorato", "Authorisation of the labour inspectorate"),
    "no_employees": ("Nessun dipendente", "Nobody employed"),
}
MAX_REFERENCE = 120


def form(rules: RecordingRules | None, reader: Reader) -> e.RecordingLines:
    say = reader.say
    return e.RecordingLines(
        title=say("Registrazione delle sessioni", "Recording of sessions"),
        label=say("Che cosa si registra", "What is recorded"),
        hint=say(
            "Si registra ciò che i comandi rispondono, con i segreti coperti, e lo schermo così come appare, senza "
            "nulla di coperto: mai i tasti. Servono il documento suo e quello del fornitore; dove si registra, "
            "senza registrazione non si lavora.",
            "What commands answer is recorded, secrets covered, and the screen as it appears, nothing covered: "
            "never keys. It takes your paper and the vendor’s; where it is recorded, nobody works without a "
            "recording.",
        ),
        sessions=_options(_SESSIONS, "none" if rules is None else rules.sessions, reader),
        grounds=(
            _ground(
                "client",
                say("Documento del cliente", "The customer’s paper"),
                None if rules is None else rules.client,
                reader,
            ),
            _ground(
                "vendor",
                say("Documento del fornitore", "The vendor’s paper"),
                None if rules is None else rules.vendor,
                reader,
            ),
        ),
    )


def fact(rules: RecordingRules | None, reader: Reader) -> v.Fact:
    """Whose sessions are recorded, among the other rules."""
    what = reader.say("Registrazione", "Recording")
    if rules is None:
        return v.Fact(what, reader.say(*_SESSIONS["none"]))
    never = reader.say("anche lo schermo, mai i tasti", "the screen too, never keys")
    return v.Fact(what, reader.say(*_SESSIONS[rules.sessions]), never)


def _ground(name: str, label: str, ground: Ground | None, reader: Reader) -> e.GroundLine:
    return e.GroundLine(
        name,
        label,
        _options(_GROUNDS, "agreement" if ground is None else ground.kind, reader),
        reader.say("Riferimento, senza nomi di persone", "Reference, without names of people"),
        "" if ground is None else ground.reference,
        reader.say("Data", "Date"),
        "" if ground is None else ground.day,
    )


def _options(table: Mapping[str, Pair], chosen: str, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(value, reader.say(*pair), chosen=value == chosen) for value, pair in table.items())


def read(one: Callable[[str], str]) -> RecordingRules | None:
    """What was filled in; None where nothing is recorded. `Refused` without both papers."""
    chosen = one("recorded") or "none"
    if chosen == "none":
        return None
    sessions = next((known for known in RECORDED_SESSIONS if known == chosen), None)
    if sessions is None:
        raise Refused(Why.BAD_INPUT, field="recorded")
    return RecordingRules(sessions, _read_ground(one, "client"), _read_ground(one, "vendor"))


def _read_ground(one: Callable[[str], str], name: str) -> Ground:
    kind = next((known for known in GROUND_KINDS if known == one(name)), None)
    reference = one(f"{name}-ref").strip()
    if kind is None or not 0 < len(reference) <= MAX_REFERENCE or not reference.isprintable():
        raise Refused(Why.BAD_INPUT, field=name)
    return Ground(kind, reference, read_day(one(f"{name}-day"), name).isoformat())
