"""The technicians' desk in words: the queue in groups, and what *Prendi il prossimo* gives."""

from __future__ import annotations

from dataclasses import replace

from broker.cases.see_incidents import Desk
from broker.cases.seen_incident import Seen
from broker.domain.incident import Contact, Open, Routed, Taken
from broker.domain.people import Who
from web import views as v
from web import views_incidents as i
from web.present import incidents, words
from web.present.reader import Reader
from web.present.times import short


def desk(
    found: Desk, who: Who, reader: Reader, chosen: i.Incident | None = None, seen: Seen | None = None
) -> i.Desk:
    """With `chosen`, which `seen` is, the one that was opened stands beside the queue."""
    say, here = reader.say, "" if seen is None else incidents.address(seen)
    mine = [one for one in found.incidents if isinstance(one.found, Taken) and one.found.by == who.person]
    others = [one for one in found.incidents if isinstance(one.found, Taken) and one.found.by != who.person]
    queue = sorted((one for one in found.incidents if one.place), key=lambda one: one.place or 0)
    not_yet = [one for one in found.incidents if isinstance(one.found, Contact | Open)]
    routed = [one for one in found.incidents if isinstance(one.found, Routed)]
    groups = (
        (say("In mano a me", "In my hands"), mine, False),
        (say("In coda, dal più vecchio", "In the queue, oldest first"), queue, True),
        (say("Non ancora lavorabili", "Not workable yet"), not_yet, False),
        (say("Dal rivenditore", "With the reseller"), routed, False),
        (say("In mano ad altri", "In others’ hands"), others, False),
    )
    label = say("Prendi il prossimo", "Take the next one")
    if found.next is None:
        take = v.Act(label, icon="right", blocked=say("La coda è vuota.", "The queue is empty."))
    elif who.role != "technician":
        take = v.Act(label, icon="right", blocked=say("Lo prende un tecnico.", "A technician takes it."))
    else:
        take = v.Act(label, post="/coda/prossimo", kind="act", icon="right", key="p", leads=True)
    return i.Desk(
        take=take,
        next_line=_next_line(found, reader),
        groups=tuple(
            v.QueueGroup(name, tuple(_row(one, here, reader) for one in those), ordered)
            for name, those, ordered in groups
            if those
        ),
        requests=v.Act(say("Richieste di accesso", "Requests for access"), href="/richieste", icon="pen"),
        chosen=chosen,
        side=None if seen is None else _side(found, seen, who, reader),
    )


def _row(seen: Seen, here: str, reader: Reader) -> v.QueueRow:
    row = incidents.row(seen, reader)
    return replace(row, current=True) if row.href == here else row


def _side(found: Desk, seen: Seen, who: Who, reader: Reader) -> i.Side:
    tenant, here = seen.found.known.tenant, incidents.address(seen)
    others = [one for one in found.incidents if one.found.known.tenant == tenant]
    rows = (incidents.row(one, reader) for one in others if incidents.address(one) != here)
    return i.Side(agreed(seen, reader), tuple(rows), ways(tenant, who, reader))


def agreed(seen: Seen, reader: Reader) -> tuple[v.Fact, ...]:
    """The contract of the day of the report, in three lines."""
    say, contract = reader.say, seen.contract
    if contract is None:
        return (v.Fact(say("Contratto", "Contract"), say("nessuno", "none")),)
    plan = say("senza piano", "no plan") if contract.plan is None else contract.plan.name
    lines = [
        v.Fact(say("Piano", "Plan"), plan),
        v.Fact(say("Fino al", "Until"), f"{contract.last:%d/%m/%Y}"),
    ]
    if contract.prepaid:
        paid = say("non arrivato", "not arrived") if contract.paid is None else f"{contract.paid:%d/%m/%Y}"
        lines.append(v.Fact(say("Pagato", "Paid"), paid))
    return tuple(lines)


def ways(tenant: str, who: Who, reader: Reader) -> tuple[v.Act, ...]:
    """To the pages of that customer that this person may open."""
    say = reader.say
    pages = [
        (say("Programmi", "Programs"), f"/programmi/{tenant}"),
        (say("Contratto", "Contract"), f"/clienti/{tenant}/contratto"),
        (say("Adempimenti", "Duties"), f"/adempimenti/{tenant}"),
    ]
    if who.role == "technician":
        pages.append((say("Lavori senza collegamento", "Work outside sessions"), f"/clienti/{tenant}/lavori"))
    if who.role == "owner":
        pages.append((say("Ore e costi", "Hours and charges"), f"/clienti/{tenant}/ore"))
        pages.append((say("Rendiconto", "Statement"), f"/clienti/{tenant}/rendiconto"))
        pages.append((say("Fascicolo", "Dossier"), f"/fascicolo/{tenant}"))
    return tuple(v.Act(label, href=href) for label, href in pages)


def _next_line(found: Desk, reader: Reader) -> str:
    if found.next is None:
        if any(isinstance(one.found, Contact | Open) for one in found.incidents):
            return reader.say(
                "Chi aspetta non ha ancora un’autorizzazione.", "Whoever waits has no authorisation yet."
            )
        return reader.say("Nessuno aspetta.", "Nobody waits.")
    key = found.next.waiting.id
    seen = next(one for one in found.incidents if (one.found.known.tenant, one.found.known.id) == key)
    code, customer = key[1], words.clean(seen.customer)
    since = short(found.next.waiting.found.since, reader)
    if found.next.reason is not None:
        return reader.say(
            f"Le sarà affidato {code}, {customer}: la sua scadenza è entro 30 minuti di servizio.",
            f"You will be given {code}, {customer}: its deadline is within 30 minutes of service.",
        )
    return reader.say(
        f"Le sarà affidato {code}, {customer}: è lavorabile da {since}, prima degli altri.",
        f"You will be given {code}, {customer}: workable since {since}, before the others.",
    )
