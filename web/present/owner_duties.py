"""What the vendor's owner has still to see to, in words: the worst first, each with the page where it is done (U-29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker.cases.review_accounts import Accounts
from broker.cases.see_contests import Listed
from broker.cases.see_duties import DutiesView
from broker.cases.see_hosts import HostView
from broker.cases.see_owed import AHEAD, Ending, HouseOwed, Owed
from broker.cases.see_programs import HousePrograms
from broker.cases.see_standing import StoppedLog
from broker.cases.see_successors import Successor
from broker.cases.see_technicians import TechnicianView
from web import views as v
from web import views_owner as o
from web.present import next_log, papers, programs, words
from web.present.reader import Reader
from web.present.times import date_of, short

_RANK: dict[v.Mark, int] = {"stop": 0, "wait": 1, "off": 2, "ok": 3}


@dataclass(frozen=True, slots=True)
class Around:
    """All that duties come from: `files` is what is on file of each customer."""

    owed: HouseOwed
    accounts: Accounts
    contests: Sequence[Listed]
    hosts: Sequence[HostView]
    stopped: Sequence[StoppedLog]
    successors: Sequence[Successor]
    files: Sequence[DutiesView]
    technicians: Sequence[TechnicianView]
    programs: HousePrograms


def duties(found: Around, reader: Reader) -> tuple[o.Duty, ...]:
    every = (
        *_stopped(found.stopped, reader),
        *(line for one in found.owed.customers for line in _customer(one, found.owed, reader)),
        *_contests(found.contests, reader),
        *_accounts(found.accounts, found.owed, reader),
        *_house(found.owed, reader),
        *next_log.duties(found.successors, reader),
        *programs.owed(found.programs, reader),
        *papers.owed(found.files, found.technicians, reader),
        *_hosts(found.hosts, reader),
    )
    return tuple(sorted(every, key=lambda one: _RANK[one.state.mark]))


def in_order(found: Around, reader: Reader) -> o.Duty | None:
    """The logs and the erasures, where nothing is wrong with any."""
    wrong = [one for one in found.owed.customers if one.closed or one.left_over]
    if wrong or found.stopped or not found.owed.customers:
        return None
    say, count = reader.say, len(found.owed.customers)
    small = say(
        f"{count} su {count} accettano registrazioni; nessuna cancellazione a metà.",
        f"{count} of {count} take records; no erasure is half done.",
    )
    return o.Duty(
        v.State("ok", say("in regola", "in order")),
        say("Registri e cancellazioni", "Logs and erasures"),
        small,
    )


def _by(day: date, today: date, reader: Reader) -> v.State:
    """Due on that day, which counts."""
    said = f"{day:%d/%m/%Y}"
    if day < today:
        return v.State("stop", reader.say(f"scaduto il {said}", f"overdue since {said}"))
    return v.State("wait", reader.say(f"entro {said}", f"by {said}"))


def _customer(one: Owed, every: HouseOwed, reader: Reader) -> list[o.Duty]:
    say, name, place = reader.say, words.clean(one.customer.name), one.customer.id
    found = []
    if one.closed:
        what = say(f"Il registro di {name} non è integro", f"The log of {name} is not sound")
        small = say("Non accetta registrazioni: «verbale check-log» dice dove.", "It takes no records: “verbale check-log” says where.")  # fmt: skip
        found.append(o.Duty(v.State("stop", say("chiuso", "closed")), what, small))
    for breach in one.untold:
        by, late = short(breach.tell_by, reader), breach.tell_by < every.at
        state = v.State(
            "stop", say(f"scaduto {by}", f"overdue, {by}") if late else say(f"entro {by}", f"by {by}")
        )
        what = say(f"Violazione da comunicare a {name}", f"A breach to be told to {name}")
        small = say(
            "Il titolare deve saperlo senza ritardo (art. 33).",
            "The titolare has to know without delay (art. 33).",
        )
        found.append(o.Duty(state, what, small, f"/protezione/{place}/violazioni/{breach.id}"))
    for right in one.rights:
        what = say(f"Richiesta di un interessato, {name}", f"Request of a person concerned, {name}")
        small = say("Serve al titolare per rispondere in tempo.", "The titolare needs it to answer in time.")
        if right.due <= one.today + AHEAD:
            found.append(o.Duty(_by(right.due, one.today, reader), what, small, f"/fascicolo/{place}"))
    if one.verify_by <= one.today + AHEAD:
        what = say(f"Verifica annuale degli ADS, {name}", f"Yearly verification of the ADS, {name}")
        small = say("La compie il titolare, dal suo fascicolo.", "The titolare does it, from his dossier.")
        found.append(o.Duty(_by(one.verify_by, one.today, reader), what, small, f"/fascicolo/{place}"))
    found += [_ending(each, one, reader) for each in one.ending]
    if one.left_over:
        what = say(f"Cancellazione a metà, {name}", f"Erasure half done, {name}")
        small = say(
            f"Testi ancora da distruggere: {one.left_over}.", f"Texts still to be destroyed: {one.left_over}."
        )
        found.append(o.Duty(v.State("stop", say("da finire", "to finish")), what, small))
    return found


def _ending(one: Ending, of: Owed, reader: Reader) -> o.Duty:
    say, who, name = reader.say, words.name(one.name, reader), words.clean(of.customer.name)
    if one.of == "approver":
        what = say(f"Nomina di chi autorizza: {who}, {name}", f"Appointment of an approver: {who}, {name}")
        small, href = say("La rinnova il titolare.", "The titolare renews it."), "/persone"
    else:
        what = say(f"Nomina ad amministratore: {who}, {name}", f"Appointment as administrator: {who}, {name}")
        small = say("Ne serve una nuova, con la sua valutazione.", "It takes a new one, with its evaluation.")
        href = f"/amministratori?cliente={of.customer.id}"
    return o.Duty(_by(one.last, of.today, reader), what, small, href)


def _contests(found: Sequence[Listed], reader: Reader) -> list[o.Duty]:
    say = reader.say
    return [
        o.Duty(
            v.State("wait", say("aperta", "open")),
            say(f"Contestazione di {words.clean(one.customer.name)}", f"Contest of {words.clean(one.customer.name)}"),
            say(f"dal {date_of(one.contest.opened, reader)}", f"since {date_of(one.contest.opened, reader)}"),
            f"/contestazioni/{one.customer.id}/{one.contest.id}",
        )
        for one in found
        if one.contest.state != "closed"
    ]  # fmt: skip


def _accounts(found: Accounts, owed: HouseOwed, reader: Reader) -> list[o.Duty]:
    say, today, people = reader.say, owed.at.date(), len(found.people)
    if found.due > today + AHEAD:
        return []
    what = say("Revisione semestrale degli accessi", "Half-yearly review of accounts")
    small = say(
        f"Persone del fornitore che entrano: {people}.", f"People of the vendor who come in: {people}."
    )
    return [o.Duty(_by(found.due, today, reader), what, small, "/persone")]


def _house(found: HouseOwed, reader: Reader) -> list[o.Duty]:
    say, lines = reader.say, list[o.Duty]()
    if found.leads:
        what = say(f"Richieste di contatto: {found.leads}", f"Requests for contact: {found.leads}")
        small = say("Nessuno ha ancora risposto.", "Nobody has answered yet.")
        lines.append(
            o.Duty(v.State("wait", say("da rispondere", "to answer")), what, small, "/gestione/contatti")
        )
    if found.mails:
        what = say(f"Messaggi di posta da leggere: {found.mails}", f"Mail to be read: {found.mails}")
        small = say("Nessun codice li lega a una richiesta.", "No code binds them to a request.")
        lines.append(o.Duty(v.State("wait", say("da leggere", "to read")), what, small, "/posta"))
    return lines


def _stopped(stopped: Sequence[StoppedLog], reader: Reader) -> tuple[o.Duty, ...]:
    say = reader.say
    found = []
    for one in stopped:
        name = words.clean(one.customer)
        what = say(f"Il registro di {name} è fermo", f"The log of {name} has stopped")
        there = words.thousands(one.witnessed, reader)
        if one.forked:
            why = say(
                f"Un testimone ne conserva un’altra storia ({there} voci).",
                f"A witness holds another history of it ({there} records).",
            )
        else:
            here = words.thousands(one.here, reader)
            why = say(
                f"Un testimone ne conserva {there} voci, qui ce ne sono {here}.",
                f"A witness holds {there} records of it, here there are {here}.",
            )
        mend = say("Rimetta sul server i dati che mancano.", "Bring the missing data back to the server.")
        if not one.forked:
            mend += say(
                " Se sono perduti: «verbale recover», e il titolare firma.",
                " If they are lost: “verbale recover”, and the titolare signs.",
            )
        found.append(o.Duty(v.State("stop", say("fermo", "stopped")), what, f"{why} {mend}"))
    return tuple(found)


def _hosts(hosts: Sequence[HostView], reader: Reader) -> tuple[o.Duty, ...]:
    say = reader.say
    missing = v.State("wait", say("manca", "missing"))
    found = []
    for one in hosts:
        label = words.clean(one.label)
        if one.state == "enrolled" and not one.confirmed:
            what = say(f"Chiavi non confermate su {label}", f"Keys not confirmed on {label}")
            mend = say(
                "Una persona del cliente digiti l’impronta su quella macchina.",
                "A person of the customer should type the fingerprint at that host.",
            )
        elif one.state == "prepared":
            what = say(f"{label} da iscrivere", f"{label} to be enrolled")
            mend = say("Il titolare ne firmi l’iscrizione.", "The titolare should sign its enrolment.")
        elif one.state == "signed":
            what = say(f"{label} aspetta il suo agente", f"{label} awaits its agent")
            mend = say(
                "Qualcuno porti lì file, codice e impronta.",
                "Somebody should bring file, code and fingerprint there.",
            )
        else:
            continue
        found.append(o.Duty(missing, what, mend, f"/postazioni/{one.id}"))
    silent = [words.clean(one.label) for one in hosts if one.state == "enrolled" and not one.connected]
    if silent:
        what = say(f"Macchine che non rispondono: {len(silent)}", f"Hosts that do not answer: {len(silent)}")
        quiet = v.State("wait", say("non risponde", "no answer"))
        found.append(o.Duty(quiet, what, words.both(silent[:3], reader), "/postazioni"))
    return tuple(found)
