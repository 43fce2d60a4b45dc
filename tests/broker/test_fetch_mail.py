"""A mailbox read once, whatever happens to the line, the broker or the mailbox's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.mail_evidence.judgement import MAX_MAIL_BYTES
from audit.mail_record import MailReceived
from broker.domain.arrived import Arrived
from broker.jobs.fetch_mail import fetch, fetching, take_mail
from broker.live.mail_desk import MailDesk
from broker.parts import Parts
from broker.store import mailboxes
from tests.broker.mail_sample import NoDns, judge, mail
from tests.broker.world import World
from tests.doubles import MORNING, FakeClock


@dataclass
class Lying:
    uid: int
    size: int


@dataclass
class Looked:
    validity: int
    next_uid: int


@dataclass
class Box:
    """Mails by number; `cut` breaks the line at the next few calls."""

    mails: dict[int, tuple[bytes, datetime]] = field(default_factory=dict)
    validity: int = 7
    cut: int = 0
    asked: list[int] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    name: str = "post@mail.example/INBOX"

    def put(self, raw: bytes, at: datetime = MORNING) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = (raw, at)
        return uid

    def _line(self) -> None:
        if self.cut:
            self.cut -= 1
            raise ConnectionError("cut")

    def look(self) -> Looked:
        self._line()
        return Looked(self.validity, max(self.mails, default=0) + 1)

    def above(self, uid: int, most: int) -> Sequence[Lying]:
        self._line()
        found = sorted(one for one in self.mails if one > uid)[:most]
        return [Lying(one, self.sizes.get(one, len(self.mails[one][0]))) for one in found]

    def before(self, day: date) -> int:
        return (
            min(
                (uid for uid, (_, at) in self.mails.items() if at.date() >= day),
                default=max(self.mails, default=0) + 1,
            )
            - 1
        )

    def message(self, uid: int) -> tuple[bytes, datetime] | None:
        self.asked.append(uid)
        self._line()
        return self.mails.get(uid)

    def close(self) -> None:
        raise AssertionError("nobody closes it but itself")


@pytest.fixture
async def world(parts: Parts) -> World:
    return await World.make(replace(parts, mail=MailDesk(NoDns(), judge=judge)))


def written(world: World, number: int) -> bytes:
    return mail(f"teresa-titolare@{world.tenant}.example", number=number)


async def came(world: World) -> list[Any]:
    return [one for one in await world.records() if isinstance(one, MailReceived)]


async def test_c01_each_once_in_order_across_turns(world: World) -> None:
    """C-01: what came stays read; nothing is asked for twice."""
    box = Box()
    await fetch(world.parts, box)
    for number in range(3):
        box.put(written(world, number), MORNING - timedelta(minutes=5))
    await fetch(world.parts, box)
    box.put(written(world, 3))
    await fetch(world.parts, box)
    await fetch(world.parts, box)
    found = await came(world)
    assert box.asked == [1, 2, 3, 4]
    assert [one.code for one in found] == ["dkim_aligned"] * 4
    assert found[0].came == "2026-11-10T07:55:00.000Z"


async def test_a_line_that_breaks_at_every_step(world: World, clock: FakeClock) -> None:
    box = Box()
    await fetch(world.parts, box)
    for number in range(4):
        box.put(written(world, number))
    tick = fetching(box)
    for cut in (1, 0, 1, 1):
        box.cut = cut
        await tick(world.parts)
    assert [one.code for one in await came(world)] == ["dkim_aligned"] * 4


async def test_new_numbers_make_no_second_mail(world: World) -> None:
    """UIDVALIDITY changed: all is read again, and what is known by its bytes makes no record."""
    box = Box()
    await fetch(world.parts, box)
    box.put(written(world, 1))
    box.put(mail("chiunque@altrove.example"))
    await fetch(world.parts, box)
    box.validity = 8
    box.put(written(world, 2))
    await fetch(world.parts, box)
    assert [one.code for one in await came(world)] == ["dkim_aligned"] * 2
    box.put(written(world, 2))
    await fetch(world.parts, box)
    assert [one.code for one in await came(world)][2:] == ["duplicate"], "a copy that came later is one"


async def test_what_a_box_held_before_is_not_read(world: World) -> None:
    box = Box()
    box.put(written(world, 1), MORNING - timedelta(days=9))
    box.put(written(world, 2), MORNING - timedelta(hours=9))
    await fetch(world.parts, box)
    assert box.asked == [2]


async def test_what_cannot_be_recorded_stays_and_is_tried_again(
    world: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    await fetch(world.parts, box)
    for number in range(3):
        box.put(written(world, number))

    def fails(raw: bytes, *rest: Any) -> Any:
        if raw == written(world, 1):
            raise RuntimeError("a bug")
        return judge(raw, *rest)

    parts = replace(world.parts, mail=MailDesk(NoDns(), judge=fails))
    await fetch(parts, box)
    assert len(await came(world)) == 2
    async with world.parts.store.read() as work:
        (left,) = await mailboxes.left(work)
    assert (left.place.uid, left.why, left.tries) == (2, "unreadable", 1)
    await fetch(parts, box)
    assert box.asked == [1, 2, 3], "not at once"
    clock.advance(hours=1)
    await fetch(parts, box)
    clock.advance(hours=1)
    await fetch(world.parts, box)
    assert box.asked == [1, 2, 3, 2, 2]
    assert len(await came(world)) == 3
    async with world.parts.store.read() as work:
        assert await mailboxes.left(work) == []


async def test_too_large_or_gone(world: World, clock: FakeClock) -> None:
    box = Box()
    await fetch(world.parts, box)
    box.sizes[box.put(b"x")] = MAX_MAIL_BYTES + 1
    gone = box.put(b"y")
    box.put(written(world, 1))
    del box.mails[gone]
    box.sizes[3] = 1
    await fetch(world.parts, box)
    assert box.asked == [3]
    async with world.parts.store.read() as work:
        assert [one.why for one in await mailboxes.left(work)] == ["too_large"]


async def test_before_set_up_nothing_is_read(parts: Parts) -> None:
    box = Box(cut=99)
    await fetch(parts, box)
    assert not await take_mail(parts, Arrived(b"", MORNING, "lmtp"))


async def test_a_local_server_hears_whether_it_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = Arrived(written(world, 1), MORNING + timedelta(days=99), "lmtp")
    assert await take_mail(world.parts, arrived)
    (one,) = await came(world)
    assert one.came == "2026-11-10T08:00:00.000Z", "by the broker's own clock"
    world.parts.store.close_log(world.tenant)
    assert not await take_mail(world.parts, replace(arrived, raw=written(world, 2)))
