"""While people work, the customer changes who may authorise, under what, and for how long it is kept: whatever
comes of it, in whatever order, both verifiers accept the bundle."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from audit.approvers import ApproverRole
from audit.canonical import b64
from audit.pins import after_paper, announced
from audit.signed import SignedStatement
from audit.verify import verify
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.decide_erasure import begin_erasure
from broker.cases.export_trust import tenant_trust
from broker.cases.gather_bundle import gather, packed
from broker.cases.give_warrant import end_warrant
from broker.cases.hold_erasure import lift_hold, place_hold
from broker.cases.paper_key import begin_objection
from broker.cases.rotate_log_key import rotate_log_key
from broker.cases.see_warrants import see_warrants
from broker.jobs import erase, heartbeat, months, paper_sets
from broker.store import erasures, sessions
from broker.store.database import SqliteDatabase
from tests.audit import second_verifier
from tests.broker.world import ACCOUNT, DRAFT, with_signing_key
from tests.stories.telling import Story
from tests.stories.test_new_year import told
from tests.stories.test_paper_key import PAPER, announce, in_force, lost_phone
from tests.stories.test_random_walks import Walk
from tests.stories.test_warrants import give

STEPS = 70


class RulesWalk(Walk):
    """Work goes on, and between two steps of it somebody changes what it stands on."""

    def acts(self) -> list[Callable[[], Awaitable[object]]]:
        story, world, parts = self.story, self.story.world, self.story.parts
        work, request = super().acts(), self.dice.choice(self.requests[-3:])
        affairs: list[Callable[[], Awaitable[object]]] = [
            partial(self.appoint, paper=self.dice.random() < 0.5),
            self.change_rules,
            partial(give, story, "delegation"),
            partial(give, story, "mandate", own_requests=self.dice.random() < 0.5, administrator=True),
            self.end_a_warrant,
            lambda: self.approve_as(request, own=True),
            lambda: self.approve_as(request, own=False),
            self.paper,
            self.object,
            lambda: rotate_log_key(parts, world.tenant),
            lambda: self.hold(request),
            self.lift,
            lambda: self.erase(request),
            self.days,
        ]
        return [*work, *affairs * 2]

    async def appoint(self, *, paper: bool) -> None:
        world, until = self.story.world, self.story.clock.now() + timedelta(days=self.dice.choice([3, 300]))
        await with_signing_key(world.technician)
        lines = [Appointment(world.titolare.id, self.story.clock.now() + timedelta(days=300))]
        lines.append(Appointment(world.ads.id, until, self.dice.random() < 0.5))
        if self.dice.random() < 0.7:
            lines.append(Appointment(world.technician.id, until))
        key = PAPER.public.text if paper else None
        await world.titolare.sign(
            await begin_approvers(self.story.parts, world.titolare.who, lines, paper_key=key)
        )

    async def change_rules(self) -> None:
        titolare = self.story.world.titolare
        roles: tuple[tuple[ApproverRole, int], ...] = self.dice.choice([(), (("titolare", 1),)])
        draft = replace(
            DRAFT, accounts=((self.story.world.host.id, ACCOUNT),), roles=roles,
            supervision=self.dice.choice(["waivable", "required"]), approvals=self.dice.choice([1, 1, 2]),
        )  # fmt: skip
        await titolare.sign(await begin_policy(self.story.parts, titolare.who, draft))

    async def end_a_warrant(self) -> None:
        titolare = self.story.world.titolare.who
        for one in (await see_warrants(self.story.parts, titolare)).given:
            if one.stands:
                await end_warrant(self.story.parts, titolare, one.warrant.warrant)
                return

    async def approve_as(self, request: str, *, own: bool) -> None:
        world = self.story.world
        by = world.technician if own else world.titolare
        watcher = self.dice.choice([None, world.ads.id])
        await self.story.approve(request, by, "named" if watcher else "waived", watcher)
        await self.opened(request)

    async def approve(self, request: str) -> None:
        await self.story.approve(request, supervision=self.dice.choice(["self", "waived"]))
        await self.opened(request)

    async def opened(self, request: str) -> None:
        """Where the rules asked for one signature; where for two, the first opens nothing."""
        async with self.story.parts.store.read() as work:
            found = await sessions.of_request(work, self.story.world.tenant, request)
        if found is not None:
            self.sessions.append(found.permit.id)

    async def paper(self) -> None:
        """A list by the key on paper, and three days later it counts, at the host too."""
        if self.story.agent.link is None:
            await self.story.agent.dial()
        await self.story.agent.obey()
        found = await lost_phone(self.story, self.dice.randbytes(8))
        await announce(self.story, found)
        if self.dice.random() < 0.5:
            await self.object()
            return
        waiting = [
            link
            for frame in self.story.agent.inbox
            if (link := self._announced(frame)) is not None
        ]  # fmt: skip
        await self.expire()
        self.story.clock.advance(hours=73)
        await paper_sets.tick(self.story.parts)
        for link in waiting:
            self.story.agent.pins = after_paper(self.story.agent.pins, link, self.story.clock.now())
        if (await in_force(self.story)).by_credential(b64(found.signing.credential)) is not None:
            self.story.world.titolare = found

    def _announced(self, frame: object) -> SignedStatement | None:
        sets = getattr(frame, "approvers", None)
        if sets is None:
            return None
        return announced(self.story.agent.pins, [SignedStatement.from_value(one) for one in sets])

    async def expire(self) -> None:
        """No agent lets a session live for days: it ends what runs, and what it admitted never starts."""
        agent = self.story.agent
        for session in sorted(agent.admitted):
            started = agent.told.running.get(session) is not None
            if started:
                await agent.end(session, "expired")
            else:
                del agent.admitted[session]

    async def object(self) -> None:
        ads = self.story.world.ads
        await ads.sign(await begin_objection(self.story.parts, ads.who))

    async def hold(self, request: str) -> None:
        world, review = self.story.world, self.story.clock.now().date() + timedelta(days=90)
        about = self.dice.choice([request, None])
        await place_hold(
            self.story.parts, world.titolare.who, world.tenant, request=about, reason="claim", review=review
        )

    async def lift(self) -> None:
        world = self.story.world
        async with self.story.parts.store.read() as work:
            held = await erasures.holds(work, world.tenant)
        for one in held:
            await lift_hold(self.story.parts, world.titolare.who, world.tenant, one.id)

    async def erase(self, request: str) -> None:
        titolare = self.story.world.titolare
        await titolare.sign(
            await begin_erasure(self.story.parts, titolare.who, request, reason="asked_by_person")
        )
        await erase.tick(self.story.parts)

    async def days(self) -> None:
        """Weeks, so that months end and warrants run out; the log beats every day."""
        await self.expire()
        for _ in range(self.dice.choice([2, 12])):
            self.story.clock.advance(days=1)
            await heartbeat.tick(self.story.parts)
        await months.tick(self.story.parts)
        await erase.tick(self.story.parts)


@pytest.mark.parametrize("seed", range(3))
async def test_the_verifiers_accept_whatever_the_customer_changes(story: Story, seed: int) -> None:
    if not isinstance(story.parts.store.database, SqliteDatabase):
        seed += 100  # the other database walks other ways
    kept = await tenant_trust(story.parts, story.world.tenant)
    walk = RulesWalk(story, seed)
    await walk.ask()
    for _ in range(STEPS):
        await walk.step()
    assert await story.findings() == []
    if story.agent.link is None:
        await story.agent.dial()
    await told(story)
    async with story.parts.store.read() as work:
        found = await gather(story.parts, work, story.world.tenant)
    data = packed(found, story.parts.keys.wrapping_key())
    verdict = (await asyncio.to_thread(verify, data, trust=kept)).verdict
    assert [(f.code, f.where, f.en) for f in verdict.findings] == []
    await asyncio.to_thread(second_verifier.agrees, verdict, data, kept)
