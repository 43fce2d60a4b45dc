"""The part of the rules' form that says what is recorded, and on which papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from audit.errors import Malformed
from audit.policy import Policy
from audit.recording_rules import GROUND_KINDS, RECORDED_SESSIONS, Ground, RecordingRules, read_left_out
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
# Programs that keep passwords, those for mail, and what titles of webmail and banks say.
PROPOSED = (
    "1password", "banca", "banco", "bank", "bitwarden", "bper", "carta di credito", "dashlane", "enpass",
    "evolution", "fineco", "geary", "gmail", "intesa sanpaolo", "keepass", "kmail", "lastpass", "nordpass",
    "outlook", "posta elettronica", "posta in arrivo", "poste italiane", "postepay", "proton mail", "proton pass",
    "roundcube", "thunderbird", "unicredit", "webmail", "zimbra",
)  # fmt: skip


def form(rules: RecordingRules | None, reader: Reader) -> e.RecordingLines:
    say = reader.say
    return e.RecordingLines(
        title=say("Registrazione delle sessioni", "Recording of sessions"),
        label=say("Che cosa si registra", "What is recorded"),
        hint=say(
            "Si registra ciò che i comandi rispondono, con i segreti coperti, e lo schermo così come appare, coperte "
            "soltanto le finestre dell’elenco qui sotto: mai i tasti. Servono il documento suo e quello del fornitore; dove si registra, "
            "senza registrazione non si lavora.",
            "What commands answer is recorded, secrets covered, and the screen as it appears, covered only the windows "
            "of the list below: never keys. It takes your paper and the vendor’s; where it is recorded, nobody works without a "
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
        left_out_label=say("Finestre che non si registrano", "Windows that are not recorded"),
        left_out_hint=_left_out_hint(rules, reader),
        left_out="\n".join(PROPOSED if rules is None else rules.left_out),
    )


def _left_out_hint(rules: RecordingRules | None, reader: Reader) -> str:
    """What the list does and what it does not; with the proposed one, where other rules stand in the field."""
    said = reader.say(
        "Una parola o un nome per riga, da 3 a 48 segni: la finestra il cui programma o titolo lo contiene è nera nella "
        "registrazione. Chi guarda dal vivo e il tecnico la vedono. Anche il tecnico può aprirne una con quel nome: "
        "quante immagini sono state coperte si legge accanto alla registrazione. Solo con schermi X11: altrove, con un "
        "elenco, lo schermo non si apre.",
        "One word or name a line, of 3 to 48 signs: the window whose program or title contains it is black in the "
        "recording. Who watches live and the technician see it. The technician too can open one with such a name: how "
        "many pictures were covered stands beside the recording. On screens of X11 alone: elsewhere, with a list, the "
        "screen is not opened.",
    )
    if rules is None or rules.left_out:
        return said
    return f"{said} {reader.say('Proponiamo', 'We propose')}: {', '.join(PROPOSED)}."


def fact(rules: RecordingRules | None, reader: Reader) -> v.Fact:
    """Whose sessions are recorded, among the other rules."""
    what = reader.say("Registrazione", "Recording")
    if rules is None:
        return v.Fact(what, reader.say(*_SESSIONS["none"]))
    never = reader.say("anche lo schermo, mai i tasti", "the screen too, never keys")
    if rules.left_out:
        never += reader.say("; fuori le finestre: ", "; left out, windows: ") + ", ".join(rules.left_out)
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
    papers = _read_ground(one, "client"), _read_ground(one, "vendor")
    return RecordingRules(sessions, *papers, left_out(one("left_out").splitlines()))


def left_out(typed: Iterable[str]) -> tuple[str, ...]:
    """As they are signed: small letters, in order, none twice."""
    words = sorted({word for line in typed if (word := " ".join(line.lower().split()))})
    try:
        return read_left_out(words or None)
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="left_out") from wrong


def _read_ground(one: Callable[[str], str], name: str) -> Ground:
    kind = next((known for known in GROUND_KINDS if known == one(name)), None)
    reference = one(f"{name}-ref").strip()
    if kind is None or not 0 < len(reference) <= MAX_REFERENCE or not reference.isprintable():
        raise Refused(Why.BAD_INPUT, field=name)
    return Ground(kind, reference, read_day(one(f"{name}-day"), name).isoformat())


def screen(policy: Policy | None) -> Pair:
    """Whether a screen is recorded under these rules, and what of it is covered: a sentence."""
    rules = None if policy is None else policy.recording
    if rules is None:
        return "Non è registrato.", "It is not recorded."
    covered = ("nulla vi è coperto", "nothing in it is covered")
    if rules.left_out:
        covered = (
            "nere soltanto le finestre escluse dalle regole",
            "black only the windows that the rules leave out",
        )
    if rules.sessions == "all":
        return (
            f"È registrato così come appare: {covered[0]}.",
            f"It is recorded as it appears: {covered[1]}.",
        )
    return (
        f"Con un utente amministratore è registrato così come appare: {covered[0]}.",
        f"Under an administrator’s account it is recorded as it appears: {covered[1]}.",
    )
