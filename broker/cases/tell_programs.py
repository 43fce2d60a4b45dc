"""A customer's log hears of what touches him: a version of a program he has, a defect that he met, days that are over.

The vendor's log is written first; each customer's follows in its own transaction, and may be tried again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.program_records import AcceptanceExpired, DefectLinked, DefectRemedied, DefectSolved
from audit.record import BROKER
from audit.records import AnyRecord
from broker.domain.programs import Defect, Programs, Release, Said
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, outbox, people, programs
from broker.store.tx import Tx


async def programs_owed(parts: Parts) -> list[str]:
    """Whose logs have something to tell."""
    async with parts.store.read() as work:
        return await programs.owed(work, whole_ms(parts.clock.now()))


async def settled(parts: Parts, tenant: str) -> None:
    """At once, where it can be; else the job does it."""
    with suppress(Refused):
        await tell_programs(parts, tenant)


async def tell_programs(parts: Parts, tenant: str) -> None:
    """All that this customer's log owes by now."""
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        telling = _Telling(tx, await _house(tx), await programs.of(tx.work, tenant))
        await telling.releases()
        await telling.defects()
        await telling.expiries()
        await programs.paid(tx)


async def announced(tx: Tx, release: str) -> Release:
    """A version as this customer's log knows it, told now where it was not; `not_found` of another customer's."""
    mine = await programs.of(tx.work, tx.tenant)
    if release in mine.releases:
        return mine.releases[release]
    found = (await _house(tx)).release(release)
    if found.told.customer not in (None, tx.tenant):
        raise Refused(Why.NOT_FOUND)
    await tx.append(found.told, actor=BROKER)
    return Release(found.told, tx.at)


def _concerns(release: Release, house: Programs, mine: Programs, tenant: str) -> bool:
    """Made for him; or for everybody, of a program that he had when it came out, or came to at an older version."""
    told = release.told
    if told.customer is not None:
        return told.customer == tenant
    has = mine.installed.get(told.product)
    if has is None:
        return False
    late = has.told.version != told.version and house.latest(told.product) == release
    return has.since < release.published or late


async def _house(tx: Tx) -> Programs:
    vendor = await estate.house(tx.work)
    return Programs() if vendor is None else await programs.of(tx.work, vendor.id)


@dataclass(slots=True)
class _Telling:
    """What the vendor's log has, and this customer's does not yet."""

    tx: Tx
    house: Programs
    mine: Programs

    async def releases(self) -> None:
        for one in self.house.releases.values():
            if _concerns(one, self.house, self.mine, self.tx.tenant):
                await self._release(one)

    async def defects(self) -> None:
        for one in self.house.defects.values():
            if self.tx.tenant in programs.customers_of(one):
                await self._defect(one)

    async def expiries(self) -> None:
        """The days of a customisation are over: one record, which is the owner's task, and a letter to the titolare."""
        for one in self.mine.releases.values():
            if one.window is not None and one.window.state == "testing" and self.tx.at > one.window.until:
                await self.tx.append(AcceptanceExpired(one.id), actor=BROKER)
                await self._write({"letter": "expired", "release": one.id})

    async def _release(self, release: Release) -> None:
        if release.id not in self.mine.releases:
            await self.tx.append(release.told, actor=BROKER)
            self.mine.releases[release.id] = Release(release.told, self.tx.at)

    async def _defect(self, defect: Defect) -> None:
        """His part of it: what it is, where he met it, what helps."""
        mine = self.mine.defects.get(defect.id)
        if mine is None:
            await self._copied(defect.told, defect.opened)
        for place, session in defect.links:
            tenant, _, incident = place.partition(".")
            if tenant == self.tx.tenant and (mine is None or (incident, session) not in mine.links):
                await self.tx.append(DefectLinked(defect.id, incident, session), actor=BROKER)
                self.tx.announce("incident", incident)
        told = None if mine is None else mine.remedy
        if defect.remedy is not None and (told is None or told.at < defect.remedy.at):
            await self._copied(DefectRemedied(defect.id), defect.remedy)
        if defect.solution is not None and defect.release is not None and (mine is None or not mine.solution):
            await self._release(self.house.releases[defect.release])
            await self._copied(DefectSolved(defect.id, defect.release), defect.solution)
            await self._write({"letter": "solved", "defect": defect.id})

    async def _copied(self, record: AnyRecord, said: Said) -> None:
        """With the vendor's words, under this customer's own key."""
        tx = self.tx
        vendor = await estate.house(tx.work)
        assert vendor is not None  # whose log it was read from
        text = await programs.word(tx.work, vendor.id, said.n, tx.keys.wrapping_key()) or ""
        opening = Opening(tx.chance.octets(SALT_BYTES), {"text": text})
        await tx.append(record, actor=BROKER, opening=opening, subject=tx.tenant)

    async def _write(self, about: dict[str, str]) -> None:
        for one in await people.tenant_people(self.tx.work, self.tx.tenant, role="titolare"):
            await self.tx.tell(outbox.PROGRAM, {**about, "to": one.id})
