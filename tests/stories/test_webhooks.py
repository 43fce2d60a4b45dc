"""Facts of a log reach another system: every one, in order, provable, whatever breaks on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from audit import canonical, checkpoint, merkle
from audit.note import VerifierKey
from audit.plug_records import WebhookChanged, WebhookClosed, WebhookOpened
from broker.cases.change_webhook import (
    close_webhook,
    pause_webhook,
    renew_webhook_secret,
    resume_webhook,
)
from broker.cases.open_webhook import open_webhook
from broker.cases.see_webhooks import events_after, events_by_secret, see_webhooks
from broker.cases.try_webhook import MOST, try_webhook
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import BOTH_COUNT, GIVE_UP
from broker.jobs import webhooks
from broker.jobs.deliver import deliver
from broker.out.webhook_call import HttpWebhookCaller
from broker.ports import Called
from broker.store.tables import people
from tests.doubles import ListMailer
from tests.receiver import receiving, taken
from tests.stories.telling import Story

HERE = frozenset({"127.0.0.1"})


class Heard:
    """The other system in this process; `answers` are given one after the other, then all is taken."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Called] = []

    async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        self.calls.append((headers, body))
        return self.answers.pop(0) if self.answers else Called(204, "taken")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.calls]


@pytest.fixture
def heard(story: Story) -> Heard:
    found = Heard()
    story.world.parts = replace(story.parts, webhooks=found)
    return found


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/hook"


async def numbers(story: Story) -> list[int]:
    return [leaf.n for leaf in await story.leaves()]


async def test_each_fact_arrives_signed_in_order_and_proves_itself(story: Story, heard: Heard) -> None:
    story.world.parts = parts = replace(story.parts, webhooks=heard)
    titolare, tenant = story.world.titolare.who, story.world.tenant
    made = await open_webhook(parts, titolare, tenant, "https://siem.example/verbale")
    opened = await story.last("webhook.opened")
    assert isinstance(opened.record, WebhookOpened)
    assert (opened.record.host, opened.record.webhook) == ("siem.example", made.webhook)
    await story.ask()
    await webhooks.tick(parts)
    await webhooks.tick(parts)
    facts = (await story.leaves())[opened.n :]
    assert [event["sequence"] for event in heard.events] == [str(leaf.n) for leaf in facts]
    assert [event["type"] for event in heard.events] == [f"it.verbale.{leaf.record.KIND}" for leaf in facts]
    assert [event["before"] for event in heard.events] == [str(leaf.n - 1) for leaf in facts]

    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    for headers, body in heard.calls:
        event = json.loads(body)
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["webhook-id"] == event["id"] == f"{tenant}.{event['sequence']}"
        # The record is in the log: by the event alone and the log's public key.
        data, origin = event["data"], event["source"]
        head = checkpoint.open_checkpoint(
            data["checkpoint"].encode(), VerifierKey.log(origin, parts.keys.log_key(origin).public)
        )
        leaf = merkle.leaf_hash(canonical.encode(data["record"]))
        path = [base64.b64decode(one) for one in data["path"]]
        assert merkle.check_inclusion(leaf, int(event["sequence"]), head.size, path, head.root)
    assert "La stampa" not in str(heard.calls)  # texts stay where they are


async def test_nothing_is_lost_whatever_fails(story: Story, heard: Heard) -> None:
    """Some calls are refused, some arrive and their answer is lost, some end the broker: twice may be, never not."""
    parts, tenant = story.world.parts, story.world.tenant
    made = await open_webhook(parts, story.world.ads.who, tenant, "https://siem.example/")
    first = (await story.last("webhook.opened")).n
    chance = random.Random(7)

    class Killed(Exception):
        pass

    class Troubled(Heard):
        async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
            what = chance.random()
            if what < 0.3:
                return Called(503, "refused")
            answer = await super().call(url, headers, body)
            if what < 0.45:
                return Called(0, "too_slow")
            if what < 0.6:
                raise Killed
            return answer

    troubled = Troubled()
    for turn in range(30):
        if turn < 5:
            await story.ask(text=f"Di nuovo {turn}.")
        await webhooks.tick(replace(parts, webhooks=troubled))
        story.clock.advance(hours=1)
    heard.calls = troubled.calls
    await webhooks.tick(replace(parts, webhooks=heard))
    sequence = [int(event["sequence"]) for event in heard.events]
    expected = [n for n in await numbers(story) if n >= first]
    assert list(dict.fromkeys(sequence)) == expected
    assert len(sequence) > len(expected)
    ids = {}
    for event in heard.events:  # a repeated one is the same fact
        assert ids.setdefault(event["id"], event["data"]["record"]) == event["data"]["record"]
    replayed = await events_by_secret(parts, made.secret, tenant, made.webhook, first - 1, 100)
    assert [int(event["sequence"]) for event in replayed.events] == expected[: len(replayed.events)]


