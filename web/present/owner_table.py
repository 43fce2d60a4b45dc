"""The rows of the owner's page as one table for a spreadsheet: what its *Esporta* gives."""

from __future__ import annotations

from audit.spreadsheet import table
from web import views_owner as o
from web.present.reader import Reader


def exported(page: o.Owner, hours: o.Hours, reader: Reader) -> bytes:
    say = reader.say
    head = (
        say("Parte", "Part"), say("Cliente", "Customer"), say("Che cosa", "What"), say("Quando", "When"),
        say("Stato", "State"),
    )  # fmt: skip
    parts = (
        say("Prossime scadenze", "Next deadlines"), say("In coda", "In the queue"),
        say("Fermi per il cliente", "Waiting for the customer"), say("Adempimenti", "Duties"),
        say("Rinnovi e pagamenti", "Renewals and payments"),
    )  # fmt: skip
    rows = [
        *((parts[0], one.customer, f"{one.severity} {one.plan}".strip(), one.due, one.hurdle.word) for one in page.deadlines),
        *((parts[1], one.tenant, one.title, one.since, one.state.word) for one in page.waiting),
        *((parts[2], one.customer, one.title, one.since, one.waits.word) for one in page.still),
        *((parts[3], "", one.what, one.small, one.state.word) for one in page.duties),
        *((parts[4], one.customer, one.what, one.when, one.state.word) for one in page.renewals),
        *_answers(page, reader),
        *_hours(hours, reader),
    ]  # fmt: skip
    return table(head, rows)


def _answers(page: o.Owner, reader: Reader) -> list[tuple[str, ...]]:
    if page.answers is None:
        return []
    say, part = reader.say, reader.say("Risposte per settimana", "Answers by week")
    return [
        (part, "", say(f"{kept} in tempo, {late} in ritardo", f"{kept} in time, {late} late"), first, "")
        for first, kept, late in page.answers.rows
    ]


def _hours(hours: o.Hours, reader: Reader) -> list[tuple[str, ...]]:
    say, part = reader.say, reader.say("Ore e importi", "Hours and amounts")
    return [
        (
            part,
            one.customer,
            say(
                f"{one.included} in contratto, {one.beyond} fuori contratto",
                f"{one.included} in the contract, {one.beyond} outside it",
            ),
            hours.title,
            one.amount,
        )
        for one in hours.rows
    ]
