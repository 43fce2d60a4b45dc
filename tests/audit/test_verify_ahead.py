"""What is said of an entry tile before its turn: only where nothing is wrong with it, and nothing else comes of it."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import bundle
from audit.bundle import Entries
from audit.erasure_records import ErasureExecuted
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.log_records import LogHeartbeat
from audit.merkle import Tree
from audit.person_records import (
    AccessDenied,
    LoginEnded,
    LoginFailed,
    LoginSucceeded,
    PersonAdmitted,
    PersonInvited,
    RecordRead,
)
from audit.record import NOBODY, Actor, Record
from audit.tiles import WIDTH, Tile
from audit.verify import verify
from audit.verify_ahead import EVERY, NOTHING, Alone, Hearing, Told, alone, judged, read
from tests.audit.test_verify_log import many
from tests.audit.world import ADS, TECHNICIAN, TENANT, World

verifier: Any = sys.modules[verify.__module__]  # the package has a function of that name
NOBODY_HEARS = Hearing(TENANT, frozenset())
SIGNED_IN = LoginSucceeded(TECHNICIAN, "passkey", "10.8.0.31", demo_software=False)


class Helped:
    """Says of every full tile what a second process would; counts the records that nobody had to hear."""

    def __init__(self, files: Entries, hearing: Hearing) -> None:
        self._files = files
        self._hearing = hearing
        self.quiet = 0

    def told(self, index: int, data: bytes) -> Told | None:
        found = read(judged(self._files, index, self._hearing), data)
        self.quiet += 0 if found is None else WIDTH - found.loud.bit_count()
        return found


@contextlib.contextmanager
def helped(files: Entries, size: int, hearing: Hearing) -> Iterator[Helped]:
    yield Helped(files, hearing)


@pytest.fixture(scope="module")
def world() -> World:
    return many(2 * WIDTH)


def files_of(w: World) -> Entries:
    return bundle.unpack(bundle.pack(w.entries()))


def about(w: World, index: int, hearing: Hearing = NOBODY_HEARS) -> Told:
    files = files_of(w)
    found = read(judged(files, index, hearing), files[Tile(None, index).path])
    assert found is not None
    return found


def leaves(w: World, index: int) -> list[Leaf]:
    return [Leaf.parse(data) for data in w.leaves[index * WIDTH :][:WIDTH]]


def test_a_good_tile(world: World) -> None:
    told, there = about(world, 1), leaves(world, 1)
    for index in (0, 1):
        told, there = about(world, index), leaves(world, index)
        assert told.top == world.tree.read(8, index)
        assert (told.earliest, told.latest) == (there[0].time, there[-1].time)
        loud = [n for n in range(WIDTH) if told.loud >> n & 1]
        assert loud == [leaf.n % WIDTH for leaf in there if leaf.n == 0 or leaf[5:12] != there[-1][5:12]]
    people = {leaf.record.person: leaf.time for leaf in there if isinstance(leaf.record, LoginEnded)}
    assert told.accessed == {"broker": there[-1].time} | people


def test_who_had_an_access_and_when_the_last() -> None:
    """By every kind of access that nobody hears, in the fields that name somebody."""
    w = many(WIDTH)
    started = len(w.leaves)
    for n in range(2 * WIDTH - started):
        record: Any = (
            LoginFailed(None, "passkey", "unknown", "x") if n % 2 else RecordRead(ADS, "report", "x")
        )  # fmt: skip
        w.append(record, actor=NOBODY if n % 2 else Actor(ADS, "ads"))
    told, there = about(w, 1), leaves(w, 1)
    assert told.accessed.keys() >= {ADS, "nobody"}
    for person, at in told.accessed.items():
        found = [leaf.time for leaf in there if person in (leaf.actor.id, getattr(leaf.record, "person", ""))]
        assert at == max(found)


def test_records_that_somebody_hears(world: World) -> None:
    """By kind; of another customer; with a demo's key. Of those nobody is said to have come."""
    assert about(world, 1, Hearing(TENANT, frozenset({"login.ended"}))).loud == EVERY
    assert about(world, 1, Hearing("t-other", frozenset())).accessed == {}
    w = many(WIDTH)
    while len(w.leaves) < 2 * WIDTH:
        w.append(LoginSucceeded("p-0", "passkey", "x", demo_software=True))
    told = about(w, 1)
    first = len(many(WIDTH).leaves) % WIDTH
    assert told.loud == EVERY - (1 << first) + 1


