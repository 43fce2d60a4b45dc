"""The declaration in words: what a request asks for, whole, as the signing page will show it again."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from audit.bare_host import BareHost
from audit.declared import DeclaredRequest
from audit.recording_rules import PICTURES, RECORDED_CHANNELS
from audit.statement_parts import Account, Activity, Channel
from broker.cases.see_requests import Listed
from web import views as v
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import clock_time, length, moment, same_day, span


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration says, of a request or of its draft."""

    technician: str
    house: str
    host: str
    customer: str
    why: str
    channels: tuple[Channel, ...]
    activities: tuple[Activity, ...]
    account: Account
    begins: datetime
    ends: datetime
    longest_s: int
    recorded: bool
    bare: BareHost | None = None  # a host without an agent


def declared(line: Listed, reader: Reader) -> Declared:
    statement, texts = line.found.asked.statement, line.texts
    return Declared(
        texts.technician_name,
        texts.organisation_name,
        texts.host_label,
        texts.customer_name,
        written(line, reader),
        statement.channels,
        statement.activities,
        statement.account,
        statement.not_before,
        statement.not_after,
        statement.longest_s,
        statement.recording,
        statement.host if isinstance(statement, DeclaredRequest) else None,
    )


def written(line: Listed, reader: Reader) -> str:
    """Both texts, whole, as the technician wrote them."""
    fault = words.fault(line.texts.incident_text, reader, erased=line.erased)
    parts = [fault, words.clean(line.texts.reason)]
    return "\n\n".join(one for one in parts if one)


def last_hour(said: Declared, reader: Reader) -> str:
    """For «Continuare dopo …»: the hour, with its day where the window runs into another."""
    if same_day(said.begins, said.ends):
        return reader.say(f"le {clock_time(said.ends)}", clock_time(said.ends))
    return moment(said.ends, reader, zone=True)


def declaration(
    said: Declared, reader: Reader, *, right: str, digest: v.Digest | None = None, note: str = ""
) -> v.Sheet:
    """A paragraph each: who where, why, what for, as whom, what he can and cannot, when, recorded, watched."""
    say = reader.say
    if said.bare is not None:
        return v.Sheet(say("Dichiarazione", "Statement"), right, _bare(said, said.bare, reader), digest, note)
    can, cannot = words.powers(said.channels, last_hour(said, reader), reader)
    lasts = length(said.longest_s)
    when = words.capital(span(said.begins, said.ends, reader))
    paragraphs = (
        _who(said, reader),
        say(f"Perché: {_plain(said.why)}", f"Why: {_plain(said.why)}"),
        say("Attività: ", "Activities: ") + (activities(said.activities, reader) or "…") + ".",
        _account(said.account, reader),
        say("Potrà: ", "Will be able to: ") + _listed(can) + ".",
        say("Non potrà: ", "Will not be able to: ") + _listed(cannot) + ".",
        say(
            f"{when}, al massimo *{lasts}*. Alla scadenza la macchina chiude tutto da sola.",
            f"{when}, at most *{lasts}*. At the end the host closes everything by itself.",
        ),
        _recorded(said, reader),
        say("Chi guarda lo sceglie chi firma.", "Who watches is chosen by whoever signs."),
    )
    return v.Sheet(say("Dichiarazione", "Statement"), right, paragraphs, digest, note)


def _bare(said: Declared, host: BareHost, reader: Reader) -> tuple[str, ...]:
    """Of a host without an agent nothing is said that an agent would have to keep."""
    say, lasts, tool = reader.say, length(said.longest_s), _plain(host.tool)
    when = words.capital(span(said.begins, said.ends, reader))
    return (
        _who(said, reader),
        say(
            "*Dichiarata dal tecnico, non attestata*: su questa macchina non c’è un agente di Verbale. Nessuno attesta "
            "l’intervento; inizio e fine sono parola del tecnico.",
            "*Declared by the technician, not attested*: there is no agent of Verbale on this host. Nobody attests the "
            "session; its start and end are the technician’s word.",
        ),
        say(f"Perché: {_plain(said.why)}", f"Why: {_plain(said.why)}"),
        say("Attività: ", "Activities: ") + (activities(said.activities, reader) or "…") + ".",
        say(f"Solo con lo strumento con licenza *{tool}*.", f"Through the licensed tool *{tool}* alone."),
        say(
            f"{when}, al massimo *{lasts}*. Nessuno la chiude: lo dichiara il tecnico.",
            f"{when}, at most *{lasts}*. Nobody closes it: the technician declares it.",
        ),
        say(
            "Nessuno può guardarla, registrarla o fermarla da qui.",
            "Nobody can watch, record or stop it from here.",
        ),
    )


def _listed(lines: tuple[str, ...]) -> str:
    return _plain("; ".join(words.lower(one) for one in lines))


def _plain(text: str) -> str:
    return words.clean(text).replace("*", "∗")  # emphasis is the sheet's own, not other people's


def _who(said: Declared, reader: Reader) -> str:
    technician, house = f"*{_plain(said.technician)}*", f"*{_plain(said.house)}*"
    host, customer = f"*{_plain(said.host)}*", f"*{_plain(said.customer)}*"
    end = "" if said.customer.endswith(".") else "."
    return reader.say(
        f"{technician} di {house} chiede di collegarsi a {host} di {customer}{end}",
        f"{technician} of {house} asks to connect to {host} of {customer}{end}",
    )


def activities(asked: tuple[Activity, ...], reader: Reader) -> str:
    """``Programma gestionale (assistenza) e servizi (formazione)``"""
    kinds = {"ASS": reader.say("assistenza", "assistance"), "FOR": reader.say("formazione", "training")}
    said = [f"{words.coded(words.ACTIVITIES, a.code, reader)} ({kinds.get(a.type, a.type)})" for a in asked]
    return words.both([words.lower(one) if place else one for place, one in enumerate(said)], reader)


def _account(account: Account, reader: Reader) -> str:
    name = f"*{_plain(account.name)}*"
    if not account.administrator:
        return reader.say(
            f"Lavora come utente {name}, non amministratore.", f"Works as account {name}, no administrator."
        )
    return reader.say(
        f"Lavora come utente {name}, *amministratore della macchina: potrà modificare anche Verbale*. "
        "Ciò che lascia può restare attivo dopo la sessione, senza altre firme.",
        f"Works as account {name}, *an administrator of the host: he could change Verbale too*. "
        "What he leaves there can stay active after the session, without another signature.",
    )


def _recorded(said: Declared, reader: Reader) -> str:
    if said.recorded:
        kept_it, kept_en = _kept({one.kind for one in said.channels})
        return reader.say(
            f"*Registrata*: si conserva {kept_it}; mai i tasti.",
            f"*Recorded*: {kept_en} is kept; never the keys.",
        )
    return reader.say(
        "Non registrata: restano nel registro i fatti, cioè inizio, fine, canali, quantità.",
        "Not recorded: the log keeps the facts, that is start, end, channels, amounts.",
    )


def _kept(kinds: AbstractSet[str]) -> Pair:
    """What a recording holds of these channels; who signs has to know how little a picture covers."""
    text = "ciò che i comandi rispondono, con i segreti coperti", "what commands answer, secrets covered,"
    screen = (
        "tutto ciò che lo schermo mostra, *coperte soltanto le finestre che le regole lasciano fuori*",
        "all that the screen shows, *covered only the windows that the rules leave out*,",
    )
    if PICTURES not in kinds:
        return text
    if not kinds & (set(RECORDED_CHANNELS) - {PICTURES}):
        return screen
    return f"{text[0]}, e {screen[0]}", f"{text[1]} and {screen[1]}"
