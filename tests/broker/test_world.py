"""The whole road from an empty broker to an enrolled host."""

from __future__ import annotations

from collections import Counter

from audit.estate_records import HostEnrolled
from audit.person_records import LoginSucceeded
from audit.pins import check_chain
from audit.signed import EnrolmentFile
from broker.cases.enrolment_file import enrolment_file
from broker.parts import Parts
from tests.broker.world import World


async def test_every_step_leaves_its_record(parts: Parts) -> None:
    world = await World.make(parts)
    house = Counter(r.KIND for r in await world.records(world.house))
    assert house == {
        "tenant.opened": 1,
        "person.admitted": 2,
        "person.invited": 2,
        "credential.added": 3,  # two passkeys, one SSH key
        "login.succeeded": 2,
        "paper.filed": 2,
    }
    customer = Counter(r.KIND for r in await world.records())
    assert customer == {
        "tenant.opened": 1,
        "person.admitted": 2,
        "person.invited": 2,
        "credential.added": 4,
        "login.succeeded": 2,
        "approvers.changed": 1,
        "policy.changed": 1,
        "host.prepared": 1,
        "host.enrolled": 1,
        "paper.filed": 1,
        "matrix.set": 1,
    }
    assert (await world.records(world.house))[-4].KIND == "login.succeeded"
    assert any(isinstance(r, LoginSucceeded) and r.method == "passkey" for r in await world.records())


async def test_the_agent_finds_the_enrolment_file_sound(parts: Parts) -> None:
    """What the broker hands out is what `verbale-agent enroll` demands: the whole chain, signed."""
    world = await World.make(parts)
    file = EnrolmentFile.parse((await enrolment_file(parts, world.titolare.who, world.host.id)).data)
    pins = check_chain(file, parts.clock.now())
    assert pins.enrolment.host == world.host.id
    assert pins.enrolment.login == parts.settings.login
    assert {line.person for line in pins.approvers.approvers} == {world.titolare.id, world.ads.id}
    assert file.code is None
    [record] = [r for r in await world.records() if isinstance(r, HostEnrolled)]
    assert record.confirmed
    assert record.statement == pins.enrolment.digest.hex()