def rebuilt(w: World) -> World:
    """Its tree made anew over leaves that were changed."""
    w.tree = Tree()
    for data in w.leaves:
        w.tree.append(data)
    return w


@pytest.mark.parametrize("what", ["place", "late", "erased"])
def test_what_does_not_fold_is_all_heard(what: str) -> None:
    w = many(2 * WIDTH)
    at = WIDTH + 7
    leaf = Leaf.parse(w.leaves[at])
    match what:
        case "place":
            leaf = leaf._replace(n=at + 1)
        case "late":
            leaf = leaf._replace(time=leaf.time - timedelta(hours=1))
        case _:
            leaf = leaf._replace(record=ErasureExecuted("text"), refs=(1,))
    w.leaves[at] = leaf.encode()
    told = about(rebuilt(w), 1)
    assert (told.loud, told.accessed) == (EVERY, {})
    assert about(w, 0).loud != EVERY


@pytest.mark.parametrize("what", ["missing", "no hashes", "form", "hashes", "cut"])
def test_of_a_tile_with_anything_wrong_nothing_is_said(world: World, what: str) -> None:
    entries, first = world.entries(), Tile(None, 1).path
    match what:
        case "missing":
            del entries[first]
        case "no hashes":
            del entries[Tile(0, 1).path]
        case "cut":
            entries[first] = entries[first][:-1]
        case "form":
            entries[first] = entries[first].replace(b'"v":1', b'"v":2', 1)
        case _:
            entries[Tile(0, 1).path] = bytes(WIDTH * 32)
    assert judged(bundle.unpack(bundle.pack(entries)), 1, NOBODY_HEARS) == NOTHING
    assert read(NOTHING, b"") is None


def test_a_form_that_is_wrong_though_the_tree_has_it() -> None:
    w = many(2 * WIDTH)
    w.leaves[WIDTH] = w.leaves[WIDTH].replace(b'"v":1', b'"v":2')
    files = files_of(rebuilt(w))
    assert judged(files, 0, NOBODY_HEARS) != NOTHING
    assert judged(files, 1, NOBODY_HEARS) == NOTHING


def test_of_other_bytes_and_in_other_words_nothing_was_said(world: World) -> None:
    files = files_of(world)
    data = files[Tile(None, 1).path]
    said = judged(files, 1, NOBODY_HEARS)
    assert read(said, data) is not None
    assert read(said, data + b"\0") is None
    assert read(said[:143], data) is None
    for wrong in (
        said[:96] + b"x" * 24 + said[120:],
        said + b"x",
        said + b"a b c\n",
        said + b"a b\n",
        said + b"\xff",
    ):
        assert read(wrong, data) is None


def test_nobody_helps(world: World) -> None:
    with alone(files_of(world), len(world.leaves), NOBODY_HEARS) as ahead:
        assert isinstance(ahead, Alone)
        assert ahead.told(0, b"") is None


# ---------------------------------------------------------------------- the same verdict and the same state


def both(w: World, monkeypatch: pytest.MonkeyPatch, **kw: Any) -> tuple[Any, int]:
    """What a verdict says and who had accesses, by the verifier alone and helped, which are the same."""
    seen: list[tuple[datetime | None, Any]] = []
    close = verifier._Reader._close

    def closing(self: Any, heads: Any) -> None:
        accessed = {who: at for who, at in self._erasures._accessed.items() if who is not None}
        seen.append((self._records.last, accessed))
        close(self, heads)

    helpers: list[Helped] = []

    @contextlib.contextmanager
    def helping(files: Entries, size: int, hearing: Hearing) -> Iterator[Helped]:
        helpers.append(Helped(files, hearing))
        yield helpers[-1]

    monkeypatch.setattr(verifier._Reader, "_close", closing)
    data = bundle.pack(w.entries())
    found = [
        verify(data, trust=w.trust(), ahead=ahead, **kw).verdict.to_value() for ahead in (alone, helping)
    ]
    monkeypatch.undo()
    assert found[0] == found[1]
    assert seen[0] == seen[1]
    return found[0], helpers[0].quiet


