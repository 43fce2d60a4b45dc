"""What falls due in a calendar: days on which something ends or has to be done, and windows of acceptance."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from broker.cases.see_owed import Owed
from broker.domain.calendar import Entry, Pair
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import programs
from broker.store.database import Work

BACK = timedelta(days=60)  # so that a program which looks seldom still hears what was cancelled


async def tests_of(parts: Parts, work: Work, customer: Tenant, at: datetime, *, named: bool) -> list[Entry]:
    """Windows of acceptance: from the receipt to the last instant."""
    known = await programs.of(work, customer.id)
    told = _named(
        ("Collaudo di una personalizzazione", "Acceptance test of a customisation"), customer, named=named
    )
    return [
        Entry(
            f"collaudo.{customer.id}.{one.id}", one.window.received, one.window.until, customer.zone, told,
            revision=0 if one.window.state == "testing" else 1, link=f"{parts.settings.origin}/programmi/{customer.id}",
        )
        for one in known.releases.values()
        if one.window is not None and one.window.until > at - BACK
    ]  # fmt: skip


def due_of(owed: Owed, *, named: bool) -> list[Entry]:
    customer, zone = owed.customer, owed.customer.zone

    def day(of: str, last: date, words: Pair) -> Entry:
        return Entry(f"{of}.{customer.id}.{last}", last, last, zone, _named(words, customer, named=named))

    found = [
        day(
            "verifica",
            owed.verify_by,
            ("Verifica annuale degli amministratori", "Yearly check of administrators"),
        )
    ]
    if owed.contract is not None:
        words = ("Il contratto di assistenza finisce", "The contract of assistance ends")
        found.append(day("contratto", owed.contract.last, words))
    ending: Pair = ("Finisce una nomina", "An appointment ends")
    return found + [day("nomine", last, ending) for last in sorted({one.last for one in owed.ending})]


def _named(words: Pair, customer: Tenant, *, named: bool) -> Pair:
    return (f"{words[0]}: {customer.name}", f"{words[1]}: {customer.name}") if named else words
