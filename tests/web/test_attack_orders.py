"""Every forged order, judged by the agent's own decision: the code it gives, without a process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.admitted import Admitted, Refusal, Seen
from agent.order import OpenOrder
from agent.policy import decide
from audit.keys import SigningKey
from audit.witness import Head
from broker.out.clock import SystemChance
from broker.out.key_file import KeyFiles
from tests.agent.orders import AT, ME, PINS, Log, Story
from tests.audit import people
from tests.e2e.tampered import CODES, TRICKS
from web.demo.attack.loot import Loot
from web.demo.authenticator import SoftwareAuthenticator


class Stolen(KeyFiles):
    """The keys that the test's host has pinned."""

    def log_key(self, origin: str) -> SigningKey:
        return people.LOG_KEY

    def grant_key(self, tenant: str) -> SigningKey:
        return people.GRANT_KEY


@pytest.fixture
def loot(tmp_path: Path) -> Loot:
    other = replace(people.REQUEST, request="r-00000009", texts=Story().request.texts)
    return Loot(
        tenant=people.TENANT,
        keys=Stolen(tmp_path / "keys", SystemChance()),
        pen=SoftwareAuthenticator(b"thief", people.SIGNING),
        lured=SoftwareAuthenticator(b"ads at the door", people.LOGIN),
        astray=SoftwareAuthenticator(b"titolare", people.LOGIN),
        earlier=Story(request=other).open(),
    )


def test_the_order_itself_is_genuine() -> None:
    assert isinstance(decide(PINS, ME, OpenOrder.read(Story().open()), Seen(), AT), Admitted)


@pytest.mark.parametrize("name", [name for name in CODES if name not in {"again", "two_logs"}])
def test_a_forged_order_is_refused(loot: Loot, name: str) -> None:
    short = replace(Story().request, longest_s=people.POLICY.longest_s // 2)  # there is room to prolong it
    forged = TRICKS[name](loot, Story(request=short).open())
    found = decide(PINS, ME, OpenOrder.read(forged), Seen(), AT)
    assert isinstance(found, Refusal)
    assert found.code == CODES[name]


def test_an_order_once_obeyed_is_not_obeyed_again(loot: Loot) -> None:
    assert loot.earlier is not None
    first = decide(PINS, ME, OpenOrder.read(loot.earlier), Seen(), AT)
    assert isinstance(first, Admitted)
    again = decide(PINS, ME, OpenOrder.read(TRICKS["again"](loot, Story().open())), Seen(first.marks), AT)
    assert isinstance(again, Refusal)
    assert again.code == CODES["again"]


def test_two_histories_of_one_length_are_a_fork(loot: Loot) -> None:
    log = Log()
    genuine = Story().open(log)
    held = Head(len(log.leaves), log.tree.root())
    forged = TRICKS["two_logs"](loot, replace(genuine, head=log.head(held.size)))
    found = decide(PINS, ME, OpenOrder.read(forged), Seen(head=held), AT)
    assert isinstance(found, Refusal)
    assert found.code == CODES["two_logs"]
