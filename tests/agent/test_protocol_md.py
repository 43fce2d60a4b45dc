"""The examples in PROTOCOL.md are what the code does."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agent.conductor import OWN_REASONS, STOP_REASONS
from agent.wire import channel, frames
from agent.wire.link import Challenged, Greeted, Link, LinkUp
from agent.wire.refusals import REFUSALS
from audit.canonical import b64
from audit.keys import SigningKey
from web.present import facts
from web.present.reader import Reader

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "agent" / "wire" / "PROTOCOL.md").read_text()
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


def constants(node: ast.AST | None) -> set[str]:
    """The texts an expression may be, without those it only compares."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return constants(one) | constants(other)
        case _:
            return set()


def codes_given() -> set[str]:
    """Every code that the agent's source hands to whatever says no."""
    code_first = {"No", "Breach", "Refusal"}
    says_no = {"ChannelFailed", "RefuseChannel", "ChannelRefused", "_refuse", "_refuse_channel"}
    found: set[str] = set()
    for path in [*(ROOT / "agent").rglob("*.py"), ROOT / "audit" / "admission.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[code, *_]) if name in code_first:
                    found |= constants(code)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
                    name in says_no
                ):
                    found |= {c for arg in args for c in constants(arg)}
                case ast.FunctionDef(name="_why_not", returns=ast.BinOp()) if path.stem != "desk_socket":
                    for inner in ast.walk(node):
                        found |= constants(inner.value) if isinstance(inner, ast.Return) else set()
                case ast.Assign(targets=[ast.Name(id="refusal")], value=value):
                    found |= constants(value)
                case _:
                    pass
    return {c for c in found if re.fullmatch(r"[a-z]+(_[a-z]+)*", c)}


def ends() -> set[str]:
    """Every reason of `session.ended`, which is one of `session.refused` where nothing had begun."""
    source = ast.parse((ROOT / "agent" / "conductor.py").read_text())
    [why] = [n for n in ast.walk(source) if isinstance(n, ast.FunctionDef) and n.name == "_why_end"]
    returned = {c for n in ast.walk(why) if isinstance(n, ast.Return) for c in constants(n.value)}
    return returned | STOP_REASONS | OWN_REASONS | {"agent_restarted"}


def test_every_code_the_agent_uses_has_its_sentence() -> None:
    """Whatever an agent may give as a reason of a refusal, the broker can put into words."""
    used = codes_given()
    assert used >= {"broker_not_reached", "too_many_sessions", "account_not_possible", "notes_waiting"}
    assert used >= {"replayed", "texts_differ", "signature_invalid", "log_unproven"}
    assert used - ends() <= set(REFUSALS)


def test_every_reason_in_an_agents_note_has_words_for_people() -> None:
    assert ends() >= {"expired", "broker_gone", "desk_denied", "clock_moved"}
    for language in ("it", "en"):
        reader = Reader(language, datetime(2026, 11, 12, tzinfo=UTC))
        assert [code for code in sorted(codes_given() | ends()) if not facts.why(code, reader)] == []
        assert facts.why("nobody_gives_this", reader) == ""
