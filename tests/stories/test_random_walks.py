"""Whatever the cases do, in whatever order people and machines act: the auditor accepts the log."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Awaitable, Callable

import pytest

from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import ask_clarification
from broker.cases.close_session import close_session
from broker.cases.join_session import join_session
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.revoke import revoke
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.stop import stop
from broker.cases.watch import join_watch, leave_watch
from broker.cases.withdraw import withdraw
from broker.domain.people import Who
from broker.domain.refusal import Refused
from broker.domain.session import Active, Ordered, Paused, PresumedEnded
from broker.jobs import heartbeat, lapse
from broker.jobs.silence import silence
from broker.store.database import SqliteDatabase
from tests.stories.telling import GEST, Story

STEPS = 60


class Walk:
    """Everybody does something, seldom what the others expect."""

    def __init__(self, story: Story, seed: int) -> None:
        self.story = story
        self.dice = random.Random(seed)
        self.requests: list[str] = []
        self.sessions: list[str] = []
        self.watching: list[str] = []
        self.questions: list[int] = []
        self.silence = silence(story.clock.now())

    def acts(self) -> list[Callable[[], Awaitable[object]]]:
        story, world, parts = self.story, self.story.world, self.story.parts
        approver = self.dice.choice([world.ads, world.titolare])
        request = self.dice.choice(self.requests[-3:])
        session = self.dice.choice(self.sessions[-3:]) if self.sessions else "s-0000000000"
        technician = world.technician.who
        onward: list[Callable[[], Awaitable[object]]] = [
            lambda: self.approve(request),
            lambda: story.supervise(request, world.ads),
            lambda: story.activate(session),
            story.agent.obey,
        ]
        return [
            *onward * 4,
            self.ask,
            lambda: story.supervise(request, approver),
            lambda: story.agent.obey(answer=False),
            self.start_late,
            lambda: refuse(parts, approver.who, request),
            lambda: explain_refusal(parts, approver.who, request, "Oggi no."),
            lambda: self.clarify(request, approver.who),
            lambda: self.reply(request),
            lambda: withdraw(parts, technician, request),
            lambda: revoke(parts, approver.who, request),
            lambda: solve_by_customer(parts, approver.who, request),
            lambda: stop(parts, approver.who, session),
            lambda: story.stop_signed(session, approver),
            self.pause_or_resume,
            story.agent.list_sessions,
            lambda: close_session(parts, technician, session, outcome="open", activities=[GEST], note=""),
            lambda: join_session(parts, session, who=technician, via="browser", kind="files", terminal="x"),
            lambda: self.watch(session),
            self.leave,
            self.end,
            self.cut_or_dial,
            self.pass_time,
        ]

    async def ask(self) -> None:
        self.requests.append((await self.story.ask()).request)

    async def approve(self, request: str) -> None:
        await self.story.approve(request, supervision=self.dice.choice(["self", "waived"]))
        self.sessions.append((await self.story.session_of(request)).permit.id)

    async def clarify(self, request: str, who: Who) -> None:
        asked = await ask_clarification(self.story.parts, who, request, "Serve fermare la cassa?")
        self.questions.append(asked.question)

    async def reply(self, request: str) -> None:
        """To a question that may be another request's: then to nothing."""
        if self.questions:
            question = self.dice.choice(self.questions[-3:])
            await answer_clarification(
                self.story.parts, self.story.world.technician.who, request, question, "No."
            )

    async def watch(self, session: str) -> None:
        await join_watch(self.story.parts, self.story.world.ads.who, session)
        self.watching.append(session)

    async def leave(self) -> None:
        if self.watching:
            await leave_watch(self.story.parts, self.story.world.ads.who, self.watching.pop())

    async def end(self) -> None:
        if self.story.agent.admitted:
            await self.story.agent.end(self.dice.choice(sorted(self.story.agent.admitted)), "stopped_by_desk")

    async def pause_or_resume(self) -> None:
        agent = self.story.agent
        for session in sorted(agent.admitted):
            if agent.admitted[session].check_in is None:
                continue
            if not isinstance(await self.story.session(session), Active | Paused | PresumedEnded):
                continue
            await (agent.resume if session in agent.paused else agent.pause)(session)

    async def start_late(self) -> None:
        for session in sorted(self.story.agent.admitted):
            if isinstance(await self.story.session(session), Ordered | PresumedEnded):
                await self.story.agent.start(session)

    async def cut_or_dial(self) -> None:
        if self.story.agent.link is None:
            await self.story.agent.dial()
        elif self.dice.random() < 0.3:
            await self.story.agent.cut()

    async def pass_time(self) -> None:
        self.story.clock.advance(seconds=self.dice.choice([1, 20, 100, 3600]))
        for tick in (lapse.tick, heartbeat.tick, self.silence):
            await tick(self.story.parts)

    async def step(self) -> None:
        act = self.dice.choice(self.acts())
        with contextlib.suppress(Refused):  # a no is an answer; its record is judged with the rest
            await act()


@pytest.mark.parametrize("seed", range(6))
async def test_the_auditor_accepts_whatever_the_cases_do(story: Story, seed: int) -> None:
    if not isinstance(story.parts.store.database, SqliteDatabase):
        seed += 100  # the other database walks other ways
    walk = Walk(story, seed)
    await walk.ask()
    for _ in range(STEPS):
        await walk.step()
    assert await story.findings() == []
