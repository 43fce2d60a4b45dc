"""The owner's overview in words: counts, the queue, what needs doing."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.see_duties import DutiesView, TechnicianView
from broker.cases.see_estate import HostView
from broker.cases.see_incidents import Desk
from broker.cases.see_programs import HousePrograms
from broker.cases.see_sessions import SessionLine
from broker.cases.see_standing import StoppedLog
from broker.cases.see_successors import Successor
from broker.domain.estate import Tenant
from broker.domain.incident import Contact, Open, Workable
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import estate, incidents, next_log, papers, programs, sessions, words
from web.present.reader import Reader
from web.present.times import clock_time, date_of, length, zone_of


def overview(
    who: Who,
    desk: Desk,
    contested: int,
    running: Sequence[SessionLine],
    hosts: Sequence[HostView],
    customers: int,
    stopped: Sequence[StoppedLog],
    reader: Reader,
    successors: Sequence[Successor] = (),
    files: Sequence[DutiesView] = (),
    technicians: Sequence[TechnicianView] = (),
    tenants: Sequence[Tenant] = (),
    of_programs: HousePrograms | None = None,
) -> e.Owner:
    """`contested`: contests that are not closed. `files`: what is on file of each customer."""
    queue = sorted((one for one in desk.incidents if one.place), key=lambda one: one.place or 0)
    return e.Owner(
        title=f"{date_of(reader.now, reader)}, {clock_time(reader.now)} {zone_of(reader.now)}",
        figures=_figures(desk, contested, running, hosts, customers, reader),
        waiting=tuple(incidents.row(one, reader) for one in queue),
        sessions=tuple(sessions.row(one, who, reader) for one in running),
        duties=(
            *_stopped(stopped, reader),
            *next_log.duties(successors, reader),
            *_duties(hosts, reader),
            *(() if of_programs is None else programs.owed(of_programs, reader)),
            *papers.owed(files, technicians, reader),
        ),
        confirmed=estate.confirmed(hosts, reader),
        contracts=tuple(
            v.Act(
                reader.say(f"Contratto: {words.clean(one.name)}", f"Contract: {words.clean(one.name)}"),
                href=f"/clienti/{one.id}/contratto",
            )
            for one in tenants
        ),
    )


def _figures(
    desk: Desk,
    contested: int,
    running: Sequence[SessionLine],
    hosts: Sequence[HostView],
    customers: int,
    reader: Reader,
) -> tuple[e.Figure, ...]:
    say = reader.say
    queue = [one.found for one in desk.incidents if isinstance(one.found, Workable)]
    blocked = sum(isinstance(one.found, Contact | Open) for one in desk.incidents)
    watched = sum(bool(one.watching) for one in running)
    silent = sum(h.state == "enrolled" and not h.connected for h in hosts)
    oldest = say("nessuno aspetta", "nobody is waiting")
    if queue:
        passed = length((reader.now - min(one.since for one in queue)).total_seconds())
        oldest = say(f"il più vecchio da {passed}", f"the oldest for {passed}")
    return (
        e.Figure(say("In coda", "In the queue"), str(len(queue)), oldest, href="/coda"),
        e.Figure(
            say("Sessioni aperte", "Open sessions"),
            str(len(running)),
            say(f"{watched} guardate", f"{watched} watched") if running else say("nessuna", "none"),
            None,
            "/sessioni",
        ),
        e.Figure(
            say("Aspettano il cliente", "Awaiting the customer"),
            str(blocked),
            say("non ancora lavorabili", "not workable yet") if blocked else say("nessuno", "none"),
            "wait" if blocked else None,
            "/coda",
        ),
        e.Figure(
            say("Contestazioni", "Contests"),
            str(contested),
            say("aperte", "open") if contested else say("nessuna aperta", "none open"),
            "wait" if contested else None,
            "/contestazioni",
        ),
        e.Figure(
            say("Macchine", "Hosts"),
            str(len(hosts)),
            say(f"{silent} non rispondono", f"{silent} do not answer")
            if silent
            else say("tutte rispondono", "all answer"),
            "stop" if silent else "ok",
            "/postazioni",
        ),
        e.Figure(
            say("Clienti", "Customers"),
            str(customers),
            say("un registro ciascuno", "a log each"),
            None,
            "/persone",
        ),
    )


def _stopped(stopped: Sequence[StoppedLog], reader: Reader) -> tuple[tuple[v.State, str, str], ...]:
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
        found.append((v.State("stop", say("fermo", "stopped")), what, f"{why} {mend}"))
    return tuple(found)


def _duties(hosts: Sequence[HostView], reader: Reader) -> tuple[tuple[v.State, str, str], ...]:
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
        found.append((missing, what, mend))
    return tuple(found)
