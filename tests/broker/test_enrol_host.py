"""From a prepared host to an enrolled one: the code counts once, and so does everything else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.enrolment import Enrolment
from audit.estate_records import HostEnrolled, HostPrepared, HostRevoked
from audit.host_note import HostNote
from audit.person_records import AccessDenied
from broker.cases.change_policy import begin_policy
from broker.cases.enrol_host import enrol_host
from broker.cases.enrolment_file import enrolment_file
from broker.cases.prepare_host import prepare_host
from broker.cases.revoke_host import revoke_host
from broker.cases.sign_enrolment import begin_enrolment
from broker.domain.estate import EnrolledHost, RevokedHost, SignedHost
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, statements
from tests.broker.world import ACCOUNT, DRAFT, HERE, AgentKeys, World, enrolled_note, leaves, link_of

KEYS = AgentKeys.make(b"another")


async def why(coroutine) -> Why:
    with pytest.raises(Refused) as no:
        await coroutine
    return no.value.why


async def signed_host(world: World, label: str = "cassa") -> tuple[str, str]:
    """(host, one-time code) with its enrolment signed and no agent yet."""
    host = await prepare_host(world.parts, world.owner.who, world.tenant, label=label, place="bar")
    accounts = ((world.host.id, ACCOUNT), (host.id, ACCOUNT))
    titolare = world.titolare
    await titolare.sign(await begin_policy(world.parts, titolare.who, replace(DRAFT, accounts=accounts)))
    done = await titolare.sign(await begin_enrolment(world.parts, titolare.who, host.id))
    return host.id, done.shown_once["code"]


async def load(world: World, host: str):
    async with world.parts.store.read() as work:
        return await estate.host(work, world.tenant, host)


async def test_the_code_lies_nowhere_but_as_a_digest(parts: Parts) -> None:
    world = await World.make(parts)
    host, code = await signed_host(world)
    found = await load(world, host)
    assert isinstance(found, SignedHost)
    assert found.code == hashlib.sha256(code.encode()).hexdigest()
    [*_, prepared] = [r for r in await world.records() if isinstance(r, HostPrepared)]
    assert prepared == HostPrepared(host, found.enrolment, demo_software=False)
    async with parts.store.read() as work:
        signed = await statements.by_digest(work, world.tenant, found.enrolment)
    assert signed is not None
    pinned = Enrolment.parse(signed.statement)
    assert (pinned.code, pinned.label, pinned.broker) == (found.code, "cassa", "http://localhost:8700")
    assert pinned.grant_key == parts.keys.grant_key(world.tenant).public.text
    assert pinned.expires - pinned.issued == timedelta(days=7)


async def test_the_page_is_given_what_the_enrolment_names(parts: Parts) -> None:
    world = await World.make(parts)
    host, _ = await signed_host(world)
    link = link_of(await begin_enrolment(parts, world.titolare.who, host))  # again: nobody has used it
    assert sorted(link["attached"]) == ["approvers", "policy"]
    assert link["shown"][world.ads.id] == "Aldo Ads"


async def test_an_agent_brings_its_keys_once(parts: Parts) -> None:
    world = await World.make(parts)
    host, code = await signed_host(world)
    note = await enrolled_note(parts, world.tenant, host, KEYS, confirmed=False)
    assert await enrol_host(parts, note, f" {code.lower().replace('-', ' ')}", HERE) == 0
    found = await load(world, host)
    assert isinstance(found, EnrolledHost)
    assert (found.agent_key, found.confirmed, found.next_host_n) == (KEYS.identity.public.text, False, 1)
    leaf = (await leaves(parts, world.tenant))[-1]
    assert isinstance(leaf.record, HostEnrolled)
    assert (leaf.host, leaf.host_n, leaf.actor.id, leaf.actor.role) == (host, 0, host, "agent")
    assert [(e.kind, e.sha256) for e in leaf.evidence] == [("note", hashlib.sha256(note).hexdigest())]
    before = await world.records()
    # The answer was lost: the same agent asks again, and nothing is written twice.
    assert await enrol_host(parts, note, code, HERE) == 0
    assert await world.records() == before
    thief = await enrolled_note(parts, world.tenant, host, AgentKeys.make(b"thief"))
    assert await why(enrol_host(parts, thief, code, HERE)) is Why.REPLAYED


async def test_a_note_that_does_not_fit_enrols_nobody_and_is_recorded(parts: Parts) -> None:
    world = await World.make(parts)
    host, code = await signed_host(world)
    good = await enrolled_note(parts, world.tenant, host, KEYS)
    other = await enrolled_note(parts, world.tenant, world.host.id, KEYS)
    flipped = good.replace(b'"confirmed":true', b'"confirmed":false')
    body = {**HostNote.parse(good.decode().partition("\n\n")[0] + "\n").body}
    origin = f"registro.localhost/{world.tenant}/2026"
    at = parts.clock.now()

    def note(n: int = 0, kind: str = "host.enrolled", session: str | None = None, **changed: object) -> bytes:
        made = HostNote(world.tenant, host, n, at, kind, session, {**body, **changed})
        return made.sign(KEYS.identity, origin)

    tries = [
        (good, "AAAA-BBBB-CCCC-DDDD", Why.ENROLMENT_INVALID),
        (flipped, code, Why.ENROLMENT_INVALID),
        (note(n=1), code, Why.ENROLMENT_INVALID),
        (note(kind="host.heartbeat"), code, Why.ENROLMENT_INVALID),
        (note(session="s-0000000000"), code, Why.ENROLMENT_INVALID),
        (note(statement="00" * 32), code, Why.ENROLMENT_INVALID),
        (note(witness_key=body["agent_key"]), code, Why.ENROLMENT_INVALID),
        (note(agent_key=world.host.agent_key), code, Why.ENROLMENT_INVALID),
        (note(more="x"), code, Why.ENROLMENT_INVALID),
    ]
    before = len(await world.records())
    for n, (data, said, expected) in enumerate(tries, start=1):
        assert await why(enrol_host(parts, data, said, HERE)) is expected
        records = await world.records()
        assert len(records) == before + n
        assert records[-1] == AccessDenied(None, "enrolment", expected.value, HERE)
    assert await why(enrol_host(parts, other, code, HERE)) is Why.REPLAYED  # of a host that is enrolled
    assert await why(enrol_host(parts, b"no note", code, HERE)) is Why.ENROLMENT_INVALID
    assert isinstance(await load(world, host), SignedHost)
    await enrol_host(parts, good, code, HERE)


async def test_guessing_codes_is_throttled(parts: Parts) -> None:
    world = await World.make(parts)
    host, code = await signed_host(world)
    note = await enrolled_note(parts, world.tenant, host, KEYS)
    before = len(await world.records())
    for _ in range(12):
        await why(enrol_host(parts, note, "guess", HERE))
    assert await why(enrol_host(parts, note, code, HERE)) is Why.TOO_MANY_TRIES
    assert len(await world.records()) == before + 10


async def test_an_enrolment_runs_out_and_can_be_signed_again(parts: Parts, clock) -> None:
    world = await World.make(parts)
    host, code = await signed_host(world)
    clock.advance(days=7)
    note = await enrolled_note(parts, world.tenant, host, KEYS)
    assert await why(enrol_host(parts, note, code, HERE)) is Why.EXPIRED
    done = await world.titolare.sign(await begin_enrolment(parts, world.titolare.who, host))
    note = await enrolled_note(parts, world.tenant, host, KEYS)
    assert await why(enrol_host(parts, note, code, HERE)) is Why.ENROLMENT_INVALID  # the older code
    assert await enrol_host(parts, note, done.shown_once["code"], HERE) == 0


async def test_the_order_of_steps(parts: Parts) -> None:
    world = await World.make(parts)
    titolare = world.titolare
    host = await prepare_host(parts, titolare.who, world.tenant, label="ufficio", place="retro")
    assert await why(enrolment_file(parts, titolare.who, host.id)) is Why.WRONG_STATE
    # Its account must stand in the rules before an agent could obey them.
    assert await why(begin_enrolment(parts, titolare.who, host.id)) is Why.POLICY_MISSING
    again = prepare_host(parts, titolare.who, world.tenant, label="Ufficio", place="x")
    assert await why(again) is Why.DUPLICATE
    assert await why(begin_enrolment(parts, titolare.who, world.host.id)) is Why.WRONG_STATE
    assert await why(prepare_host(parts, world.owner.who, world.house, label="x", place="x")) is Why.NOT_FOUND


async def test_rules_that_changed_while_he_read_must_be_read_again(parts: Parts) -> None:
    world = await World.make(parts)
    host, _ = await signed_host(world)
    url = await begin_enrolment(parts, world.titolare.who, host)
    accounts = ((world.host.id, ACCOUNT), (host, ACCOUNT))
    draft = replace(DRAFT, accounts=accounts, longest_s=600)
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    assert await why(world.titolare.sign(url)) is Why.POLICY_DIFFERS


async def test_the_file_ends_where_the_enrolment_does(parts: Parts, clock) -> None:
    """Rules signed later come over the link: the file's chain must end at what the enrolment names."""
    from audit.pins import check_chain
    from audit.signed import EnrolmentFile

    world = await World.make(parts)
    host, _ = await signed_host(world)
    clock.advance(minutes=1)
    accounts = ((world.host.id, ACCOUNT), (host, ACCOUNT))
    await world.titolare.sign(
        await begin_policy(parts, world.titolare.who, replace(DRAFT, accounts=accounts))
    )
    file = EnrolmentFile.parse((await enrolment_file(parts, world.owner.who, host)).data)
    assert check_chain(file, clock.now()).policy.number == 2


async def test_a_host_taken_out_stays_out(parts: Parts) -> None:
    world = await World.make(parts)
    await revoke_host(parts, world.titolare.who, world.host.id, "lost")
    assert isinstance(await load(world, world.host.id), RevokedHost)
    assert (await world.records())[-1] == HostRevoked(world.host.id, "lost")
    assert await why(revoke_host(parts, world.titolare.who, world.host.id, "lost")) is Why.WRONG_STATE
    assert await why(revoke_host(parts, world.titolare.who, world.host.id, "free text")) is Why.BAD_INPUT
    assert await why(begin_enrolment(parts, world.titolare.who, world.host.id)) is Why.WRONG_STATE
