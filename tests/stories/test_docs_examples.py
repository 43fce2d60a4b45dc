"""The examples of docs/*/api.md, run as they stand there: whoever copies them gets what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.cases.open_webhook import open_webhook
from broker.cases.see_webhooks import events_by_secret
from broker.jobs import webhooks
from broker.ports import Called
from tests.stories.telling import Story

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[str]:
    return FENCE.findall((DOCS / language / "api.md").read_text(encoding="utf-8"))


def receiver() -> dict[str, Callable[..., Any]]:
    (code,) = [one for one in examples("en") if "def verified" in one]
    made: dict[str, Any] = {}
    exec(compile(code, "docs/en/api.md", "exec"), made)
    return made


def test_both_languages_have_the_same_code() -> None:
    assert examples("it") == examples("en")
    assert len(examples("en")) == 2


class Forgetful:
    """A receiver made of the page's example; `loses` are the calls that it answers and never keeps."""

    def __init__(self, loses: frozenset[int]) -> None:
        self.code, self.loses, self.secret = receiver(), loses, ""
        self.kept: list[dict[str, Any]] = []
        self.last: int | None = None
        self.calls = 0
        self.behind: dict[int, list[dict[str, Any]]] = {}

    async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        self.calls += 1
        event = self.code["verified"](self.secret, headers, body, now=int(headers["webhook-timestamp"]))
        if self.calls not in self.loses:
            self.last = self.code["take"](event, self.last, self.kept.append, self.missed)
        return Called(204, "taken")

    def missed(self, after: int) -> Iterator[dict[str, Any]]:
        return (one for one in self.behind[-1] if int(one["sequence"]) > after)


async def test_a_receiver_as_the_page_writes_it_has_every_fact_once(story: Story) -> None:
    """Whatever it lost in between it knows of, and fetches with its secret."""
    there = Forgetful(loses=frozenset({3, 4, 6}))
    story.world.parts = parts = replace(story.parts, webhooks=there)
    tenant = story.world.tenant
    made = await open_webhook(parts, story.world.titolare.who, tenant, "https://siem.example/verbale")
    there.secret = made.secret
    for _ in range(4):
        await story.ask()
    page = await events_by_secret(parts, made.secret, tenant, made.webhook, -1, 100)
    there.behind[-1] = page.events
    await webhooks.tick(parts)
    await webhooks.tick(parts)
    first = (await story.last("webhook.opened")).n
    numbers = [leaf.n for leaf in await story.leaves() if leaf.n >= first]
    assert len(numbers) > 6
    assert there.calls >= len(numbers)
    assert [int(one["sequence"]) for one in there.kept] == numbers
    await webhooks.tick(parts)
    again = there.kept[-1]
    assert there.code["take"](again, there.last, there.kept.append, there.missed) == there.last
    assert len(there.kept) == len(numbers)


def test_another_secret_an_old_one_and_a_changed_body_are_told_apart() -> None:
    """The example of Standard Webhooks 1.0's reference implementations."""
    verified = receiver()["verified"]
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert verified(secret, headers, body, now=1614265400) == {"test": 2432232314}
    for other, sent, at in (
        (secret, body, 1614266000),
        (secret, body + b" ", 1614265400),
        ("whsec_AAAA", body, 1614265400),
    ):
        with pytest.raises(ValueError, match=r"old|not signed"):
            verified(other, headers, sent, now=at)
