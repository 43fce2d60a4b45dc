"""Change who may open sessions: a titolare signs the next set, and every connected agent gets it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from audit.approvers import Approvers
from audit.canonical import unb64
from audit.estate_records import ApproversChanged
from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.paper_key import ANNOUNCE, checked_key
from broker.cases.push_pins import push_pins
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.appointing import Appointed, SigningKey, next_set, succeeds, without_lost
from broker.domain.instants import chosen
from broker.domain.people import Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people, statements
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "approvers"


@dataclass(frozen=True, slots=True)
class Appointment:
    person: str
    until: datetime
    delegated: bool = False


async def begin_approvers(
    parts: Parts,
    who: Who,
    appointments: Sequence[Appointment],
    *,
    paper_key: str | None = None,
    by_paper: bool = False,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page. `appointments` is the whole new set: who isn't in it is out.

    `paper_key`: the public half of a new key on paper; without one the set keeps the one it has. `by_paper`:
    the key on paper signs it, beside a passkey that the new set names (`cases.paper_key`); of the caller's
    own passkeys it names those alone that the set in force does not.
    """
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(who.tenant, at) as tx:
        wanted = [await _appointed(tx, who.tenant, one) for one in appointments]
        current = await statements.approvers(tx.work, who.tenant)
        if by_paper:
            if current is None or current.paper_key is None:
                raise Refused(Why.WRONG_STATE)
            wanted = [without_lost(one, current) if one.person.id == who.person else one for one in wanted]
        new = next_set(who.tenant, parts.settings.signing, current, wanted, at)
        new = replace(new, paper_key=_paper_key(paper_key, current))
        judged_by = new if by_paper or current is None else current
        signers = {line.person for line in judged_by.approvers if line.role == "titolare"}
        if who.person not in signers:
            raise Refused(Why.AUTHORISATION_MISSING)
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=ANNOUNCE if by_paper else PURPOSE,
            statement=new,
            shown={who.tenant: place.name, **{one.person.id: one.person.name for one in wanted}},
            paper=current.paper_key if by_paper and current is not None else None,
            departure=departure,
        )


def _paper_key(chosen_now: str | None, current: Approvers | None) -> str | None:
    if chosen_now is not None:
        return checked_key(chosen_now)
    return None if current is None else current.paper_key


async def _appointed(tx: Tx, tenant: str, one: Appointment) -> Appointed:
    person = await people.person(tx.work, tenant, one.person) or await _of_vendor(tx, one.person)
    if person is None:
        raise Refused(Why.NOT_FOUND)
    held = await people.credentials(tx.work, person.tenant, one.person, "signing")
    keys = tuple(SigningKey(c.id, c.public_key, c.demo_software) for c in held)
    return Appointed(person, keys, chosen(one.until, "until"), one.delegated)


async def _of_vendor(tx: Tx, person: str) -> Person | None:
    """A technician of the house: what he signs counts under a mandate only."""
    house = await estate.house(tx.work)
    found = None if house is None else await people.person(tx.work, house.id, person)
    return found if found is not None and found.role == "technician" else None


async def approvers_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `approvers`. Number 1 is signed by the titolare's own first key."""
    await allow(parts, who, Action.CHANGE_APPROVERS, who.tenant, "approvers")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        current = await statements.approvers(tx.work, who.tenant)
        new = Approvers.parse(answer.signed.statement)
        succeeds(new, current)
        by = signed_by(answer.signed, current or new, tx, who, parts.settings.signing, titolare=True)
        await statements.keep(tx, who.tenant, new, answer.signed)
        record = ApproversChanged(
            new.number,
            new.digest.hex(),
            tuple(hashlib.sha256(unb64(line.credential)).hexdigest() for line in new.approvers),
            by.demo_software,
        )
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        tx.announce("people", who.tenant)
    await push_pins(parts, who.tenant)
    return Finished("/persone")