PEOPLE = (TECHNICIAN, ADS, "p-stranger")


def some_record(chance: random.Random) -> tuple[Record, Actor]:
    who = chance.choice(PEOPLE)
    record = chance.choice((
        LoginEnded(who, "x"), RecordRead(who, "report", "x"), SIGNED_IN,
        LoginFailed(None, "passkey", "unknown", "x"), AccessDenied(who, "ssh", "window_closed", "x"),
        LogHeartbeat("2026-11-03"), PersonInvited(who, "2026-12-01T00:00:00.000Z"),
    ))  # fmt: skip
    return record, chance.choice((NOBODY, Actor(who, "technician"), Actor(ADS, "ads")))


Bend = Callable[[Leaf, random.Random], Leaf]
BENDS: dict[str, Bend] = {
    "early": lambda leaf, chance: leaf._replace(time=leaf.time - timedelta(seconds=chance.choice((59, 60, 61, 900)))),
    "ahead": lambda leaf, chance: leaf._replace(time=leaf.time + timedelta(seconds=chance.choice((59, 61, 9_000)))),
    "year": lambda leaf, _: leaf._replace(time=leaf.time + timedelta(days=90)),
    "place": lambda leaf, _: leaf._replace(n=leaf.n + 1),
    "customer": lambda leaf, _: leaf._replace(tenant="t-other"),
    "refs": lambda leaf, chance: leaf._replace(refs=(leaf.n + chance.choice((-1, 0, 1)),)),
    "number": lambda leaf, _: leaf._replace(session_n=3),
    "demo": lambda leaf, _: leaf._replace(record=LoginSucceeded("p", "passkey", "x", demo_software=True)),
    "erased": lambda leaf, _: leaf._replace(record=ErasureExecuted("text"), refs=(2,)),
    "played": lambda leaf, _: leaf._replace(
        record=RecordRead(ADS, "recording", "x", "c-1", "control"), actor=Actor(ADS, "ads")
    ),
    "sealed": lambda leaf, _: leaf._replace(record=PersonAdmitted("p-9", "ads", "o-1"), sealed="0" * 64),
}  # fmt: skip


EXPECTED = {
    "place": "record_place", "customer": "record_tenant", "number": "record_link", "demo": "demo_key",
    "erased": "erased_early", "sealed": "opening_missing", "played": "played_without_leave",
    "year": "shard_year",
}  # fmt: skip


@pytest.mark.parametrize("bends", [(), *[(name,) for name in BENDS], tuple(BENDS)])
def test_the_same_by_way_of_it(bends: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(f"ahead {bends}")
    w = World()
    w.onboard()
    while len(w.leaves) < 4 * WIDTH + 9:
        w.wait(milliseconds=chance.choice((0, 20, 400, 30_000)))
        record, actor = some_record(chance)
        w.append(record, actor=actor)  # type: ignore[arg-type]
    if "demo" in bends:
        w.leaves[0] = w.leaves[0].replace(b'"demo":true', b'"demo":false')
    for name in bends:
        for _ in range(2):
            at = chance.choice((chance.randrange(20, len(w.leaves)), 2 * WIDTH, 3 * WIDTH - 1))
            with contextlib.suppress(Malformed):
                w.leaves[at] = BENDS[name](Leaf.parse(w.leaves[at]), chance).encode()
    value, quiet = both(rebuilt(w), monkeypatch)
    found = {one["code"] for one in value["findings"]}
    assert quiet
    assert bends or not found
    assert EXPECTED.get(bends[0] if len(bends) == 1 else "", "") in {*found, ""}, found


def test_a_log_that_begins_with_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    w = many(2 * WIDTH)
    del w.leaves[0]
    w.leaves = [Leaf.parse(data)._replace(n=n, refs=()).encode() for n, data in enumerate(w.leaves)]
    value, _ = both(rebuilt(w), monkeypatch)
    assert value["counts"]["findings"]


def test_with_a_state_file_every_record_is_heard(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    value, quiet = both(world, monkeypatch, keep=True)
    assert value["verdict"] == "sound"
    assert quiet == 0
