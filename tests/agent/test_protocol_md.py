"""The examples in PROTOCOL.md are what the code does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from agent.wire import channel, frames
from agent.wire.link import Challenged, Greeted, Link, LinkUp
from agent.wire.refusals import REFUSALS
from audit.canonical import b64
from audit.keys import SigningKey

TEXT = (Path(__file__).parents[2] / "agent" / "wire" / "PROTOCOL.md").read_text()
IDENTITY = SigningKey(b"\x03" * 32)


def block(language: str) -> list[tuple[str, str]]:
    [found] = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return [(line[0], line[2:]) for line in found.splitlines()]


def test_the_conversation_can_be_held() -> None:
    """Both ends say exactly these lines, in this order."""
    lines = block("json")
    nonce = b64(bytes(range(32)))
    broker, agent = Link("broker", 0.0, nonce=nonce), Link("agent", 0.0)
    for who, text in lines:
        frame = frames.decode(text)
        assert frames.encode(frame) == text
        assert frames.sender_of(frame) == ("broker" if who == "→" else "agent")
        sender, hearer = (broker, agent) if who == "→" else (agent, broker)
        if isinstance(frame, frames.Ping):
            sender.tick(frame.at / 1000)
        elif not isinstance(frame, frames.Challenge | frames.Pong):
            sender.send(frame)
        [said] = sender.to_send()
        assert said == text
        hearer.receive(said, 0.0)
    assert [type(e) for e in agent.events()][:2] == [Challenged, LinkUp]
    greeted = broker.events()[0]
    assert isinstance(greeted, Greeted)
    signature = IDENTITY.sign(greeted.hello.message(greeted.nonce))
    assert replace(greeted.hello, signature=b64(signature)) == greeted.hello


def test_the_channel_messages_are_understood() -> None:
    read = {
        channel.Tag.RESIZE: channel.read_resize,
        channel.Tag.SIGNAL: channel.read_signal,
        channel.Tag.EXIT: channel.read_exit,
        channel.Tag.ECHO: channel.read_echo,
    }
    seen = set()
    for who, line in block("hex"):
        tag, payload = channel.unpack(bytes.fromhex(line), "broker" if who == "→" else "agent")
        read.get(tag, bytes)(payload)
        seen.add(tag)
    assert seen == set(channel.Tag)


def test_tables_name_every_frame_tag_and_close_code() -> None:
    for kind in (*frames.FROM_BROKER, *frames.FROM_AGENT):
        assert f"`{kind.TYPE}`" in TEXT
    for tag in channel.Tag:
        assert f"| `{tag:02x}` | {tag.name} |" in TEXT
    for name, code in vars(frames).items():
        if name.startswith("CLOSE_"):
            assert f"| {code} |" in TEXT


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    for code, sentence in REFUSALS.items():
        assert re.fullmatch(r"[a-z_]{1,64}", code)
        for text in (sentence.it, sentence.en):
            assert text.endswith(".")
            assert text[0].isupper()


def test_every_code_the_agent_uses_has_its_sentence() -> None:
    """Whatever an agent may give as a reason of a refusal, the broker can put into words."""
    agent = Path(__file__).parents[2] / "agent"
    used = set(re.findall(r'_no\(\s*"([a-z_]+)"', (agent / "policy.py").read_text()))
    used |= set(re.findall(r'Refusal\("([a-z_]+)"', (agent / "service.py").read_text()))
    used |= set(re.findall(r'_refuse\([^")]*"([a-z_]+)"\)', (agent / "conductor.py").read_text()))
    assert len(used) >= 20
    assert used <= set(REFUSALS)
