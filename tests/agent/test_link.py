"""The control link as a machine: playbooks, two ends wired together, random walks."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.wire import frames, link
from agent.wire.frames import encode
from agent.wire.link import Challenged, FrameIn, Greeted, Link, LinkBroken, LinkUp
from tests.agent.test_frames import EXAMPLES, NONCE

HELLO = EXAMPLES[1]
WELCOME = frames.Welcome("2026-11-22T10:00:00.000Z", 6)
assert isinstance(HELLO, frames.Hello)


class Pair:
    """Both ends and the wire between them, which may be cut."""

    def __init__(self) -> None:
        self.at = 0.0
        self.broker = Link("broker", 0.0, nonce=NONCE)
        self.agent = Link("agent", 0.0)
        self.to_agent: deque[str] = deque()
        self.to_broker: deque[str] = deque()

    def carry(self) -> None:
        self.to_agent.extend(self.broker.to_send())
        self.to_broker.extend(self.agent.to_send())
        while self.to_agent:
            self.agent.receive(self.to_agent.popleft(), self.at)
        while self.to_broker:
            self.broker.receive(self.to_broker.popleft(), self.at)

    def shake(self) -> Pair:
        self.carry()
        assert self.agent.events() == [Challenged(NONCE)]
        self.agent.send(HELLO)
        self.carry()
        assert self.broker.events() == [Greeted(HELLO, NONCE)]
        self.broker.send(WELCOME)
        self.carry()
        assert self.broker.events() == [LinkUp(WELCOME)]
        assert self.agent.events() == [LinkUp(WELCOME)]
        return self

    def pass_time(self, to: float) -> None:
        self.at = to
        self.broker.tick(to)
        self.agent.tick(to)


def test_handshake_and_a_frame_each_way() -> None:
    pair = Pair().shake()
    pair.broker.send(frames.Ack(7))
    pair.agent.send(frames.PinsHeld(1, 1))
    assert pair.agent.wants_to_send
    pair.carry()
    pair.carry()
    assert not pair.agent.wants_to_send
    assert pair.agent.events() == [FrameIn(frames.Ack(7))]
    assert pair.broker.events() == [FrameIn(frames.PinsHeld(1, 1))]


def test_pings_keep_a_quiet_link_alive_for_a_day() -> None:
    pair = Pair().shake()
    pings = 0
    while pair.at < 86_400:
        deadlines = [d for d in (pair.broker.next_deadline(), pair.agent.next_deadline()) if d is not None]
        pair.pass_time(max(pair.at, min(deadlines)))
        before = len(pair.broker._out)
        pings += before
        pair.carry()
        pair.carry()
    assert pair.broker.state == pair.agent.state == "up"
    assert pair.broker.events() == pair.agent.events() == []
    assert 2870 <= pings <= 2890


def test_silence_ends_both_ends_after_90_s() -> None:
    pair = Pair().shake()
    for at in (30.0, 60.0, 89.9):
        pair.pass_time(at)
        assert pair.agent.state == pair.broker.state == "up"
    pair.pass_time(90.0)
    for end in (pair.agent, pair.broker):
        assert end.events() == [LinkBroken(frames.CLOSE_SILENT, "nothing heard for 90 s")]
        assert end.next_deadline() is None
        end.tick(1000.0)
        assert end.events() == []


def test_a_handshake_may_not_take_forever() -> None:
    for end in (Link("agent", 0.0), Link("broker", 0.0, nonce=NONCE)):
        assert end.next_deadline() == link.HANDSHAKE_S
        end.tick(14.9)
        assert end.state == "handshake"
        end.tick(15.0)
        [broken] = end.events()
        assert isinstance(broken, LinkBroken)
        assert broken.code == frames.CLOSE_SILENT


BEFORE_UP = [e for e in EXAMPLES if not isinstance(e, frames.Challenge | frames.Hello)]


@pytest.mark.parametrize("frame", BEFORE_UP, ids=lambda f: f.TYPE)
def test_nothing_is_heard_before_the_handshake(frame: frames.Frame) -> None:
    end = Link("agent", 0.0) if frames.sender_of(frame) == "broker" else Link("broker", 0.0, nonce=NONCE)
    end.receive(encode(frame), 0.0)
    [broken] = end.events()
    assert isinstance(broken, LinkBroken)
    assert broken.code == frames.CLOSE_BREACH


@pytest.mark.parametrize("frame", EXAMPLES, ids=lambda f: f.TYPE)
def test_frames_from_the_wrong_end_are_a_breach(frame: frames.Frame) -> None:
    pair = Pair().shake()
    end = pair.agent if frames.sender_of(frame) == "agent" else pair.broker
    end.receive(encode(frame), 0.0)
    [broken] = end.events()
    assert isinstance(broken, LinkBroken)
    assert broken.code == frames.CLOSE_BREACH


@pytest.mark.parametrize("frame", [frames.Challenge(NONCE), WELCOME, HELLO], ids=lambda f: f.TYPE)
def test_the_handshake_happens_once(frame: frames.Frame) -> None:
    pair = Pair().shake()
    end = pair.broker if isinstance(frame, frames.Hello) else pair.agent
    end.receive(encode(frame), 0.0)
    assert end.state == "closed"


def test_a_second_challenge_or_hello_in_the_handshake() -> None:
    pair = Pair()
    pair.carry()
    pair.agent.receive(encode(frames.Challenge(NONCE)), 0.0)
    assert pair.agent.state == "closed"
    broker = Link("broker", 0.0, nonce=NONCE)
    broker.receive(encode(HELLO), 0.0)
    broker.receive(encode(HELLO), 0.0)
    assert broker.state == "closed"


def test_a_welcome_without_a_hello() -> None:
    agent = Link("agent", 0.0)
    agent.receive(encode(frames.Challenge(NONCE)), 0.0)
    agent.receive(encode(WELCOME), 0.0)
    assert agent.state == "closed"


def test_another_version_is_told_so() -> None:
    broker = Link("broker", 0.0, nonce=NONCE)
    broker.receive(encode(HELLO).replace('"v":1', '"v":9'), 0.0)
    [broken] = broker.events()
    assert isinstance(broken, LinkBroken)
    assert broken.code == frames.CLOSE_VERSION


def test_an_agent_that_is_not_known_is_turned_away() -> None:
    broker = Link("broker", 0.0, nonce=NONCE)
    broker.receive(encode(HELLO), 0.0)
    broker.close(frames.CLOSE_AUTH_FAILED, "nobody knows this host")
    assert broker.events()[-1] == LinkBroken(frames.CLOSE_AUTH_FAILED, "nobody knows this host")
    broker.send(WELCOME)
    broker.receive(encode(HELLO), 0.0)
    assert broker.events() == []


def test_binary_messages_are_a_breach() -> None:
    pair = Pair().shake()
    pair.agent.receive(b"\x00", 0.0)
    assert pair.agent.state == "closed"


def test_the_peer_closes() -> None:
    pair = Pair().shake()
    pair.agent.send(frames.PinsHeld(1, 1))
    pair.agent.peer_closed(1006, "cut")
    pair.agent.peer_closed(1006, "cut")
    assert pair.agent.events() == [LinkBroken(1006, "cut", by_peer=True)]
    assert pair.agent.to_send() == []


def test_what_was_queued_before_our_own_close_is_still_sent() -> None:
    pair = Pair().shake()
    pair.agent.send(frames.PinsHeld(1, 1))
    pair.agent.close(1001, "stopping")
    pair.agent.close(1001, "twice")
    assert pair.agent.to_send() == [encode(frames.PinsHeld(1, 1))]
    assert pair.agent.events() == [LinkBroken(1001, "stopping")]


@pytest.mark.parametrize(
    "frame", [frames.Challenge(NONCE), HELLO, WELCOME, frames.Ack(1)], ids=lambda f: f.TYPE
)
def test_what_is_not_ours_to_say_is_a_bug_here(frame: frames.Frame) -> None:
    pair = Pair().shake()
    with pytest.raises(ValueError, match=frame.TYPE):
        pair.agent.send(frame)


def test_frames_before_the_handshake_are_a_bug_here() -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        Link("agent", 0.0).send(frames.PinsHeld(1, 1))
    with pytest.raises(ValueError, match="cannot be said"):
        Link("broker", 0.0, nonce=NONCE).send(WELCOME)


def test_only_the_broker_brings_a_nonce() -> None:
    with pytest.raises(ValueError, match="nonce"):
        Link("broker", 0.0)
    with pytest.raises(ValueError, match="nonce"):
        Link("agent", 0.0, nonce=NONCE)


def test_a_peer_that_takes_nothing_is_left() -> None:
    pair = Pair().shake()
    for _ in range(link.MAX_QUEUED + 1):
        pair.agent.send(frames.PinsHeld(1, 1))
    assert pair.agent.state == "closed"


def test_a_peer_that_pings_and_reads_nothing_fills_nothing() -> None:
    """Only the last ping is answered, after what was queued before it."""
    pair = Pair().shake()
    pair.agent.send(frames.PinsHeld(1, 1))
    for at in range(5000):
        pair.agent.receive(encode(frames.Ping(at)), 0.0)
    assert pair.agent.wants_to_send
    assert pair.agent.to_send() == [encode(frames.PinsHeld(1, 1)), encode(frames.Pong(4999))]
    assert not pair.agent.wants_to_send
    pair.agent.receive(encode(frames.Ping(1)), 0.0)
    pair.agent.peer_closed(1006, "cut")
    assert not pair.agent.wants_to_send


def test_how_long_a_ping_takes_is_never_told_shorter() -> None:
    """Only the answer to the last ping counts; one that waits counts as long as it waits."""
    pair = Pair().shake()
    assert pair.broker.trip_s(0.0) is None
    pair.broker.ping(10.0)
    assert pair.broker.trip_s(10.3) == pytest.approx(0.3)
    pair.at = 10.5
    pair.carry()
    pair.carry()  # there, and back
    assert pair.broker.trip_s(20.0) == pytest.approx(0.5)
    pair.broker.ping(20.0)
    pair.broker.receive(encode(frames.Pong(10_000)), 20.1)  # the old one once more
    pair.broker.receive(encode(frames.Pong(29_000)), 20.1)  # to a question that was not asked
    assert pair.broker.trip_s(20.2) == pytest.approx(0.5)
    assert pair.broker.trip_s(23.0) == pytest.approx(3.0)
    pair.agent.ping(20.0)  # only the broker's end asks
    assert not pair.agent.wants_to_send


MOVES = st.one_of(
    st.sampled_from(EXAMPLES).map(encode),
    st.text(max_size=20),
    st.floats(0, 200),
    st.just("close"),
)


@settings(max_examples=300)
@given(st.sampled_from(["agent", "broker"]), st.lists(MOVES, max_size=30), st.booleans())
def test_a_random_walk_never_raises_and_ends_once(role: str, moves: list[str | float], up: bool) -> None:  # noqa: FBT001
    """Whatever the peer says: no exception, nothing after the end, frames only while up."""
    if up:
        pair = Pair().shake()
        end = pair.agent if role == "agent" else pair.broker
    else:
        end = Link("agent", 0.0) if role == "agent" else Link("broker", 0.0, nonce=NONCE)
    at, ended = 0.0, False
    for move in moves:
        if isinstance(move, float):
            at += move
            end.tick(at)
        elif move == "close":
            end.peer_closed(1006, "cut")
        else:
            end.receive(move, at)
        for event in end.events():
            assert not ended, "an event after the end"
            if isinstance(event, FrameIn):
                assert up
                assert frames.sender_of(event.frame) != role
            ended = isinstance(event, LinkBroken)
        assert ended == (end.state == "closed")
        assert (end.next_deadline() is None) == ended
        for text in end.to_send():
            assert frames.sender_of(frames.decode(text)) == role


@given(st.lists(st.integers(0, 50), max_size=60))
def test_frames_arrive_whole_and_in_order(numbers: list[int]) -> None:
    pair = Pair().shake()
    for number in numbers:
        pair.broker.send(frames.Ack(number))
    pair.carry()
    assert [e.frame.host_n for e in pair.agent.events()] == numbers  # type: ignore[union-attr]