async def test_a_receiver_that_is_away_for_days_misses_nothing(story: Story, tmp_path: Path) -> None:
    """A real one, in a process of its own that ends and comes back on the same port; the broker's clock goes on."""
    parts = replace(
        story.parts,
        webhooks=HttpWebhookCaller(HERE),
        settings=replace(story.parts.settings, webhook_inside="127.0.0.1"),
    )
    story.world.parts = parts
    with receiving(tmp_path) as port:
        await open_webhook(parts, story.world.titolare.who, story.world.tenant, address(port))
        await webhooks.tick(parts)
    first = (await story.last("webhook.opened")).n
    await story.ask()
    for _ in range(20):
        await webhooks.tick(parts)
        story.clock.advance(hours=3)
    with receiving(tmp_path, port):
        (tmp_path / "answer").write_text("500")
        await webhooks.tick(parts)
        (tmp_path / "answer").write_text("302")
        story.clock.advance(hours=1)
        await webhooks.tick(parts)
        (tmp_path / "answer").unlink()
        story.clock.advance(hours=1)
        await webhooks.tick(parts)
        await webhooks.tick(parts)
    good = [json.loads(one["body"])["sequence"] for one in taken(tmp_path) if one["status"] == 204]
    assert good == [str(n) for n in await numbers(story) if n >= first]
    view = await see_webhooks(parts, story.world.ads.who, story.world.tenant)
    said = {one.said for one in view.lines[0].deliveries}
    assert {"taken", "refused", "redirected", "unreachable"} >= said >= {"redirected", "refused"}


async def test_who_fails_for_three_days_is_told_and_goes_on_later(story: Story, heard: Heard) -> None:
    parts, tenant, titolare = story.world.parts, story.world.tenant, story.world.titolare.who
    made = await open_webhook(parts, titolare, tenant, "https://siem.example/", ["request.opened"])
    await story.ask()
    heard.answers = [Called(500, "refused")] * 500
    begun = story.clock.now()
    while story.clock.now() < begun + GIVE_UP + timedelta(hours=2):
        await webhooks.tick(parts)
        story.clock.advance(hours=6)
    tries = len(heard.calls)
    assert [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, WebhookChanged)] == [
        WebhookChanged(made.webhook, "failing")
    ]
    mailer = ListMailer()
    await deliver(parts, mailer)
    assert [to for data, _, to in mailer.sent if b"/notifiche/" in data] == [
        f"teresa-titolare@{tenant}.example"
    ]
    await webhooks.tick(parts)
    assert len(heard.calls) == tries
    heard.answers = []
    await resume_webhook(parts, titolare, tenant, made.webhook)
    await webhooks.tick(parts)
    assert len(heard.calls) == tries + 1
    assert heard.events[-1]["type"] == "it.verbale.request.opened"


async def test_what_says_gone_is_stopped_at_once(story: Story, heard: Heard) -> None:
    parts, tenant = story.world.parts, story.world.tenant
    await open_webhook(parts, story.world.titolare.who, tenant, "https://siem.example/")
    heard.answers = [Called(410, "refused")]
    await webhooks.tick(parts)
    assert (await story.last("webhook.changed")).record.change == "failing"  # type: ignore[union-attr]


