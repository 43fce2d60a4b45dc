"""*Cerca*: a customer, a host, a person, an incident, a request or a session by a few letters (screens §5).

Nobody finds what a list would not show him: each kind asks the right of its own list, and a customer's people
look in their own customer only. It changes nothing and opens nothing, so it leaves no record; the page it leads to does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broker.domain.people import MAY, Action, Who
from broker.domain.told import Told
from broker.parts import Parts
from broker.store import finding, incidents, openings, reading
from broker.store.database import Work

Kind = Literal["customer", "host", "person", "incident", "request", "session"]
LEAST, MOST = 2, 80  # letters: one finds everything, and nobody types more
EACH = 6  # of a kind
_OPEN = 200  # incidents whose words are looked through


@dataclass(frozen=True, slots=True)
class Found:
    """`beside` says whose it is, or on which host; `role` of a person."""

    kind: Kind
    tenant: str
    id: str
    name: str
    beside: str = ""
    role: str = ""


async def find(parts: Parts, who: Who, text: str) -> tuple[Found, ...]:
    """At most `EACH` of every kind; nothing for less than two letters."""
    wanted = " ".join(text.split())[:MOST]
    if len(wanted) < LEAST:
        return ()
    tenant = reading.scope_of(who)
    async with parts.store.read() as work:
        return tuple(await _found(parts, work, who, tenant, wanted))


def _sees(who: Who, action: Action) -> bool:
    return who.role in MAY[action]


async def _found(parts: Parts, work: Work, who: Who, tenant: str | None, text: str) -> list[Found]:
    found: list[Found] = []
    if who.house:
        found += [
            Found("customer", one.id, one.id, one.name)
            for one in await finding.customers(work, tenant, text, EACH)
        ]
    machines = await finding.machines(work, tenant, text, EACH) if _sees(who, Action.SEE_HOSTS) else ()
    persons = await finding.persons(work, tenant, text, EACH) if _sees(who, Action.SEE_PEOPLE) else ()
    told, asked, held = await finding.numbered(work, tenant, text, EACH)
    faults = await _faults(parts, work, tenant, text) if _sees(who, Action.SEE_INCIDENTS) else {}
    numbered = {(one.tenant, one.id): "" for one in told} if _sees(who, Action.SEE_INCIDENTS) else {}
    asked, held = (asked, held) if _sees(who, Action.SEE_REQUESTS) else ((), ())
    rows = [*machines, *persons, *asked, *held]
    names = await reading.names(
        work,
        {one.tenant for one in rows} | {t for t, _ in faults | numbered} | {o.host for o in (*asked, *held)},
    )
    found += [Found("host", one.tenant, one.id, one.label, names[one.tenant]) for one in machines]
    found += [
        Found("incident", key[0], key[1], line, names[key[0]])
        for key, line in list((numbered | faults).items())[:EACH]
    ]
    found += [Found("request", one.tenant, one.id, names[one.host], names[one.tenant]) for one in asked]
    found += [Found("session", one.tenant, one.id, names[one.host], names[one.tenant]) for one in held]
    found += [Found("person", one.tenant, one.id, one.name, names[one.tenant], one.role) for one in persons]
    return found


async def _faults(parts: Parts, work: Work, tenant: str | None, text: str) -> dict[tuple[str, str], str]:
    """Of incidents that are not closed, those that speak of it: first line by tenant and number."""
    spoken: dict[tuple[str, str], str] = {}
    for one in (await incidents.unclosed(work, tenant))[:_OPEN]:
        kept = await openings.get(work, one.known.tenant, one.known.n, parts.keys.wrapping_key())
        said = "" if kept is None else Told.from_value(kept.data).incident_text
        if text.casefold() in said.casefold():
            spoken[one.known.tenant, one.known.id] = said.partition("\n")[0]
        if len(spoken) == EACH:
            break
    return spoken
