"""Frames: vectors, round trip, one spelling, bounds."""

from __future__ import annotations

import contextlib
import json
import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import frames
from agent.wire.frames import ProtocolError, decode, encode
from audit.canonical import b64
from audit.errors import BadSignature
from audit.keys import SigningKey
from tests.bent import TRIES, bent

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "frames.json").read_text())
KEY = SigningKey(bytes(range(32)))
NONCE = b64(bytes(range(32)))
HASH = "ab" * 32
HEAD = frames.Head("registro.localhost/t-1/2026\n1\nAA==\n\n— x AA==\n", 0, ())
LEAF = frames.LeafProof("AAAA", 3, (HASH, HASH))
NAME = frames.PersonName(LEAF, {"data": {"name": "Anna Bianchi"}, "salt": NONCE})
TEXTS = {"data": {"perché": "«è»"}}
EXAMPLES: tuple[frames.Frame, ...] = (
    frames.Challenge(NONCE),
    frames.Hello("t-1", "h-1", "0.1.0", "3f1c", "2026-11-22T10:00:00.000Z", 8, 41, b64(b"s" * 64)),
    frames.Welcome("2026-11-22T10:00:00.000Z", 6),
    frames.Pins(({"statement": "AA", "assertion": {"credential": "AA"}},), ()),
    frames.PinsHeld(1, 2),
    HEAD,
    frames.Cosignature(41, "— registro/host/h-1 AAAA\n"),
    frames.HeadRefused(41, "stale"),
    frames.Open(
        "s-1", {}, "AA", ({},), {}, TEXTS, (NAME, NAME), LEAF, HEAD, NONCE, LEAF, {"statement": "AA"}
    ),
    frames.Open("s-1", {}, "AA", (), {}, {}, (), LEAF, HEAD, NONCE),
    frames.OpenChannel("s-1", "c-1", "exec", "abc.DEF-_", {"command": "ls", "via": "ssh"}),
    frames.CloseChannel("s-1", "c-1"),
    frames.ChannelRefused("s-1", "c-1", "expired"),
    frames.Stop("s-1", "stopped_by_ads", "p-2"),
    frames.Pause("s-1", "p-2"),
    frames.Resume("s-1", "p-2"),
    frames.SignedStop("s-1", {"statement": "AA"}),
    frames.CheckIn("s-1", {"statement": "AA"}),
    frames.Call("s-1", HASH, 7, NONCE),
    frames.Answer("s-1", 7, b64(b"s" * 64)),
    frames.ListSessions(),
    frames.OrderRefused("s-1", "signed_stop", "not_recognised"),
    frames.NoteFrame("{}\n\n— x AA==\n"),
    frames.NoteFrame("{}\n\n— x AA==\n", {"salt": "AA", "data": {"path": "/opt/x"}}),
    frames.Ack(7),
    frames.Ping(30000),
    frames.Pong(30000),
)


def breach(text: str) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        decode(text)
    return caught.value


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    """Bytes on the wire, fixed: whoever changes them changes the protocol's version."""
    frame = decode(vector["text"])
    assert vector["frame"] == frame.TYPE
    assert encode(frame) == vector["text"]


def test_every_frame_has_a_vector_and_an_example() -> None:
    kinds = {kind.TYPE for kind in (*frames.FROM_BROKER, *frames.FROM_AGENT)}
    assert {v["frame"] for v in VECTORS} == kinds
    assert {e.TYPE for e in EXAMPLES} == kinds


@pytest.mark.parametrize("frame", EXAMPLES, ids=lambda f: f.TYPE)
def test_round_trip(frame: frames.Frame) -> None:
    assert decode(encode(frame)) == frame


@pytest.mark.parametrize("frame", EXAMPLES, ids=lambda f: f.TYPE)
def test_every_field_is_demanded_and_no_other(frame: frames.Frame) -> None:
    value = json.loads(encode(frame))
    for key in value:
        if (value["type"], key) not in (("open", "supervision"), ("open", "check_in"), ("note", "opening")):
            less = {k: v for k, v in value.items() if k != key}
            assert breach(spelt(less)).code == frames.CLOSE_BREACH
    assert breach(spelt(value | {"extra": 1})).code == frames.CLOSE_BREACH


