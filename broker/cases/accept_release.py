"""A customisation on test (S-40 to S-42): passed by the customer, reported on, decided by the owner once its days are over."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.program_records import AcceptanceDecided, AcceptancePassed, MalfunctionReported
from broker.cases.deny import allow, attempt
from broker.cases.open_incident import Report, opened
from broker.cases.publish_release import MAX_VERSION, line
from broker.domain.people import Action, Who
from broker.domain.programs import DECISIONS, lacking, tested
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written
from broker.parts import Parts
from broker.store import estate, outbox, people, programs

MAX_PART = 2000


async def pass_acceptance(parts: Parts, who: Who, release: str) -> None:
    """*Collaudo superato*, by the customer's titolare or ADS, while its window is open."""
    await allow(parts, who, Action.TEST_RELEASE, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        tested((await programs.of(tx.work, who.tenant)).release(release), at)
        await tx.append(AcceptancePassed(release), actor=who.actor)


async def decide_acceptance(parts: Parts, who: Who, tenant: str, release: str, decision: str) -> None:
    """By the owner: nothing follows from an expired window by itself (S-41), nor from his word in the contract."""
    await allow(parts, who, Action.DECIDE_ACCEPTANCE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        window = (await programs.of(tx.work, tenant)).release(release).window
        if window is None or window.state != "expired":
            raise Refused(Why.WRONG_STATE)
        if decision not in DECISIONS:
            raise Refused(Why.BAD_INPUT, field="decision")
        await tx.append(AcceptanceDecided(release, decision), actor=who.actor)


@dataclass(frozen=True, slots=True)
class Malfunction:
    """*Rapporto di malfunzionamento*: how to repeat it, what was expected and what came, data without personal
    data, and the build it was seen in."""

    steps: str = ""
    expected: str = ""
    actual: str = ""
    sample: str = ""
    build: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """`lacks` empty: it goes ahead of the queue. `covered`: pieces that looked like a password."""

    incident: str
    lacks: tuple[str, ...]
    covered: int


async def report_malfunction(parts: Parts, who: Who, release: str, typed: Malfunction) -> Filed:
    """An incident on a customisation that is being tested. Whole, it goes ahead of the queue; else it waits its
    turn as any other (S-42)."""
    await allow(parts, who, Action.TEST_RELEASE, who.tenant, "request")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", who.tenant), parts.store.tx(who.tenant, at) as tx:
        found = (await programs.of(tx.work, who.tenant)).release(release)
        tested(found, at)
        said, covered = _written(typed)
        if not said["actual"]:
            raise Refused(Why.BAD_INPUT, field="actual")
        lacks = lacking(said)
        text = f"{found.told.name} {found.told.version}: {said['actual']}"[:MAX_PART]
        ahead = None if lacks else found.id
        mine = Report(text, "portal", product=found.told.product, testing=ahead)
        done = await opened(tx, who.actor, mine)
        build = line(said["build"], "build", MAX_VERSION) or None
        record = MalfunctionReported(done.incident, release, lacks, build)
        opening = Opening(tx.chance.octets(SALT_BYTES), {k: v for k, v in said.items() if v})
        await tx.append(record, actor=who.actor, opening=opening, subject=done.incident)
        house = await estate.house(tx.work)
        for one in [] if house is None else await people.tenant_people(tx.work, house.id, role="owner"):
            told = {"letter": "malfunction", "release": release, "incident": done.incident, "to": one.id}
            await tx.tell(outbox.PROGRAM, told)
    return Filed(done.incident, lacks, covered)


def _written(typed: Malfunction) -> tuple[dict[str, str], int]:
    found, covered = {}, 0
    for name, text in asdict(typed).items():
        found[name], count = cover(written(text, name, MAX_PART))
        covered += count
    return found, covered
