"""What is revoked at the host: on disk, and read back only in its one form."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from agent import bars
from agent.admitted import Refusal
from agent.bars import Bars
from agent.pins_store import StateDamaged
from agent.refusal import No
from audit.canonical import unb64
from audit.errors import Malformed
from tests.agent.orders import PINS, Story
from tests.agent.test_policy import code, judge
from tests.audit import people

TITOLARE_KEY = bars.fingerprint(PINS.approvers.approvers[0].credential)
ADS_KEY = bars.fingerprint(PINS.approvers.approvers[1].credential)
GRANT = Story().grant().digest.hex()


def test_kept_and_read_back(tmp_path: Path) -> None:
    assert bars.read(tmp_path) == bars.NOTHING_BARRED
    held = Bars().also(credentials=[TITOLARE_KEY], grants=[GRANT])
    bars.keep(tmp_path, held)
    assert bars.read(tmp_path) == held
    assert held.without(Bars()) == (("credential", TITOLARE_KEY), ("grant", GRANT))
    assert held.without(held) == ()


@pytest.mark.parametrize("data", [b"", b"{}", b'{"credentials":["0"],"grants":[],"type":"bars","v":1}'])
def test_what_cannot_be_read_opens_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / bars.FILE).write_bytes(data)
    with pytest.raises(StateDamaged):
        bars.read(tmp_path)


def test_never_more_than_it_reads_back(tmp_path: Path) -> None:
    many = [f"{n:064x}" for n in range(bars.MAX_BARS + 1)]
    with pytest.raises(Malformed):
        bars.keep(tmp_path, Bars(frozenset(many)))
    bars.keep(tmp_path, Bars(frozenset(many[1:])))
    assert len(bars.read(tmp_path).credentials) == bars.MAX_BARS


def test_who_is_meant() -> None:
    lines = titolare, ads = PINS.approvers.approvers[:2]
    assert bars.named(lines, "p-1") == (titolare,)
    shown = hashlib.sha256(unb64(ads.public_key)).hexdigest()  # as the signing page shows the key
    assert bars.named(lines, shown[:4].upper() + " " + shown[4:16]) == (ads,)
    assert bars.named(lines, shown[:7]) == ()
    assert bars.named(lines, "nobody-here") == ()


@pytest.mark.parametrize("barred", [Bars(frozenset({TITOLARE_KEY})), Bars(grants=frozenset({GRANT}))])
def test_an_order_on_what_is_barred_is_refused(barred: Bars) -> None:
    story = Story()
    assert code(replace(story, seen=replace(story.seen, bars=barred))) == bars.CODE


def test_a_watcher_whose_key_is_barred_does_not_watch() -> None:
    """The approval is another's; only the check-in is by the lost key."""
    story = Story()
    chosen = story.approval(approver="p-2", supervision="named", watcher="p-1")
    story = replace(story, approvals=((chosen, people.ADS),))
    assert not isinstance(judge(story), Refusal)
    assert code(replace(story, seen=replace(story.seen, bars=Bars(frozenset({TITOLARE_KEY}))))) == bars.CODE


def test_what_is_barred_is_told_by_its_sentence() -> None:
    with pytest.raises(No) as said:
        Bars(frozenset({TITOLARE_KEY})).check(people.signed(people.APPROVAL))
    assert said.value.code == bars.CODE
