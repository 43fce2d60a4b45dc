"""Letters about what was reported at a machine: put into the outbox with the record, written when due."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit import instant
from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import desk_letter
from broker.domain.desk_letter import DeskFacts
from broker.parts import Parts
from broker.store import estate, outbox, people, requests
from broker.store.outbox import Due
from broker.store.tx import Tx

LATELY, MOST = timedelta(hours=1), 6  # of one host: the records stand for all, and nobody's mail is flooded


async def tell_reported(tx: Tx, host: str, session: str | None, request: str | None, n: int) -> None:
    """A letter to every ADS and every titolare. `request`: of that session, where it is this host's."""
    lately = await outbox.since(tx.work, tx.tenant, outbox.DESK, tx.at - LATELY)
    if len({one.payload["record"] for one in lately if one.payload["host"] == host}) >= MOST:
        return
    known = {} if request is None else {"session": session, "request": request}
    for role in ("ads", "titolare"):
        for one in await people.tenant_people(tx.work, tx.tenant, role=role):
            told = {"to": one.id, "host": host, "record": n, "at": instant.to_text(tx.at)}
            await tx.tell(outbox.DESK, told | known)


async def write_desk_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    request = due.payload.get("request")
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        host = await estate.host(work, due.tenant, str(due.payload["host"]))
        found = None if request is None else await requests.load(work, due.tenant, str(request))
        technician = None if found is None else await people.find_person(work, found.asked.technician)
        house = (
            None
            if found is None
            else await estate.tenant(work, found.asked.statement.technician.organisation)
        )
    if to is None:
        return None
    facts = DeskFacts(
        customer=to.customer.name,
        host=str(due.payload["host"]) if host is None else host.label,
        technician="" if technician is None else technician.name,
        organisation="" if house is None else house.name,
        received=instant.parse(str(due.payload["at"])),
        record=int(due.payload["record"]),
        zone=to.customer.zone,
    )
    link = to.link
    if request is not None:
        link = f"{parts.settings.origin}/sessioni/{due.payload['session']}/diretta"
    return Letter(to.mailbox, desk_letter.compose(facts, to.envelope, link))