def spelt(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        '"ping"',
        "{}",
        "{",
        '{"at":1,"type":"ping"} ',
        '{"at": 1,"type":"ping"}',
        '{"type":"ping","at":1}',
        '{"at":1,"at":1,"type":"ping"}',
        '{"at":1.0,"type":"ping"}',
        '{"at":1e3,"type":"ping"}',
        '{"at":NaN,"type":"ping"}',
        '{"at":null,"type":"ping"}',
        '{"at":true,"type":"ping"}',
        '{"at":-1,"type":"ping"}',
        '{"at":"1","type":"ping"}',
        '{"at":9007199254740992,"type":"ping"}',
        '{"at":1,"type":"pi\\u006eg"}',
        '{"at":1,"type":7}',
        '{"at":1,"type":"knock"}',
        '{"nonce":"AA","type":"challenge"}',
        '{"nonce":"' + "+" * 43 + '","type":"challenge"}',
        '{"approvers":{},"policies":[],"type":"pins"}',
        '{"approvers":["x"],"policies":[],"type":"pins"}',
        '{"approvers":[{"a":null}],"policies":[],"type":"pins"}',
        '{"checkpoint":"x","old_size":0,"proof":["AB"],"type":"head"}',
        '{"by":"p 2","reason":"x","session":"s","type":"stop"}',
        '{"by":"p\n2","reason":"x","session":"s","type":"stop"}',
        '{"approvers":[{"a":"\ud800"}],"policies":[],"type":"pins"}',
        '{"by":"p","reason":"x","session":"' + "s" * 129 + '","type":"stop"}',
        '{"by":"p","reason":7,"session":"s","type":"stop"}',
        "[" * 100_000,
    ],
    ids=range(33),
)
def test_any_other_spelling_is_a_breach(text: str) -> None:
    assert breach(text).code == frames.CLOSE_BREACH


def test_nesting_and_length_are_bounded() -> None:
    deep: Any = {}
    for _ in range(12):
        deep = {"a": deep}
    assert breach(spelt({"approvers": [deep], "policies": [], "type": "pins"})).code == 4400
    long = spelt({"approvers": [{"a": "x" * frames.MAX_FRAME_BYTES}], "policies": [], "type": "pins"})
    assert breach(long).code == 4400
    wide = spelt({"approvers": [{"a": "è" * 200_000}], "policies": [], "type": "pins"})
    assert breach(wide).code == 4400
    with pytest.raises(ProtocolError):
        encode(frames.Pins(({"a": "x" * frames.MAX_FRAME_BYTES},), ()))


def test_our_own_frames_are_held_to_the_same_form() -> None:
    with pytest.raises(ProtocolError):
        encode(frames.Stop("s-1", "Not A Code", "p-1"))


def test_another_version_has_its_own_code() -> None:
    text = encode(EXAMPLES[1]).replace('"v":1', '"v":2')
    assert breach(text).code == frames.CLOSE_VERSION


def test_a_hello_may_show_the_head_held() -> None:
    shown = replace(EXAMPLES[1], head="a\n1\nx\n\n— a QUJDREVG\n")
    assert frames.decode(frames.encode(shown)) == shown
    with pytest.raises(frames.ProtocolError):
        frames.decode(frames.encode(EXAMPLES[1]).replace('"head_size"', '"head":null,"head_size"'))
    with pytest.raises(frames.ProtocolError):
        frames.decode(frames.encode(EXAMPLES[1]).replace('"head_size"', '"head":7,"head_size"'))


def test_hello_is_signed_over_everything_it_says() -> None:
    hello = EXAMPLES[1]
    assert isinstance(hello, frames.Hello)
    signature = KEY.sign(hello.message(NONCE))
    KEY.public.check(signature, hello.message(NONCE))
    for item in fields(hello):
        if item.name != "signature":
            found = getattr(hello, item.name)
            changed = found + 1 if isinstance(found, int) else (found or "") + "x"
            other = replace(hello, **{item.name: changed})
            with pytest.raises(BadSignature):
                KEY.public.check(signature, other.message(NONCE))
    with pytest.raises(BadSignature):
        KEY.public.check(signature, hello.message(b64(b"n" * 32)))


def test_who_may_say_what() -> None:
    assert frames.sender_of(frames.Ack(1)) == "broker"
    assert frames.sender_of(frames.Pong(1)) == "agent"


SPELT = [encode(example) for example in EXAMPLES]


@given(st.sampled_from(SPELT), st.integers(0, 10_000), st.characters())
def test_one_sign_changed_is_another_frame_or_a_breach(text: str, place: int, sign: str) -> None:
    at = place % len(text)
    changed = text[:at] + sign + text[at + 1 :]
    try:
        frame = decode(changed)
    except ProtocolError:
        return
    assert encode(frame) == changed


@given(st.text(max_size=300))
def test_no_text_makes_the_decoder_stumble(text: str) -> None:
    with contextlib.suppress(ProtocolError):
        decode(text)


def test_bent_frames_are_the_one_spelling_or_a_breach(rounds: int, dice: random.Random) -> None:
    seeds = [text.encode() for text in SPELT]
    for _ in range(10 * TRIES * rounds):
        text = bent(dice, [dice.choice(seeds)], most=3)[: frames.MAX_FRAME_BYTES].decode("utf-8", "replace")
        try:
            frame = decode(text)
        except ProtocolError:
            continue
        assert encode(frame) == text
