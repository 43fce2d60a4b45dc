"""A broker that is killed writes no `watch.left`; the next one does, before it serves anybody."""

from __future__ import annotations

from audit.record import BROKER
from audit.session_records import WatchLeft
from broker.cases.close_watches import close_watches
from broker.cases.see_sessions import see_session
from broker.cases.watch import join_watch, leave_watch
from tests.stories.telling import Story


async def test_who_watched_when_the_broker_died_watches_no_more(story: Story) -> None:
    parts, ads, titolare = story.parts, story.world.ads.who, story.world.titolare.who
    over, session = await story.running(), await story.running()
    for where, who in ((over, ads), (session, ads), (session, ads), (session, titolare)):
        await join_watch(parts, who, where)
    await leave_watch(parts, titolare, session)
    await story.agent.end(over, "expired")
    assert await close_watches(parts, story.world.tenant) == 3
    left = [leaf for leaf in await story.leaves() if isinstance(leaf.record, WatchLeft)][1:]
    assert [(leaf.actor, leaf.record.watcher, leaf.session) for leaf in left] == [  # type: ignore[attr-defined]
        (BROKER, ads.person, over), (BROKER, ads.person, session), (BROKER, ads.person, session),
    ]  # fmt: skip
    assert {leaf.host for leaf in left} == {story.world.host.id}
    assert (await see_session(parts, ads, session)).watching == ()
    size = len(await story.leaves())
    assert await close_watches(parts, story.world.tenant) == 0
    assert len(await story.leaves()) == size
    assert await story.findings() == []
