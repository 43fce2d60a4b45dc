"""What pages read: the queue with what is missing, one request whole, live sessions, feeds, figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.cases.close_session import close_session
from broker.cases.stop import stop
from broker.domain.refusal import Refused, Why
from broker.store import feed, month_figures, reading
from broker.store.reading import RequestLine
from tests.stories.telling import GEST, Story, wish


async def queue(story: Story, tenant: str | None = None) -> list[RequestLine]:
    async with story.parts.store.read() as work:
        return await reading.queue(work, tenant, story.clock.now(), story.parts.hub.connected)


async def test_may_i_start(story: Story) -> None:
    """Not yet, in the order of what is missing; then yes; then it runs."""
    receipt = await story.ask(wish(not_before=story.clock.now() + timedelta(hours=1)))
    await story.agent.cut()
    [line] = await queue(story)
    assert line.lacks == (Why.AUTHORISATION_MISSING, Why.WINDOW_CLOSED, Why.HOST_UNREACHABLE)
    assert (line.customer, line.host, line.technician) == (
        "Albergo Esempio",
        "srv-gestionale",
        "Tiziana Tecnica",
    )
    await story.approve(receipt.request)
    await story.agent.dial()
    story.clock.advance(hours=1)
    [line] = await queue(story)
    assert (line.stands, line.lacks, line.watcher) == ("approved", (Why.SUPERVISION_MISSING,), "Aldo Ads")
    await story.supervise(receipt.request)
    [line] = await queue(story)
    assert (line.stands, line.lacks) == ("supervised", ())
    session = (await story.session_of(receipt.request)).permit.id
    await story.activate(session)
    await story.agent.obey()
    [line] = await queue(story)
    assert (line.stands, line.lacks) == ("active", (Why.WRONG_STATE,))
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    assert await queue(story) == []
    async with story.parts.store.read() as work:
        found = await reading.recent(
            work, story.world.tenant, story.clock.now(), story.parts.hub.connected, limit=9
        )
    [past], earlier = found
    assert not earlier
    assert past.stands == "stopped_by_ads"


async def test_a_customer_reads_his_own_only(story: Story) -> None:
    await story.ask()
    assert len(await queue(story, story.world.tenant)) == 1
    assert await queue(story, "t-00000000") == []
    assert reading.scope_of(story.world.owner.who) is None
    assert reading.scope_of(replace(story.world.ads.who, tenant="t-x")) == "t-x"
    async with story.parts.store.read() as work:
        with pytest.raises(Refused):
            await reading.session_line(work, "t-0", "s-0", story.clock.now(), story.parts.hub.connected)


async def test_live_sessions_their_feed_and_the_figures(story: Story) -> None:
    parts, tenant = story.parts, story.world.tenant
    session = await story.running(text="La stampa si ferma.")
    async with parts.store.read() as work:
        [line] = await reading.live_sessions(work, tenant, story.clock.now(), parts.hub.connected)
        alone = await reading.session_line(work, tenant, session, story.clock.now(), parts.hub.connected)
        facts = await feed.feed(work, tenant, session)
    assert line == alone
    assert line.session is not None
    assert line.session.permit.id == session
    assert [f.leaf.record.KIND for f in facts] == [
        "session.started", "session.opened", "supervision.taken", "grant.issued",
    ]  # fmt: skip
    assert facts[0].who == "srv-gestionale"
    assert facts[2].who == "Aldo Ads"
    assert facts[0].it == "Inizio intervento"
    story.clock.advance(minutes=30)
    await close_session(
        parts, story.world.technician.who, session, outcome="solved", activities=[GEST], note="Carta finita."
    )
    await story.agent.obey()
    now = story.clock.now()
    async with parts.store.read() as work:
        whole = await reading.whole(
            work, tenant, line.id, now, parts.hub.connected, parts.keys.wrapping_key(), 1
        )
        month = await month_figures.figures(work, tenant, now - timedelta(days=9), now + timedelta(days=1))
        before = await month_figures.figures(work, tenant, now - timedelta(days=9), now - timedelta(days=8))
        latest = await feed.latest_facts(work, tenant, kinds=["session.ended"], limit=5)
    assert whole.texts is not None
    assert whole.texts.incident_text == "La stampa si ferma."
    assert (whole.note, whole.reason, whole.answered_by) == ("Carta finita.", "", "Aldo Ads")
    assert len(whole.given) == whole.needed == 1
    assert whole.names[story.world.technician.id] == "Tiziana Tecnica"
    assert (month.sessions, month.authorised, month.seconds, month.exceptions) == (1, 1, 1800, 0)
    assert (before.sessions, before.seconds) == (0, 0)
    assert len(latest) == 1