async def test_two_secrets_count_for_a_day(story: Story, heard: Heard) -> None:
    parts, tenant, titolare = story.world.parts, story.world.tenant, story.world.titolare.who
    old = await open_webhook(parts, titolare, tenant, "https://siem.example/")
    new = await renew_webhook_secret(parts, titolare, tenant, old.webhook)
    assert new.secret != old.secret
    with pytest.raises(Refused) as no:
        await renew_webhook_secret(parts, titolare, tenant, old.webhook)
    assert no.value.why is Why.WRONG_STATE
    await webhooks.tick(parts)
    assert len(heard.calls[-1][0]["webhook-signature"].split()) == 2
    await events_by_secret(parts, old.secret, tenant, old.webhook, -1, 1)
    story.clock.advance(BOTH_COUNT)
    with pytest.raises(Refused):
        await events_by_secret(parts, old.secret, tenant, old.webhook, -1, 1)
    await events_by_secret(parts, new.secret, tenant, old.webhook, -1, 1)
    await story.ask()
    await webhooks.tick(parts)
    assert len(heard.calls[-1][0]["webhook-signature"].split()) == 1


async def test_paused_it_is_silent_and_a_test_goes_out_all_the_same(story: Story, heard: Heard) -> None:
    parts, tenant, titolare = story.world.parts, story.world.tenant, story.world.titolare.who
    made = await open_webhook(parts, titolare, tenant, "https://siem.example/")
    await pause_webhook(parts, titolare, tenant, made.webhook)
    await webhooks.tick(parts)
    assert heard.calls == []
    tried = await try_webhook(parts, titolare, tenant, made.webhook)
    assert (tried.said, tried.n) == ("taken", None)
    assert heard.events[0]["type"] == "it.verbale.webhook.test"
    assert "sequence" not in heard.events[0]
    for _ in range(MOST - 1):
        await try_webhook(parts, titolare, tenant, made.webhook)
    with pytest.raises(Refused) as no:
        await try_webhook(parts, titolare, tenant, made.webhook)
    assert no.value.why is Why.TOO_MANY_TRIES
    await resume_webhook(parts, titolare, tenant, made.webhook)
    await webhooks.tick(parts)
    opened = (await story.last("webhook.opened")).n
    assert next(int(one["sequence"]) for one in heard.events if "sequence" in one) == opened


async def test_whoever_leaves_takes_his_webhooks_with_him(story: Story, heard: Heard) -> None:
    parts, tenant = story.world.parts, story.world.tenant
    await open_webhook(parts, story.world.ads.who, tenant, "https://siem.example/")
    await webhooks.tick(parts)
    before = len(heard.calls)
    async with parts.store.tx(tenant, story.clock.now()) as tx:
        await tx.mark(update(people).where(people.c.id == story.world.ads.id).values(active=False))
    await story.ask()
    await webhooks.tick(parts)
    assert len(heard.calls) == before
    assert (await story.last("webhook.closed")).record == WebhookClosed(
        (await story.last("webhook.opened")).record.webhook,  # type: ignore[union-attr]
        "person_left",
    )


async def test_each_side_has_its_own_and_the_customer_sees_the_vendors(story: Story, heard: Heard) -> None:
    """L-43, and nobody of another customer finds any."""
    parts, tenant = story.world.parts, story.world.tenant
    owner, titolare = story.world.owner.who, story.world.titolare.who
    his = await open_webhook(parts, owner, tenant, "https://crm.example/in")
    theirs = await open_webhook(parts, titolare, tenant, "https://siem.example/")
    seen = (await see_webhooks(parts, titolare, tenant)).lines
    assert sorted((one.webhook.host, one.own) for one in seen) == [
        ("crm.example", False),
        ("siem.example", True),
    ]
    assert [one.webhook.id for one in (await see_webhooks(parts, owner, tenant)).lines] == [his.webhook]
    for who, other in ((owner, theirs), (titolare, his)):
        for act in (pause_webhook, close_webhook, renew_webhook_secret, try_webhook):
            with pytest.raises(Refused) as no:
                await act(parts, who, tenant, other.webhook)
            assert no.value.why is Why.NOT_FOUND
    stranger = await story.stranger()
    with pytest.raises(Refused) as no:
        await events_after(parts, stranger.who, tenant, theirs.webhook, -1, 1)
    assert no.value.why is Why.NOT_FOUND
    kinds = {one["type"] for one in (await events_after(parts, owner, tenant, his.webhook, -1, 100)).events}
    assert kinds
    assert not [
        kind
        for kind in kinds
        if kind.startswith(("it.verbale.login", "it.verbale.person", "it.verbale.record"))
    ]
    await close_webhook(parts, titolare, tenant, theirs.webhook)
    assert (await see_webhooks(parts, owner, tenant)).lines
    assert await story.findings() == []
